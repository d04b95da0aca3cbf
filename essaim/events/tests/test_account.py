"""What gatherings cost: who reads it, what hours are worth, what is refused."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from essaim.communities.models import Community, Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.events import actions, rules
from essaim.events.models import (
    MOST_CENTS,
    MOST_COSTS,
    CoHolder,
    CostLine,
    Event,
    HourRate,
    State,
)
from essaim.events.queries import costs as queries
from essaim.events.reckoning import Cost, Rates, total, worth
from essaim.events.tests.factories import make_event, make_host
from essaim.foundation.access import Refused
from essaim.foundation.clock import now, today
from essaim.foundation.models import FactRow
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db
EXPENSE = {"kind": "expense", "label": "Hall", "account": "613", "cents": 12_050, "minutes": None}
HOURS = {"kind": "hours", "label": "Tables", "account": "864", "cents": None, "minutes": 90}


def add(member: Member, event: Event, given: dict[str, Any] = EXPENSE, **other: Any) -> CostLine:
    return actions.add_cost(member=member, event=event, **{"day": today()} | given | other)


@pytest.fixture
def community() -> Community:
    return community_factory()


def test_those_who_hold_it_and_the_treasurer_keep_the_account_and_nobody_else(
    community: Community,
) -> None:
    other = community_factory()
    event = make_event(community, openness="invited")
    CoHolder.objects.create(event=event, community=other, accepted_at=now())
    keepers = [
        make_host(community),
        in_role(community, Role.TREASURER),
        in_role(community, Role.LEAD),
        make_host(other),
    ]
    others = [
        member_of(community),
        in_role(community, Role.MODERATOR),
        in_role(other, Role.TREASURER),
        make_host(community_factory()),
        member_factory(),
    ]
    for member in keepers:
        assert rules.may_keep_costs(fresh_reader(member), event)
        assert queries.accounted_event(fresh_reader(member), event.public_id) == event
        add(member, event)
    for member in others:
        assert queries.accounted_event(fresh_reader(member), event.public_id) is None
        with pytest.raises(Refused):
            add(member, event)
    assert queries.accounted_event(ANONYMOUS, event.public_id) is None
    assert event.costs.count() == len(keepers)


def test_the_rate_is_set_by_those_who_run_the_community_and_its_treasurer(
    community: Community,
) -> None:
    for role in (Role.HOST, Role.TREASURER):
        actions.set_hour_rate(
            member=in_role(community, role), community=community, cents=1200, since=today()
        )
    lead = in_role(community, Role.LEAD)
    assert rules.may_read_account(fresh_reader(lead), community)
    for member in (lead, member_of(community), make_host(community_factory())):
        with pytest.raises(Refused):
            actions.set_hour_rate(member=member, community=community, cents=1, since=today())
    assert not rules.may_read_account(fresh_reader(member_of(community)), community)
    assert HourRate.objects.get().cents == 1200


@pytest.mark.parametrize("state", State)
def test_an_account_is_kept_in_every_state(community: Community, state: State) -> None:
    add(make_host(community), make_event(community, state=state, reason="Because."))
    assert CostLine.objects.count() == 1


def test_in_a_closed_community_the_account_is_read_and_stays_as_it_is(
    community: Community,
) -> None:
    treasurer = in_role(community, Role.TREASURER)
    event = make_event(community)
    line = add(treasurer, event)
    Community.objects.filter(pk=community.pk).update(closed_at=now())
    event = Event.objects.get(pk=event.pk)
    assert rules.may_read_costs(fresh_reader(treasurer), event)
    for act in (
        lambda: add(treasurer, event),
        lambda: actions.remove_cost(member=treasurer, line=line),
        lambda: actions.change_cost(member=treasurer, line=line, day=today(), **EXPENSE),
        lambda: actions.set_hour_rate(
            member=treasurer, community=community, cents=1, since=today()
        ),
    ):
        with pytest.raises(Refused, match="closed"):
            act()


def test_where_gatherings_are_switched_off_there_is_no_account(community: Community) -> None:
    host, event = make_host(community), make_event(community)
    Community.objects.filter(pk=community.pk).update(switched_off=["events"])
    assert queries.accounted_event(fresh_reader(host), event.public_id) is None


def test_a_draft_with_costs_is_not_deleted(community: Community) -> None:
    host, draft = make_host(community), make_event(community, state=State.DRAFT)
    line = add(host, draft)
    with pytest.raises(Refused, match="costs"):
        actions.delete_draft(member=host, event=draft)
    actions.remove_cost(member=host, line=line)
    actions.delete_draft(member=host, event=draft)
    assert not Event.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (EXPENSE | {"cents": None}, "cents"),
        (EXPENSE | {"cents": 0}, "cents"),
        (EXPENSE | {"cents": MOST_CENTS + 1}, "cents"),
        (EXPENSE | {"minutes": 60}, "minutes"),
        (HOURS | {"minutes": None}, "minutes"),
        (HOURS | {"minutes": 0}, "minutes"),
        (HOURS | {"cents": 100}, "cents"),
        (EXPENSE | {"kind": "gift"}, "kind"),
        (EXPENSE | {"label": " "}, "label"),
        (EXPENSE | {"account": "=1+1"}, "account"),
        (EXPENSE | {"account": "8" * 21}, "account"),
        (EXPENSE | {"day": None}, "day"),
        (EXPENSE | {"day": today() - timedelta(days=900)}, "day"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    community: Community, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as error:
        add(make_host(community), make_event(community), given)
    assert set(error.value.message_dict) == {field}
    assert not CostLine.objects.exists()


def test_an_account_has_an_end(community: Community) -> None:
    host, event = make_host(community), make_event(community)
    line = {"event": event, "kind": "expense", "label": "x", "day": today(), "cents": 1}
    CostLine.objects.bulk_create(CostLine(**line) for _ in range(MOST_COSTS))
    with pytest.raises(ValidationError, match="At most 500"):
        add(host, event)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "expense", "cents": None},
        {"kind": "expense", "cents": 1, "minutes": 1},
        {"kind": "hours", "cents": 1, "minutes": None},
        {"kind": "expense", "cents": 0},
        {"kind": "hours", "minutes": 0},
    ],
)
def test_the_database_refuses_what_is_neither_money_nor_time(
    community: Community, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CostLine.objects.create(event=make_event(community), label="x", day=today(), **values)


def test_a_line_is_changed_as_a_whole_and_removed_once(community: Community) -> None:
    host = make_host(community)
    line = add(host, make_event(community))
    actions.change_cost(member=host, line=line, day=today(), **HOURS)
    line.refresh_from_db()
    assert (line.kind, line.cents, line.minutes, line.account) == ("hours", None, 90, "864")
    actions.remove_cost(member=host, line=line)
    told = FactRow.objects.filter(kind__startswith="events.Cost").order_by("pk")
    assert [(row.kind, row.details["cost"], row.details["amount"]) for row in told] == [
        ("events.CostAdded", "expense", 12_050),
        ("events.CostChanged", "hours", 90),
        ("events.CostRemoved", "hours", 90),
    ]
    assert {row.audience for row in told} == {"nobody"}
    assert {row.rung for row in told} == {"none"}


def test_what_was_removed_meanwhile_is_said_so(community: Community) -> None:
    host = make_host(community)
    line = add(host, make_event(community))
    CostLine.objects.all().delete()
    with pytest.raises(Refused, match="removed meanwhile"):
        actions.change_cost(member=host, line=line, day=today(), **EXPENSE)


def test_the_rate_of_a_day_is_set_once_and_the_last_one_stands(community: Community) -> None:
    host = make_host(community)
    for cents in (1000, 1500, None):
        actions.set_hour_rate(member=host, community=community, cents=cents, since=today())
    assert HourRate.objects.get().cents is None
    for wrong in ({"cents": 0}, {"cents": 100_001}, {"since": None}, {"since": date(1789, 7, 14)}):
        given: dict[str, Any] = {"cents": 1, "since": today()} | wrong
        with pytest.raises(ValidationError):
            actions.set_hour_rate(member=host, community=community, **given)


# ---- what it comes to


@pytest.mark.parametrize(
    ("minutes", "rate", "cents"),
    [(60, 1200, 1200), (1, 1, 0), (1, 30, 1), (1, 29, 0), (90, 1001, 1502), (7, 1500, 175)],
)
def test_half_a_cent_counts_as_a_whole_one(minutes: int, rate: int, cents: int) -> None:
    assert worth(minutes, rate) == cents


def test_hours_are_worth_what_the_rate_of_their_day_says() -> None:
    rates = Rates.of(
        [(date(2026, 7, 1), 2000), (date(2026, 1, 1), 1000), (date(2026, 12, 1), None)]
    )
    days = [date(2025, 12, 31), date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 24)]
    assert [rates.on(day) for day in days] == [None, 1000, 2000, None]
    said = total([Cost(day, None, 60) for day in days] + [Cost(days[0], 500, None)], rates)
    assert (said.expenses, said.minutes, said.hours_worth) == (500, 240, 3000)
    assert (said.unvalued, said.cents) == (120, 3500)


def test_without_a_rate_hours_are_told_as_hours_alone(community: Community) -> None:
    event = make_event(community)
    host = make_host(community)
    add(host, event)
    add(host, event, HOURS)
    page = queries.costs_for_page(fresh_reader(host), event)
    assert (page.total.expenses, page.total.hours) == ("€120.50", "1 h 30")
    assert (page.total.worth, page.total.sum) == ("", "€120.50")
    assert page.unvalued.startswith("1 h 30")
    actions.set_hour_rate(member=host, community=community, cents=2000, since=today())
    page = queries.costs_for_page(fresh_reader(host), event)
    assert (page.total.worth, page.total.sum, page.unvalued) == ("€30", "€150.50", "")
    assert [one.name for one in page.accounts] == ["613", "864"]


def test_the_rate_of_another_community_is_worth_nothing_here(community: Community) -> None:
    below = community_factory(parent=community)
    HourRate.objects.create(community=community, cents=1000, since=today())
    event = make_event(below)
    host = make_host(below)
    add(host, event, HOURS)
    assert queries.costs_for_page(fresh_reader(host), event).total.worth == ""


def test_the_time_of_those_who_came_is_offered_once_it_is_known(community: Community) -> None:
    host = make_host(community)
    yesterday = now() - timedelta(days=1)
    event = make_event(community, starts_at=yesterday, state=State.HELD, headcount=12)
    offer = queries.costs_for_page(fresh_reader(host), event).offer
    assert offer
    assert (offer.people, offer.together, offer.initial["minutes"]) == (12, "24 h", 1440)
    treasurer = fresh_reader(in_role(community, Role.TREASURER))
    assert queries.costs_for_page(treasurer, event).offer is None
    add(host, event, HOURS)
    assert queries.costs_for_page(fresh_reader(host), event).offer is None


def test_a_period_holds_its_days_and_no_others(community: Community) -> None:
    host, event = make_host(community), make_event(community)
    for days in (0, 1, 2, 3):
        add(host, event, day=today() + timedelta(days=days), account=str(days))
    first, last = today() + timedelta(days=1), today() + timedelta(days=2)
    page = queries.account_for_page(community, first, last)
    assert [one.name for one in page.accounts] == ["1", "2"]
    assert [one.name for one in page.gatherings] == [event.title]
    assert page.total.expenses == "€241"


def test_who_added_a_line_is_forgotten_and_the_line_stays(community: Community) -> None:
    treasurer = in_role(community, Role.TREASURER)
    add(treasurer, make_event(community))
    actions.set_hour_rate(member=treasurer, community=community, cents=1000, since=today())
    erase_member(member=treasurer)
    assert CostLine.objects.get().added_by is None
    assert HourRate.objects.get().set_by is None
