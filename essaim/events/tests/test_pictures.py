"""Pictures of a gathering: who adds and sees them, and what is kept of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.models import Community
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions, rules
from essaim.events.models import (
    MOST_PICTURES,
    MOST_PICTURES_EACH,
    Consent,
    Event,
    EventPicture,
    Standing,
    State,
)
from essaim.events.queries.pictures import pictures_for_page, pictures_in_short
from essaim.events.tests.factories import invite, make_event, make_host, make_registration
from essaim.events.tests.rooms import gathered, signed_in
from essaim.events.tests.shots import WHERE, make_picture, typed, upload
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now
from essaim.foundation.files import erase_what_was_dropped, sweep_orphans
from essaim.foundation.files.keeping import opened, path_of
from essaim.foundation.models import FactRow, StoredFile
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def event(community: Community) -> Event:
    return gathered(community)


def seeing(picture: EventPicture, *members: Member | None) -> list[bool]:
    """Whether each may see it; the rule, the list and the file's address always agree."""
    found = []
    for member in members:
        reader = fresh_reader(member) if member else ANONYMOUS
        one = EventPicture.objects.select_related("event__community").get(pk=picture.pk)
        sees = bool(rules.may_see_picture(reader, one))
        if rules.may_see_event(reader, one.event):
            assert rules.pictures_seen(reader, one.event).filter(pk=one.pk).exists() == sees
        client = signed_in(member) if member else Client()
        address = reverse("event_picture", args=[one.event.public_id, one.public_id])
        assert client.get(address).status_code == (200 if sees else 404)
        found.append(sees)
    return found


def test_who_came_adds_a_picture_and_nothing_of_it_is_kept_but_pixels(
    community: Community, event: Event
) -> None:
    member = make_registration(event).member
    assert member
    kept = actions.add_picture(member=member, event=event, **typed())
    assert (kept.consent, kept.consented_at) == (Consent.GIVEN, kept.created_at)
    assert WHERE.encode() in upload().read()
    content = opened(kept.file).read()
    assert content.startswith(b"RIFF")
    assert WHERE.encode() not in content
    assert b"EXIF" not in content
    row = FactRow.objects.get(kind="events.PictureAdded")
    assert (row.audience, row.rung) == ("nobody", "none")
    assert row.details == {"event_id": event.pk, "picture_id": kept.pk}


def test_those_who_hold_it_and_those_who_came_add_and_nobody_else(
    community: Community, event: Event
) -> None:
    maybe = make_registration(event, standing=Standing.MAYBE).member
    late = make_registration(event, standing=Standing.MAYBE, checked_in_at=now()).member
    for outsider in (member_of(community), maybe, member_factory()):
        assert outsider
        with pytest.raises(Refused, match="Those who came"):
            actions.add_picture(member=outsider, event=event, **typed())
    for insider in (late, make_host(community)):
        assert insider
        actions.add_picture(member=insider, event=event, **typed())
    assert EventPicture.objects.count() == 2
    assert StoredFile.objects.count() == 4  # each once more, small


