"""The calendar parts of mails: who sends, whom it is sent to, and nobody else."""

from datetime import timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.calendar import Answer, Method, Party, calendar_part
from essaim.events.models import Event, Registration, Standing
from essaim.events.tests.factories import given as said
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.events.tests.test_calendar import ENTRY
from essaim.foundation import clock
from essaim.foundation.clock import now

NAMES = ("ATTENDEE", "ORGANIZER")


def people(part: bytes) -> dict[str, list[str]]:
    """The properties that name somebody, by name, as lines without folds."""
    lines = part.replace(b"\r\n ", b"").decode().split("\r\n")
    named = {name: [one for one in lines if one.startswith(name)] for name in NAMES}
    assert sum(one.count("mailto:") for one in lines) == sum(map(len, named.values()))
    return named


@settings(max_examples=150)
@given(st.text(), st.sampled_from(list(Answer)))
def test_a_name_cannot_break_out(name: str, answer: Answer) -> None:
    host, guest = Party("essaim@example.org", name), Party("zoe@example.org", name, answer)
    for method in (Method.REQUEST, Method.CANCEL):
        part = calendar_part(ENTRY, method, organizer=host, attendee=guest)
        found = people(part)
        assert [len(one) for one in found.values()] == [1, 1]
        (event,) = icalendar.Calendar.from_ical(part).walk("VEVENT")
        assert str(event["ORGANIZER"]) == "mailto:essaim@example.org"
        assert str(event["ATTENDEE"]) == "mailto:zoe@example.org"
        assert event["ATTENDEE"].params["PARTSTAT"] == answer.value
        assert set(event.keys()) == {*plain(), *NAMES}


def plain() -> set[str]:
    (event,) = icalendar.Calendar.from_ical(calendar_part(ENTRY, Method.REQUEST)).walk("VEVENT")
    return set(event.keys())


@pytest.mark.parametrize(
    "name",
    [
        'Zoé" :mailto:mallory@example.org',
        "Zoé\r\nATTENDEE:mailto:mallory@example.org",
        "Zoé\nBEGIN:VALARM",
        'A;CN="B":C,D^n^\'',
        "\u2028ATTENDEE\u2029",
    ],
)
def test_known_tricks_with_names(name: str) -> None:
    part = calendar_part(ENTRY, "REQUEST", attendee=Party("zoe@example.org", name))
    (event,) = icalendar.Calendar.from_ical(part).walk("VEVENT")
    assert str(event["ATTENDEE"]) == "mailto:zoe@example.org"
    assert not event.subcomponents
    assert part.count(b"\r\nATTENDEE") == 1


@pytest.mark.parametrize(
    "email",
    [
        *("", "zoe", "a@b@c", "zoe@example.org\r\nX:1", "zoe @example.org", "a,b@example.org"),
        *("zoe@example.org;x", '"zoe"@example.org', "zoe@exam\u200bple.org"),
    ],
)
def test_what_is_no_address_is_nobody(email: str) -> None:
    with pytest.raises(ValueError, match="email"):
        Party(email)


@pytest.mark.django_db
def test_a_mail_names_its_recipient_alone_and_the_site_as_organiser(
    mailoutbox: list[Any], settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Essaim <essaim@site.example>"
    community = community_factory(name='Les "Essaimeurs"')
    host = make_host(community, email="host@example.org")
    event = make_event(community, created_by=host, starts_at=now() + timedelta(days=9))
    others = [member_of(community) for _ in range(2)]
    registrations = [make_registration(event, one) for one in others]
    registrations.append(make_registration(event, standing=Standing.MAYBE))
    with clock.at(now() + timedelta(hours=1)):
        actions.cancel_event(member=host, event=event, reason="Snow.")
        for pending in actions.pending():
            actions.tell_everybody(pending)
    assert len(mailoutbox) == 3
    for mail in mailoutbox:
        _name, content, kind = mail.attachments[0]
        assert "method=CANCEL" in kind
        found = people(content.encode())
        assert [len(one) for one in found.values()] == [1, 1]
        assert found["ATTENDEE"][0].endswith(f"mailto:{mail.to[0]}")
        assert found["ORGANIZER"] == ['ORGANIZER;CN="Les ’Essaimeurs’":mailto:essaim@site.example']
    assert {registration.event_id for registration in registrations} == {event.pk}


@pytest.mark.django_db
def test_what_the_recipient_said_stands_in_the_part(mailoutbox: list[Any]) -> None:
    community = community_factory()
    event = make_event(community)
    for standing, expected in (("going", "ACCEPTED"), ("maybe", "TENTATIVE")):
        row = actions.register(member=member_of(community), event=event, answer=standing)
        assert _part(mailoutbox, row)["ATTENDEE"].params["PARTSTAT"] == expected
    full = make_event(community, capacity=1)
    make_registration(full)
    waits = actions.register(member=member_of(community), event=full)
    actions.send_ticket(registration_id=waits.pk)
    assert not mailoutbox[-1].attachments


def _part(mailoutbox: list[Any], registration: Registration) -> Any:
    actions.send_ticket(registration_id=registration.pk)
    _name, content, kind = mailoutbox[-1].attachments[0]
    assert "method=REQUEST" in kind
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return event


@pytest.mark.django_db
def test_an_evening_of_a_series_keeps_its_name_in_calendars_when_it_goes_over_to_another(
    mailoutbox: list[Any],
) -> None:
    community = community_factory()
    host = make_host(community)
    series = actions.plan_series(
        member=host, community=community, is_published=True, repeat="weekly", **said()
    )
    evening = series.evenings.order_by("starts_at")[1]
    row = make_registration(evening, member_of(community))
    before = _part(mailoutbox, row)
    later = evening.starts_at + timedelta(days=1)
    actions.change_following(member=host, event=evening, repeat="weekly", **said(starts_at=later))
    after = _part(mailoutbox, row)
    assert before["UID"] == after["UID"] == f"{evening.public_id}@essaim"
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert Event.objects.get(pk=evening.pk).starts_at == later
