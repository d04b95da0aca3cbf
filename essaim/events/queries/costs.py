"""What gatherings cost: of one, of a community over a period, and as a file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.design.typography import day, money, number
from essaim.events import rules
from essaim.events.models import TAKES_PLACE, CostKind, CostLine, Event, HourRate, State
from essaim.events.queries.words import when_words
from essaim.events.reckoning import Cost, Rates, Sum, total
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now

CURRENCY = "EUR"
LONGEST_EVENING = timedelta(hours=12)  # of what lasts longer nobody was there all the time
MOST_WITHOUT = 20  # gatherings of which nothing is noted yet
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a page shows it."""

    public_id: str
    label: str
    meta: str
    amount: str
    worth: str  # of hours, where there is a rate on their day


@dataclass(frozen=True, slots=True)
class Total:
    """What several lines come to, in words; `name` is an account, a gathering or all of them."""

    name: str
    expenses: str
    hours: str
    worth: str  # of the hours; empty where there is no rate
    sum: str
    href_id: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What those who came gave together, as far as it is counted: the host decides of it."""

    people: int
    each: str
    together: str
    initial: dict[str, Any]  # of the form that puts it in the account


@dataclass(frozen=True, slots=True)
class CostsPage:
    public_id: str
    title: str
    slug: str
    lang: str
    when: str
    lines: tuple[Line, ...]
    accounts: tuple[Total, ...]
    total: Total
    unvalued: str  # hours for which there is no rate
    offer: Offer | None
    may_keep: Verdict
    may_read_all: Verdict


@dataclass(frozen=True, slots=True)
class RateLine:
    since: date
    amount: str


@dataclass(frozen=True, slots=True)
class Without:
    public_id: str
    title: str
    lang: str
    when: str


@dataclass(frozen=True, slots=True)
class RatesPage:
    lines: tuple[RateLine, ...]  # the newest first
    may_set: Verdict


@dataclass(frozen=True, slots=True)
class AccountPage:
    """What gatherings cost over a period."""

    accounts: tuple[Total, ...]
    gatherings: tuple[Total, ...]
    total: Total
    unvalued: str
    without: tuple[Without, ...]


def accounted_event(reader: Reader, public_id: str) -> Event | None:
    """Whose costs this reader may read, whatever else of it they may."""
    found = Event.objects.filter(public_id=public_id).select_related("community", "place").first()
    return found if found is not None and rules.may_read_costs(reader, found) else None


def day_of(event: Event) -> date:
    """On which it begins, where it takes place."""
    return event.starts_at.astimezone(ZoneInfo(event.zone)).date()


def cost_of(event: Event, public_id: str) -> CostLine | None:
    found: CostLine | None = event.costs.filter(public_id=public_id).first()
    if found is not None:
        found.event = event
    return found


def costs_for_page(reader: Reader, event: Event) -> CostsPage:
    """With the community of the gathering loaded; three queries, for any number of lines."""
    lines, rates = list(event.costs.all()), rates_of(event.community)
    all_of_it = _sum(lines, rates)
    may_keep = rules.may_keep_costs(reader, event)
    return CostsPage(
        public_id=event.public_id,
        title=event.title,
        slug=event.community.slug,
        lang=event.language,
        when=when_words(event),
        lines=tuple(_line(one, rates) for one in lines),
        accounts=tuple(_by_account(lines, rates)),
        total=_told(_("All of it"), all_of_it),
        unvalued=_unvalued(all_of_it),
        offer=_offer(event, lines) if may_keep and rules.holds(reader, event) else None,
        may_keep=may_keep,
        may_read_all=rules.may_read_account(reader, event.community),
    )


def account_for_page(community: Community, first: date, last: date) -> AccountPage:
    """From the first day to the last, both included; three queries."""
    lines, rates = _lines_between(community, first, last), rates_of(community)
    all_of_it = _sum(lines, rates)
    return AccountPage(
        accounts=tuple(_by_account(lines, rates)),
        gatherings=tuple(_by_gathering(lines, rates)),
        total=_told(_("All of it"), all_of_it),
        unvalued=_unvalued(all_of_it),
        without=tuple(_without(community, first, last)),
    )


def rates_for_page(reader: Reader, community: Community) -> RatesPage:
    rows = sorted(_rates(community), key=lambda row: row[0], reverse=True)
    return RatesPage(
        lines=tuple(
            RateLine(since, _("%(amount)s an hour") % {"amount": euros(cents)} if cents else "")
            for since, cents in rows
        ),
        may_set=rules.may_set_rate(reader, community),
    )


def rates_of(community: Community) -> Rates:
    return Rates.of(_rates(community))


def headings() -> tuple[str, ...]:
    """Of the file; amounts are euros with a point, and cents."""
    return (
        *(_("Gathering"), _("Address"), _("Day"), _("What it is"), _("What for"), _("Account")),
        *(
            pgettext("time", "Minutes"),
            _("Cents an hour"),
            _("Amount"),
            _("Amount in cents"),
            _("Currency"),
        ),
    )


def rows_of_event(event: Event) -> Iterator[tuple[Cell, ...]]:
    lines = list(event.costs.all())
    for one in lines:
        one.event = event
    return _rows(lines, rates_of(event.community))


def rows_of_account(community: Community, first: date, last: date) -> Iterator[tuple[Cell, ...]]:
    return _rows(_lines_between(community, first, last), rates_of(community))


def euros(cents: int) -> str:
    return money(cents, CURRENCY)


def _rates(community: Community) -> list[tuple[date, int | None]]:
    return list(HourRate.objects.filter(community=community).values_list("since", "cents"))


def _lines_between(community: Community, first: date, last: date) -> list[CostLine]:
    """The earliest gathering first."""
    found = CostLine.objects.filter(event__community=community, day__range=(first, last))
    ordered = found.order_by("event__starts_at", "event_id", "day", "id")
    return list(ordered.select_related("event"))


def _rows(lines: Iterable[CostLine], rates: Rates) -> Iterator[tuple[Cell, ...]]:
    for one in lines:
        cents = _cost(one).worth(rates)
        yield (
            one.event.title,
            one.event.public_id,
            one.day.isoformat(),
            one.kind,
            one.label,
            one.account,
            one.minutes,
            rates.on(one.day) if one.minutes is not None else None,
            None if cents is None else f"{cents // 100}.{cents % 100:02}",
            cents,
            None if cents is None else CURRENCY,
        )


def _cost(line: CostLine) -> Cost:
    return Cost(line.day, line.cents, line.minutes)


def _sum(lines: Iterable[CostLine], rates: Rates) -> Sum:
    return total([_cost(one) for one in lines], rates)


def _line(line: CostLine, rates: Rates) -> Line:
    cents = _cost(line).worth(rates)
    is_time = line.kind == CostKind.HOURS
    return Line(
        public_id=line.public_id,
        label=line.label,
        meta=" · ".join(filter(None, (day(line.day), line.account))),
        amount=hours_words(line.minutes or 0) if is_time else euros(line.cents or 0),
        worth=euros(cents) if is_time and cents is not None else "",
    )


def _by_account(lines: Iterable[CostLine], rates: Rates) -> Iterator[Total]:
    """Those without one last."""
    ordered = sorted(lines, key=lambda one: (not one.account, one.account))
    for account, own in groupby(ordered, key=lambda one: one.account):
        yield _told(account or _("without a code"), _sum(own, rates))


def _by_gathering(lines: Iterable[CostLine], rates: Rates) -> Iterator[Total]:
    for event, own in groupby(lines, key=lambda one: one.event):
        yield _told(event.title, _sum(own, rates), href_id=event.public_id, lang=event.language)


def _told(name: str, said: Sum, **address: str) -> Total:
    is_worth = said.minutes > said.unvalued
    return Total(
        name=name,
        expenses=euros(said.expenses),
        hours=hours_words(said.minutes),
        worth=euros(said.hours_worth) if is_worth else "",
        sum=euros(said.cents),
        **address,
    )


def hours_words(minutes: int) -> str:
    """Hours stay hours: nobody's working day is meant."""
    hours, rest = divmod(minutes, 60)
    if rest:
        return _("%(hours)s h %(minutes)s") % {"hours": number(hours), "minutes": f"{rest:02}"}
    return _("%(count)s h") % {"count": number(hours)}


