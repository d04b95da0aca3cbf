"""News owed after months: planned once, told once, whoever is left to tell them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Role
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.ideas.tests.factories import make_member
from essaim.members.actions import erase_member
from essaim.outreach.models import Notice
from essaim.projects.actions import follow_ups
from essaim.projects.models import CountsFrom, FollowUp, Project, State, months_after
from essaim.projects.queries import told
from essaim.projects.tasks.telling import owe_what_is_missing, remind_of_news
from essaim.projects.tests import telling as make


def plan(project: Project) -> list[FollowUp]:
    follow_ups.plan_follow_ups(project_id=project.pk)
    return list(FollowUp.objects.filter(project=project).owed().order_by("months"))


def owed() -> list[Commitment]:
    found = Commitment.objects.filter(kind=CommitmentKind.FOLLOW_UP, cancelled_at__isnull=True)
    return list(found.order_by("due_on"))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 6, 10), 6, date(2026, 12, 10)),
        (date(2026, 11, 1), 1, date(2026, 12, 1)),
    ],
)
def test_months_later(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


@pytest.mark.django_db
def test_a_project_that_started_owes_news_four_times_and_once_only() -> None:
    project = make.make_running()
    planned = plan(project)
    assert [one.months for one in planned] == [1, 3, 6, 12]
    assert {one.counts_from for one in planned} == {CountsFrom.START}
    assert plan(project) == planned
    assert [one.owner for one in owed()] == [project.bearer] * 4
    assert {one.owner_role for one in owed()} == {Role.HOST}
    assert owed()[0].due_on == planned[0].due_on < today()


@pytest.mark.django_db
def test_one_that_has_not_started_owes_nothing() -> None:
    project = make.make_running(state=State.VALIDATED)
    Project.objects.filter(pk=project.pk).update(started_on=None)
    assert not plan(project)
    assert not plan(make.make_running(state=State.DRAFT))


@pytest.mark.django_db
def test_one_that_ended_owes_news_from_its_end_in_place_of_those_from_its_start() -> None:
    project = make.make_running()
    plan(project)
    Project.objects.filter(pk=project.pk).update(
        state=State.ENDED, ended_on=today(), outcome="stopped_no_need"
    )
    planned = plan(project)
    assert {one.counts_from for one in planned} == {CountsFrom.END}
    assert [one.months for one in planned] == [1, 3, 6, 12]
    assert len(owed()) == 4
    assert Commitment.objects.filter(cancelling_reason="The project has ended.").count() == 4


@pytest.mark.django_db
def test_news_are_told_by_who_bears_the_project_and_keep_the_commitment() -> None:
    project = make.make_running()
    first, *_rest = plan(project)
    early = first.due_on - today() - timedelta(days=8)
    with at(now() + early), pytest.raises(Refused, match="a week before"):
        follow_ups.tell_news(
            member=make.bearer_of(project), follow_up=first, is_alive=True, words="Early."
        )
    for other in (make.teammate(project), make.referent_of(project), make.follower_of(project)):
        with pytest.raises(Refused, match="bear this project"):
            follow_ups.tell_news(member=other, follow_up=first, is_alive=True, words="Fine.")
    follow_ups.tell_news(
        member=make.bearer_of(project), follow_up=first, is_alive=False, words="Nobody came."
    )
    first.refresh_from_db()
    assert (first.is_alive, first.words) == (False, "Nobody came.")
    kept = Commitment.objects.get(kept_at__isnull=False)
    assert kept.subject_id == first.pk
    with pytest.raises(Refused, match="already"):
        follow_ups.tell_news(
            member=make.bearer_of(project), follow_up=first, is_alive=True, words="Again."
        )


@pytest.mark.django_db
def test_when_nobody_bears_it_any_more_the_referent_owes_and_tells() -> None:
    project = make.make_running()
    referent = make.referent_of(project)
    first, *_rest = plan(project)
    erase_member(member=make.bearer_of(project))
    deliver_pending()
    assert {(one.owner, one.owner_role) for one in owed()} == {(referent, Role.REFERENT)}
    follow_ups.tell_news(member=referent, follow_up=first, is_alive=True, words="It goes on.")


@pytest.mark.django_db
def test_a_withdrawn_project_owes_nothing_any_more() -> None:
    project = make.make_running()
    plan(project)
    follow_ups.drop_follow_ups(project_id=project.pk)
    assert not owed()
    assert not FollowUp.objects.owed().exists()


@pytest.mark.django_db
def test_bearers_are_reminded_a_week_before_and_told_once_when_it_is_late() -> None:
    project = make.make_running(started_on=today())
    first, *_rest = plan(project)
    moments = (first.due_on - today()).days
    for days in (moments - 8, moments - 7, moments - 1, moments + 1, moments + 2):
        with at(now() + timedelta(days=days)):
            remind_of_news()
    kinds = Notice.objects.filter(member=project.bearer).values_list("kind", flat=True)
    assert sorted(kinds) == ["projects.news_due", "projects.news_late"]


@pytest.mark.django_db
def test_what_a_gate_or_a_repair_started_is_planned_in_the_night() -> None:
    project = make.make_running()
    imported = make.make_running(source_name="beta", source_key="x")
    assert told.projects_without_follow_ups() == [project.pk]
    owe_what_is_missing()
    assert not told.projects_without_follow_ups()
    assert not FollowUp.objects.filter(project=imported).exists()


def _at_once(*works: Callable[[], object]) -> list[object]:
    def run(work: Callable[[], object]) -> object:
        try:
            return work()
        except Refused as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.mark.django_db(transaction=True)
def test_two_who_tell_the_same_news_at_once_leave_the_first() -> None:
    project = make.make_running()
    bearer = make.bearer_of(project)
    other = make.enter_team(make_member("Otto"), project, Role.HOST)
    first, *_rest = plan(project)
    told_by = _at_once(
        *(
            lambda member=member, is_alive=is_alive: follow_ups.tell_news(
                member=member, follow_up=first, is_alive=is_alive, words="It goes."
            )
            for member, is_alive in ((bearer, True), (other, False))
        )
    )
    assert sum(isinstance(one, Refused) for one in told_by) == 1
    assert Commitment.objects.filter(kept_at__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_planned_many_times_at_once_it_is_owed_once() -> None:
    project = make.make_running()
    _at_once(*[lambda: follow_ups.plan_follow_ups(project_id=project.pk)] * 6)
    assert len(owed()) == 4
    assert FollowUp.objects.count() == 4
