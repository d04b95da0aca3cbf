"""Ideas that came up at a gathering: linked by who may, and read where both may be read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.models import Audience, Community
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.events.models import CoHolder, Event, State
from essaim.events.queries.born import born_for_page, born_of
from essaim.events.tests.factories import invite, make_event
from essaim.events.tests.rooms import gathered, signed_in
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.ideas.actions import hide_idea, withdraw_idea
from essaim.ideas.models import Debate, Idea
from essaim.ideas.queries import idea_for_page, idea_to_read
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

pytestmark = pytest.mark.django_db
TYPED = {"title": "A bus on Sundays", "text": "So that all can come.", "language": "en"}


@pytest.fixture
def community() -> Community:
    return make.make_community()


@pytest.fixture
def debate(community: Community) -> Debate:
    return make.make_debate(community)


@pytest.fixture
def event(community: Community) -> Event:
    return gathered(community)


def shown(event: Event, member: Member | None = None) -> list[str]:
    """The titles of ideas that this reader finds on the gathering's page."""
    reader = fresh_reader(member) if member else ANONYMOUS
    return [one.title for one in born_of(reader, event).ideas]


def new_idea(debate: Debate, event: Event | None = None) -> str:
    address = reverse("idea_new", args=[debate.community.slug, debate.public_id])
    return f"{address}?event={event.public_id}" if event else address


def test_an_idea_says_where_it_came_up_and_the_gathering_what_came_up(
    debate: Debate, event: Event
) -> None:
    client = signed_in(make.make_person(debate.community))
    form = client.get(new_idea(debate, event)).text
    assert event.title in form
    assert f"?event={event.public_id}" in form
    assert client.post(new_idea(debate, event), TYPED).status_code == 302
    idea = Idea.objects.get()
    assert idea.event == event
    page = Client().get(reverse("idea", args=[idea.public_id])).text
    assert "Born at" in page
    assert reverse("event", args=[event.public_id]) in page
    assert idea.title in Client().get(reverse("event", args=[event.public_id])).text
    row = FactRow.objects.get(kind="ideas.IdeaProposed")
    assert set(row.details) == {"idea_id", "debate_id"}


def test_a_gathering_that_cannot_be_named_is_left_out_and_the_form_says_so(
    debate: Debate, event: Event
) -> None:
    """The same sentence whatever the reason: it tells nothing of what one may not see."""
    client = signed_in(make.make_person(debate.community))
    few = gathered(debate.community, openness="invited", title="A secret evening")
    ahead, elsewhere = make_event(debate.community), gathered()
    titles = ("A bus on Sundays", "Lamps along the river", "Cheaper bread")
    for title, other in zip(titles, (few, ahead, elsewhere), strict=True):
        page = client.get(new_idea(debate, other)).text
        assert "will stand by itself" in page
        assert other.title not in page
        typed = TYPED | {"title": title}
        assert client.post(new_idea(debate, other), typed).status_code == 302
    assert "will stand by itself" in client.get(new_idea(debate) + "?event=nothing").text
    assert "will stand by itself" not in client.get(new_idea(debate)).text
    assert not Idea.objects.filter(event__isnull=False).exists()


def test_the_act_itself_decides_again(debate: Debate) -> None:
    member, past = make.make_person(debate.community), now() - timedelta(hours=1)
    few = gathered(debate.community, openness="invited")
    for other in (
        few,
        gathered(),
        make_event(debate.community),
        make_event(debate.community, starts_at=past, hidden_at=now()),
        make_event(debate.community, starts_at=past, state=State.CANCELLED, reason="Snow."),
    ):
        with pytest.raises(Refused):
            make.propose(debate, member, event=other)
    assert not Idea.objects.exists()
    invite(few, member)
    assert make.propose(debate, member, event=few).event == few


def test_a_community_that_holds_it_too_takes_what_came_up(debate: Debate) -> None:
    event = gathered()
    asked = CoHolder.objects.create(event=event, community=debate.community)
    member = make.make_person(debate.community)
    with pytest.raises(Refused):
        make.propose(debate, member, event=event)
    CoHolder.objects.filter(pk=asked.pk).update(accepted_at=now())
    make.propose(debate, member, event=event)


def test_an_ideas_page_names_no_gathering_that_its_reader_may_not_find(debate: Debate) -> None:
    member = make.make_person(debate.community)
    for openness, is_named in (("members", False), ("link", False), ("everyone", True)):
        event = gathered(debate.community, openness=openness)
        idea = make.propose(debate, member, event=event)
        page = Client().get(reverse("idea", args=[idea.public_id])).text
        assert (event.title in page, event.public_id in page) == (is_named, is_named)
    among = Event.objects.get(openness="members")
    page = signed_in(member).get(reverse("idea", args=[among.ideas.get().public_id])).text
    assert among.title in page
    Event.objects.update(hidden_at=now())
    assert "Born at" not in Client().get(reverse("idea", args=[idea.public_id])).text


