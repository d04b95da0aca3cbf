from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Audience, Membership, Role
from essaim.discussions.actions import write_post
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.ideas import actions
from essaim.ideas.models import Answer, Decision, Idea, Support
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


def test_an_idea_is_proposed_with_its_thread_and_a_fact() -> None:
    debate = make.make_debate(audience=Audience.MEMBERS)
    idea = make.propose(debate, title="  A Sunday   bus ")
    assert idea.title == "A Sunday bus"
    assert idea.audience == idea.thread.audience == Audience.MEMBERS
    fact = FactRow.objects.get(kind="ideas.IdeaProposed")
    assert (fact.rung, fact.audience, fact.details["idea_id"]) == ("interact", "members", idea.pk)


@pytest.mark.parametrize(
    ("title", "text", "field"),
    [
        ("", "Text", "title"),
        ("x" * 161, "Text", "title"),
        ("Two\r\nlines", "Text", "title"),
        ("Title", "   ", "text"),
        ("Title", "x" * 8001, "text"),
        ("Title", "a\x00b", "text"),
    ],
)
def test_a_wrong_value_of_an_idea_is_named_and_nothing_is_kept(
    title: str, text: str, field: str
) -> None:
    debate = make.make_debate()
    with pytest.raises(ValidationError) as caught:
        actions.propose_idea(
            member=make.make_person(debate.community), debate=debate, title=title, text=text
        )
    assert list(caught.value.message_dict) == [field]
    assert not Idea.objects.exists()


def test_the_same_idea_sent_twice_is_there_once() -> None:
    debate = make.make_debate()
    author = make.make_person(debate.community)
    make.propose(debate, author, title="A Sunday bus")
    with pytest.raises(ValidationError, match="already proposed"):
        make.propose(debate, author, title="a sunday BUS")
    assert Idea.objects.count() == 1
    make.propose(debate, title="A Sunday bus")


def test_nobody_proposes_in_a_closed_debate() -> None:
    debate = make.make_debate()
    person = make.make_person(debate.community)
    with at(make.closing_moment(debate)), pytest.raises(Refused, match="no more ideas"):
        make.propose(debate, person)


def test_an_author_rewrites_an_idea_while_its_debate_is_open() -> None:
    idea = make.propose(make.make_debate())
    assert idea.author
    actions.edit_idea(member=idea.author, idea=idea, title="Better", text="Clearer")
    idea.refresh_from_db()
    assert (idea.title, idea.text) == ("Better", "Clearer")
    with at(make.closing_moment(idea.debate)), pytest.raises(Refused):
        actions.edit_idea(member=idea.author, idea=idea, title="Later", text="Too late")


def test_a_withdrawn_idea_on_which_nobody_built_is_gone_for_all() -> None:
    idea = make.propose(make.make_debate())
    assert idea.author
    actions.withdraw_idea(member=idea.author, idea=idea)
    idea.refresh_from_db()
    idea.thread.refresh_from_db()
    assert idea.audience == idea.thread.audience == Audience.NOBODY
    assert idea.title == idea.text == ""  # taken back, not only out of sight
    assert idea.place is None


def test_a_withdrawn_idea_on_which_others_built_stays_readable() -> None:
    debate = make.make_debate()
    supported, discussed = make.propose(debate), make.propose(debate)
    make.support(supported)
    write_post(member=make.make_person(debate.community), thread=discussed.thread, text="Yes.")
    for idea in (supported, discussed):
        assert idea.author
        actions.withdraw_idea(member=idea.author, idea=idea)
        idea.refresh_from_db()
        assert idea.withdrawn_at
        assert idea.title
        assert idea.text
        assert idea.audience == Audience.PUBLIC


def test_withdrawing_an_idea_releases_whoever_owed_its_answer() -> None:
    make.make_closed()
    idea = Idea.objects.get()
    assert idea.author
    actions.withdraw_idea(member=idea.author, idea=idea)
    commitment = Commitment.objects.get()
    assert commitment.cancelled_at
    assert "withdrawn" in commitment.cancelling_reason


def test_withdrawing_the_last_idea_below_the_threshold_releases_the_grouped_answer() -> None:
    debate = make.make_debate()
    first, second = make.propose(debate), make.propose(debate)
    make.close(debate)
    for idea, left in ((first, 1), (second, 0)):
        assert idea.author
        actions.withdraw_idea(member=idea.author, idea=idea)
        assert len(make.owed(CommitmentKind.GROUPED_ANSWER)) == left


def test_hiding_an_idea_needs_a_reason_and_narrows_its_thread_too() -> None:
    idea = make.propose(make.make_debate())
    moderator = make.entrust(make.make_member(), idea.debate.community, Role.MODERATOR)
    with pytest.raises(ValidationError):
        actions.hide_idea(member=moderator, idea=idea, reason="  ")
    actions.hide_idea(member=moderator, idea=idea, reason="It attacks a person.")
    idea.refresh_from_db()
    idea.thread.refresh_from_db()
    assert idea.audience == idea.thread.audience == Audience.ROLE_HOLDERS
    assert idea.hidden_by == moderator
    assert make.kinds()[-1] == "IdeaHidden"


