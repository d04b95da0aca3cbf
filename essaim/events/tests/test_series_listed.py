"""Lists of gatherings: of each series the next evening, and how many more there are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.models import Community
from essaim.communities.readers import ANONYMOUS, Reader, fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events.models import Event, Series, State
from essaim.events.queries.lists import EventLine, Filters, coming_of, events_page
from essaim.events.tests.factories import make_event, make_host
from essaim.events.tests.test_series import BEFORE, THURSDAY, days, evening, plan
from essaim.foundation import clock
from essaim.places.tests.factories import place_factory

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def series(community: Community) -> Series:
    """Thursdays, from the first one on."""
    with clock.at(BEFORE):
        return plan(make_host(community), community, title="Thursdays")


def listed(
    community: Community | None, reader: Reader = ANONYMOUS, *, size: int = 20
) -> list[EventLine]:
    """All pages of the short list, one after the other."""
    found: list[EventLine] = []
    after = None
    with clock.at(BEFORE):
        while True:
            page = events_page(reader, community, Filters(), after=after, size=size, is_short=True)
            found += page.items
            after = page.next
            if not after:
                return found


def test_a_committee_named_after_its_place_is_named_once() -> None:
    above = community_factory()
    place = place_factory(name="Aubagne")
    for name in ("Aubagne", "The market"):
        event = make_event(community_factory(parent=above, name=name), starts_at=THURSDAY)
        Event.objects.filter(pk=event.pk).update(place=place)
    counts = sorted(one.meta.count("Aubagne") for one in listed(above))
    assert counts == [1, 1]
    assert sorted(one.meta.count("The market") for one in listed(above)) == [0, 1]


def test_of_a_series_the_next_evening_stands_for_all(community: Community, series: Series) -> None:
    make_event(community, title="Once", starts_at=THURSDAY + WEEK)
    found = listed(community)
    assert [(one.title, one.more) for one in found] == [
        ("Thursdays", len(days(series)) - 1),
        ("Once", 0),
    ]
    assert found[0].starts_at == THURSDAY
    assert found[0].series == series.public_id
    assert len(days(series)) > 10


def test_once_an_evening_is_over_the_one_after_it_is_the_next(
    community: Community, series: Series
) -> None:
    with clock.at(THURSDAY + timedelta(hours=3)):
        page = events_page(ANONYMOUS, community, Filters(), is_short=True)
    assert [(one.starts_at, one.more) for one in page.items] == [
        (THURSDAY + WEEK, len(days(series)) - 2)
    ]


def test_what_is_cancelled_stays_where_it_was_and_stands_for_nobody(
    community: Community, series: Series
) -> None:
    first, second, later = (evening(series, one) for one in days(series)[:3])
    Event.objects.filter(pk__in=[first.pk, later.pk]).update(state=State.CANCELLED, reason="Snow.")
    found = listed(community)
    assert [(one.public_id, one.more) for one in found] == [
        (first.public_id, 0),
        (second.public_id, len(days(series)) - 3),
        (later.public_id, 0),
    ]


def test_an_evening_that_the_reader_may_not_see_hides_none_that_they_may(
    community: Community, series: Series
) -> None:
    first, second = (evening(series, one) for one in days(series)[:2])
    Event.objects.filter(pk=first.pk).update(openness="members")
    assert [one.public_id for one in listed(community)] == [second.public_id]
    inside = listed(community, fresh_reader(member_of(community)))
    assert [one.public_id for one in inside] == [first.public_id]


def test_the_series_is_linked_where_the_reader_may_read_it(
    community: Community, series: Series
) -> None:
    Series.objects.filter(pk=series.pk).update(openness="members")
    (line,) = listed(community)
    assert (line.series, line.more) == ("", len(days(series)) - 1)
    (line,) = listed(community, fresh_reader(member_of(community)))
    assert line.series == series.public_id


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_leave_nothing_out_and_tell_nothing_twice(
    community: Community, series: Series, size: int
) -> None:
    once = [
        make_event(community, starts_at=THURSDAY + number * WEEK).public_id for number in range(5)
    ]
    with clock.at(BEFORE):
        plan(make_host(community), community, title="Others")
    found = listed(community, size=size)
    assert len(found) == 7
    assert {one.public_id for one in found if not one.more} == set(once)
    assert [one.title for one in found if one.more] == ["Thursdays", "Others"]


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_one_query_for_any_number_of_series(community: Community, number: int) -> None:
    with clock.at(BEFORE):
        for _ in range(number):
            plan(make_host(community), community)
        for reader in (ANONYMOUS, fresh_reader(member_of(community))):
            with CaptureQueriesContext(connection) as asked:
                page = events_page(reader, community, Filters(), is_short=True)
            assert len(page.items) == number
            assert len(asked) == 1


def test_both_lists_say_how_many_more_and_calendars_keep_all(
    community: Community, series: Series
) -> None:
    more = len(days(series)) - 1
    link = f'<a href="{reverse("series", args=[series.public_id])}">and {more} more evenings</a>'
    with clock.at(BEFORE):
        for address in (reverse("events", args=[community.slug]), reverse("events_all")):
            page = Client().get(address, headers={"accept-language": "en"}).content.decode()
            assert page.count("Thursdays</a>") == 1
            assert link in page
        feed = Client().get(reverse("events_calendar", args=[community.slug])).content.decode()
        asked = Client().get(f"/api/v1/communities/{community.slug}/events?limit=100").json()
    assert feed.count("BEGIN:VEVENT") >= 1
    assert len(asked["items"]) == more + 1


def test_a_landing_has_room_for_others_beside_a_series(
    community: Community, series: Series
) -> None:
    for number in range(3):
        make_event(community, title=f"Once {number}", starts_at=THURSDAY + (number + 1) * WEEK)
    with clock.at(BEFORE):
        found = coming_of(ANONYMOUS, [community.pk])[community.pk]
        page = Client().get(
            reverse("community", args=[community.slug]), headers={"accept-language": "en"}
        )
    assert [one.title for one in found] == ["Thursdays", "Once 0", "Once 1"]
    assert found[0].more == len(days(series)) - 1
    assert f"and {found[0].more} more evenings" in page.text


@pytest.mark.parametrize("number", [1, 3])
def test_landings_cost_one_query_for_any_number_of_communities_and_series(number: int) -> None:
    communities = [community_factory() for _ in range(number)]
    with clock.at(BEFORE):
        for one in communities:
            for title in ("Mondays", "Tuesdays")[:number]:
                plan(make_host(one), one, title=title)
        reader = fresh_reader(member_of(*communities))
        with CaptureQueriesContext(connection) as asked:
            found = coming_of(reader, [one.pk for one in communities])
    assert len(asked) == 1
    assert {len(lines) for lines in found.values()} == {min(number, 2)}
    assert len(found) == number
