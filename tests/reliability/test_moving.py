"""Moving a gathering of five thousand people, with a worker that dies amid the telling."""

import email
import email.policy
from collections import Counter
from pathlib import Path

import pytest

from essaim.foundation.embedded_postgres import EmbeddedServer
from tests.reliability.conftest import Foundation
from tests.reliability.test_worker import HELD_UP, wait_until

pytestmark = pytest.mark.reliability

PEOPLE = 5000
PLAN = f"""
from datetime import timedelta
from django.core.management import call_command
from django.test import override_settings
from essaim.communities.tests.factories import community_factory
from essaim.events.models import Event, Registration, Standing
from essaim.events.tests.factories import make_event, make_host
from essaim.foundation.clock import now
from essaim.members.models import Member

call_command("migrate", verbosity=0)
community = community_factory()
host = make_host(community)
event = make_event(community)
members = Member.objects.bulk_create(
    Member(email=f"member{{n}}@example.org", name=f"Member {{n}}", proved_at=now())
    for n in range({PEOPLE} // 2)
)
Registration.objects.bulk_create(
    [Registration(event=event, member=one, standing=Standing.GOING) for one in members]
    + [
        Registration(event=event, email=f"guest{{n}}@example.org", standing=Standing.MAYBE)
        for n in range({PEOPLE} // 2)
    ]
)
"""
MOVE = """
from datetime import timedelta
from essaim.events.actions import edit_event
from essaim.events.models import Event
from essaim.events.tests.factories import given
from essaim.members.models import Member
event = Event.objects.get()
host = Member.objects.get(mandates__role="host")
values = given(title=event.title, starts_at=event.starts_at + timedelta(days=1))
edit_event(member=host, event=event, **values)
"""
TELL = """
from procrastinate.contrib.django import app
import essaim.events.tasks
app.configure_task(name="essaim.events.tasks.tell_what_changed").defer(timestamp=0)
"""
NOTED = "SELECT count(*) FROM events_registration WHERE told_id IS NOT NULL"
DONE = "SELECT count(*) FROM events_announcement WHERE done_at IS NOT NULL"
NOTICES = "SELECT count(*) FROM outreach_notice WHERE kind = 'events.moved'"


def _told(mails: Path) -> Counter[str]:
    """How often each address was written to."""
    found: Counter[str] = Counter()
    for file in mails.iterdir():
        # The backend ends each mail of a file with a line of dashes.
        for raw in file.read_bytes().split(b"-" * 79 + b"\n"):
            if raw.strip():
                found[email.message_from_bytes(raw, policy=email.policy.default)["To"]] += 1
    return found


def test_each_of_five_thousand_is_told_once_though_the_worker_dies(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    mails = tmp_path / "mails"
    mails.mkdir()
    server.ensure_running()
    site = Foundation(server, "tests.reliability.whole", ESSAIM_TEST_MAILS=str(mails))
    site.run(PLAN)
    site.run(MOVE)
    site.run(TELL)
    with site.worker() as worker:
        wait_until(lambda: site.count(NOTED) >= PEOPLE // 10, 300)
        with site.nothing_written_to("outreach_notice"):
            wait_until(lambda: site.count(HELD_UP) >= 1)
            worker.kill()
            worker.wait()
    assert PEOPLE // 10 <= site.count(NOTED) < PEOPLE
    assert site.count(DONE) == 0
    with site.worker():
        wait_until(lambda: site.count(DONE) == 1, 600)
    told = _told(mails)
    assert len(told) == PEOPLE
    assert set(told.values()) == {1}
    assert site.count(NOTED) == PEOPLE
    assert site.count(NOTICES) == PEOPLE // 2
