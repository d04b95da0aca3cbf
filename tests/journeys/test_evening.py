"""A committee’s Thursday evening, whole: planned to come again, come to without an account, opened
with everybody's words on the wall, written down, and what was promised kept.
"""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Community, Role
from essaim.communities.tests.factories import in_role
from essaim.events.models import Event, JoyTally, Registration, Round, State
from essaim.events.tasks import say_what_was_held, tell_what_changed
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now, today
from tests.journeys.test_sheets import read_by_a_camera
from tests.journeys.walker import Walker, Way, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

GUEST = "gustave@elsewhere.example"


def test_from_a_thursday_evening_to_what_was_promised_there(
    walker: Walker, movement: Community
) -> None:
    host = in_role(movement, Role.HOST, name="Hanna Host")
    signed_in(walker, host)
    _plan(walker, movement)
    evening = Event.objects.order_by("starts_at")[0]

    guest = walker.another_person()
    link = _register(guest, evening)

    _the_hour_has_come(evening)
    _come_in_by_the_square(walker, guest, link)
    _open_the_round(walker, guest, evening)

    _the_evening_is_over(evening)
    _write_it_down(walker, evening)
    _hear_what_came_of_it(guest, evening, link)
    _say_how_it_was(guest, walker, evening, link)


def _plan(host: Walker, movement: Community) -> None:
    host.go(f"/communities/{movement.slug}/events/new/")
    host.fill("What it is called", "Thursday evening")
    host.fill("Where exactly", "The mill, upstairs")
    host.unfold("Repeat it")
    host.select("How often", "every two weeks")
    host.clean()
    host.press("Publish it")
    host.see("Every second")
    assert Event.objects.filter(state=State.PUBLISHED).count() > 5


def _register(guest: Walker, evening: Event) -> str:
    guest.go(f"/events/{evening.public_id}/")
    guest.press("I am coming")
    guest.fill("Your name", "Gustave Guest")
    guest.fill("Your e-mail address", GUEST)
    guest.press("Send")
    guest.see("Look into your mailbox")
    deliver_pending()
    (ticket,) = [one for one in mail.outbox if GUEST in one.to]
    found = re.search(rf"{settings.SITE_URL}(/registrations/\S+/)", str(ticket.body))
    assert found, ticket.body
    return found.group(1)


def _the_hour_has_come(evening: Event) -> None:
    """Nothing in a browser can wait two weeks."""
    Event.objects.filter(pk=evening.pk).update(
        starts_at=now() - timedelta(minutes=5), ends_at=now() + timedelta(hours=2)
    )


def _come_in_by_the_square(host: Walker, guest: Walker, link: str) -> None:
    guest.go(link)
    guest.follow("Your ticket")
    guest.clean()
    address = read_by_a_camera(guest.page)
    host.go(address.removeprefix(settings.SITE_URL))
    host.see("Gustave Guest")
    host.clean()
    host.press("Let in")
    assert Registration.objects.get(email=GUEST).checked_in_at


def _open_the_round(host: Walker, guest: Walker, evening: Event) -> None:
    """On a telephone without an account, while another browser shows the wall."""
    host.go(f"/events/{evening.public_id}/round/")
    host.press("Open to phones")
    host.see("Open to phones")
    host.clean()
    wall = host.page.context.new_page()  # beside it: the same account, on the projector
    wall.set_viewport_size({"width": 1920, "height": 1080})
    wall.goto(f"/events/{evening.public_id}/round/screen/")
    shown = wall.locator("body")
    assert "drought" not in shown.inner_text().lower()

    guest.go(f"/rounds/{Round.objects.get().code}/")
    guest.clean()
    guest.fill("Why are you here?", "The drought of August")
    guest.fill("What are your questions for today?", "Who decides on the water?")
    guest.press("Send")
    guest.see("The drought of August")
    guest.clean()
    if host.way is Way.WITHOUT_JAVASCRIPT:
        wall.reload()
    wall.get_by_text("drought").first.wait_for()
    wall.close()

    host.go(f"/events/{evening.public_id}/round/")
    host.choose("Who decides on the water?")
    host.press("Put each on the agenda")
    host.go(f"/events/{evening.public_id}/agenda/lead/")
    host.see("Who decides on the water?")
    host.press("Answered")
    host.clean()


def _the_evening_is_over(evening: Event) -> None:
    Event.objects.filter(pk=evening.pk).update(
        starts_at=now() - timedelta(hours=3), ends_at=now() - timedelta(minutes=1)
    )
    say_what_was_held()
    deliver_pending()
    mail.outbox.clear()


def _write_it_down(host: Walker, evening: Event) -> None:
    page = f"/events/{evening.public_id}/"
    host.go(page)
    host.press("Minutes")
    host.clean()
    host.fill("What was said", "We looked at the map of the river.")
    host.fill("What we learnt", "The mayor has no map.\nWe have one.")
    host.fill("What we decided", "We give the mayor ours.")
    host.press("Save")
    host.fill("What is to be done", "Take the map to the town hall")
    host.select("Who does it", "Hanna Host")
    host.press("Note it")  # by when is missing: it is said beside the field, and nothing is lost
    host.see("Say by when")
    assert not Commitment.objects.exists()
    host.clean()
    host.fill("By when", (today() + timedelta(days=5)).isoformat())
    host.press("Note it")
    host.see("Hanna Host, by")
    host.clean()
    owed = Commitment.objects.get()
    assert (owed.kind, owed.promise) == (CommitmentKind.TASK, "Take the map to the town hall")
    host.press("Publish the minutes")
    host.see("The minutes are published")
    host.clean()
    tell_what_changed()
    deliver_pending()
    host.press("It is done")
    host.see("Thank you for closing the loop.")
    owed.refresh_from_db()
    assert owed.kept_at


def _hear_what_came_of_it(guest: Walker, evening: Event, link: str) -> None:
    (told,) = [one for one in mail.outbox if GUEST in one.to]
    assert "We give the mayor ours." in str(told.body)
    guest.go(f"/events/{evening.public_id}/")
    guest.see("We have one.")
    guest.not_see("Take the map to the town hall")  # who does what is for members
    guest.clean()
    guest.go(link)
    guest.clean()


def _say_how_it_was(guest: Walker, host: Walker, evening: Event, link: str) -> None:
    """One answer is told to nobody: it would say what Gustave felt."""
    guest.go(link)
    guest.choose("8", exact=True)
    guest.press("Answer")
    guest.see("You have answered.")
    guest.clean()
    tally = JoyTally.objects.get(event=evening)
    assert sum(tally.counts) == tally.counts[8] == 1
    Event.objects.filter(pk=evening.pk).update(
        starts_at=now() - timedelta(days=16), ends_at=now() - timedelta(days=15)
    )
    for reader in (guest, host):
        reader.go(f"/events/{evening.public_id}/")
        reader.see("Too few answered for it to be told")
        reader.not_see("On average")
        reader.clean()
