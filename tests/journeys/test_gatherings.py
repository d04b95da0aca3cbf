"""An evening is planned, told, answered with and without an account, moved, and told again."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail

from essaim.communities.models import Community, Role
from essaim.communities.tests.factories import in_role, member_of
from essaim.events.models import Event, Registration, Standing
from essaim.events.tasks import tell_what_changed
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from tests.journeys.walker import Walker, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

GUEST = "gustave@elsewhere.example"


def test_plan_an_evening_answer_it_and_hear_that_it_moved(
    walker: Walker, movement: Community
) -> None:
    host = in_role(movement, Role.HOST, name="Hanna Host")
    member = member_of(movement, name="Mona Member")

    _plan(signed_in(walker, host), movement)
    evening = Event.objects.get()
    page = f"/events/{evening.public_id}/"

    guest = walker.another_person()
    _register_by_mail(guest, page)
    link = _link_mailed_to(GUEST)
    _change_to_maybe(guest, link)

    other = signed_in(walker.another_person(), member)
    _come_in_one_tap(other, page)

    _move(walker, page)
    _both_are_told(other, evening, member.email)

    _cancel(guest, link)
    walker.go(page)
    walker.follow("Who comes")
    walker.see("Mona Member")
    walker.see("Gustave Guest")
    walker.clean()


def _evening(days: int) -> dict[str, str]:
    """As a browser types it into the two fields: in the evening, for two hours."""
    day = (now() + timedelta(days=days)).date().isoformat()
    return {"It begins": f"{day}T19:00", "It ends": f"{day}T21:00"}


def _plan(host: Walker, movement: Community) -> None:
    host.go(f"/communities/{movement.slug}/events/")
    host.see("No gathering is planned yet.")
    host.press("Plan a gathering")
    host.fill("What it is called", "What do we want for the river?")
    for label, moment in _evening(12).items():
        host.fill(label, moment)
    host.press("Publish it")  # where is missing: it is said beside the field, and nothing is lost
    host.see("Say where")
    assert not Event.objects.exists()
    host.clean()
    host.fill("Where exactly", "The mill, upstairs")
    host.press("Publish it")
    host.see("It is published")
    host.see("The mill, upstairs")
    host.clean()


def _register_by_mail(guest: Walker, page: str) -> None:
    guest.go(page)
    guest.clean()
    guest.press("I am coming")
    guest.fill("Your name", "Gustave Guest")
    guest.fill("Your e-mail address", GUEST)
    guest.clean()
    guest.press("Send")
    guest.see("Look into your mailbox")
    guest.clean()
    deliver_pending()


def _link_mailed_to(email: str) -> str:
    (ticket,) = _mails_to(email)
    assert _part_of(ticket)[0] == "text/calendar; charset=utf-8; method=REQUEST"
    found = re.search(rf"{settings.SITE_URL}(/registrations/\S+/)", str(ticket.body))
    assert found, ticket.body
    return found.group(1)


def _change_to_maybe(guest: Walker, link: str) -> None:
    for _time in range(2):  # whatever opens links of mails changes nothing
        guest.go(link)
    guest.see("You are coming.")
    assert Registration.objects.get(email=GUEST).standing == Standing.GOING
    guest.clean()
    guest.unfold("Change your answer")
    guest.choose("maybe")
    guest.press("Save")
    guest.see("You may come")


def _come_in_one_tap(member: Walker, page: str) -> None:
    member.go(page)
    member.press("I am coming")
    member.see("You are coming.")
    member.clean()
    deliver_pending()
    member.go("/me/events/")
    member.see("What do we want for the river?")
    member.clean()


def _move(host: Walker, page: str) -> None:
    host.go(page)
    host.press("Change it")
    for label, moment in _evening(19).items():
        host.fill(label, moment)
    host.clean()
    host.press("Save")
    host.see("Everybody registered is told of the change.")
    mail.outbox.clear()
    for _time in range(2):  # the worker looks each minute; each is told once
        tell_what_changed()
        deliver_pending()


def _both_are_told(member: Walker, evening: Event, address: str) -> None:
    for email in (GUEST, address):
        moved = [one for one in _mails_to(email) if one.subject.startswith("It has moved")]
        assert len(moved) == 1, [one.subject for one in _mails_to(email)]
        kind, calendar = _part_of(moved[0])
        assert kind == "text/calendar; charset=utf-8; method=REQUEST"
        assert "SEQUENCE:1" in calendar
        assert evening.public_id in calendar
    member.go("/notices/")
    member.see("“What do we want for the river?” has moved")


def _cancel(guest: Walker, link: str) -> None:
    guest.go(link)
    guest.press("I am not coming")
    guest.see("Thank you for saying so.")
    guest.clean()
    assert Registration.objects.get(email=GUEST).standing == Standing.NOT


def _mails_to(email: str) -> list[Any]:
    return [one for one in mail.outbox if email in one.to]


def _part_of(message: Any) -> tuple[str, str]:
    """The kind of its calendar part, and what that says."""
    (part,) = message.attachments
    _name, text, kind = part
    return kind, text if isinstance(text, str) else text.decode()