def test_what_was_withdrawn_and_is_still_read_can_be_hidden_and_stays_so() -> None:
    idea = make.propose(make.make_debate())
    make.support(idea)
    assert idea.author
    actions.withdraw_idea(member=idea.author, idea=idea)
    moderator = make.entrust(make.make_member(), idea.debate.community, Role.MODERATOR)
    actions.hide_idea(member=moderator, idea=idea, reason="It attacks a person.")
    idea.refresh_from_db()
    idea.thread.refresh_from_db()
    assert idea.audience == idea.thread.audience == Audience.ROLE_HOLDERS
    with pytest.raises(Refused):
        actions.restore_idea(member=idea.author, idea=idea)
    with pytest.raises(Refused):
        actions.hide_idea(member=moderator, idea=idea, reason="Once more.")


def test_support_is_given_once_and_taken_back() -> None:
    idea = make.propose(make.make_debate())
    member = make.make_person(idea.debate.community)
    assert actions.support_idea(member=member, idea=idea)
    assert not actions.support_idea(member=member, idea=idea)
    assert actions.withdraw_support(member=member, idea=idea)
    assert not actions.withdraw_support(member=member, idea=idea)
    assert make.kinds()[-2:] == ["IdeaSupported", "SupportWithdrawn"]


@pytest.mark.django_db(transaction=True)
def test_fifty_supports_of_one_member_at_once_leave_one() -> None:
    idea = make.propose(make.make_debate())
    member = make.make_person(idea.debate.community)

    def support_now(_: int) -> bool:
        try:
            return actions.support_idea(member=member, idea=idea)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        given = list(threads.map(support_now, range(50)))
    assert given.count(True) == 1
    assert Support.objects.count() == 1
    assert make.kinds().count("IdeaSupported") == 1


@pytest.mark.django_db(transaction=True)
def test_supports_given_while_the_debate_closes_are_counted_or_refused_never_lost() -> None:
    debate = make.make_debate(support_threshold=4)
    idea = make.propose(debate)
    members = [make.make_person(debate.community) for _ in range(8)]
    moment = make.closing_moment(debate)

    def give(member: Member) -> None:
        try:
            actions.support_idea(member=member, idea=idea)
        except Refused:
            pass
        finally:
            connection.close()

    def close(_: Member) -> None:
        try:
            with at(moment):
                actions.close_debate(debate=debate)
        finally:
            connection.close()

    work: list[tuple[Callable[[Member], None], Member]] = [(give, member) for member in members]
    work.insert(4, (close, members[0]))
    with ThreadPoolExecutor(9) as threads:
        list(threads.map(lambda one: one[0](one[1]), work))
    idea.refresh_from_db()
    assert idea.passed_threshold == (Support.objects.count() >= 4)


@pytest.mark.django_db(transaction=True)
def test_an_idea_answered_alone_and_with_its_group_at_once_has_one_answer() -> None:
    debate = make.make_debate()
    idea, _other = make.propose(debate), make.propose(debate)
    debate = make.close(debate)
    decider = make.make_decider(debate.community)

    def alone(_: int) -> None:
        try:
            actions.answer_idea(
                member=decider, idea=idea, decision=Decision.NEEDS_MORE, reasons="Where?"
            )
        except Refused:
            pass
        finally:
            connection.close()

    def together(_: int) -> None:
        try:
            actions.answer_group(member=decider, debate=debate, reasons="Too few of us.")
        except Refused:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda number: (alone, together)[number % 2](number), range(6)))
    assert Answer.objects.filter(idea=idea).count() == 1
    assert Answer.objects.count() == 2
    assert make.owed(CommitmentKind.GROUPED_ANSWER)[0].kept_at


def test_whoever_leaves_no_longer_counts_in_open_debates_and_still_does_in_closed_ones() -> None:
    community = make.make_community()
    host = make.make_host(community)
    member = make.make_person(community)
    soon = make.make_debate(community, host, closes_at=now() + timedelta(days=1))
    later = make.make_debate(community, host)
    mine = make.propose(later, member)
    for debate in (soon, later):
        actions.support_idea(member=member, idea=make.propose(debate))
    make.close(soon)
    with at(now() + timedelta(days=2)):
        Membership.objects.filter(member=member).update(left_at=now())
        withdrawn = actions.withdraw_supports_of_leaver(
            member_id=member.pk, community_id=community.pk
        )
    assert withdrawn == 1
    assert [s.idea.debate for s in Support.objects.filter(member=member)] == [soon]
    assert Idea.objects.get(pk=mine.pk).withdrawn_at is None


def test_whoever_came_back_before_it_was_heard_keeps_their_supports() -> None:
    idea = make.propose(make.make_debate())
    member = make.make_person(idea.debate.community)
    actions.support_idea(member=member, idea=idea)
    actions.withdraw_supports_of_leaver(member_id=member.pk, community_id=idea.debate.community_id)
    assert Support.objects.count() == 1
