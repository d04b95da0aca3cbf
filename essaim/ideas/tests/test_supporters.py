"""The count of people behind an idea, which the database keeps whoever writes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction

from essaim.ideas.models import Idea, Support
from essaim.ideas.tasks import count_supporters_again
from essaim.ideas.tests.factories import make_debate, propose
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db


def _behind(idea: Idea) -> int:
    idea.refresh_from_db()
    return idea.supporters


def _members(number: int) -> list[Member]:
    return [member_factory() for _each in range(number)]


def _support(idea: Idea, *members: Member) -> None:
    for member in members:
        Support.objects.add_once(idea=idea, member=member)


def _merge_at_once(idea: Idea, survivor: Idea) -> None:
    """And ask the constraints that wait for the end of the transaction."""
    Idea.objects.filter(pk=idea.pk).update(merged_into=survivor)
    connection.check_constraints()


def test_supports_are_counted_as_they_come_and_go() -> None:
    idea = propose(make_debate())
    one, other = _members(2)
    _support(idea, one, other, one)
    assert _behind(idea) == 2
    Support.objects.filter(member=one).delete()
    assert _behind(idea) == 1


def test_many_supports_written_at_once_are_all_counted() -> None:
    debate = make_debate()
    first, second = propose(debate), propose(debate)
    members = _members(3)
    Support.objects.bulk_create(
        [Support(idea=idea, member=member) for idea in (first, second) for member in members]
    )
    assert (_behind(first), _behind(second)) == (3, 3)


def test_whoever_supported_two_ideas_counts_once_when_they_are_merged_and_twice_afterwards() -> (
    None
):
    debate = make_debate()
    kept, merged = propose(debate), propose(debate)
    one, both = _members(2)
    _support(kept, both)
    _support(merged, one, both)
    Idea.objects.filter(pk=merged.pk).update(merged_into=kept)
    assert (_behind(kept), _behind(merged)) == (2, 2)
    Idea.objects.filter(pk=merged.pk).update(merged_into=None)
    assert (_behind(kept), _behind(merged)) == (1, 2)


def test_an_author_in_the_group_is_not_counted_behind_it() -> None:
    debate = make_debate()
    kept, merged = propose(debate), propose(debate)
    assert merged.author
    _support(kept, merged.author)
    assert _behind(kept) == 1
    Idea.objects.filter(pk=merged.pk).update(merged_into=kept)
    assert _behind(kept) == 0
    Idea.objects.filter(pk=merged.pk).update(merged_into=None)
    assert _behind(kept) == 1


def test_a_support_below_counts_above_once_also_when_the_same_person_supports_both() -> None:
    below, above = make_debate(), make_debate()
    origin, twin = propose(below), propose(below)
    one, both = _members(2)
    _support(origin, one)
    carried = propose(above)
    Idea.objects.filter(pk=carried.pk).update(carried_from=origin)
    assert _behind(carried) == 1
    _support(carried, both)
    _support(twin, both)
    Idea.objects.filter(pk=twin.pk).update(merged_into=origin)
    assert (_behind(origin), _behind(carried)) == (2, 2)


def test_a_part_counts_who_was_behind_the_whole() -> None:
    debate = make_debate()
    whole, part = propose(debate), propose(debate)
    one, other = _members(2)
    _support(whole, one)
    Idea.objects.filter(pk=part.pk).update(part_of=whole)
    _support(part, one, other)
    assert (_behind(whole), _behind(part)) == (1, 2)


def test_no_idea_is_merged_into_one_that_is_merged_itself() -> None:
    debate = make_debate()
    first, second, third = propose(debate), propose(debate), propose(debate)
    Idea.objects.filter(pk=first.pk).update(merged_into=second)
    with pytest.raises(IntegrityError), transaction.atomic():
        _merge_at_once(second, third)


def test_every_night_what_was_miscounted_is_said_and_mended(
    caplog: pytest.LogCaptureFixture,
) -> None:
    idea, right = propose(make_debate()), propose(make_debate())
    _support(idea, *_members(2))
    _support(right, *_members(1))
    count_supporters_again()
    assert not caplog.records
    Idea.objects.filter(pk=idea.pk).update(supporters=7)
    count_supporters_again()
    assert _behind(idea) == 2
    assert str([idea.pk]) in caplog.text


@pytest.mark.django_db(transaction=True)
def test_fifty_people_at_once_on_two_ideas_of_a_group_are_fifty() -> None:
    debate = make_debate()
    kept, merged = propose(debate), propose(debate)
    Idea.objects.filter(pk=merged.pk).update(merged_into=kept)
    members = _members(50)

    def both_at_once(number: int) -> None:
        member = members[number // 2]
        Support.objects.add_once(idea=(kept, merged)[number % 2], member=member)
        connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(both_at_once, range(100)))
    assert _behind(kept) == 50
