"""Minutes: who writes and reads them, and that nobody's words are lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions, tasks
from essaim.events.actions import moderation
from essaim.events.forms.events import LinesField
from essaim.events.models import Event, Minutes, State
from essaim.events.tests.factories import given, make_event, make_host, make_registration
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now, today
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


def said(**values: Any) -> dict[str, Any]:
    return {
        "speaker": "Somebody from the river authority",
        "talk": "Where the water goes",
        "text": "The banks are **dry** in August.",
        "lessons": ["Ask those who fish.", "Come in the morning."],
        "decisions": ["We walk the river in March."],
        "wish": "To swim there.",
    } | values


def over(**values: Any) -> Event:
    starts_at = now() - timedelta(hours=3)
    return make_event(starts_at=starts_at, state=State.HELD, **values)


def page(event: Event, client: Client) -> str:
    response = client.get(reverse("event", args=[event.public_id]))
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_draft_is_for_those_who_hold_it_and_what_is_published_for_whoever_reads_it(
    client: Client,
) -> None:
    event = over()
    host = make_host(event.community)
    actions.write_minutes(member=host, event=event, version=0, **said())
    assert "Ask those who fish." not in page(event, client)
    client.force_login(host)
    assert "Ask those who fish." in page(event, client)
    client.logout()
    actions.publish_minutes(member=host, event=event)
    shown = page(event, client)
    for words in ("Ask those who fish.", "We walk the river in March.", "To swim there."):
        assert words in shown
    assert "<strong>dry</strong>" in shown


def test_only_those_who_hold_it_write_and_only_once_it_has_begun(client: Client) -> None:
    event = over()
    member = member_of(event.community)
    with pytest.raises(Refused):
        actions.write_minutes(member=member, event=event, version=0, **said())
    with pytest.raises(Refused):
        actions.publish_minutes(member=member, event=event)
    client.force_login(member)
    assert client.get(reverse("event_minutes", args=[event.public_id])).status_code == 403
    ahead = make_event(event.community)
    with pytest.raises(Refused, match="has not begun"):
        actions.write_minutes(member=make_host(event.community), event=ahead, version=0, **said())
    off = over(community=event.community)
    Event.objects.filter(pk=off.pk).update(state=State.CANCELLED, reason="Nobody came.")
    with pytest.raises(Refused, match="does not take place"):
        actions.write_minutes(member=make_host(event.community), event=off, version=0, **said())


def test_two_who_write_at_once_lose_nothing(client: Client) -> None:
    event = over()
    first, second = make_host(event.community), make_host(event.community)
    actions.write_minutes(member=first, event=event, version=0, **said(text="The first one’s."))
    client.force_login(second)
    address = reverse("event_minutes", args=[event.public_id])
    given = {"version": "0", "text": "The second one’s.", "decisions": "", "lessons": ""}
    response = client.post(address, given)
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Somebody else has changed the minutes" in shown
    assert "The first one’s." in shown
    assert "The second one’s." in shown
    assert Minutes.objects.get().text == "The first one’s."
    assert 'name="version" value="1"' in shown
    assert client.post(address, given | {"version": "1"}).status_code == 302
    assert Minutes.objects.get().text == "The second one’s."


def test_nothing_empty_is_published_nor_emptied_later() -> None:
    event = over()
    host = make_host(event.community)
    with pytest.raises(ValidationError, match="before others read it"):
        actions.publish_minutes(member=host, event=event)
    nothing = said(text="", lessons=[], decisions=[])
    minutes = actions.write_minutes(member=host, event=event, version=0, **nothing)
    with pytest.raises(ValidationError, match="before others read it"):
        actions.publish_minutes(member=host, event=event)
    minutes = actions.write_minutes(member=host, event=event, version=minutes.version, **said())
    actions.publish_minutes(member=host, event=event)
    with pytest.raises(ValidationError, match="before others read it"):
        actions.write_minutes(member=host, event=event, version=minutes.version, **nothing)
    assert Minutes.objects.get().text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lessons", ["A lesson."] * 9),
        ("decisions", ["x" * 301]),
        ("wish", "x" * 301),
        ("text", "x" * 8001),
        ("speaker", "somebody@example.org"),
    ],
)
def test_what_does_not_fit_is_said_by_field(name: str, value: Any) -> None:
    event = over()
    with pytest.raises(ValidationError) as caught:
        actions.write_minutes(
            member=make_host(event.community), event=event, version=0, **said(**{name: value})
        )
    assert list(caught.value.message_dict) == [name]
    assert not Minutes.objects.exists()


def test_everybody_registered_is_told_once_with_what_was_decided() -> None:
    event = over()
    host = make_host(event.community)
    mine = make_registration(event)
    guest = make_registration(event, member=None, email="guest@example.org", name="Guest")
    actions.write_minutes(member=host, event=event, version=0, **said())
    tasks.tell_what_changed()
    assert not mail.outbox
    for _twice in range(2):
        actions.publish_minutes(member=host, event=event)
    actions.write_minutes(member=host, event=event, version=1, **said(wish="To fish there."))
    for _twice in range(2):
        tasks.tell_what_changed()
    deliver_pending()
    assert mine.member
    assert sorted(one.to[0] for one in mail.outbox) == sorted(
        [str(mine.member.email), "guest@example.org"]
    )
    body = str(next(one for one in mail.outbox if one.to == ["guest@example.org"]).body)
    assert "We walk the river in March." in body
    assert guest.token in body
    assert not any(one.attachments for one in mail.outbox)
    assert Notice.objects.filter(kind="events.minutes", member=mine.member).count() == 1


def test_moderators_read_the_minutes_with_what_was_reported() -> None:
    event = over(community=community_factory())
    host = make_host(event.community)
    actions.write_minutes(member=host, event=event, version=0, **said(text="Something vile."))
    actions.publish_minutes(member=host, event=event)
    assert "Something vile." in moderation.thing_of(event).text


def test_the_api_tells_them_to_whom_the_page_does(client: Client) -> None:
    event = over()
    host = make_host(event.community)
    actions.write_minutes(member=host, event=event, version=0, **said())
    address = reverse("api:api_event", args=[event.public_id])
    assert client.get(address).json()["minutes"] is None
    actions.publish_minutes(member=host, event=event)
    told = client.get(address).json()["minutes"]
    assert told["decisions"] == ["We walk the river in March."]
    assert told["published_on"] == today().isoformat()


def test_what_came_of_a_gathering_does_not_come_before_it() -> None:
    event = make_event(starts_at=now() - timedelta(minutes=30))
    host = make_host(event.community)
    later = given(starts_at=now() + timedelta(days=2))
    actions.write_minutes(member=host, event=event, version=0, **said())
    with pytest.raises(ValidationError, match="something came of it"):
        actions.edit_event(member=host, event=event, **later)
    Minutes.objects.all().delete()
    assert actions.edit_event(member=host, event=event, **later).starts_at == later["starts_at"]


def test_what_has_just_ended_calls_nobody_to_the_door_and_nobody_is_coming_to_it(
    client: Client,
) -> None:
    begun, ended = now() - timedelta(hours=3), now() - timedelta(minutes=1)
    event = make_event(state=State.PUBLISHED, starts_at=begun, ends_at=ended)
    registered = make_registration(event)
    assert registered.member is not None
    shown = page(event, client)
    assert "This gathering is over." in shown
    assert "come to the door" not in shown
    client.force_login(registered.member)
    ahead = make_event(state=State.PUBLISHED)
    make_registration(ahead, member=registered.member)
    mine = client.get(reverse("my_events")).content.decode()
    assert event.title in mine
    assert ahead.title in mine
    assert mine.count("you are coming") == 1
    client.force_login(make_host(event.community))
    people = client.get(reverse("event_people", args=[event.public_id])).content.decode()
    assert "Who had registered" in people
    assert "is coming" not in people


def test_a_dash_typed_before_a_line_is_no_part_of_it() -> None:
    field = LinesField(longest=100)
    assert field.clean("- One\n• Two\nwell-being\n-5 degrees\n\n") == [
        *("One", "Two", "well-being", "-5 degrees")
    ]
