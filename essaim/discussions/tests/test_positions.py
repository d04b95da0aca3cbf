"""Stances, what convinces, and each view at its strongest."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.communities.actions import leave_community
from essaim.communities.models import Community, Kind
from essaim.communities.readers import ANONYMOUS, Reader, fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.discussions import actions
from essaim.discussions.facts import PostSupported, StanceTaken
from essaim.discussions.models import Position, Post, PostSupport, Stance, Thread
from essaim.discussions.queries import thread_for_page
from essaim.discussions.queries.positions import convinced_words
from essaim.discussions.tests.factories import post_factory, thread_factory
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending, kind_of
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db


def stance_of(member: Member, thread: Thread) -> str:
    held = Stance.objects.filter(member=member, thread=thread).first()
    return held.position if held else ""


def insider(thread: Thread) -> Reader:
    return fresh_reader(member_of(thread.community))


def test_a_position_in_a_message_is_the_writers_stance_from_then_on() -> None:
    post = post_factory(position=Position.FOR)
    assert post.author
    assert stance_of(post.author, post.thread) == "for"
    post_factory(post.thread, member=post.author, position=Position.AGAINST)
    assert stance_of(post.author, post.thread) == "against"
    post_factory(post.thread, member=post.author)
    assert stance_of(post.author, post.thread) == "against"


@pytest.mark.parametrize("position", ["other", "FOR", "none"])
def test_a_position_that_does_not_exist_is_refused_beside_its_field(position: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        post_factory(position=position)
    assert set(refusal.value.message_dict) == {"position"}
    assert not Post.objects.exists()


def test_a_reply_takes_no_position() -> None:
    root = post_factory()
    with pytest.raises(ValidationError, match="reply"):
        post_factory(root.thread, parent=root, position=Position.FOR)


def test_a_stance_is_taken_changed_and_taken_back_without_a_message() -> None:
    thread = thread_factory()
    member = member_of(thread.community)
    took = [
        actions.take_stance(member=member, thread=thread, position=position)
        for position in ("for", "for", "another_way", "", "")
    ]
    assert took == [True, False, True, True, False]
    assert not Stance.objects.exists()


def test_no_fact_says_which_position_somebody_holds() -> None:
    thread = thread_factory()
    actions.take_stance(member=member_of(thread.community), thread=thread, position="against")
    row = FactRow.objects.get(kind=kind_of(StanceTaken))
    assert row.details == {"thread_id": thread.pk}


@pytest.mark.parametrize("where", ["elsewhere", "closed", "hidden"])
def test_only_whoever_may_talk_there_stands_somewhere(where: str) -> None:
    thread = thread_factory(closed_at=now() if where == "closed" else None)
    member = member_of(thread.community)
    if where == "elsewhere":
        member = member_factory()
    if where == "hidden":
        thread = thread_factory(thread.community, audience="nobody")
    with pytest.raises(Refused):
        actions.take_stance(member=member, thread=thread, position="for")
    assert not Stance.objects.exists()


def test_a_message_convinces_somebody_once_and_no_longer_when_they_say_so() -> None:
    post = post_factory()
    member = member_of(post.thread.community)
    assert actions.support_post(member=member, post=post)
    assert not actions.support_post(member=member, post=post)
    assert PostSupport.objects.count() == 1
    assert FactRow.objects.filter(kind=kind_of(PostSupported)).count() == 1
    assert actions.withdraw_post_support(member=member, post=post)
    assert not actions.withdraw_post_support(member=member, post=post)
    assert not PostSupport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_fifty_clicks_at_once_are_one_support() -> None:
    post = post_factory()
    member = member_of(post.thread.community)

    def click(_number: int) -> bool:
        try:
            return actions.support_post(member=member, post=post)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(click, range(50))) == 1
    assert PostSupport.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["write", "stand", "convince", "no longer convince"])
def test_what_is_said_while_a_conversation_is_being_closed_waits_and_is_refused(act: str) -> None:
    said_before = post_factory()
    thread = said_before.thread
    member, convinced = member_of(thread.community), member_of(thread.community)
    actions.support_post(member=convinced, post=said_before)

    def take_part() -> None:
        try:
            if act == "write":
                actions.write_post(member=member, thread=thread, text="And another thing.")
            elif act == "stand":
                actions.take_stance(member=member, thread=thread, position="for")
            elif act == "convince":
                actions.support_post(member=member, post=said_before)
            else:
                actions.withdraw_post_support(member=convinced, post=said_before)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.close_threads(thread_ids=[thread.pk])
            said = pool.submit(take_part)
            wait([said], timeout=1)
        with pytest.raises(Refused, match="closed"):
            said.result(timeout=20)
    assert Post.objects.get() == said_before
    assert not Stance.objects.exists()
    assert PostSupport.objects.get().member == convinced


def test_nobody_is_convinced_by_their_own_message_or_by_one_that_is_gone() -> None:
    post = post_factory()
    assert post.author
    with pytest.raises(Refused, match="yours"):
        actions.support_post(member=post.author, post=post)
    with pytest.raises(Refused, match="Join"):
        actions.support_post(member=member_factory(), post=post)
    actions.withdraw_post(member=post.author, post=post)
    with pytest.raises(Refused, match="no longer shown"):
        actions.support_post(member=member_of(post.thread.community), post=post)


def test_whoever_leaves_counts_no_longer_where_the_conversation_goes_on() -> None:
    thread, over = thread_factory(), thread_factory()
    over.community = thread.community
    over.save()
    member = member_of(thread.community)
    for one in (thread, over):
        actions.take_stance(member=member, thread=one, position="for")
        actions.support_post(member=member, post=post_factory(one))
    Thread.objects.filter(pk=over.pk).update(closed_at=now())
    leave_community(member=member, community=thread.community)
    deliver_pending()
    assert Stance.objects.get().thread == over
    assert PostSupport.objects.get().post.thread == over


def test_what_convinces_people_of_another_view_comes_before_what_convinces_more() -> None:
    thread = thread_factory()
    popular, bridging = (post_factory(thread, position="for", text=t) for t in ("Us", "Them too"))
    for position, post in [("for", popular)] * 3 + [("against", bridging)]:
        member = member_of(thread.community)
        actions.take_stance(member=member, thread=thread, position=position)
        actions.support_post(member=member, post=post)
    view = thread_for_page(insider(thread), thread).views[0]
    assert (view.position, view.excerpt) == ("for", "Them too")
    assert view.convinced == "Convinced 1 person who sees it differently."


def test_each_position_is_there_in_the_same_order_whoever_is_more() -> None:
    thread = thread_factory()
    for position in ("another_way", "against", "against", "against"):
        post_factory(thread, position=position)
    page = thread_for_page(insider(thread), thread)
    assert [view.position for view in page.views] == ["against", "other"]
    assert page.views[0].convinced == "Nobody has called it convincing yet."
    assert page.views[0].held == "3 people say they see it so."


def test_a_thread_without_positions_shows_no_views() -> None:
    post = post_factory()
    assert thread_for_page(insider(post.thread), post.thread).views == ()


def test_outsiders_are_not_told_small_numbers_of_stances() -> None:
    community = community_factory(kind=Kind.COMMITTEE)
    thread = thread_factory(community)
    post = post_factory(thread, position="for")
    for number in range(12):
        position = "against" if number < 2 else "for"
        member = member_of(community)
        actions.take_stance(member=member, thread=thread, position=position)
        actions.support_post(member=member, post=post)
    post_factory(thread, position="against")
    told = thread_for_page(ANONYMOUS, thread).views
    assert told[0].held == "11 people say they see it so."
    assert told[0].convinced == "Convinced people who see it differently; 12 in all."
    assert told[1].held == ""
    known = thread_for_page(insider(thread), thread).views
    assert known[0].convinced == "Convinced 2 people who see it differently, 12 in all."
    assert known[1].held == "3 people say they see it so."


def test_words_never_speak_of_the_majority() -> None:
    assert convinced_words(0, 0, 0) == "Nobody has called it convincing yet."
    assert convinced_words(2, 0, 11) == "Convinced 2 people."
    assert convinced_words(3, 3, 0) == "Convinced 3 people who see it differently."


Act = tuple[str, int, int]  # what, who, which position or message


@given(
    positions=st.lists(st.sampled_from(["for", "against", "another_way", ""]), max_size=6),
    acts=st.lists(
        st.tuples(st.sampled_from(["stand", "support"]), st.integers(0, 5), st.integers(0, 5)),
        max_size=25,
    ),
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_strongest_messages_are_those_that_counting_by_hand_finds(
    positions: list[str], acts: list[Act]
) -> None:
    community: Community = community_factory()
    thread = thread_factory(community)
    people = [member_of(community) for _ in range(6)]
    posts = [post_factory(thread, position=position, text=f"Number {i}") for i, position in
             enumerate(positions)]  # fmt: skip
    stances: dict[int, str] = {}
    supports: set[tuple[int, int]] = set()
    for what, who, which in acts:
        if what == "stand":
            position = [*Position.values, ""][which % 4]
            actions.take_stance(member=people[who], thread=thread, position=position)
            stances[who] = position
        elif which < len(posts):
            actions.support_post(member=people[who], post=posts[which])
            supports.add((who, which))

    def strength(number: int) -> tuple[int, int, int]:
        backers = [who for who, which in supports if which == number]
        others = [w for w in backers if stances.get(w, "") not in ("", positions[number])]
        return (len(others), len(backers), -number)

    expected = [
        f"Number {max(taken, key=strength)}"
        for side in Position.values
        if (taken := [n for n, position in enumerate(positions) if position == side])
    ]
    views = thread_for_page(insider(thread), thread).views
    assert [view.excerpt for view in views] == expected


def test_a_conversation_that_closed_after_the_page_was_loaded_takes_nothing_new() -> None:
    thread = thread_factory()
    member = member_of(thread.community)
    actions.close_threads(thread_ids=[thread.pk])
    with pytest.raises(Refused, match="closed"):
        actions.write_post(member=member, thread=thread, text="Too late.")
    with pytest.raises(Refused, match="closed"):
        actions.take_stance(member=member, thread=thread, position=Position.FOR)
