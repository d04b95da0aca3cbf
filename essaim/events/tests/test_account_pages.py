"""The pages of what gatherings cost: without JavaScript, 404 for whoever does not keep it."""

import csv
import io
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.models import Community, Role
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.events.forms.costs import minutes_of
from essaim.events.models import CostLine, Event, HourRate, State
from essaim.events.tests.factories import make_event, make_host
from essaim.events.tests.rooms import signed_in
from essaim.foundation.clock import now, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def event(community: Community) -> Event:
    return make_event(community, title="Soup for all")


def make_cost(event: Event, **values: Any) -> CostLine:
    given = {"kind": "expense", "label": "Hall", "day": today(), "cents": 1000}
    return CostLine.objects.create(event=event, **given | values)


def make_hours(event: Event, minutes: int, **values: Any) -> CostLine:
    return make_cost(event, kind="hours", label="Tables", cents=None, minutes=minutes, **values)


def typed(**values: str) -> dict[str, str]:
    return {
        "kind": "expense",
        "label": "Bread",
        "cents": "1 200,50",
        "minutes": "",
        "day": today().isoformat(),
        "account": "606",
    } | values


def rows_of(response: Any) -> list[list[str]]:
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_only_those_who_keep_it_find_the_account(community: Community, event: Event) -> None:
    line = make_cost(event)
    of_event = [
        reverse("event_costs", args=[event.public_id]),
        reverse("event_costs_file", args=[event.public_id]),
        reverse("event_cost", args=[event.public_id, line.public_id]),
    ]
    pages = [
        *of_event,
        reverse("events_costs", args=[community.slug]),
        reverse("events_costs_file", args=[community.slug]),
    ]
    for member in (make_host(community), in_role(community, Role.TREASURER)):
        assert [signed_in(member).get(page).status_code for page in pages] == [200] * 5
    for member in (member_of(community), make_host(community_factory())):
        assert [signed_in(member).get(page).status_code for page in pages] == [404] * 5
    other = make_event(community)
    wrong = reverse("event_cost", args=[other.public_id, line.public_id])
    assert signed_in(make_host(community)).get(wrong).status_code == 404


def test_the_pages_of_gatherings_lead_to_their_account(community: Community, event: Event) -> None:
    costs = reverse("event_costs", args=[event.public_id])
    account = reverse("events_costs", args=[community.slug])
    pages = {
        reverse("event", args=[event.public_id]): costs,
        reverse("events", args=[community.slug]): account,
    }
    for page, link in pages.items():
        for role in (Role.HOST, Role.TREASURER):
            assert link in signed_in(in_role(community, role)).get(page).content.decode()
        assert link not in signed_in(member_of(community)).get(page).content.decode()
        assert link not in Client().get(page).content.decode()


