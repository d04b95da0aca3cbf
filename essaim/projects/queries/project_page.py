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
from essaim.communities.rules import may_join, may_see_community
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
    Gate,
    Objection,
    Obstacle,
    Outcome,
    Project,
    ProjectParty,
    Sponsorship,
    Stage,
    State,
    SupportLine,
    Validation,
)
from essaim.projects.queries.gates import words_to_ask
from essaim.projects.queries.names import Badge, state_badge
from essaim.projects.queries.project_news import (
    Missing,
    decision_to_contest,
    missing_of,
    sponsor_to_come,
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
class Next:
    """The one primary act of the page for this reader; a `url` to go to, or to post to."""

    label: str
    url: str
    note: str = ""
    posts: bool = False


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
    created_at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None
    hidden_at: datetime | None
    hiding_reason: str
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
    may_take_up: bool
    may_submit: bool
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
        .select_related("bearer", "community__parent", "community__place")
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
        created_at=project.created_at,
        edited_at=project.edited_at,
        withdrawn_at=project.withdrawn_at,
        hidden_at=project.hidden_at,
        hiding_reason=project.hiding_reason,
        notice=notice,
        notice_tone=tone,
        missing=missing_of(reader, project),
        decision=decision_to_contest(reader, project),
        outcome=str(Outcome(project.outcome).label) if project.outcome else "",
        outcome_words=project.outcome_words,
        ended_on=project.ended_on,
        next=_next(reader, project),
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
        bar=bar_for_page(reader, community, here="project"),
        followers=community.memberships.filter(left_at__isnull=True).count(),
        is_in_team=rules.is_in_team(reader, project),
        is_following=reader.belongs_to(community.pk),
        is_open=community.is_open,
        **_verdicts(reader, project),
    )


def _verdicts(reader: Reader, project: Project) -> dict[str, Any]:
    return {
        "may_edit": bool(rules.may_edit_project(reader, project)),
        "may_take_up": bool(rules.may_take_up(reader, project)),
        "may_submit": bool(rules.may_submit(reader, project)),
        "may_take_back": bool(rules.may_take_back(reader, project)),
        "may_withdraw": bool(rules.may_withdraw_project(reader, project)),
        "may_pause": bool(rules.may_pause(reader, project)),
        "may_resume": bool(rules.may_resume(reader, project)),
        "may_end": bool(rules.may_end(reader, project)),
        "may_invite": bool(
            rules.may_invite(reader, project, "team")
            or rules.may_invite(reader, project, "referent")
        ),
        "may_support": bool(rules.may_support_project(reader, project)),
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
            Validation.objects.filter(project=project, decision="refused")
            .order_by("-number")
            .first()
        )
        why = last.reasons if last else ""
        return _("Not validated: %(why)s You may change it and try again.") % {"why": why}, "now"
    return "", "plain"


def _next(reader: Reader, project: Project) -> Next | None:  # noqa: PLR0911  one act for each
    """What this reader would do here first."""
    at = [project.public_id]
    if rules.may_take_up(reader, project):
        return Next(_("Take it up"), reverse("project_take_up", args=at), posts=False)
    if rules.may_submit(reader, project):
        validates = rules.policy_of(rules.host_of(project)).needs_validation
        label = _("Ask for its validation") if validates else _("Open it to everyone")
        return Next(label, reverse("project_submit", args=at), posts=True)
    waiting = Validation.objects.waiting().filter(project=project)
    validation = waiting.first() if project.state == State.SUBMITTED else None
    if validation:
        validation.project = project
        if rules.may_validate(reader, project, validation):
            return Next(_("Answer each criterion"), reverse("project_validate", args=at))
        return None
    open_gate = next((one for one in project.gates.all() if not one.decided_at), None)
    if open_gate:
        open_gate.project = project
        if rules.may_decide_gate(reader, open_gate):
            return Next(_("Answer at the gate"), reverse("gate", args=[*at, open_gate.public_id]))
    elif rules.may_ask_gate(reader, project):
        stage = rules.stage_of(project)
        words = words_to_ask(rules.gates_ahead(project, stage)[0][0])
        return Next(words, reverse("gate_ask", args=at), sponsor_to_come(project))
    if project.community.is_open and may_join(reader, project.community):
        note = _("You hear of it in your mail, and leave in two clicks.")
        return Next(
            _("Follow this project"), reverse("community_join", args=[project.community.slug]), note
        )
    if not reader.is_known and project.community.is_open:
        return Next(
            _("Follow this project"), reverse("community_join", args=[project.community.slug])
        )
    return None


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
    if project.state in {State.ENDED, State.DRAFT, State.SUBMITTED, State.REFUSED}:
        return tuple(done)
    last = spells[-1].stage if spells else ""
    ahead = PATH[PATH.index(Stage(last)) + 1 :] if last in PATH else PATH
    return (*done, *(Step(str(one.label).capitalize(), "todo") for one in ahead))
