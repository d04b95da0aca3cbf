"""A step that is changed while the draft that stands for it is deleted."""

from functools import partial
from threading import Event as Moment
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from essaim.communities.tests.factories import community_factory
from essaim.events import actions
from essaim.events.models import AwarenessStep, Event
from essaim.events.tests.factories import given, make_awareness, make_host, make_step

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_step_that_is_changed_meanwhile_does_not_bring_a_deleted_draft_back() -> None:
    community = community_factory()
    host = make_host(community)
    event = actions.draft_event(member=host, community=community, **given())
    step = make_step(make_awareness(community), event)
    faults: list[Exception] = []
    change = partial(
        actions.change_awareness_step,
        member=host,
        step=step,
        whom="Those on call",
        kind="talk",
        weeks_before=3,
        to_reach=12,
    )
    waits = Moment()

    def during() -> None:
        try:
            waits.set()
            change()
        except Exception as error:  # noqa: BLE001  # said by the test below
            faults.append(error)
        finally:
            connection.close()

    other: Any = Thread(target=during)
    with transaction.atomic():
        actions.delete_draft(member=host, event=event)
        other.start()
        waits.wait()
        other.join(timeout=1.5)  # it has read the step, and waits for its row
    other.join()
    assert faults == []
    step.refresh_from_db()
    assert (step.whom, step.event) == ("Those on call", None)
    assert not Event.objects.exists()
    assert AwarenessStep.objects.count() == 1