def test_a_line_is_added_changed_and_removed(community: Community, event: Event) -> None:
    client = signed_in(make_host(community))
    page = reverse("event_costs", args=[event.public_id])
    assert "Nothing is noted yet" in client.get(page).content.decode()
    assert client.post(page, typed()).status_code == 302
    line = CostLine.objects.get()
    assert (line.cents, line.minutes, line.account) == (120_050, None, "606")
    one = reverse("event_cost", args=[event.public_id, line.public_id])
    assert 'value="1200.50"' in client.get(one).content.decode()
    hours = typed(kind="hours", cents="", minutes="1,5", label="Carrying")
    assert client.post(one, hours).status_code == 302
    line.refresh_from_db()
    assert (line.cents, line.minutes) == (None, 90)
    shown = client.get(page).content.decode()
    assert "Carrying" in shown
    assert "1 h 30" in shown
    remove = reverse("event_cost_remove", args=[event.public_id, line.public_id])
    assert client.post(remove).status_code == 302
    assert not CostLine.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"cents": "1,200"}, "An amount such as 12.50"),
        ({"cents": "a lot"}, "An amount such as 12.50"),
        ({"cents": "0"}, "More than nothing"),
        ({"cents": "1000000.01"}, "at most 1,000,000"),
        ({"cents": ""}, "Say how much it was."),
        ({"minutes": "3"}, "An expense takes no hours"),
        ({"kind": "hours", "cents": "", "minutes": "soon"}, "Hours such as 12, 1.5 or 1:30."),
        ({"label": ""}, "Say in one line what it was for."),
        ({"account": "a b"}, "Letters, digits, points and hyphens"),
        ({"day": "2001-01-01"}, "within two years"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_kept(
    community: Community, event: Event, values: dict[str, str], words: str
) -> None:
    client = signed_in(make_host(community))
    answer = client.post(reverse("event_costs", args=[event.public_id]), typed(**values))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not CostLine.objects.exists()


def test_the_time_of_those_who_came_is_one_tap(community: Community) -> None:
    event = make_event(
        community, starts_at=now() - timedelta(days=1), state=State.HELD, headcount=3
    )
    client = signed_in(make_host(community))
    page = reverse("event_costs", args=[event.public_id])
    shown = client.get(page).content.decode()
    assert "3 people × 2 h = 6 h" in shown
    assert 'name="minutes" value="6"' in shown
    client.post(page, typed(kind="hours", cents="", minutes="6", label="All of us", account=""))
    assert CostLine.objects.get().minutes == 360
    assert "3 people × 2 h" not in client.get(page).content.decode()


def test_a_rate_is_set_changed_in_mid_year_and_ended(community: Community, event: Event) -> None:
    year = today().year
    make_hours(event, 60, day=date(year, 2, 1))
    make_hours(event, 60, day=date(year, 8, 1))
    client = signed_in(in_role(community, Role.TREASURER))
    page, rate = (reverse(name, args=[community.slug]) for name in ("events_costs", "events_rate"))
    assert "has set no rate" in client.get(page).content.decode()
    assert "2 h are told as hours alone" in client.get(page).content.decode()
    for cents, since in (("10", f"{year}-01-01"), ("20,50", f"{year}-07-01")):
        assert client.post(rate, {"cents": cents, "since": since}).status_code == 302
    shown = client.get(page).content.decode()
    assert "€30.50" in shown
    assert "hours alone: no rate" not in shown
    client.post(rate, {"cents": "", "since": f"{year}-07-01"})
    assert "1 h are told as hours alone" in client.get(page).content.decode()
    wrong = client.post(rate, {"cents": "5000", "since": f"{year}-01-01"})
    assert (wrong.status_code, HourRate.objects.count()) == (422, 2)


def test_a_lead_reads_what_hours_are_worth_and_does_not_set_it(community: Community) -> None:
    client = signed_in(in_role(community, Role.LEAD))
    rate = reverse("events_rate", args=[community.slug])
    assert rate not in client.get(reverse("events_costs", args=[community.slug])).content.decode()
    assert client.post(rate, {"cents": "1", "since": today().isoformat()}).status_code == 403


def test_the_account_shows_the_days_one_asks_for(community: Community, event: Event) -> None:
    make_cost(event, day=date(today().year - 1, 5, 1), account="OLD")
    make_cost(event, account="NEW")
    client = signed_in(make_host(community))
    page, file = (
        reverse(name, args=[community.slug]) for name in ("events_costs", "events_costs_file")
    )
    shown = client.get(page).content.decode()
    assert "NEW" in shown
    assert "OLD" not in shown
    before = {"first": f"{today().year - 1}-01-01", "last": f"{today().year - 1}-12-31"}
    shown = client.get(page, before).content.decode()
    assert "OLD" in shown
    assert "NEW" not in shown
    assert [row[5] for row in rows_of(client.get(file, before))[1:]] == ["OLD"]
    for wrong in ({"first": "2026-02-01", "last": "2026-01-01"}, {"first": "2001-01-01"}):
        assert client.get(page, wrong).status_code == 422
        assert client.get(file, wrong).status_code == 404


def test_what_was_and_has_no_account_is_named(community: Community) -> None:
    made = {
        name: make_event(community, title=name, starts_at=now() - timedelta(minutes=5), **values)
        for name, values in {
            "Forgotten": {},
            "Paid": {},
            "Off": {"state": State.CANCELLED, "reason": "Rain."},
        }.items()
    }
    make_event(community, title="To come")
    make_cost(made["Paid"])
    client = signed_in(in_role(community, Role.TREASURER))
    day = (now() - timedelta(days=1)).date().isoformat()
    shown = client.get(reverse("events_costs", args=[community.slug]), {"first": day}).content
    part = shown.decode().partition('id="without"')[2].partition("</section>")[0]
    assert "Forgotten" in part
    assert not [name for name in ("Paid", "Off", "To come") if name in part]


def test_the_file_has_cents_minutes_and_no_formula(community: Community, event: Event) -> None:
    Event.objects.filter(pk=event.pk).update(title="=Soup")
    make_cost(event, label="@hall", cents=1205, account="613")
    make_hours(event, 90)
    HourRate.objects.create(community=community, cents=1001, since=today())
    client = signed_in(make_host(community))
    first, *rows = rows_of(client.get(reverse("event_costs_file", args=[event.public_id])))
    assert len(first) == 11
    day = today().isoformat()
    assert {tuple(row[:3]) for row in rows} == {("'=Soup", event.public_id, day)}
    assert [row[3:] for row in rows] == [
        ["expense", "'@hall", "613", "", "", "12.05", "1205", "EUR"],
        ["hours", "Tables", "", "90", "1001", "15.02", "1502", "EUR"],
    ]
    HourRate.objects.all().delete()
    *_rest, hours = rows_of(client.get(reverse("events_costs_file", args=[community.slug])))
    assert hours[6:] == ["90", "", "", "", ""]


@pytest.mark.parametrize("number", [1, 4])
def test_the_pages_cost_the_same_for_any_number(community: Community, number: int) -> None:
    for _ in range(number):
        event = make_event(community, starts_at=now() - timedelta(hours=5))
        make_event(community, starts_at=now() - timedelta(hours=5))
        for place in range(number):
            make_cost(event, account=str(place))
            make_hours(event, 60)
        HourRate.objects.create(
            community=community, cents=1, since=today() - timedelta(days=event.pk % 900)
        )
    client = signed_in(make_host(community))
    costs = {}
    for name, given in (
        ("event_costs", event.public_id),
        ("event_costs_file", event.public_id),
        ("events_costs", community.slug),
        ("events_costs_file", community.slug),
    ):
        get = partial(client.get, reverse(name, args=[given]))
        get()
        with CaptureQueriesContext(connection) as queries:
            get()
        costs[name] = len(queries)
    assert costs == {
        "event_costs": 8,
        "event_costs_file": 6,
        "events_costs": 9,
        "events_costs_file": 6,
    }


@pytest.mark.parametrize(
    ("words", "minutes"),
    [("12", 720), ("1.5", 90), ("1,25", 75), ("1:30", 90), ("2 h 05", 125), ("3h", 180)],
)
def test_hours_are_read_as_people_type_them(words: str, minutes: int) -> None:
    assert minutes_of(words) == minutes


@pytest.mark.parametrize("words", ["", "-1", "1:75", "one", "1.2.3", "1" * 8, "1 30"])
def test_what_is_no_number_of_hours_is_asked_again(words: str) -> None:
    assert minutes_of(words) is None
