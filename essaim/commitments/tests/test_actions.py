from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from essaim.commitments import actions
from essaim.commitments.facts import CommitmentKept, CommitmentMade
from essaim.commitments.models import Commitment, CommitmentKind, State
from essaim.commitments.queries import (
    AnswerFigure,
    answers_counted,
    commitments_about,
    commitments_for_list,
    figures_in,
    lines_in,
)
from essaim.communities.models import Community, Role
from essaim.communities.readers import ANONYMOUS
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.activity import kind_of
from essaim.foundation.clock import at, now, today
from essaim.foundation.models import FactRow

pytestmark = pytest.mark.django_db


def owe(
    community: Community | None = None,
    *,
    kind: CommitmentKind = CommitmentKind.ANSWER,
    subject_id: int = 1,
    due_on: date | None = None,
) -> Commitment:
    return actions.make_commitment(
        community=community or community_factory(),
        kind=kind,
        subject_kind="idea",
        subject_id=subject_id,
        due_on=due_on or today() + timedelta(days=10),
        owner_role=Role.DECIDER,
        owner_title="deputy mayor",
    )


def keep(subject_id: int = 1) -> Commitment | None:
    return actions.keep_commitment(
        kind=CommitmentKind.ANSWER, subject_kind="idea", subject_id=subject_id
    )


def test_asking_twice_owes_once_and_tells_once() -> None:
    community = community_factory()
    assert owe(community) == owe(community)
    assert Commitment.objects.count() == 1
    assert FactRow.objects.filter(kind=kind_of(CommitmentMade)).count() == 1


@pytest.mark.parametrize(
    ("days_after_due", "state", "late"),
    [(-1, State.KEPT, False), (0, State.KEPT, False), (1, State.KEPT_LATE, True)],
)
def test_on_its_day_a_commitment_is_still_on_time(
    days_after_due: int, state: State, late: bool
) -> None:
    made = owe(due_on=today() + timedelta(days=10))
    with at(now() + timedelta(days=10 + days_after_due)):
        kept = keep()
        assert kept == made
        assert kept.state_on(today()) == state
    row = FactRow.objects.get(kind=kind_of(CommitmentKept))
    assert row.details["was_late"] is late


def test_keeping_again_changes_nothing() -> None:
    owe()
    keep()
    assert keep() is None


def test_what_is_not_kept_becomes_late_the_day_after() -> None:
    made = owe(due_on=today())
    assert made.state_on(today()) == State.DUE
    assert made.state_on(today() + timedelta(days=1)) == State.LATE
    with at(now() + timedelta(days=3)):
        about = Commitment.objects.values_list(commitments_about("idea", "subject_id"))
        line = lines_in(about.get(pk=made.pk)[0])[0]
        assert (line.state, line.days_late) == (State.LATE, 3)


def test_a_promise_in_the_past_is_refused() -> None:
    with pytest.raises(ValidationError):
        owe(kind=CommitmentKind.DELIVERY, due_on=today() - timedelta(days=1))


def test_a_cancelled_commitment_is_owed_no_more_and_may_be_made_anew() -> None:
    first = owe()
    actions.cancel_commitment(
        kind=CommitmentKind.ANSWER, subject_kind="idea", subject_id=1, reason="Withdrawn."
    )
    assert keep() is None
    assert owe(first.community) != first


def test_only_the_owing_role_says_that_it_is_done() -> None:
    made = owe(kind=CommitmentKind.DELIVERY)
    with pytest.raises(Refused, match="deputy mayor"):
        actions.say_it_is_done(member=member_of(made.community), commitment=made)
    actions.say_it_is_done(member=in_role(made.community, Role.DECIDER), commitment=made)
    made.refresh_from_db()
    assert made.kept_on == today()


def told_outsiders(community: Community) -> AnswerFigure:
    ids = [community.pk]
    return figures_in(answers_counted(ANONYMOUS, ids), ids)[community.pk]


def test_answers_on_time_are_counted_among_those_due_and_the_figure_moves_with_one_act() -> None:
    community = community_factory()
    child = community_factory(parent=community)
    owe(community, subject_id=1, due_on=today() + timedelta(days=5))
    owe(child, subject_id=2, due_on=today() + timedelta(days=5))
    owe(community, subject_id=3, due_on=today() + timedelta(days=90))

    def figure() -> tuple[int, int, int]:
        shown = told_outsiders(community)
        return shown.on_time, shown.due, shown.late

    assert figure() == (0, 0, 0)  # nothing is due yet
    keep(1)
    assert figure() == (1, 1, 0)
    with at(now() + timedelta(days=6)):
        assert figure() == (1, 2, 1)
        keep(2)
        assert figure() == (1, 2, 0)


def test_an_outsiders_figure_leaves_out_what_they_may_not_see() -> None:
    hidden = community_factory(visibility="members")
    owe(hidden, due_on=today())
    with at(now() + timedelta(days=2)):
        assert told_outsiders(hidden).due == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_register_costs_the_same_for_one_line_and_three(
    count: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    community = community_factory()
    for number in range(count):
        owe(community, subject_id=1000 + number)
    with django_assert_num_queries(2):  # type: ignore[operator]  # pytest-django's fixture
        assert len(commitments_for_list(ANONYMOUS, community).items) == count


def test_an_answer_is_not_done_by_saying_so() -> None:
    made = owe()
    with pytest.raises(Refused, match="by giving it"):
        actions.say_it_is_done(member=in_role(made.community, Role.DECIDER), commitment=made)


def test_what_is_still_owed_is_handed_over_and_what_was_kept_stays_with_who_kept_it() -> None:
    community = community_factory()
    kept, owed = owe(community, subject_id=1), owe(community, subject_id=2)
    keep(1)
    heir = member_of(community)
    changed = actions.hand_over_commitments(
        kind=CommitmentKind.ANSWER,
        subject_kind="idea",
        subject_ids=[1, 2],
        owner=heir,
        owner_role=Role.REFERENT,
    )
    kept.refresh_from_db()
    owed.refresh_from_db()
    assert changed == 1
    assert (kept.owner, kept.owner_role) == (None, Role.DECIDER)
    assert (owed.owner, owed.owner_role) == (heir, Role.REFERENT)
