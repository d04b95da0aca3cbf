"""The page of a project, but its logbook and effects, which have queries of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.models import Mandate
from essaim.communities.queries import (
    COMMUNITY_SECTIONS,
    Bar,
    Section,
    bar_for_page,
    collected,
)
from essaim.communities.readers import Reader
from essaim.communities.rules import may_see_community
from essaim.design.typography import day
from essaim.foundation.access import Verdict
from essaim.foundation.clock import today
from essaim.foundation.http.links import web_address
from essaim.ideas.rules import ideas_visible_to
from essaim.members.queries import display_name
from essaim.places.queries import place_path
from essaim.projects import rules
from essaim.projects.models import (
    PATH,
    UNOPENED,
    Gate,
    Objection,
    Obstacle,
    Outcome,
    Part,
    Project,
    ProjectParty,
    Sponsorship,
    Stage,
    State,
    SupportLine,
    Validation,
    ValidationDecision,
)
from essaim.projects.queries.names import Badge, state_badge
from essaim.projects.queries.next_act import Next, next_act
from essaim.projects.queries.project_news import (
    Missing,
    decision_to_contest,
    missing_of,
)
from essaim.projects.queries.project_parts import (
    GateLine,
    Item,
    PersonLine,
    Step,
    gate_line,
    lines_around,
    objection_item,
    obstacle_item,
    party_item,
    support_item,
    team_lines,
)

GATES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Origin:
    label: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """What its page shows. Verdicts are truthy, or say why not."""

    public_id: str
    slug: str
    name: str
    lang: str
    badge: Badge
    state: str
    place: str
    bearer: str
    host_name: str
    host_slug: str
    problem: str
    for_whom: str
    smallest_version: str
    existing: str
    means: str
    is_social_business: bool
    pays_no_dividend: bool
    former_names: tuple[str, ...]
    origins: tuple[Origin, ...]
    source_name: str
    source_url: str
    recording_since: date | None
    hidden_at: datetime | None
    notice: str
    notice_tone: str
    missing: tuple[Missing, ...]
    decision: str
    outcome: str
    outcome_words: str
    ended_on: date | None
    next: Next | None
    steps: tuple[Step, ...]
    gates: tuple[GateLine, ...]
    team: tuple[PersonLine, ...]
    around: tuple[PersonLine, ...]
    support: tuple[Item, ...]
    parties: tuple[Item, ...]
    objections: tuple[Item, ...]
    obstacles: tuple[Item, ...]
    sections: tuple[Section, ...]
    bar: Bar
    followers: int
    is_in_team: bool
    is_following: bool
    is_open: bool
    may_edit: bool
    may_take_back: bool
    may_withdraw: bool
    may_pause: bool
    may_resume: bool
    may_end: bool
    may_invite: bool
    may_support: bool
    may_object: Verdict
    may_tell_obstacle: bool
    may_name_party: bool
    may_hide: bool
    may_report: bool


def project_to_read(reader: Reader, public_id: str) -> Project | None:
    """A project the reader may see, with what its rules and its page ask for."""
    gates = Gate.objects.order_by("-asked_at", "-pk").select_related("decided_by")
    mandates = Mandate.objects.on(today()).select_related("member").order_by("starts_on", "pk")
    sponsors = Sponsorship.objects.on(today()).select_related("member", "exception_by")
    return (
        rules.projects_visible_to(reader)
        .filter(public_id=public_id)
        .select_related(
            "bearer",
            "community__parent__parent",
            "community__place__parent",
            "observation",
            "copied_from__community",
            "story",
        )
        .prefetch_related(
            "former_names",
            "spells",
            Prefetch("gates", gates.prefetch_related("conditions")),
            Prefetch("community__mandates", mandates, to_attr="held_today"),
            Prefetch("sponsorships", sponsors, to_attr="sponsors_today"),
            Prefetch(
                "support_lines", SupportLine.objects.select_related("owner").order_by("due_on")
            ),
            Prefetch("parties", ProjectParty.objects.select_related("unit").order_by("pk")),
            Prefetch("objections", Objection.objects.select_related("author").order_by("-at")),
            Prefetch("obstacles", Obstacle.objects.select_related("by").order_by("-at")),
        )
        .first()
    )


def project_for_change(reader: Reader, public_id: str) -> Project | None:
    """With what its rules ask first; its page asks for much more."""
    return (
        rules.projects_visible_to(reader)
        .filter(public_id=public_id)
        .select_related("bearer", "community__parent", "community__place", "story")
        .first()
    )


def project_for_page(reader: Reader, project: Any) -> ProjectPage:
    """The page of a project that `project_to_read` loaded."""
    community, host = project.community, rules.host_of(project)
    notice, tone = _notice(project)
    return ProjectPage(
        public_id=project.public_id,
        slug=community.slug,
        name=community.name,
        lang=project.language,
        badge=state_badge(project),
        state=project.state,
        place=place_path(community.place) if community.place else "",
        bearer=display_name(project.bearer) if project.bearer else "",
        host_name=host.name if may_see_community(reader, host) else "",
        host_slug=host.slug if may_see_community(reader, host) else "",
        problem=project.problem,
        for_whom=project.for_whom,
        smallest_version=project.smallest_version,
        existing=project.existing,
        means=project.means,
        is_social_business=project.is_social_business,
        pays_no_dividend=project.pays_no_dividend,
        former_names=tuple(one.name for one in project.former_names.all()),
        origins=tuple(_origins(reader, project)),
        source_name=project.source_name,
        source_url=web_address(project.source_url),
        recording_since=project.recording_since,
        hidden_at=project.hidden_at,
        notice=notice,
        notice_tone=tone,
        missing=missing_of(reader, project),
        decision=decision_to_contest(reader, project),
        outcome=str(Outcome(project.outcome).label) if project.outcome else "",
        outcome_words=project.outcome_words,
        ended_on=project.ended_on,
        next=next_act(reader, project),
        steps=_steps(project),
        gates=tuple(map(gate_line, list(project.gates.all())[:GATES_SHOWN])),
        team=team_lines(project),
        around=tuple(lines_around(project)),
        support=tuple(support_item(reader, one) for one in project.support_lines.all()),
        parties=tuple(party_item(reader, one) for one in project.parties.all()),
        objections=tuple(
            objection_item(reader, one) for one in project.objections.all() if not one.hidden_at
        ),
        obstacles=tuple(obstacle_item(reader, one) for one in project.obstacles.all()),
        sections=tuple(
            collected(COMMUNITY_SECTIONS, reader, community) if community.opened_at else ()
        ),
        bar=bar_for_page(reader, community, here="community"),
        followers=community.memberships.filter(left_at__isnull=True).count(),
        is_in_team=rules.is_in_team(reader, project),
        is_following=reader.belongs_to(community.pk),
        is_open=community.is_open,
        **_verdicts(reader, project),
    )


def _verdicts(reader: Reader, project: Project) -> dict[str, Any]:
    return {
        "may_edit": bool(rules.may_edit_project(reader, project)),
        "may_take_back": bool(rules.may_take_back(reader, project)),
        "may_withdraw": bool(rules.may_withdraw_project(reader, project)),
        "may_pause": bool(rules.may_pause(reader, project)),
        "may_resume": bool(rules.may_resume(reader, project)),
        "may_end": bool(rules.may_end(reader, project)),
        "may_invite": bool(
            rules.may_invite(reader, project, Part.TEAM)
            or rules.may_invite(reader, project, Part.REFERENT)
        ),
        "may_support": bool(rules.may_promise_support(reader, project)),
        "may_object": rules.may_object(reader, project),
        "may_tell_obstacle": bool(rules.may_tell_obstacle(reader, project)),
        "may_name_party": bool(rules.may_name_party(reader, project)),
        "may_hide": bool(rules.may_hide_project(reader, project)),
        "may_report": bool(rules.may_report_project(reader, project)),
    }


def _notice(  # noqa: PLR0911  each state has its own words
    project: Project,
) -> tuple[str, str]:
    """The one sentence that says why this page is not what one expects."""
    if project.hidden_at:
        return _("Hidden by the moderators. Reason: %(reason)s") % {
            "reason": project.hiding_reason
        }, "late"
    if project.withdrawn_at:
        return _("Withdrawn by its bearer: only its team still reads this page."), "plain"
    if project.offered_to_id:
        return _("A draft made of your idea: it is yours if you take it up."), "now"
    if project.state == State.DRAFT:
        return _("A draft: only its team reads it."), "now"
    if project.state == State.SUBMITTED:
        waiting = Validation.objects.waiting().filter(project=project).first()
        if waiting is None:
            return "", "plain"
        said = {"day": day(waiting.due_on), "name": rules.host_of(project).name}
        if waiting.due_on < today():
            return _("%(name)s owed an answer by %(day)s: it is late.") % said, "late"
        return _("%(name)s answers by %(day)s at the latest.") % said, "now"
    if project.state == State.REFUSED:
        last = (
            Validation.objects.filter(project=project, decision=ValidationDecision.REFUSED)
            .order_by("-number")
            .first()
        )
        why = last.reasons if last else ""
        return _("Not validated: %(why)s You may change it and try again.") % {"why": why}, "now"
    return "", "plain"


def _origins(reader: Reader, project: Project) -> Iterator[Origin]:
    idea = ideas_visible_to(reader).filter(pk=project.idea_id).first() if project.idea_id else None
    if idea:
        yield Origin(_("From the idea"), idea.title, reverse("idea", args=[idea.public_id]))
    seen = project.observation
    if seen and not seen.hidden_at and rules.may_see_observation(reader, seen):
        url = reverse("observations", args=[rules.host_of(project).slug])
        yield Origin(_("From a need seen here"), seen.what[:120], f"{url}#{seen.public_id}")
    copied = project.copied_from
    if copied and rules.may_see_project(reader, copied):
        yield Origin(
            _("Started from"), copied.community.name, reverse("project", args=[copied.public_id])
        )


def _steps(project: Project) -> tuple[Step, ...]:
    """The stages it went through, and those to come; an ended project has none to come."""
    spells = sorted(project.spells.all(), key=lambda one: (one.starts_on, one.pk))
    done = [
        Step(
            str(Stage(one.stage).label).capitalize(),
            "done" if one.ends_on or project.state == State.ENDED else "now",
            day(one.starts_on),
        )
        for one in spells
        if one.ends_on != one.starts_on or one.ends_on is None
    ]
    if project.state in {State.ENDED, *UNOPENED}:
        return tuple(done)
    last = spells[-1].stage if spells else ""
    ahead = PATH[PATH.index(Stage(last)) + 1 :] if last in PATH else PATH
    return (*done, *(Step(str(one.label).capitalize(), "todo") for one in ahead))
