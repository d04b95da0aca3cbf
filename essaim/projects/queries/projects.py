"""Lists of projects and of needs seen; what waits for those who validate and answer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.communities.rules import entitled
from essaim.discussions.models import Waiting as WaitingFor
from essaim.foundation.clock import now, today
from essaim.foundation.http import Page, keyset
from essaim.foundation.text import plain_excerpt
from essaim.members.queries import display_name
from essaim.places.models import Place
from essaim.projects import rules
from essaim.projects.models import (
    LIVE,
    TEAM_ROLES,
    UNOPENED,
    Criterion,
    Gate,
    Observation,
    Project,
    State,
    Validation,
)
from essaim.projects.queries.known import know_sponsors, know_teams
from essaim.projects.queries.names import Badge, due_badge, gate_name, state_badge

EXCERPT = 160
NEWEST_FIRST = ("-created_at", "-id")


@dataclass(frozen=True, slots=True)
class ProjectLine:
    public_id: str
    name: str
    lang: str
    excerpt: str
    state: str
    outcome: str
    badge: Badge
    place: str
    bearer: str
    created_at: datetime

    @property
    def meta(self) -> str:
        return " · ".join(filter(None, [self.bearer, self.place]))

    @property
    def url(self) -> str:
        return reverse("project", args=[self.public_id])


def project_line(project: Project) -> ProjectLine:
    """Of a project loaded with its bearer, its community and the place of that."""
    community = project.community
    return ProjectLine(
        public_id=project.public_id,
        name=community.name,
        lang=project.language,
        excerpt=plain_excerpt(project.problem, EXCERPT),
        state=project.state,
        outcome=project.outcome,
        badge=state_badge(project),
        place=community.place.name if community.place else "",
        bearer=display_name(project.bearer) if project.bearer else "",
        created_at=project.created_at,
    )


def projects_for_list(
    reader: Reader,
    host: Community,
    *,
    state: str = "",
    place: Place | None = None,
    after: str | None = None,
    size: int = 20,
) -> Page[ProjectLine]:
    """Those filed in a community or in any below it, newest first; one query."""
    found = _in_and_below(rules.projects_visible_to(reader), host)
    found = _narrowed(found, reader, state)
    if place is not None:
        found = found.filter(in_place(place.pk))
    loaded = found.select_related("bearer", "community__place")
    return keyset(loaded, order=NEWEST_FIRST, after=after, size=size).map(project_line)


def in_place(place_id: int) -> Q:
    """Those of this place, or of one inside it."""
    inside = Q(community__place__ancestor_ids__contains=[place_id])
    return Q(community__place=place_id) | inside


def _in_and_below(found: QuerySet[Project], host: Community) -> QuerySet[Project]:
    return found.filter(community__ancestor_ids__contains=[host.pk])


def _narrowed(found: QuerySet[Project], reader: Reader, state: str) -> QuerySet[Project]:
    if state == "mine":
        own = [pk for pk, role in reader.roles if role in TEAM_ROLES]
        return found.filter(Q(community__in=own) | Q(offered_to=reader.member_id or 0))
    if state == State.RUNNING:
        return found.filter(state__in=[State.RUNNING, State.PAUSED])
    if state in {State.VALIDATED, State.ENDED}:
        return found.filter(state=state)
    return found.exclude(state__in=UNOPENED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait for a validation, and how many longer than was promised: for everyone."""

    waiting: int
    late: int
    oldest: date | None


def waiting_in(host: Community) -> Waiting:
    rows = list(
        Validation.objects.waiting()
        .filter(project__community__parent=host, project__withdrawn_at__isnull=True)
        .order_by("due_on")
        .values_list("due_on", flat=True)
    )
    late = [one for one in rows if one < today()]
    return Waiting(len(rows), len(late), late[0] if late else None)


@dataclass(frozen=True, slots=True)
class QueueLine:
    public_id: str
    name: str
    lang: str
    bearer: str
    days: int
    badge: Badge
    is_half: bool
    may_answer: bool
    why_not: str


def queue_for_page(reader: Reader, host: Community) -> tuple[QueueLine, ...]:
    """What waits for validators here, the oldest first."""
    waiting = (
        Validation.objects.waiting()
        .filter(project__community__parent=host, project__withdrawn_at__isnull=True)
        .select_related("project__community__parent", "project__bearer")
        .order_by("submitted_at", "pk")
    )
    rows = list(waiting)
    know_teams([one.project for one in rows])
    return tuple(_queue_line(reader, one) for one in rows)


def _queue_line(reader: Reader, one: Validation) -> QueueLine:
    project = one.project
    may = rules.may_validate(reader, project, one)
    return QueueLine(
        public_id=project.public_id,
        name=project.community.name,
        lang=project.language,
        bearer=display_name(project.bearer) if project.bearer else "",
        days=(now() - one.submitted_at).days,
        badge=due_badge(one.due_on),
        is_half=one.decided_at is not None,
        may_answer=bool(may),
        why_not=str(may.reason),
    )