def test_only_what_stands_and_may_be_read_is_on_the_page(community: Community) -> None:
    event, member = gathered(community), make.make_person(community)
    opened = make.make_debate(community)
    inner = make.make_debate(community, audience=Audience.MEMBERS)
    make.propose(opened, member, "For all", event=event)
    make.propose(inner, member, "For members", event=event)
    gone = make.propose(opened, member, "Withdrawn", event=event)
    withdraw_idea(member=member, idea=gone)
    hidden = make.propose(opened, member, "Hidden", event=event)
    host = make.make_host(community)
    hide_idea(member=host, idea=hidden, reason="Off the subject.")
    make.propose(opened, member, "From elsewhere")
    assert shown(event) == shown(event, make.make_member()) == ["For all"]
    assert shown(event, member) == shown(event, host) == ["For all", "For members"]


def test_each_idea_says_what_became_of_it_up_to_its_project(debate: Debate, event: Event) -> None:
    idea = make.propose(debate, event=event)
    make.support(idea, 2)
    (line,) = born_of(ANONYMOUS, event).ideas
    assert line.words == "in debate"
    make.close(debate)
    (line,) = born_of(ANONYMOUS, event).ideas
    assert "answer due" in line.words
    make.adopt(make.fresh(idea), make.make_decider(debate.community))
    (line,) = born_of(ANONYMOUS, event).ideas
    assert (line.words, line.tone) == ("Adopted", "good")
    deliver_pending()
    author = make.fresh(idea).author
    assert author
    (line,) = born_of(fresh_reader(author), event).ideas
    assert (line.words, line.tone) == ("A project to take up", "now")


def test_the_page_offers_the_open_debates_of_those_who_hold_it(
    debate: Debate, event: Event
) -> None:
    community = debate.community
    beside, elsewhere = make.make_debate(), make.make_debate()
    make.make_draft(community)
    CoHolder.objects.create(event=event, community=beside.community, accepted_at=now())
    member = make.make_person(community)
    make.join(member, beside.community)
    make.join(member, elsewhere.community)
    ways = born_for_page(fresh_reader(member), event).proposing
    assert {one.url for one in ways} == {new_idea(debate, event), new_idea(beside, event)}
    for stranger in (make.make_member(), make.make_person(elsewhere.community)):
        assert not born_for_page(fresh_reader(stranger), event).proposing
    client = signed_in(member)
    for way in ways:
        assert event.title in client.get(way.url).text
    with at(now() + timedelta(days=60)):
        assert not born_for_page(fresh_reader(member), event).proposing


def test_a_question_that_stayed_open_begins_an_idea(debate: Debate, event: Event) -> None:
    client = signed_in(make.make_person(debate.community))
    page = client.get(reverse("event_born", args=[event.public_id]), {"title": "Who & how?"}).text
    address = f"{new_idea(debate, event)}&title=Who+%26+how%3F"
    assert address.replace("&", "&amp;") in page
    assert 'value="Who &amp; how?"' in client.get(address).text


@pytest.mark.parametrize("number", [1, 3])
def test_ideas_and_debates_cost_one_query_each(number: int, community: Community) -> None:
    event, member = gathered(community), make.make_person(community)
    for _ in range(number):
        make.propose(make.make_debate(community), member, event=event)
    reader = fresh_reader(member)
    fresh = Event.objects.select_related("community").get(pk=event.pk)
    fresh.__dict__["_holders"] = [fresh.community]
    with CaptureQueriesContext(connection) as queries:
        assert len(born_of(reader, fresh).ideas) == number
    assert len(queries) == 2  # and the needs
    with CaptureQueriesContext(connection) as queries:
        assert len(born_for_page(reader, fresh).proposing) == number
    assert len(queries) == 4  # and the agenda


def test_an_ideas_page_asks_once_more_where_it_came_up_somewhere(
    debate: Debate, event: Event
) -> None:
    costs = []
    for one in (make.propose(debate), make.propose(debate, event=event)):
        read = idea_to_read(ANONYMOUS, one.public_id)
        with CaptureQueriesContext(connection) as queries:
            idea_for_page(ANONYMOUS, read)
        costs.append(len(queries))
    assert costs[1] == costs[0] + 1


def test_an_idea_outlives_the_gathering(debate: Debate, event: Event) -> None:
    idea = make.propose(debate, event=event)
    event.delete()
    assert Idea.objects.get(pk=idea.pk).event is None
