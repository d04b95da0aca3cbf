"""What a gathering cost, line by line, and what an hour is worth to a community."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.actions.locks import locked, unseen
from essaim.events.facts import CostAdded, CostChanged, CostRemoved, HourRateSet
from essaim.events.models import (
    CODE_OF_ACCOUNT_LENGTH,
    COSTS_AROUND,
    MOST_CENTS,
    MOST_COSTS,
    MOST_PERSON_MINUTES,
    MOST_RATE,
    TITLE_LENGTH,
    CostKind,
    CostLine,
    Event,
    HourRate,
)
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.text import clean_line
from essaim.members.models import Member
from essaim.needs.actions.values import Checks


@transaction.atomic
def add_cost(*, member: Member, event: Event, **given: Any) -> CostLine:
    event = locked(event.pk)
    require(rules.may_keep_costs(fresh_reader(member), event))
    values = cost_values(event, **given)
    if event.costs.count() >= MOST_COSTS:
        words = ngettext("At most %(most)s line.", "At most %(most)s lines.", MOST_COSTS)
        raise ValidationError(words % {"most": number(MOST_COSTS)})
    line = CostLine.objects.create(event=event, added_by=member, **values)
    record(CostAdded(**_said(member, line)))
    return line


@transaction.atomic
def change_cost(*, member: Member, line: CostLine, **given: Any) -> CostLine:
    line = _fresh(member, line)
    values = cost_values(line.event, **given)
    for name, value in values.items():
        setattr(line, name, value)
    line.save(update_fields=list(values))
    record(CostChanged(**_said(member, line)))
    return line


@transaction.atomic
def remove_cost(*, member: Member, line: CostLine) -> None:
    line = _fresh(member, line)
    told = _said(member, line)
    line.delete()
    record(CostRemoved(**told))


@transaction.atomic
def set_hour_rate(
    *, member: Member, community: Community, cents: int | None, since: date | None
) -> HourRate:
    """From this day until the next one that was set; without cents hours are worth nothing more.

    Set again for the same day, the last one stands.
    """
    community = Community.objects.get(pk=community.pk)
    require(rules.may_set_rate(fresh_reader(member), community))
    checks = Checks()
    if cents is not None and not 1 <= cents <= MOST_RATE:
        said = _("More than nothing, and at most %(most)s an hour. Leave it empty to end it.")
        checks.say("cents", said % {"most": f"{number(MOST_RATE // 100)}\u00a0€"})
    if since is None or abs(since - today()) > 5 * COSTS_AROUND:
        checks.say("since", _("A day within ten years."))
    checks.values["since"] = since
    rate, _is_new = HourRate.objects.update_or_create(
        community=community,
        **checks.done(),
        defaults={"cents": cents, "set_by": member, "set_at": now()},
    )
    record(
        HourRateSet(actor_id=member.pk, community_id=community.pk, cents=cents, since=rate.since)
    )
    return rate


def cost_values(
    event: Event,
    *,
    kind: str,
    label: str,
    account: str,
    day: date | None,
    cents: int | None,
    minutes: int | None,
) -> dict[str, Any]:
    """The values of a line, or a ValidationError by field."""
    checks = Checks()
    checks.one_of("kind", kind, CostKind.values)
    # Nobody but those who keep it reads it, and a number of an invoice is no phone.
    checks.text("label", label, longest=TITLE_LENGTH, clean=clean_line, is_open=False)
    _account(checks, account)
    _day(checks, event, day)
    if kind == CostKind.EXPENSE:
        _money(checks, cents, minutes)
    elif kind == CostKind.HOURS:
        _time(checks, cents, minutes)
    checks.values |= {"cents": cents, "minutes": minutes}
    return checks.done()


def _account(checks: Checks, given: str) -> None:
    kept = given.strip()
    if len(kept) > CODE_OF_ACCOUNT_LENGTH or not all(one.isalnum() or one in ".-" for one in kept):
        said = _("Letters, digits, points and hyphens; at most %(most)s of them.")
        checks.say("account", said % {"most": number(CODE_OF_ACCOUNT_LENGTH)})
    checks.values["account"] = kept


def _day(checks: Checks, event: Event, given: date | None) -> None:
    around = event.starts_at.date()
    if given is None or abs(given - around) > COSTS_AROUND:
        checks.say("day", _("A day within two years of the gathering."))
    checks.values["day"] = given


def _money(checks: Checks, cents: int | None, minutes: int | None) -> None:
    if cents is None:
        checks.say("cents", _("Say how much it was."))
    elif not 1 <= cents <= MOST_CENTS:
        said = _("More than nothing, and at most %(most)s.")
        checks.say("cents", said % {"most": f"{number(MOST_CENTS // 100)}\u00a0€"})
    if minutes is not None:
        checks.say("minutes", _("An expense takes no hours: leave them empty, or choose hours."))


def _time(checks: Checks, cents: int | None, minutes: int | None) -> None:
    if minutes is None:
        checks.say("minutes", _("Say how many hours it took, of all people together."))
    elif not 1 <= minutes <= MOST_PERSON_MINUTES:
        said = _("More than nothing, and at most %(most)s hours.")
        checks.say("minutes", said % {"most": number(MOST_PERSON_MINUTES // 60)})
    if cents is not None:
        checks.say("cents", _("Hours have no amount: leave it empty, or make it an expense."))


def _fresh(member: Member, line: CostLine) -> CostLine:
    """As the database has it, with its gathering locked; refused where it is not theirs to keep."""
    event = locked(line.event_id)
    require(rules.may_keep_costs(fresh_reader(member), event))
    found: CostLine | None = event.costs.filter(pk=line.pk).first()
    if found is None:
        raise Refused(_("This line was removed meanwhile."))
    found.event = event
    return found


def _said(member: Member, line: CostLine) -> dict[str, Any]:
    return {
        "actor_id": member.pk,
        "cost_id": line.pk,
        "cost": CostKind(line.kind),
        "amount": line.amount,
        **unseen(line.event),
    }
