"""How numbers of effects are added up and told: never over periods, « up to » over groups."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from essaim.communities.queries.figures import smallest_told
from essaim.design.typography import day, money, number, short_day
from essaim.projects.models import Beneficiaries, Project, Reach
from essaim.projects.rules import host_of


def smallest_of(project: Project) -> int:
    return smallest_told(host_of(project))


def few_or(people: int, smallest: int) -> str:
    """A number of people, unless so few that it could tell who they are."""
    if 0 < people < smallest:
        return _("fewer than %(number)s people") % {"number": smallest}
    return number(people)


def at_most(counts: Iterable[Beneficiaries], smallest: int = 0) -> tuple[int, bool]:
    """Of each group its largest period, and whether groups were added up.

    Periods are never added: the same people may have come in each. Groups are, and may share
    people: then it is « up to ». What is too small to be told counts as the least that is.
    """
    largest: dict[int, int] = {}
    for one in counts:
        largest[one.group_id] = max(largest.get(one.group_id, 0), one.people)
    found = [max(people, smallest) if people else 0 for people in largest.values()]
    rounded = any(0 < people < smallest for people in largest.values())
    return sum(found), rounded or sum(people > 0 for people in found) > 1


def people_words(counts: Iterable[Beneficiaries], smallest: int = 0) -> str:
    """Direct beneficiaries; empty where none were counted, only indirect ones perhaps."""
    direct = [one for one in counts if one.reach == Reach.DIRECT]
    if not direct:
        return ""
    people, is_up_to = at_most(direct, smallest)
    return up_to(people) if is_up_to else number(people)


def up_to(people: int) -> str:
    return _("up to %(people)s") % {"people": number(people)}


def amounts_in(rows: Iterable[tuple[str, int | None]]) -> list[str]:
    """Sums by currency, never across them."""
    sums: dict[str, int] = {}
    for currency, cents in rows:
        if cents:
            sums[currency] = sums.get(currency, 0) + cents
    return [money(cents, currency) for currency, cents in sorted(sums.items())]


def period_words(starts_on: date, ends_on: date) -> str:
    """« 1 March to 31 March 2026 », out of a half-open period."""
    last = ends_on - timedelta(days=1)
    if last == starts_on:
        return day(last)
    first = short_day(starts_on) if starts_on.year == last.year else day(starts_on)
    return _("%(first)s to %(last)s") % {"first": first, "last": day(last)}
