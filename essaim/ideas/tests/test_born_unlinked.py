"""That an idea came up at a gathering is taken back by its author, or by those who hold it."""

from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.models import Audience, Community
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.events.models import CoHolder, Event
from essaim.events.queries.born import born_of
from essaim.events.tests.rooms import gathered, signed_in
from essaim.events.tests.test_seats_races import at_once
from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.ideas import rules
from essaim.ideas.actions import unlink_idea
from essaim.ideas.models import Debate, Idea
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return make.make_community()


@pytest.fixture
def debate(community: Community) -> Debate:
    return make.make_debate(community)


@pytest.fixture
def event(community: Community) -> Event:
    return gathered(community)


def unlinking(idea: Idea) -> str:
    return reverse("idea_not_born", args=[idea.public_id])


def test_its_author_and_those_who_hold_it_say_that_it_was_not_born_there(
    community: Community, debate: Debate, event: Event
) -> None:
    author, host = make.make_person(community), make.make_host(community)
    for member, title in ((author, "A bus on Sundays"), (host, "Lamps along the river")):
        idea = make.propose(debate, author, title, event=event)
        client = signed_in(member)
        assert unlinking(idea) in client.get(reverse("event_born", args=[event.public_id])).text
        assert unlinking(idea) in client.get(reverse("idea", args=[idea.public_id])).text
        assert client.get(unlinking(idea)).status_code == 405
        answer = client.post(unlinking(idea))
        assert answer["Location"] == reverse("event", args=[event.public_id]) + "#born"
        idea.refresh_from_db()
        assert (idea.event, idea.title) == (None, title)
        assert title not in Client().get(reverse("event", args=[event.public_id])).text
        page = client.get(reverse("idea", args=[idea.public_id])).text
        assert "Born at" not in page
        assert unlinking(idea) not in page
        row = FactRow.objects.filter(kind="ideas.IdeaNotBornHere").latest("pk")
        assert (row.actor_id, row.audience, row.rung) == (member.pk, "nobody", "none")
        details = {"event_id": event.pk, "idea_id": idea.pk, "debate_id": debate.pk}
        assert row.details == details
        assert client.post(unlinking(idea)).status_code == 403


def test_nobody_else_does_and_finds_no_button(
    community: Community, debate: Debate, event: Event
) -> None:
    idea = make.propose(debate, event=event)
    elsewhere = make.make_host(make.make_community())
    for member in (make.make_person(community), make.make_member(), elsewhere):
        with pytest.raises(Refused, match="whoever proposed"):
            unlink_idea(member=member, idea=idea)
        client = signed_in(member)
        for page in (
            reverse("event_born", args=[event.public_id]),
            reverse("idea", args=[idea.public_id]),
        ):
            assert unlinking(idea) not in client.get(page).text
    assert not rules.may_unlink_idea(ANONYMOUS, idea)
    assert Idea.objects.get().event == event


def test_whoever_may_not_does_not_learn_whether_it_is_linked(
    community: Community, debate: Debate
) -> None:
    secret = gathered(community, openness="invited")
    host = make.make_host(community)
    linked = make.propose(debate, host, "A bus on Sundays", event=secret)
    alone = make.propose(debate, title="Lamps along the river")
    client = signed_in(make.make_person(community))
    told = []
    for idea in (linked, alone):
        answer = client.post(unlinking(idea))
        told.append((answer.status_code, answer.text.replace(idea.public_id, "")))
        with pytest.raises(Refused, match="whoever proposed"):
            unlink_idea(member=make.make_person(community), idea=idea)
    assert [status for status, _text in told] == [403, 403]
    assert ("no gathering" in told[0][1]) == ("no gathering" in told[1][1])


def test_who_holds_it_together_says_so_and_only_of_what_they_may_read(
    community: Community, event: Event
) -> None:
    beside = make.make_community()
    CoHolder.objects.create(event=event, community=beside, accepted_at=now())
    other = make.make_host(beside)
    opened = make.propose(make.make_debate(community), event=event)
    inner = make.propose(make.make_debate(community, audience=Audience.MEMBERS), event=event)
    with pytest.raises(Refused):
        unlink_idea(member=other, idea=inner)
    assert signed_in(other).post(unlinking(inner)).status_code == 404
    unlink_idea(member=other, idea=opened)
    assert Idea.objects.get(pk=inner.pk).event == event


def test_the_button_stands_where_the_rule_says_so(
    community: Community, debate: Debate, event: Event
) -> None:
    author = make.make_person(community)
    idea = make.propose(debate, author, event=event)
    for member in (None, author, make.make_person(community), make.make_host(community)):
        reader = fresh_reader(member) if member else ANONYMOUS
        (line,) = born_of(reader, Event.objects.get(pk=event.pk)).ideas
        assert bool(line.unlink) == bool(rules.may_unlink_idea(reader, idea))


def test_whoever_wrote_it_says_so_also_of_a_gathering_that_they_no_longer_see(
    community: Community, debate: Debate, event: Event
) -> None:
    author = make.make_person(community)
    idea = make.propose(debate, author, event=event)
    Event.objects.filter(pk=event.pk).update(hidden_at=now())
    answer = signed_in(author).post(unlinking(idea))
    assert answer["Location"] == reverse("idea", args=[idea.public_id])
    assert Idea.objects.get().event is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_say_so_at_once_one_does_it(
    community: Community, debate: Debate, event: Event
) -> None:
    author, host = make.make_person(community), make.make_host(community)
    idea = make.propose(debate, author, event=event)

    def say(member: Member) -> bool:
        unlink_idea(member=member, idea=idea)
        return True

    assert sum(at_once([partial(say, author), partial(say, host)])) == 1
    assert FactRow.objects.filter(kind="ideas.IdeaNotBornHere").count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_buttons_of_those_who_hold_it_cost_nothing_more(
    number: int, community: Community, debate: Debate, event: Event
) -> None:
    for _ in range(number):
        make.propose(debate, event=event)
    reader = fresh_reader(make.make_host(community))
    fresh = Event.objects.select_related("community").get(pk=event.pk)
    fresh.__dict__["_holders"] = [fresh.community]
    with CaptureQueriesContext(connection) as queries:
        assert all(one.unlink for one in born_of(reader, fresh).ideas)
    assert len(queries) == 2  # and the needs
