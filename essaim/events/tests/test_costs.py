"""What pages cost: a number of queries that does not grow with what they show."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events.models import CoHolder, Standing
from essaim.events.queries import lists
from essaim.events.queries.events import event_for_page, event_to_read, events_read
from essaim.events.queries.lists import Filters, asks_of, coming_of, events_page, my_events
from essaim.events.queries.registrations import everybody, people_page
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.foundation.clock import now
from essaim.places.models import Place
from essaim.places.tests.factories import small_france

pytestmark = pytest.mark.django_db


def _cost(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_costs_one_query_and_three_around_a_place(number: int) -> None:
    small_france()
    place = Place.objects.filter(name="Nay", latitude__isnull=False).order_by("pk")[0]
    community = community_factory()
    member = member_of(community)
    reader = fresh_reader(member)
    for _ in range(number):
        make_registration(make_event(community, place=place, capacity=9), member)
    assert _cost(lambda: events_page(reader, community, Filters())) == 1
    assert _cost(lambda: events_page(reader, None, Filters())) == 1
    assert _cost(lambda: events_page(reader, community, Filters(when="past"))) == 1
    around = Filters(place=place.public_id)
    assert len(events_page(reader, None, around).items) == number
    assert _cost(lambda: events_page(reader, None, around)) == 3
    assert _cost(lambda: my_events(reader)) == 1
    assert _cost(lambda: asks_of(reader)) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_of_others_show_the_next_three_in_one_query(number: int) -> None:
    communities = [community_factory() for _ in range(number)]
    reader = fresh_reader(member_of(*communities))
    for community in communities:
        for day in range(1, 6):
            make_event(community, starts_at=now() + timedelta(days=day), title=f"Day {day}")
    found: dict[int, list[lists.EventLine]] = {}
    ids = [one.pk for one in communities]
    assert _cost(lambda: found.update(coming_of(reader, ids))) == 1
    assert {pk: [one.title for one in lines] for pk, lines in found.items()} == {
        pk: ["Day 1", "Day 2", "Day 3"] for pk in ids
    }


@pytest.mark.parametrize("number", [1, 3])
def test_a_gathering_costs_the_same_however_many_come_and_hold_it(number: int) -> None:
    community = community_factory()
    event = make_event(community, capacity=50)
    for _ in range(number):
        other = community_factory()
        CoHolder.objects.create(event=event, community=other, accepted_at=now())
        make_registration(event)
    for member, most in ((member_of(community), 4), (make_host(community), 5)):
        reader = fresh_reader(member)
        read = event_to_read(reader, event.public_id)
        assert read
        assert _cost(partial(event_for_page, reader, read)) == most
        assert _cost(partial(events_read, reader, [event.pk])) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_whole_pages_cost_the_same_for_any_number(number: int, client: Client) -> None:
    community = community_factory()
    host = make_host(community)
    event = make_event(community, capacity=2, questions=["Why?"])
    for _ in range(number):
        make_event(community)
        make_registration(event, standing=Standing.WAITING, answers={"Why?": "So."})
    client.force_login(host)
    pages = {
        reverse("events_all"): 4,
        reverse("events", args=[community.slug]): 9,
        reverse("event", args=[event.public_id]): 11,
        reverse("my_events"): 5,
    }
    costs = {}
    for address in pages:
        client.get(address)
        costs[address] = _cost(partial(client.get, address))
    assert costs == pages


@pytest.mark.parametrize("number", [1, 3])
def test_who_comes_costs_one_query(number: int) -> None:
    event = make_event()
    for _ in range(number):
        make_registration(event)
    assert _cost(lambda: people_page(event)) == 1
    assert _cost(lambda: everybody(event)) == 1