def _unvalued(said: Sum) -> str:
    if not said.unvalued:
        return ""
    words = _("%(hours)s are told as hours alone: no rate is set for their days.")
    return words % {"hours": hours_words(said.unvalued)}


def _offer(event: Event, lines: Iterable[CostLine]) -> Offer | None:
    """Once it is over, as long as nobody has put any hours down."""
    lasted = event.ends_at - event.starts_at
    is_over = event.state in TAKES_PLACE and event.ends_at < now()
    if not is_over or lasted > LONGEST_EVENING or not event.present:
        return None
    if any(one.kind == CostKind.HOURS for one in lines):
        return None
    each = round(lasted.total_seconds() / 60)
    return Offer(
        people=event.present,
        each=hours_words(each),
        together=hours_words(event.present * each),
        initial={
            "kind": CostKind.HOURS.value,
            "label": _("Time of those who came"),
            "minutes": event.present * each,
            "day": day_of(event),
        },
    )


def _without(community: Community, first: date, last: date) -> Iterator[Without]:
    costs = CostLine.objects.filter(event=OuterRef("pk"))
    begun = Event.objects.filter(
        ~Exists(costs),
        community=community,
        starts_at__date__range=(first, last),
        starts_at__lte=now(),
    ).exclude(state__in=(State.DRAFT, State.CANCELLED))
    for one in begun.select_related("community").order_by("-starts_at", "-pk")[:MOST_WITHOUT]:
        yield Without(one.public_id, one.title, one.language, when_words(one))
