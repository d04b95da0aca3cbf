from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from essaim.communities.models import Audience, Community, Role, Visibility
from essaim.communities.readers import ANONYMOUS, Reader, fresh_reader
from essaim.discussions import rules as discussion_rules
from essaim.discussions.actions import write_post
from essaim.foundation.clock import at, now
from essaim.ideas import actions, queries, rules
from essaim.ideas.models import Debate, Decision, Idea
from essaim.ideas.tests import factories as make

pytestmark = pytest.mark.django_db


def queries_of(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def fill(debate: Debate, ideas: int) -> None:
    for _ in range(ideas):
        idea = make.propose(debate)
        make.support(idea, 2)
        write_post(member=make.make_person(debate.community), thread=idea.thread, text="Yes.")


@pytest.mark.parametrize("ideas", [1, 3])
def test_a_page_of_ideas_costs_one_query(ideas: int) -> None:
    debate = make.make_debate()
    fill(debate, ideas)
    debate = make.close(debate)
    reader = fresh_reader(make.make_person(debate.community))
    assert queries_of(lambda: queries.ideas_for_list(reader, debate)) == 1
    assert len(queries.ideas_for_list(reader, debate).items) == ideas


@pytest.mark.parametrize("debates", [1, 3])
def test_a_page_of_debates_costs_one_query(debates: int) -> None:
    community = make.make_community()
    host = make.make_host(community)
    for _ in range(debates):
        fill(make.make_debate(community, host), 1)
    assert queries_of(lambda: queries.debates_for_list(ANONYMOUS, community)) == 1


@pytest.mark.parametrize("ideas", [1, 3])
def test_the_desk_costs_two_queries(ideas: int) -> None:
    debate = make.make_closed(ideas=ideas)
    reader = fresh_reader(make.make_decider(debate.community))
    assert queries_of(lambda: queries.answers_for_page(reader, debate.community)) == 2
    assert len(queries.answers_for_page(reader, debate.community)) == ideas


@pytest.mark.parametrize("ideas", [1, 3])
def test_the_page_of_a_debate_costs_the_same_whatever_its_ideas(ideas: int, client: Client) -> None:
    debate = make.make_debate()
    fill(debate, ideas)
    address = reverse("debate", args=[debate.community.slug, debate.public_id])
    assert queries_of(lambda: client.get(address)) == 7


@pytest.mark.parametrize("ideas", [1, 3])
def test_the_page_of_an_idea_costs_the_same_whatever_was_said(ideas: int, client: Client) -> None:
    debate = make.make_debate()
    idea = make.propose(debate)
    for _ in range(ideas):
        write_post(member=make.make_person(debate.community), thread=idea.thread, text="Yes.")
    address = reverse("idea", args=[idea.public_id])
    assert queries_of(lambda: client.get(address)) == 5


def test_ideas_come_newest_first_or_most_supported_first_page_by_page() -> None:
    debate = make.make_debate()
    ideas = [make.propose(debate) for _ in range(5)]
    make.support(ideas[1], 3)
    make.support(ideas[3], 1)
    for order, expected in (
        ("new", [4, 3, 2, 1, 0]),
        ("supported", [1, 3, 4, 2, 0]),
    ):
        found: list[str] = []
        after: str | None = None
        while True:
            page = queries.ideas_for_list(ANONYMOUS, debate, order=order, after=after, size=2)
            found += [line.public_id for line in page.items]
            after = page.next
            if after is None:
                break
        assert found == [ideas[index].public_id for index in expected]


def test_ideas_are_narrowed_by_what_became_of_them_and_by_category() -> None:
    debate = make.make_debate(support_threshold=1, answer_delay_days=10)
    adopted, refused, waiting, below = (make.propose(debate) for _ in range(4))
    for idea in (adopted, refused, waiting):
        make.support(idea, 1)
    Idea.objects.filter(pk=below.pk).update(category="Transport")
    debate = make.close(debate)
    decider = make.make_decider(debate.community)
    make.adopt(adopted, decider)
    actions.answer_idea(
        member=decider, idea=refused, decision=Decision.NOT_ADOPTED, reasons="Too dear."
    )

    def titles(**narrowed: Any) -> set[str]:
        page = queries.ideas_for_list(ANONYMOUS, debate, **narrowed)
        return {line.title for line in page.items}

    assert titles(fate="adopted") == {adopted.title}
    assert titles(fate="not_adopted") == {refused.title}
    assert titles(fate="waiting") == {waiting.title, below.title}
    assert titles(fate="late") == set()
    with at(now() + timedelta(days=90)):
        assert titles(fate="late") == {waiting.title, below.title}
    assert titles(category="Transport") == {below.title}
    assert titles(fate="nonsense") == titles()


def test_similar_ideas_are_those_of_the_same_debate_that_one_may_see() -> None:
    debate = make.make_debate()
    near = make.propose(debate, title="Un bus le dimanche entre Nay et Pau")
    make.propose(debate, title="Planter des haies")
    hidden = make.propose(debate, title="Un bus le dimanche de Nay à Pau")
    moderator = make.entrust(make.make_member(), debate.community, Role.MODERATOR)
    actions.hide_idea(member=moderator, idea=hidden, reason="Twice.")
    elsewhere = make.make_debate(debate.community)
    make.propose(elsewhere, title="Un bus le dimanche entre Nay et Pau")
    found = queries.similar_ideas(ANONYMOUS, debate, "bus du dimanche, Nay-Pau")
    assert [one.public_id for one in found] == [near.public_id]
    assert queries.similar_ideas(ANONYMOUS, debate, "bus") == ()


def steps(idea: Idea) -> list[tuple[str, str]]:
    found = queries.idea_to_read(ANONYMOUS, idea.public_id)
    assert found
    page = queries.idea_for_page(ANONYMOUS, found)
    return [(step.label, step.state) for step in page.fate]


def test_the_fate_of_an_idea_is_told_step_by_step() -> None:
    debate = make.make_debate(support_threshold=1, answer_delay_days=10)
    idea = make.propose(debate)
    make.support(idea)
    to_come = [("In the programme", "todo"), ("Promised", "todo"), ("Delivered", "todo")]
    assert steps(idea) == [
        ("Proposed", "done"),
        ("In debate", "now"),
        ("Answered", "todo"),
        *to_come,
    ]
    debate = make.close(debate)
    debated = [("Proposed", "done"), ("Debated", "done")]
    with at(make.closing_moment(debate)):
        assert steps(idea) == [*debated, ("Answer", "now"), *to_come]
    with at(now() + timedelta(days=60)):
        assert steps(idea) == [*debated, ("Answer late", "late"), *to_come]
        decider = make.make_decider(debate.community)
        make.adopt(idea, decider)
        answered = [*debated, ("Adopted", "done"), ("Promised", "done")]
        not_yet = ("In the programme", "todo")
        assert steps(idea) == [*answered, ("Delivered", "now"), not_yet]
    with at(now() + timedelta(days=300)):
        assert steps(idea) == [*answered, ("Delivery late", "late"), not_yet]
        actions.keep_delivery(member=decider, idea=idea, text="There it is.")
        assert steps(idea) == [*answered, ("Delivered", "done"), not_yet]


def test_an_idea_not_adopted_has_nothing_to_come() -> None:
    debate = make.make_closed()
    idea = Idea.objects.get()
    actions.answer_idea(
        member=make.make_decider(debate.community),
        idea=idea,
        decision=Decision.NOT_ADOPTED,
        reasons="Too dear.",
    )
    assert steps(idea)[-1] == ("Not adopted", "done")


def test_an_archived_idea_promises_nothing() -> None:
    idea = make.propose(make.make_debate())
    Debate.objects.update(archived_at=now())
    assert steps(idea) == [("Proposed", "done"), ("Debated", "done")]


def test_an_idea_below_the_threshold_waits_for_the_grouped_answer() -> None:
    debate = make.make_debate()
    idea = make.propose(debate)
    make.close(debate)
    assert ("Grouped answer", "now") in steps(idea)


class Seeing(TestCase):
    """For random communities, mandates, audiences and moments of an idea's life."""

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(
        visibility=st.sampled_from(Visibility.values),
        audience=st.sampled_from([Audience.PUBLIC, Audience.MEMBERS]),
        is_child=st.booleans(),
        mandates=st.sets(
            st.tuples(st.booleans(), st.sampled_from([Role.MODERATOR, Role.SPONSOR])), max_size=3
        ),
        is_member=st.booleans(),
        is_author=st.booleans(),
        life=st.sampled_from(["draft", "open", "closed", "archived"]),
        idea_life=st.sampled_from(["standing", "withdrawn", "built on", "hidden"]),
    )
    def test_lists_equal_rules_and_a_thread_is_seen_by_whoever_sees_its_subject(
        self,
        *,
        visibility: str,
        audience: str,
        is_child: bool,
        mandates: set[tuple[bool, Role]],
        is_member: bool,
        is_author: bool,
        life: str,
        idea_life: str,
    ) -> None:
        root = make.make_community()
        above = [root.pk] if is_child else []
        community = make.make_community(
            visibility=visibility, parent=root if is_child else None, ancestor_ids=above
        )
        debate, idea = lived(community, audience, life, idea_life)
        someone = idea.author if is_author and idea and idea.author else make.make_member()
        if is_member and not is_author:
            make.join(someone, community)
        for is_above, role in mandates:
            make.entrust(someone, root if is_above else community, role)
        for reader in (ANONYMOUS, fresh_reader(someone)):
            same_for(reader, debate, idea)


def lived(
    community: Community, audience: str, life: str, idea_life: str
) -> tuple[Debate, Idea | None]:
    host = make.make_host(community)
    debate = make.make_draft(community, host, audience=audience)
    if life == "draft":
        return debate, None
    debate = actions.open_debate(member=host, debate=debate)
    idea = make.propose(debate)
    assert idea.author
    if idea_life == "built on":
        make.support(idea)
    if idea_life in {"withdrawn", "built on"}:
        idea = actions.withdraw_idea(member=idea.author, idea=idea)
    if idea_life == "hidden":
        idea = actions.hide_idea(member=host, idea=idea, reason="An insult.")
    if life == "closed":
        debate = make.close(debate)
    if life == "archived":
        Debate.objects.filter(pk=debate.pk).update(archived_at=now())
    debate = Debate.objects.get(pk=debate.pk)
    return debate, Idea.objects.get(pk=idea.pk)


def same_for(reader: Reader, debate: Debate, idea: Idea | None) -> None:
    sees_debate = bool(rules.may_see_debate(reader, debate))
    assert rules.debates_visible_to(reader).filter(pk=debate.pk).exists() == sees_debate
    assert bool(discussion_rules.may_see_thread(reader, debate.thread)) == sees_debate
    threads = discussion_rules.threads_visible_to(reader)
    assert threads.filter(pk=debate.thread_id).exists() == sees_debate
    if idea is not None:
        sees_idea = bool(rules.may_see_idea(reader, idea))
        assert rules.ideas_visible_to(reader).filter(pk=idea.pk).exists() == sees_idea
        assert bool(discussion_rules.may_see_thread(reader, idea.thread)) == sees_idea
        assert threads.filter(pk=idea.thread_id).exists() == sees_idea
