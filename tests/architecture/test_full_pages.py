"""What a page costs that shows everything at once: no part of it asks for each of its rows.

Twelve queries at most for a signed-in member, from the session to the last row.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.models import Community, Kind
from essaim.communities.tests.factories import founder_factory
from essaim.discussions.actions import name_current, support_post, write_post
from essaim.discussions.models import Position, Post, Thread
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.ideas import actions as ideas
from essaim.ideas.models import Debate, Idea
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

Scene = Callable[[int], tuple[Member, str]]
MOST = 12


def talk(host: Member, thread_id: int, number: int) -> list[Post]:
    """Every position, with replies, found convincing across sides, and as many currents."""
    thread = Thread.objects.select_related("community").get(pk=thread_id)
    people = [make.make_person(thread.community) for _ in range(3)]
    ways = []
    for _ in range(number):
        posts = [
            write_post(member=member, thread=thread, text="So.", position=side)
            for member, side in zip(people, Position.values, strict=True)
        ]
        for post, other in zip(posts, reversed(people), strict=True):
            write_post(member=other, thread=thread, text="Why?", parent=post)
            if post.author_id != other.pk:
                support_post(member=other, post=post)
        name_current(member=host, thread=thread, name="Slowly", posts=posts)
        ways.append(posts[-1])
    return ways


def rich_idea(debate: Debate, host: Member, number: int) -> Idea:
    """Rewritten, merged with others, talked about, with other ways that became ideas."""
    author = make.make_person(debate.community)
    idea = make.propose(debate, author)
    make.support(idea, 2)
    for edition in range(number):
        ideas.edit_idea(member=author, idea=idea, title=f"A bus, {edition}", text="Better.")
        other = make.propose(debate)
        make.support(other)
        write_post(member=host, thread=other.thread, text="Yes.")
        make.merge(host, idea, other)
    for way in talk(host, idea.thread_id, number):
        assert way.author
        make.propose(debate, way.author, from_post=way)
    return idea


def an_open_idea(number: int) -> tuple[Member, str]:
    debate = make.make_debate()
    idea = rich_idea(debate, make.make_host(debate.community), number)
    reader = make.make_host(debate.community)
    ideas.support_idea(member=reader, idea=idea)
    return reader, reverse("idea", args=[idea.public_id])


def a_contested_idea(number: int) -> tuple[Member, str]:
    """Answered, promised, in a programme, contested; the reader may look at it again."""
    community = make.make_community()
    idea = adopted(community, number)
    assert idea.author
    ideas.contest_answer(member=idea.author, idea=idea, reasons="Nobody asked the night workers.")
    deliver_pending()
    return make.make_host(community), reverse("idea", args=[idea.public_id])


def an_adopted_idea(number: int) -> tuple[Member, str]:
    """The reader owes what was promised, and supported it."""
    idea = adopted(make.make_community(), number)
    reader = make.make_decider(idea.debate.community)
    return reader, reverse("idea", args=[idea.public_id])


def adopted(community: Community, number: int) -> Idea:
    host = make.make_host(community)
    with at(now() - timedelta(days=20)):
        debate = make.make_debate(community, closes_at=now() + timedelta(days=19))
        idea = rich_idea(debate, host, number)
        talk(host, debate.thread_id, number)
    make.close(debate)
    idea = Idea.objects.select_related("debate__community", "author").get(pk=idea.pk)
    make.adopt(idea, make.make_decider(community))
    deliver_pending()
    posts = Post.objects.filter(thread=idea.thread_id)
    for title in range(number):
        item = ideas.add_item(
            member=host, community=community, section=f"Part {title}", title=f"Buses {title}"
        )
        ideas.write_sentence(
            member=host,
            community=community,
            number=item.number,
            text="More.",
            ideas=[idea],
            posts=posts,
        )
    ideas.publish_programme(member=host, community=community)
    return idea


def an_idea_between_levels(number: int) -> tuple[Member, str]:
    """Carried here from below with what was said there, merged here, and carried on above."""
    top = make.make_community()
    middle = make.make_community(kind=Kind.CHAPTER, parent=top, ancestor_ids=[top.pk])
    bottom = make.make_community(
        kind=Kind.COMMITTEE, parent=middle, ancestor_ids=[top.pk, middle.pk]
    )
    with at(now() - timedelta(days=60)):
        low = make.make_debate(bottom, closes_at=now() + timedelta(days=19))
        idea = rich_idea(low, make.make_host(bottom), number)
    idea = carried(idea, make.close(low), middle, days=20)
    host = make.make_host(middle)
    with at(now() - timedelta(days=19)):
        for _ in range(number):
            make.merge(host, idea, make.propose(idea.debate))
        for way in talk(host, idea.thread_id, number):
            assert way.author
            make.propose(idea.debate, way.author, from_post=way)
    carried(idea, make.close(idea.debate), top, days=0)
    return host, reverse("idea", args=[idea.public_id])


def carried(idea: Idea, debate: Debate, above: Community, *, days: int) -> Idea:
    """This idea as it stands in a debate above that opened so many days ago."""
    sender = make.join(make.make_host(debate.community), above)
    with at(now() - timedelta(days=days)):
        target = make.make_debate(above, closes_at=now() + timedelta(days=days or 30))
        ideas.send_upward(
            member=sender, debate=debate, target=target, ideas=[idea], synthesis="All agree."
        )
    return Idea.objects.select_related("debate__community").get(carried_from=idea)


def a_split_idea(number: int) -> tuple[Member, str]:
    debate = make.make_debate()
    host = make.make_host(debate.community)
    idea = rich_idea(debate, host, number)
    make.split(host, idea, *(f"Part {part}" for part in range(number + 1)))
    return host, reverse("idea", args=[idea.public_id])


def an_open_debate(number: int) -> tuple[Member, str]:
    debate = make.make_debate()
    host = make.make_host(debate.community)
    for _ in range(number):
        rich_idea(debate, host, number)
    talk(host, debate.thread_id, number)
    return host, reverse("debate", args=[debate.community.slug, debate.public_id])


def an_answered_debate(number: int) -> tuple[Member, str]:
    idea = adopted(make.make_community(), number)
    debate, community = idea.debate, idea.debate.community
    return make.make_host(community), reverse("debate", args=[community.slug, debate.public_id])


def a_debate_that_received(number: int) -> tuple[Member, str]:
    """Of a community under another, with what came up to it and what it sent up."""
    host, address = an_idea_between_levels(number)
    idea = Idea.objects.select_related("debate__community").get(public_id=address.split("/")[-2])
    debate = idea.debate
    return host, reverse("debate", args=[debate.community.slug, debate.public_id])


def a_landing_page(number: int) -> tuple[Member, str]:
    """Of a community that stands under another, with all that may be shown; for its host."""
    above = make.make_community()
    community = make.make_community(kind=Kind.CHAPTER, parent=above, ancestor_ids=[above.pk])
    adopted(community, number)
    for _ in range(number):
        rich_idea(make.make_debate(community), make.make_host(community), number)
        below = [above.pk, community.pk]
        make.make_host(
            make.make_community(kind=Kind.COMMITTEE, parent=community, ancestor_ids=below)
        )
        founder_factory(community, confirmed_at=now())
    deliver_pending()
    return make.make_host(community), reverse("community", args=[community.slug])


def a_programme(number: int) -> tuple[Member, str]:
    community = make.make_community()
    adopted(community, number)
    return make.make_host(community), reverse("programme", args=[community.slug])


COSTS: list[tuple[Scene, int]] = [
    (an_open_idea, 12),
    (a_contested_idea, 12),
    (an_adopted_idea, 12),
    (an_idea_between_levels, 12),
    (a_split_idea, 12),
    (an_open_debate, 11),
    (an_answered_debate, 11),
    (a_debate_that_received, 11),
    (a_landing_page, 12),
    (a_programme, 12),
]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("scene", "cost"), COSTS, ids=lambda one: getattr(one, "__name__", ""))
def test_a_page_that_shows_everything_asks_at_most_twelve_times(
    scene: Scene, cost: int, number: int
) -> None:
    member, address = scene(number)
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    asked = "\n".join(query["sql"][:1000] for query in queries.captured_queries)
    assert len(queries) == cost, f"{len(queries)} instead of {cost}:\n{asked}"
    assert cost <= MOST