def test_there_is_no_picture_of_what_has_not_begun_or_is_hidden(community: Community) -> None:
    host, past = make_host(community), now() - timedelta(hours=1)
    for event in (
        make_event(community),
        make_event(community, starts_at=past, state=State.CANCELLED, reason="Snow."),
        make_event(community, starts_at=past, hidden_at=now()),
    ):
        with pytest.raises(Refused):
            actions.add_picture(member=host, event=event, **typed())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"agreed": False}, "agreed"),
        ({"agreed": "no"}, "agreed"),
        ({"words": " "}, "words"),
        ({"words": "Call 06 12 34 56 78"}, "words"),
        ({"audience": "nobody"}, "audience"),
        ({"picture": None}, "picture"),
    ],
)
def test_without_consent_or_words_nothing_is_kept(
    community: Community, event: Event, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        actions.add_picture(member=make_host(community), event=event, **typed(**wrong))
    assert set(refusal.value.message_dict) == {field}
    assert not StoredFile.objects.exists()


def test_the_form_asks_for_consent(community: Community, event: Event) -> None:
    client = signed_in(make_host(community))
    address = reverse("event_picture_new", args=[event.public_id])
    without = typed()
    del without["agreed"]
    answer = client.post(address, without)
    assert answer.status_code == 422
    assert "Ask everyone" in answer.text
    assert client.post(address, typed(picture=upload().read()[:40])).status_code == 422
    assert not EventPicture.objects.exists()
    assert client.post(address, typed()).status_code == 302
    assert "A full hall." in Client().get(reverse("event", args=[event.public_id])).text


def test_the_database_keeps_words_and_consent(community: Community, event: Event) -> None:
    made = make_picture(event, make_host(community))
    for values in ({"words": ""}, {"consent": 9}):
        with pytest.raises(IntegrityError), transaction.atomic():
            EventPicture.objects.filter(pk=made.pk).update(**values)


def test_each_adds_twenty_at_most_and_a_gathering_shows_sixty(
    community: Community, event: Event
) -> None:
    host, other = make_host(community), make_host(community)
    for number in range(MOST_PICTURES_EACH):
        make_picture(event, host, number)
    with pytest.raises(ValidationError, match="You have added 20"):
        actions.add_picture(member=host, event=event, **typed())
    for number in range(MOST_PICTURES_EACH, MOST_PICTURES):
        make_picture(event, member_factory(), number)
    with pytest.raises(ValidationError, match="There are 60"):
        actions.add_picture(member=other, event=event, **typed())
    assert EventPicture.objects.count() == MOST_PICTURES


def test_a_picture_for_members_is_for_them_and_those_who_came(
    community: Community, event: Event
) -> None:
    host = make_host(community)
    guest = make_registration(event, member_factory()).member
    made = actions.add_picture(member=host, event=event, **typed(audience="members"))
    readers = (None, member_factory(), guest, member_of(community), host)
    assert seeing(made, *readers) == [False, False, True, True, True]
    EventPicture.objects.filter(pk=made.pk).update(audience="public")
    assert all(seeing(made, *readers))


def test_a_picture_is_never_for_more_than_the_gathering(community: Community) -> None:
    host, member, called = make_host(community), member_of(community), member_factory()
    among, few = gathered(community, openness="members"), gathered(community, openness="invited")
    invite(few, called)
    for event, sees in ((among, [False, False, True]), (few, [False, True, False])):
        with pytest.raises(ValidationError):
            actions.add_picture(member=host, event=event, **typed())
        made = actions.add_picture(member=host, event=event, **typed(audience="members"))
        assert seeing(made, None, called, member) == sees
        # Also where the gathering became one for fewer afterwards.
        EventPicture.objects.filter(pk=made.pk).update(audience="public")
        assert seeing(made, None, called, member) == sees


def test_a_hidden_gathering_hides_its_pictures(community: Community, event: Event) -> None:
    host, member = make_host(community), member_of(community)
    made = actions.add_picture(member=host, event=event, **typed())
    assert seeing(made, None, member, host) == [True, True, True]
    Event.objects.filter(pk=event.pk).update(hidden_at=now())
    assert seeing(made, None, member, host) == [False, False, True]


def test_its_file_is_asked_for_each_time_and_is_of_its_own_gathering(
    community: Community, event: Event
) -> None:
    made = actions.add_picture(member=make_host(community), event=event, **typed())
    address = reverse("event_picture", args=[event.public_id, made.public_id])
    answer = Client().get(address)
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "private, no-cache"
    other = gathered(community)
    assert Client().get(address.replace(event.public_id, other.public_id)).status_code == 404


def test_who_added_it_and_those_who_hold_it_delete_it_with_its_file(
    community: Community, event: Event
) -> None:
    uploader = make_registration(event).member
    assert uploader
    for member in (uploader, make_host(community)):
        made = actions.add_picture(member=uploader, event=event, **typed())
        path = path_of(made.file.name)
        with pytest.raises(Refused):
            actions.remove_picture(member=member_of(community), picture=made)
        address = reverse("event_picture_remove", args=[event.public_id, made.public_id])
        assert signed_in(member).post(address).status_code == 302
        assert not actions.remove_picture(member=member, picture=made)
        erase_what_was_dropped()
        assert not path.exists()
    assert not EventPicture.objects.exists()
    assert not StoredFile.objects.exists()


def test_an_erased_account_leaves_no_picture(community: Community, event: Event) -> None:
    uploader = make_registration(event).member
    assert uploader
    made = actions.add_picture(member=uploader, event=event, **typed())
    stays = actions.add_picture(member=make_host(community), event=event, **typed())
    erase_member(member=uploader)
    erase_what_was_dropped()
    assert list(EventPicture.objects.all()) == [stays]
    assert not path_of(made.file.name).exists()
    assert path_of(stays.file.name).exists()


def test_a_picture_that_is_shown_is_nobodys_orphan(community: Community, event: Event) -> None:
    actions.add_picture(member=make_host(community), event=event, **typed())
    with at(now() + timedelta(days=1)):
        assert sweep_orphans()[0] == 0


@pytest.mark.parametrize("number", [1, 7])
def test_pictures_cost_the_same_for_any_number(
    number: int, community: Community, event: Event
) -> None:
    host, came = make_host(community), make_registration(event, member_factory()).member
    for one in range(number):
        make_picture(event, host, one)
    for member, most in ((None, 1), (came, 2), (member_of(community), 2), (host, 1)):
        reader = fresh_reader(member) if member else ANONYMOUS
        fresh = Event.objects.select_related("community").get(pk=event.pk)
        rules.holders(fresh)
        with CaptureQueriesContext(connection) as queries:
            assert pictures_in_short(reader, fresh).total == number
        assert len(queries) <= most
        assert len(pictures_for_page(reader, fresh).shown) == number


def test_the_page_of_the_gathering_shows_a_few_with_their_size(
    community: Community, event: Event
) -> None:
    host = make_host(community)
    for number in range(MOST_PICTURES):
        make_picture(event, host, number)
    page = Client().get(reverse("event", args=[event.public_id]))
    assert page.text.count('loading="lazy"') == 4
    assert page.text.count('width="60" height="40"') == 4
    assert "All 60 pictures" in page.text
    assert Client().get(reverse("event_pictures", args=[event.public_id])).text.count("<img") == 60


def test_pages_that_show_several_show_small_ones_as_guarded_as_the_large(
    event: Event, client: Client
) -> None:
    host = make_host(event.community)
    made = actions.add_picture(member=host, event=event, **typed(audience="members"))
    assert max(made.small.width or 0, made.small.height or 0) <= 480
    address = reverse("event_picture_small", args=[event.public_id, made.public_id])
    assert client.get(address).status_code == 404
    client.force_login(host)
    assert client.get(address).status_code == 200
    page = client.get(reverse("event", args=[event.public_id])).content.decode()
    assert f'src="{address}"' in page
    files = [path_of(made.file.name), path_of(made.small.name)]
    actions.remove_picture(member=host, picture=made)
    erase_what_was_dropped()
    assert not any(one.exists() for one in files)
