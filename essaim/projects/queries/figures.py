"""What came of the projects of a community and of those below it: counted, with what is unknown.

A project is alive after a year when somebody said or showed it then, dead when it had stopped or
somebody said so; of all others nothing is known, and that is told. What stopped before anybody
wrote it down cannot be counted: such projects bring the day since which recording is complete.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest, JSONObject, TruncDate

from essaim.communities.readers import Reader
from essaim.foundation.clock import today
from essaim.projects.models import (
    Beneficiaries,
    FollowUp,
    LogEntry,
    Outcome,
    Project,
    Reach,
    Recognition,
    State,
    months_after,
)
from essaim.projects.queries.effect_numbers import amounts_in, smallest_of
from essaim.projects.rules import projects_visible_to

STOPPED = frozenset({Outcome.STOPPED_NO_NEED, Outcome.STOPPED_NO_MEANS, Outcome.WITHDRAWN})
YEAR = 12  # months


@dataclass(slots=True)
class ProjectsFigure:
    """`people` is an upper bound over projects and groups; None when nobody counted any."""

    projects: int = 0
    year_old: int = 0
    alive: int = 0
    unknown: int = 0
    recording_since: date | None = None
    people: int | None = None
    counting: int = 0
    recognised: int = 0
    recognitions: int = 0
    money: list[tuple[str, int]] = field(default_factory=list)

    @property
    def received(self) -> list[str]:
        return amounts_in(self.money)


def project_figures(reader: Reader, ids: Collection[int]) -> dict[int, ProjectsFigure]:
    """For each community with those below it; one query, as far as the reader may see."""
    found = {pk: ProjectsFigure() for pk in ids}
    for project in _counted(reader, ids):
        places = {project.community_id, *project.ancestors} & found.keys()
        for pk in places:
            _add(found[pk], project)
    return found


def _counted(reader: Reader, ids: Collection[int]) -> QuerySet[Project, Any]:
    people = (
        Beneficiaries.objects.standing()
        .filter(project=OuterRef("pk"), reach=Reach.DIRECT)
        .values("group")
        .annotate(most=Max("people"))
        .values("most")
    )
    given = Recognition.objects.filter(project=OuterRef("pk"), withdrawn_at__isnull=True)
    row = JSONObject(currency="currency", cents="amount_cents")
    told = FollowUp.objects.filter(project=OuterRef("pk"), done_at__isnull=False)
    # Whoever tells some days early tells of the day that was asked about.
    news = JSONObject(on=Greatest(TruncDate("done_at"), "due_on"), alive="is_alive")
    entries = LogEntry.objects.standing().filter(project=OuterRef("pk")).order_by("-happened_on")
    visible = projects_visible_to(reader).told()
    return (
        visible.filter(
            Q(community__in=ids) | Q(community__ancestor_ids__overlap=list(ids)),
        )
        .annotate(
            ancestors=F("community__ancestor_ids"),
            people=ArraySubquery(people),
            given=ArraySubquery(given.values(row=row)),
            news=ArraySubquery(told.values(row=news)),
            last_entry=Subquery(entries.values("happened_on")[:1]),
        )
        .select_related("community__parent")
        .only(
            *("pk", "state", "outcome", "started_on", "ended_on", "recording_since"),
            *("community__is_political", "community__parent__is_political"),
        )
    )


def _add(figure: ProjectsFigure, project: Any) -> None:
    figure.projects += 1
    if project.recording_since:
        since = figure.recording_since
        figure.recording_since = (
            max(since, project.recording_since) if since else (project.recording_since)
        )
    _add_life(figure, project)
    counted = [people for people in project.people if people]
    if project.people:
        figure.counting += 1
        smallest = smallest_of(project)
        # What is too small to be told counts as the least that is: the sum says « up to ».
        added = sum(max(people, smallest) for people in counted)
        figure.people = (figure.people or 0) + added
    if project.given:
        figure.recognised += 1
        figure.recognitions += len(project.given)
        figure.money += [(one["currency"], one["cents"]) for one in project.given if one["cents"]]


def _add_life(figure: ProjectsFigure, project: Any) -> None:
    start: date | None = project.started_on
    if start is None or (project.recording_since and start < project.recording_since):
        return
    year = months_after(start, YEAR)
    if year > today():
        return
    figure.year_old += 1
    alive = alive_on(project, year)
    figure.alive += alive is True
    figure.unknown += alive is None


def alive_on(project: Any, day: date) -> bool | None:
    """Whether somebody said or showed that it lived then or later; None when nobody did."""
    told = [(date.fromisoformat(one["on"][:10]), one["alive"]) for one in project.news]
    if any(is_alive and on >= day for on, is_alive in told):
        return True
    if project.last_entry and project.last_entry >= day and project.state != State.ENDED:
        return True
    if project.ended_on and project.ended_on >= day:
        return True
    if any(not is_alive for _on, is_alive in told):
        return False
    if project.state == State.ENDED and project.outcome in STOPPED:
        return False
    return None
