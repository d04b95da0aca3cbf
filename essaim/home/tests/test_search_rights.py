"""Whatever the world is like: what is found is what may be read."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from essaim.communities.models import Audience, Community
from essaim.communities.readers import ANONYMOUS
from essaim.communities.rules import may_see_community
from essaim.communities.tests.test_rules import A_COMMUNITY, A_TIE, make_reader, make_world
from essaim.discussions.models import Post, Thread
from essaim.foundation.clock import now
from essaim.home.tests.looking import found
from essaim.ideas.models import Debate, Idea
from essaim.ideas.rules import may_see_debate, may_see_idea

WORD = "tramway"

AN_IDEA = st.tuples(
    st.integers(min_value=0, max_value=5),
    st.sampled_from(Audience),
    st.booleans(),  # its debate is a draft
    st.sampled_from([None, "withdrawn_at", "hidden_at"]),
)


class WhatIsFoundIsWhatMayBeRead(TestCase):
    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(
        communities=st.lists(A_COMMUNITY, min_size=1, max_size=5),
        ties=st.lists(A_TIE, max_size=3),
        proposed=st.lists(AN_IDEA, min_size=1, max_size=5),
        is_anonymous=st.sampled_from([False, False, True]),
    )
    def test_in_random_worlds(
        self,
        communities: list[Any],
        ties: list[Any],
        proposed: list[Any],
        is_anonymous: bool,
    ) -> None:
        world = make_world(communities)
        for number, one in enumerate(world):
            one.purpose = f"{WORD} community {number}"
            one.save(update_fields=["purpose"])
        things = [made(world, number, *one) for number, one in enumerate(proposed)]
        reader = ANONYMOUS if is_anonymous else make_reader(world, ties)
        seen = found(reader, WORD)
        assert set(seen.get("community", [])) == {
            one.name for one in world if may_see_community(reader, one)
        }
        assert set(seen.get("debate", [])) == {
            debate.question for debate, _idea, _post in things if may_see_debate(reader, debate)
        }
        assert set(seen.get("idea", [])) == {
            idea.title for _debate, idea, _post in things if may_see_idea(reader, idea)
        }
        assert set(seen.get("post", [])) == {
            idea.title
            for _debate, idea, post in things
            if may_see_idea(reader, idea) and not (post.withdrawn_at or post.hidden_at)
        }


def made(world: list[Community], number: int, *told: Any) -> tuple[Debate, Idea, Post]:
    """A debate, an idea in it and a message about the idea, as the database would hold them."""
    where, audience, is_draft, gone = told
    community = world[where % len(world)]
    thread = Thread.objects.create(community=community, subject_kind="debate")
    promise: dict[str, Any] = {
        "closes_at": now() + timedelta(days=9),
        "support_threshold": 1,
        "answer_delay_days": 9,
        "answering_role": "elected",
        "answering_title": "mayor",
    }
    debate = Debate.objects.create(
        community=community,
        thread=thread,
        audience=audience,
        question=f"{WORD} debate {number}",
        opened_at=None if is_draft else now(),
        **promise,
    )
    thread = Thread.objects.create(community=community, subject_kind="idea", audience=audience)
    moments = {gone: now()} if gone else {}
    idea = Idea.objects.create(
        debate=debate, thread=thread, audience=audience, title=f"{WORD} {number}", **moments
    )
    post = Post.objects.create(thread=thread, text=f"A {WORD}.", **moments)
    return debate, idea, post
