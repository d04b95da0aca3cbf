"""« I am on it and do not want this »: at once, by anybody who sees it, without a name."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import Consent, Event, EventPicture
from essaim.events.queries.events import event_named
from essaim.events.queries.pictures import pictures_for_page, pictures_in_short
from essaim.events.tests.factories import make_host, make_registration
from essaim.events.tests.rooms import gathered, signed_in
from essaim.events.tests.shots import typed
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.outreach.models import Notice
from essaim.outreach.queries import notices_for_page

pytestmark = pytest.mark.django_db
AGAIN: dict[str, Any] = {"reason": "agreed", "agreed": True}


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def host(community: Community) -> Member:
    return make_host(community)


@pytest.fixture
def event(community: Community) -> Event:
    return gathered(community)


@pytest.fixture
def picture(event: Event) -> EventPicture:
    uploader = make_registration(event).member
    assert uploader
    return actions.add_picture(member=uploader, event=event, **typed())


def address(picture: EventPicture, act: str = "event_picture_object") -> str:
    return reverse(act, args=[picture.event.public_id, picture.public_id])


def file_status(picture: EventPicture, member: Member | None) -> int:
    client = signed_in(member) if member else Client()
    return client.get(address(picture, "event_picture")).status_code


def told(member: Member) -> list[str]:
    deliver_pending()
    return [one.text for one in notices_for_page(fresh_reader(member)).items]


@pytest.mark.parametrize("is_known", [True, False])
def test_one_tap_and_it_is_out_of_sight(
    picture: EventPicture, community: Community, host: Member, *, is_known: bool
) -> None:
    client = signed_in(member_factory()) if is_known else Client()
    page = client.get(address(picture))
    assert page.status_code == 200
    assert "no name" in page.text
    assert not EventPicture.objects.filter(objected_at__isnull=False).exists()
    answer = client.post(address(picture), follow=True)
    assert "out of sight" in answer.text
    uploader = picture.uploader
    readers = (None, member_factory(), member_of(community), uploader, host)
    assert [file_status(picture, one) for one in readers] == [404, 404, 404, 200, 200]
    for one in readers:
        reader = fresh_reader(one) if one else ANONYMOUS
        event = event_named(reader, picture.event.public_id)
        assert event
        assert pictures_in_short(reader, event).total == 0
        assert len(pictures_for_page(reader, event).objected) == (one in (uploader, host))


def test_who_said_no_is_kept_nowhere(picture: EventPicture) -> None:
    member = member_factory()
    assert actions.object_to_picture(member=member, picture=picture)
    row = FactRow.objects.get(kind="events.PictureObjected")
    assert (row.actor_id, row.audience) == (None, "nobody")
    assert set(row.details) == {"event_id", "picture_id"}


def test_said_twice_it_is_answered_twice_and_noted_once(picture: EventPicture) -> None:
    for _ in range(2):
        assert Client().post(address(picture)).status_code == 302
    assert FactRow.objects.filter(kind="events.PictureObjected").count() == 1
    assert Client().get(address(picture)).status_code == 404


def test_nobody_says_no_to_what_they_may_not_see(picture: EventPicture) -> None:
    EventPicture.objects.filter(pk=picture.pk).update(audience="members")
    stranger = member_factory()
    assert Client().post(address(picture)).status_code == 404
    assert signed_in(stranger).post(address(picture)).status_code == 404
    for member in (None, stranger):
        with pytest.raises(Refused):
            actions.object_to_picture(member=member, picture=picture)
    assert not FactRow.objects.filter(kind="events.PictureObjected").exists()


def test_no_address_empties_many_galleries(community: Community, picture: EventPicture) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    for number in range(20):
        assert client.post(address(picture)).status_code == 302, number
    EventPicture.objects.update(objected_at=None)
    assert client.post(address(picture)).status_code == 429
    assert not EventPicture.objects.get().objected_at
    assert Client(REMOTE_ADDR="192.0.2.8").post(address(picture)).status_code == 302


def test_those_who_hold_it_are_told_until_it_is_settled(
    picture: EventPicture, host: Member, community: Community
) -> None:
    actions.object_to_picture(member=None, picture=picture)
    (words,) = told(host)
    assert picture.event.title in words
    assert set(Notice.objects.filter(kind="events.picture_objected").values_list("member")) == {
        (host.pk,)
    }
    actions.show_again(member=host, picture=picture, **AGAIN)
    assert told(host) == []
    with at(now() + timedelta(hours=1)):
        actions.object_to_picture(member=None, picture=picture)
        assert len(told(host)) == 1
        actions.remove_picture(member=host, picture=picture)
        assert told(host) == []


def test_it_is_shown_again_with_a_reason_and_a_new_consent(
    picture: EventPicture, host: Member
) -> None:
    with pytest.raises(Refused, match="shown already"):
        actions.show_again(member=host, picture=picture, **AGAIN)
    actions.object_to_picture(member=None, picture=picture)
    for wrong, field in (
        (AGAIN | {"agreed": False}, "agreed"),
        (AGAIN | {"reason": ""}, "reason"),
        (AGAIN | {"reason": "It is a nice one."}, "reason"),
    ):
        with pytest.raises(ValidationError) as refusal:
            actions.show_again(member=host, picture=picture, **wrong)
        assert set(refusal.value.message_dict) == {field}
    assert EventPicture.objects.get().objected_at
    with at(now() + timedelta(days=1)):
        actions.show_again(member=host, picture=picture, **AGAIN)
    picture.refresh_from_db()
    assert picture.objected_at is None
    assert picture.consent == Consent.GIVEN_AGAIN
    assert picture.consented_at > picture.created_at
    row = FactRow.objects.get(kind="events.PictureShownAgain")
    assert (row.actor_id, row.details["reason"]) == (host.pk, "agreed")
    assert actions.object_to_picture(member=None, picture=picture)


def test_only_those_who_hold_it_show_it_again(picture: EventPicture, community: Community) -> None:
    actions.object_to_picture(member=None, picture=picture)
    for member in (picture.uploader, member_of(community)):
        with pytest.raises(Refused):
            actions.show_again(member=member, picture=picture, **AGAIN)


def test_the_form_asks_those_who_hold_it_again(picture: EventPicture, host: Member) -> None:
    actions.object_to_picture(member=None, picture=picture)
    client, where = signed_in(host), address(picture, "event_picture_show")
    assert client.get(where).status_code == 200
    assert client.post(where, {"reason": "agreed"}).status_code == 422
    assert signed_in(picture.uploader).get(where).status_code == 403
    assert file_status(picture, None) == 404
    assert client.post(where, {"reason": "agreed", "agreed": "on"}).status_code == 302
    assert file_status(picture, None) == 200


def test_what_is_deleted_is_neither_said_no_to_nor_shown_again(
    picture: EventPicture, host: Member
) -> None:
    actions.remove_picture(member=picture.uploader, picture=EventPicture.objects.get())
    assert not actions.object_to_picture(member=None, picture=picture)
    with pytest.raises(ValidationError, match="gone"):
        actions.show_again(member=host, picture=picture, **AGAIN)
