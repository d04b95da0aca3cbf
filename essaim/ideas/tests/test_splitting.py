"""One idea that says several things becomes its parts, and comes back."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from essaim.commitments.models import CommitmentKind
from essaim.communities.queries import Asked
from essaim.communities.readers import ANONYMOUS
from essaim.discussions.actions import write_post
from essaim.discussions.models import Post, Thread
from essaim.foundation.access import Refused
from essaim.foundation.search import searching
from essaim.ideas import actions
from essaim.ideas.models import Debate, Idea, Regrouping
from essaim.ideas.queries import ideas_found
from essaim.ideas.tests.factories import (
    behind,
    close,
    fresh,
    make_person,
    merge,
    owed,
    propose,
    split,
    support,
    undo,
)
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


def test_a_split_makes_parts_in_the_authors_name_with_everyone_behind_each(
    debate: Debate, host: Member
) -> None:
    idea = propose(debate)
    support(idea, 2)
    write_post(member=host, thread=idea.thread, text="Two things.")
    one, two = split(host, idea)
    whole = fresh(idea)
    assert {one.author, two.author} == {idea.author}
    assert whole.divided_at
    assert whole.thread.closed_at
    assert Post.objects.get().thread == whole.thread
    assert behind(one, two) == [2, 2]
    assert list(Idea.objects.current().order_by("pk")) == [one, two]
    with pytest.raises(Refused, match="was split"):
        support(whole)
    assert idea.author
    with pytest.raises(Refused, match="was split"):
        actions.edit_idea(member=idea.author, idea=whole, title="Another", text="Another.")


def test_who_leaves_one_part_stays_behind_the_others(debate: Debate, host: Member) -> None:
    idea = propose(debate)
    member = make_person(debate.community)
    actions.support_idea(member=member, idea=idea)
    support(idea)
    one, two, three = split(host, idea, "One", "Two", "Three")
    assert actions.withdraw_support(member=member, idea=one)
    assert behind(one, two, three) == [1, 2, 2]
    assert not actions.withdraw_support(member=member, idea=one)
    assert actions.withdraw_support(member=member, idea=two)
    assert behind(one, two, three) == [1, 1, 2]
    assert not actions.support_idea(member=member, idea=three)
    assert actions.support_idea(member=member, idea=one)
    assert behind(one, two, three) == [2, 1, 2]


def test_who_leaves_a_part_of_a_part_stays_behind_everything_else(
    debate: Debate, host: Member
) -> None:
    idea = propose(debate)
    member = make_person(debate.community)
    actions.support_idea(member=member, idea=idea)
    one, two = split(host, idea)
    three, four = split(host, one, "Three", "Four")
    bus = propose(debate)
    merge(host, bus, three)
    assert behind(bus, four, two) == [1, 1, 1]
    assert actions.withdraw_support(member=member, idea=bus)
    assert behind(bus, four, two) == [0, 1, 1]


def test_undoing_a_split_brings_its_parts_back_with_those_behind_them(
    debate: Debate, host: Member
) -> None:
    idea = propose(debate)
    support(idea)
    one, two = split(host, idea)
    support(two)
    post = write_post(member=host, thread=two.thread, text="Yes.")
    undo(host, Regrouping.objects.get())
    whole = fresh(idea)
    assert (whole.divided_at, whole.thread.closed_at) == (None, None)
    assert [fresh(part).merged_into for part in (one, two)] == [idea, idea]
    assert [fresh(part).part_of for part in (one, two)] == [None, None]
    assert behind(idea) == [2]
    assert Post.objects.get(pk=post.pk).thread == Thread.objects.get(pk=two.thread_id)


def test_an_author_refuses_the_split_of_their_idea(debate: Debate, host: Member) -> None:
    idea = propose(debate)
    split(host, idea)
    act = Regrouping.objects.get()
    with pytest.raises(Refused):
        undo(make_person(debate.community), act)
    assert idea.author
    undo(idea.author, act)
    assert fresh(idea).is_by_itself


def test_a_split_whose_part_was_merged_since_is_not_undone_before_that(
    debate: Debate, host: Member
) -> None:
    idea, bus = propose(debate), propose(debate)
    support(idea)
    one, _two = split(host, idea)
    act = Regrouping.objects.get()
    later = merge(host, bus, one)
    assert behind(bus) == [1]
    with pytest.raises(Refused, match="undo that first"):
        undo(host, act)
    undo(host, later)
    undo(host, act)
    assert behind(idea, bus) == [1, 0]


def test_parts_carry_titles_of_their_own(debate: Debate, host: Member) -> None:
    idea = propose(debate, title="Bus and path")
    with pytest.raises(ValidationError) as refused:
        split(host, idea, "Bus and path", "Path")
    assert "title_1" in refused.value.message_dict
    with pytest.raises(ValidationError):
        split(host, idea, "Path", "path")
    with pytest.raises(ValidationError) as refused:
        split(host, idea, "Path")
    assert "parts" in refused.value.message_dict
    assert not Idea.objects.filter(part_of=idea).exists()


def test_a_split_undone_after_the_closing_owes_one_answer_again(
    debate: Debate, host: Member
) -> None:
    idea = propose(debate)
    support(idea, 2)
    split(host, idea)
    close(debate)
    assert len(owed(CommitmentKind.ANSWER)) == 2
    undo(host, Regrouping.objects.get())
    assert [one.subject_id for one in owed(CommitmentKind.ANSWER)] == [idea.pk]


def test_the_fate_of_a_split_idea_ends_with_its_split(
    client: Client, debate: Debate, host: Member
) -> None:
    idea = propose(debate, title="Bus and path")
    one, _two = split(host, idea)

    def steps(idea: Idea) -> list[str]:
        told = client.get(
            f"/api/v1/ideas/{idea.public_id}", headers={"accept-language": "en"}
        ).json()
        return [step["label"] for step in told["fate"]]

    assert steps(idea) == ["Proposed", "Split into parts"]
    assert steps(one)[:3] == ["Proposed", "In debate", "Answered"]


def test_the_parts_of_an_undone_split_are_no_longer_found(debate: Debate, host: Member) -> None:
    whole = propose(debate, title="A bus and a path")
    split(host, whole, "A bus at night", "A path by the river")

    def found(text: str) -> set[str]:
        with searching():
            hits = ideas_found(ANONYMOUS, Asked(text))
        return {hit.title.striptags() for hit in hits.hits} if hits else set()

    assert found("river") == {"A path by the river"}
    undo(host, Regrouping.objects.get())
    assert found("river") == set()
    assert found("path") == {"A bus and a path"}