def validation_waiting(project: Project) -> Validation | None:
    found = Validation.objects.waiting().filter(project=project).first()
    if found:
        found.project = project
    return found


def criteria_of(host: Community) -> list[Criterion]:
    """What its validators answer."""
    return list(Criterion.objects.filter(policy__community=host).asked())


@dataclass(frozen=True, slots=True)
class Seen:
    """A need seen around, as its list shows it."""

    public_id: str
    what: str
    for_whom: str
    lang: str
    place: str
    author: str
    created_at: datetime
    projects: int
    hiding_reason: str
    is_held: bool
    is_mine: bool
    may_start: bool
    may_report: bool
    may_hide: bool


def observations_for_list(
    reader: Reader, host: Community, *, after: str | None = None, size: int = 20
) -> Page[Seen]:
    """Newest first, with how many projects came of each; one query."""
    found = (
        rules.observations_visible_to(reader)
        .filter(Q(community=host) | Q(community__ancestor_ids__contains=[host.pk]))
        .select_related("community", "author", "place")
        .annotate(
            came_of_it=Count(
                "projects",
                filter=Q(projects__state__in=[*LIVE, State.ENDED])
                & Q(projects__withdrawn_at__isnull=True, projects__hidden_at__isnull=True),
            )
        )
    )
    page = keyset(found, order=NEWEST_FIRST, after=after, size=size)
    return page.map(lambda one: _seen(reader, one))


def _seen(reader: Reader, one: Observation) -> Seen:
    return Seen(
        public_id=one.public_id,
        what=one.what,
        for_whom=one.for_whom,
        lang=one.language,
        place=one.place.name if one.place else "",
        author=display_name(one.author) if one.author else "",
        created_at=one.created_at,
        projects=one.came_of_it,  # type: ignore[attr-defined]  # annotated by the list
        hiding_reason=one.hiding_reason if one.hidden_at else "",
        is_held=one.waiting_for == WaitingFor.LOOK,
        is_mine=reader.is_known and one.author_id == reader.member_id,
        may_start=bool(rules.may_start_from(reader, one)),
        may_report=bool(rules.may_report_observation(reader, one)),
        may_hide=bool(rules.may_hide_observation(reader, one)),
    )


def observation_for_change(reader: Reader, public_id: str) -> Observation | None:
    seen = Q(pk__in=rules.observations_visible_to(reader).values("pk"))
    if reader.is_known:
        seen |= Q(author=reader.member_id, withdrawn_at__isnull=True)
    found = Observation.objects.filter(seen, public_id=public_id)
    return found.select_related("community", "place").first()


@dataclass(frozen=True, slots=True)
class GateWaiting:
    host_id: int
    project: str
    public_id: str
    gate: str
    name: str
    due_on: date

    @property
    def is_late(self) -> bool:
        return self.due_on < today()


def gates_waiting(reader: Reader) -> QuerySet[Gate]:
    """Those that this reader sponsors, or answers at for a community."""
    decides = entitled(reader, rules.COMMITTEE, path="project__community__parent__")
    sponsored = Q(project__sponsorships__member=reader.member_id) & Q(
        project__sponsorships__ends_on__isnull=True
    )
    seen = rules.projects_visible_to(reader).values("pk")
    return Gate.objects.waiting().filter(decides | sponsored, project__in=seen)


def gates_to_decide(reader: Reader, hosts: Collection[int] = ()) -> list[GateWaiting]:
    """Gates that this reader may answer at, the soonest due first; as many queries for any."""
    if not reader.is_known:
        return []
    waiting = gates_waiting(reader)
    if hosts:
        waiting = waiting.filter(project__community__parent__in=hosts)
    found = waiting.select_related("project__community__parent").distinct()
    rows = list(found.order_by("due_on", "pk"))
    know_teams([one.project for one in rows])
    know_sponsors([one.project for one in rows])
    return [
        GateWaiting(
            host_id=one.project.community.parent_id or 0,
            project=one.project.community.name,
            public_id=one.project.public_id,
            gate=one.public_id,
            name=gate_name(one.kind),
            due_on=one.due_on,
        )
        for one in rows
        if rules.may_decide_gate(reader, one)
    ]


def filters_for(reader: Reader) -> list[tuple[str, str]]:
    """(key, words) of the ways to narrow the list."""
    words = {
        "": _("All"),
        State.RUNNING.value: _("Under way"),
        State.VALIDATED.value: _("About to start"),
        State.ENDED.value: _("Ended"),
    }
    return [*words.items(), *([("mine", _("Mine"))] if reader.is_known else [])]
