"""Needs that came up at a gathering: who says so, who reads it, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.models import Audience, Community
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions, rules
from essaim.events.models import CoHolder, Event, NeedBorn, State
from essaim.events.queries.born import born_of, gathering_named
from essaim.events.tests.factories import invite, make_event, make_host, make_registration
from essaim.events.tests.rooms import gathered, make_item, signed_in
from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.needs.actions import close_need
from essaim.needs.models import Need
from essaim.needs.tests.factories import make_need

pytestmark = pytest.mark.django_db
ASKED = {
    "title": "A hall for the next time",
    "what_for": "So that it goes on.",
    "deliverable": "There is one.",
    "minutes": 60,
    "people": 1,
    "remote": "remote",
    "language": "en",
}
TYPED = ASKED | {"kind": "help", "audience": "public"}


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def event(community: Community) -> Event:
    return gathered(community)


def seen(event: Event, member: Member | None = None) -> list[str]:
    """The titles of needs that this reader finds on its page."""
    reader = fresh_reader(member) if member else ANONYMOUS
    return [one.title for one in born_of(reader, Event.objects.get(pk=event.pk)).needs]


def test_a_member_posts_what_came_up_and_it_is_linked(community: Community, event: Event) -> None:
    member = member_of(community)
    need = actions.ask_help(member=member, event=event, community=community, **ASKED)
    assert NeedBorn.objects.get().need == need
    assert seen(event) == [need.title]
    row = FactRow.objects.get(kind="events.NeedBornHere")
    assert (row.audience, row.rung) == ("nobody", "none")
    assert row.details == {"event_id": event.pk, "need_id": need.pk}


def test_nothing_came_up_before_it_begins_nor_where_it_does_not_take_place(
    community: Community,
) -> None:
    member = member_of(community)
    need = make_need(community, member)
    past = now() - timedelta(hours=1)
    for event in (
        make_event(community),
        make_event(community, starts_at=past, state=State.CANCELLED, reason="Snow."),
        make_event(community, starts_at=past, hidden_at=now()),
    ):
        with pytest.raises(Refused):
            actions.link_need(member=member, event=event, need=need)
        with pytest.raises(Refused):
            actions.ask_help(member=member, event=event, community=community, **ASKED)
    assert Need.objects.count() == 1
    assert not NeedBorn.objects.exists()


def test_a_need_is_posted_only_where_the_gathering_is_held(event: Event) -> None:
    elsewhere, beside = community_factory(), community_factory()
    CoHolder.objects.create(event=event, community=beside, accepted_at=now())
    member = member_of(event.community, elsewhere, beside)
    with pytest.raises(Refused, match="does not hold"):
        actions.ask_help(member=member, event=event, community=elsewhere, **ASKED)
    actions.ask_help(member=member, event=event, community=beside, **ASKED)


def test_its_author_and_those_who_hold_it_link_a_need_and_nobody_else(
    community: Community, event: Event
) -> None:
    author, other, host = member_of(community), member_of(community), make_host(community)
    need = make_need(community, author)
    for stranger in (other, member_factory()):
        with pytest.raises(Refused, match="whoever posted"):
            actions.link_need(member=stranger, event=event, need=need)
    for member in (author, host):
        actions.link_need(member=member, event=event, need=need)
        with pytest.raises(Refused):
            actions.unlink_need(member=other, event=event, need=need)
        assert actions.unlink_need(member=member, event=event, need=need)
        assert not actions.unlink_need(member=member, event=event, need=need)
    assert FactRow.objects.filter(kind="events.NeedNotBornHere").count() == 2


def test_both_must_see_both(community: Community) -> None:
    """A host who may not read the need, an author who may not see the gathering."""
    inner = community_factory()
    few = gathered(community, openness="invited")
    author = member_of(community)
    need = make_need(community, author)
    with pytest.raises(Refused):
        actions.link_need(member=author, event=few, need=need)
    invite(few, author)
    actions.link_need(member=author, event=few, need=need)
    together = gathered(community)
    CoHolder.objects.create(event=together, community=inner, accepted_at=now())
    among = make_need(inner, member_of(inner), audience=Audience.MEMBERS)
    with pytest.raises(Refused):
        actions.link_need(member=make_host(community), event=together, need=among)


def test_only_what_is_still_looked_for_is_linked_once(community: Community, event: Event) -> None:
    author = member_of(community)
    need, over = make_need(community, author), make_need(community, author)
    close_need(member=author, need=over)
    with pytest.raises(Refused, match="only open needs"):
        actions.link_need(member=author, event=event, need=over)
    actions.link_need(member=author, event=event, need=need)
    for again in (event, gathered(community)):
        with pytest.raises(ValidationError, match="linked to a gathering already"):
            actions.link_need(member=author, event=again, need=need)
    assert FactRow.objects.filter(kind="events.NeedBornHere").count() == 1


def test_a_need_shows_to_whoever_may_read_it_and_hidden_to_nobody(
    community: Community, event: Event
) -> None:
    author = member_of(community)
    needs = [
        make_need(community, author, title="For all"),
        make_need(community, author, title="For members", audience=Audience.MEMBERS),
        make_need(community, author, title="Hidden", hidden_at=now()),
    ]
    for need in needs:
        NeedBorn.objects.create(event=event, need=need)
    assert seen(event) == seen(event, member_factory()) == ["For all"]
    assert seen(event, member_of(community)) == ["For all", "For members"]
    assert seen(event, make_host(community)) == seen(event, author) == ["For all", "For members"]


def test_each_need_says_what_became_of_it(community: Community, event: Event) -> None:
    author = member_of(community)
    need = actions.ask_help(member=author, event=event, community=community, **ASKED)
    (line,) = born_of(ANONYMOUS, event).needs
    assert (line.words, line.tone) == ("looked for", "now")
    close_need(member=author, need=need)
    (line,) = born_of(ANONYMOUS, event).needs
    assert (line.words, line.tone) == ("done", "good")


def test_the_page_leads_on_to_what_one_may_do(community: Community, event: Event) -> None:
    author = member_of(community)
    need = make_need(community, author)
    make_item(event, "Who pays?", kind="question", outcome="unanswered")
    Event.objects.filter(pk=event.pk).update(
        starts_at=now() - timedelta(hours=3), ends_at=now() - timedelta(hours=1)
    )
    page, asking = (
        reverse("event_born", args=[event.public_id]),
        reverse("event_need", args=[event.public_id, community.slug]),
    )
    assert page in signed_in(author).get(reverse("event", args=[event.public_id])).text
    shown = signed_in(author).get(page).text
    assert asking in shown
    assert need.title in shown
    shown = signed_in(member_factory()).get(page).text
    assert asking not in shown
    assert need.title not in shown
    assert Client().get(page).status_code == 302
    assert signed_in(author).post(page, {"need": need.public_id}).status_code == 302
    assert seen(event) == [need.title]
    unlink = reverse("event_need_unlink", args=[event.public_id, need.public_id])
    assert unlink in signed_in(author).get(page).text
    assert signed_in(author).post(unlink).status_code == 302
    assert seen(event) == []
    assert signed_in(author).post(unlink).status_code == 404


def test_a_form_that_is_wrong_leaves_nothing(community: Community, event: Event) -> None:
    address = reverse("event_need", args=[event.public_id, community.slug])
    client = signed_in(member_of(community))
    assert client.post(address, TYPED | {"title": ""}).status_code == 422
    assert client.post(address, TYPED | {"title": "Call 06 12 34 56 78"}).status_code == 422
    page = reverse("event_born", args=[event.public_id])
    assert client.post(page, {"need": "unknown"}).status_code == 422
    assert not Need.objects.exists()
    assert client.post(address, TYPED).status_code == 302
    assert seen(event) == [TYPED["title"]]


def test_a_question_that_stayed_open_is_a_title_to_begin_with(
    community: Community, event: Event
) -> None:
    address = reverse("event_born", args=[event.public_id])
    shown = signed_in(member_of(community)).get(address, {"title": "<b>Who & how?</b>"}).text
    assert "<b>Who" not in shown


def test_what_is_only_known_by_its_address_is_named_nowhere_else(community: Community) -> None:
    unlisted, among = gathered(community, openness="link"), gathered(community, openness="members")
    member, coming = member_of(community), member_of(community)
    make_registration(unlisted, coming)
    for reader, event, is_named in (
        (ANONYMOUS, unlisted, False),
        (fresh_reader(member), unlisted, False),
        (fresh_reader(coming), unlisted, True),
        (ANONYMOUS, among, False),
        (fresh_reader(member), among, True),
    ):
        assert (gathering_named(reader, event.pk) is not None) == is_named
    assert gathering_named(ANONYMOUS, None) is None


def test_a_need_outlives_the_account_of_who_linked_it(community: Community, event: Event) -> None:
    host = make_host(community)
    actions.link_need(member=host, event=event, need=make_need(community, member_of(community)))
    erase_member(member=host)
    assert NeedBorn.objects.get().by is None


def test_who_may_agrees_with_what_the_page_says(community: Community, event: Event) -> None:
    for member in (None, member_factory(), member_of(community), make_host(community)):
        reader = fresh_reader(member) if member else ANONYMOUS
        assert born_of(reader, event).may_say == bool(rules.may_say_born(reader, event))


@pytest.mark.parametrize("number", [1, 3])
def test_needs_cost_one_query(number: int, community: Community, event: Event) -> None:
    def cost(reader: Any) -> int:
        rules.holders(event)
        with CaptureQueriesContext(connection) as queries:
            assert len(born_of(reader, event).needs) == number
        return len(queries) - 1  # ideas

    for _ in range(number):
        NeedBorn.objects.create(event=event, need=make_need(community))
    assert cost(ANONYMOUS) == cost(fresh_reader(make_host(community))) == 1
