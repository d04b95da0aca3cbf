"""Whatever is done at the doors, the end does not depend on what arrives first."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.communities.tests.factories import community_factory
from essaim.events import actions
from essaim.events.actions import Scan
from essaim.events.models import CheckIn, Event, How, standing_acts
from essaim.events.queries import door as queries
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.foundation.clock import now
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

PEOPLE = 3
DEVICES = ("device-one", "device-two", "device-three")
End = tuple[object, ...]


@st.composite
def acts(draw: st.DrawFn) -> list[tuple[str, int, str, int]]:
    """How, of whom (or of which act), on which telephone, in which minute."""
    one = st.tuples(
        st.sampled_from([How.SCAN, How.NAME, How.UNDO, How.WALK_IN, How.COUNT, "undo_walk_in"]),
        st.integers(0, PEOPLE - 1),
        st.sampled_from(DEVICES),
        st.integers(0, 6),
    )
    return draw(st.lists(one, max_size=12))


def _scans(drawn: Iterable[tuple[str, int, str, int]], event: Event) -> list[Scan]:
    people = list(event.registrations.order_by("pk"))
    begins = now() - timedelta(minutes=30)
    walked_in = []
    found = []
    for place, (how, whom, device, minute) in enumerate(drawn):
        at: datetime = begins + timedelta(minutes=minute)
        own: dict[str, Any] = {"nonce": f"nonce-{place:02}", "device": device, "at": at}
        if how == How.SCAN:
            found.append(Scan(How.SCAN, code=people[whom].ticket, **own))
        elif how in (How.NAME, How.UNDO):
            found.append(Scan(How(how), person=people[whom].public_id, **own))
        elif how == How.WALK_IN:
            walked_in.append(own["nonce"])
            found.append(Scan(How.WALK_IN, **own))
        elif how == How.COUNT:
            found.append(Scan(How.COUNT, people=whom - 1 or 1, **own))
        elif walked_in:
            undone = str(walked_in[whom % len(walked_in)])
            found.append(Scan(How.UNDO, undoes=undone, **own))
    return found


def _end(event: Event, host: Member, batches: Iterable[list[Scan]]) -> End:
    """What stands when all has arrived; the database is as before then."""
    with transaction.atomic():
        for batch in batches:
            actions.keep_door(event=event, member=host, scans=batch)
        found = Event.objects.get(pk=event.pk)
        _follows_from_the_log(found)
        page = queries.door_page(found)
        end = (
            found.attended,
            found.headcount,
            tuple(found.registrations.order_by("pk").values_list("checked_in_at", "came")),
            page.conflicts,
            page.walk_ins,
        )
        transaction.set_rollback(True)
    return end


def _follows_from_the_log(event: Event) -> None:
    """What the triggers keep is what a plain reading of the log says."""
    for one in event.registrations.all():
        here = standing_acts(CheckIn.objects.filter(registration=one))
        assert one.checked_in_at == (here[0].scanned_at if here else None)
        assert one.came == (here[0].people if here else 0)


@pytest.fixture
def host_and_event() -> tuple[Member, Event]:
    community = community_factory()
    event = make_event(community, starts_at=now() - timedelta(hours=1), guests=3)
    for guests in range(PEOPLE):
        make_registration(event, guests=guests)
    return make_host(community), event


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=acts(), data=st.data())
def test_the_end_is_the_same_in_any_order_in_any_batches_and_with_anything_sent_twice(
    host_and_event: tuple[Member, Event],
    drawn: list[tuple[str, int, str, int]],
    data: st.DataObject,
) -> None:
    host, event = host_and_event
    scans = _scans(drawn, event)
    in_order = _end(event, host, [scans])
    shuffled = data.draw(st.permutations(scans))
    again = data.draw(st.permutations([*scans, *scans[:3]]))
    assert _end(event, host, [[one] for one in shuffled]) == in_order
    assert _end(event, host, [again[:4], again[4:]]) == in_order
