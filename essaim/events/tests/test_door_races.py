"""Several telephones at the doors of one gathering: cut off, sending twice, in any order."""

import json
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from essaim.communities.tests.factories import community_factory
from essaim.events import actions
from essaim.events.actions import Scan
from essaim.events.models import CheckIn, DoorLink, Event, How, Registration, Standing
from essaim.events.queries import door as queries
from essaim.events.tests.factories import make_event, make_host
from essaim.foundation.clock import now

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 500
TWICE = 25  # tickets that two people carry, one through each door
BATCH = 40


@dataclass
class Telephone:
    """What the page of a door does: keeps what it cannot send, sends again what it is unsure of."""

    link: DoorLink
    device: str
    chance: random.Random
    kept: list[dict[str, str]] = field(default_factory=list)
    told: dict[str, set[str]] = field(default_factory=dict)

    def read(self, code: str, at: datetime) -> None:
        nonce = f"{self.device}-{len(self.kept):04}"
        self.kept.append({"nonce": nonce, "code": code, "at": at.isoformat()})

    def send_all(self, client: Client) -> None:
        """Until everything is answered: a third of the answers are lost on the way."""
        waits = list(self.kept)
        self.chance.shuffle(waits)
        while waits:
            batch = waits[:BATCH]
            answer = self._send(client, batch)
            assert answer.status_code == 200, answer.content
            said = answer.json()["answers"]
            assert [one["nonce"] for one in said] == [one["nonce"] for one in batch]
            for one in said:
                self.told.setdefault(one["nonce"], set()).add(one["outcome"] + one["words"])
            if self.chance.random() < 1 / 3:
                self.chance.shuffle(waits)
                continue
            waits = waits[BATCH:]

    def _send(self, client: Client, acts: Sequence[dict[str, str]]) -> Any:
        return client.post(
            f"/events/door/{self.link.token}/acts/",
            data=json.dumps({"device": self.device, "acts": acts}),
            content_type="application/json",
        )


def _registered(event: Event, number: int) -> list[Registration]:
    return Registration.objects.bulk_create(
        [
            Registration(
                event=event,
                name=f"Person {place}",
                email=f"person{place}@example.org",
                standing=Standing.GOING,
            )
            for place in range(number)
        ]
    )


def at_once(acts: Sequence[Callable[[], object]]) -> None:
    start = Barrier(len(acts))

    def one(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        finally:
            connections.close_all()

    connection.close()
    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(one, acts))


def test_five_hundred_scans_by_two_telephones_that_were_cut_off_are_five_hundred_people() -> None:
    community = community_factory()
    host = make_host(community)
    event = make_event(community, starts_at=now() - timedelta(hours=1))
    people = _registered(event, PEOPLE)
    chance = random.Random(19)  # noqa: S311  a test that can be run again
    doors = [
        Telephone(actions.make_door_link(member=host, event=event), f"device-{one}", chance)
        for one in ("left", "right")
    ]
    begins = now() - timedelta(minutes=50)
    for place, person in enumerate(people):
        doors[place % 2].read(person.ticket, begins + timedelta(seconds=place))
    for place, person in enumerate(people[:TWICE]):
        later = begins + timedelta(minutes=20, seconds=place)
        doors[(place + 1) % 2].read(person.ticket, later)

    at_once([partial(one.send_all, Client()) for one in doors])

    event.refresh_from_db()
    assert (event.attended, event.headcount, event.present) == (PEOPLE, 0, PEOPLE)
    assert CheckIn.objects.count() == PEOPLE + TWICE
    here = event.registrations.order_by("pk")
    assert [one.checked_in_at for one in here] == [
        begins + timedelta(seconds=place) for place in range(PEOPLE)
    ]
    found = queries.door_page(event).conflicts
    assert [one.name for one in found] == [f"Person {place}" for place in range(TWICE)]
    for one in doors:
        assert {len(said) for said in one.told.values()} == {1}


def test_a_ticket_read_at_the_same_moment_by_eight_doors_lets_in_one() -> None:
    community = community_factory()
    host = make_host(community)
    event = make_event(community, starts_at=now())
    (person,) = _registered(event, 1)
    made: list[CheckIn] = []

    def scan(number: int) -> None:
        given = Scan(How.SCAN, f"nonce-{number}", f"device-{number}", code=person.ticket)
        made.extend(actions.keep_door(event=event, member=host, scans=[given]))

    at_once([partial(scan, number) for number in range(8)])
    assert sorted(one.outcome for one in made) == ["accepted"] + ["duplicate"] * 7
    event.refresh_from_db()
    assert event.attended == 1
    assert queries.door_page(event).conflicts == ()


def test_one_act_sent_by_eight_requests_at_once_is_one_act() -> None:
    community = community_factory()
    host = make_host(community)
    event = make_event(community, starts_at=now())
    given = Scan(How.WALK_IN, "the-same-nonce", "device-1", name="Zoé")
    at_once([partial(actions.keep_door, event=event, member=host, scans=[given])] * 8)
    assert CheckIn.objects.count() == 1
    event.refresh_from_db()
    assert event.headcount == 1
