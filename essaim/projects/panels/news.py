from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.members.queries import display_name
from essaim.outreach.queries import NOTICE_WORDING, Wording, noticed
from essaim.projects.models import Part, Project, State
from essaim.projects.queries.names import due_badge, gate_badge
from essaim.projects.queries.notices import gates_told_of, invitations_told_of, projects_told_of

PAGES = {
    "projects.offered": "project_take_up",
    "projects.submitted": "project_validate",
    "projects.validation_late": "project_validate",
}
PARTS = {
    "projects.objected": "#objections",
    "projects.objection_answered": "#objections",
    "projects.obstacle": "#obstacles",
    "projects.support": "#support",
    "projects.touches": "#touches",
}
KINDS = (
    "projects.offered",
    "projects.submitted",
    "projects.validation_late",
    "projects.validated",
    "projects.bearer",
    "projects.objected",
    "projects.objection_answered",
    "projects.obstacle",
    "projects.support",
    "projects.touches",
)
AT_GATES = ("projects.gate_asked", "projects.gate_late", "projects.gate_decided")
OF_PARTS = ("projects.asked", "projects.accepted")


def _sentence(kind: str) -> str:
    return {
        "projects.offered": _("Your idea was adopted: “%(name)s” can be your project."),
        "projects.submitted": _("“%(name)s” asks for its validation."),
        "projects.validation_late": _("“%(name)s” waits too long for its validation: it shows."),
        "projects.validated": _("“%(name)s” is validated and open to everyone."),
        "projects.bearer": _("“%(name)s” has another bearer."),
        "projects.objected": _("Somebody objects to “%(name)s”: the team owes an answer."),
        "projects.objection_answered": _("Your objection to “%(name)s” has its answer."),
        "projects.obstacle": _("Something stands in the way of “%(name)s”: could you remove it?"),
        "projects.support": _("“%(name)s” was promised support."),
        "projects.touches": _("“%(name)s” touches a service that you are responsible for."),
        "projects.gate_asked": _("“%(name)s” asks at a gate: the answer is yours."),
        "projects.gate_late": _("An answer at a gate of “%(name)s” is late: it shows."),
        "projects.gate_decided": _("“%(name)s” has its answer at the gate."),
        "projects.asked": _("You are asked to take part in “%(name)s”: %(part)s."),
        "projects.accepted": _("%(who)s said yes to “%(name)s”: %(part)s."),
    }[kind]


@NOTICE_WORDING.fills(subplatform="projects", order=40)
def about_projects(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """Where a project stands, what is asked about it; one query beside that of the notices."""
    told = noticed(ids, *KINDS)
    found = projects_told_of(reader, {details["project_id"] for _kind, details in told.values()})
    return {
        pk: [
            Wording(
                text=_sentence(kind) % {"name": project.community.name},
                url=reverse(_page(reader, kind, project), args=[project.public_id])
                + PARTS.get(kind, ""),
            )
        ]
        for pk, (kind, details) in told.items()
        if (project := found.get(details["project_id"]))
    }


def _page(reader: Reader, kind: str, project: Project) -> str:
    """Where one answers, as long as that waits; then the project."""
    waits = (
        project.offered_to_id == reader.member_id
        if kind == "projects.offered"
        else project.state == State.SUBMITTED
    )
    return PAGES.get(kind, "project") if waits else "project"


@NOTICE_WORDING.fills(subplatform="projects", order=41)
def about_gates(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    told = noticed(ids, *AT_GATES)
    if not told:
        return {}
    gates = gates_told_of(reader, {details["gate_id"] for _kind, details in told.values()})
    return {
        pk: [
            Wording(
                text=_sentence(kind) % {"name": gate.project.community.name},
                url=reverse("gate", args=[gate.project.public_id, gate.public_id]),
                badge=(gate_badge(gate) if gate.decided_at else due_badge(gate.due_on)).label,
            )
        ]
        for pk, (kind, details) in told.items()
        if (gate := gates.get(details["gate_id"]))
    }


@NOTICE_WORDING.fills(subplatform="projects", order=42)
def about_parts(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """Whoever is asked reads the invitation; the team reads who said yes."""
    told = noticed(ids, *OF_PARTS)
    if not told:
        return {}
    asked = invitations_told_of(
        reader, {details["invitation_id"] for _kind, details in told.values()}
    )
    found: dict[int, list[Wording]] = {}
    for pk, (kind, details) in told.items():
        one = asked.get(details["invitation_id"])
        if one is None:
            continue
        said = {
            "name": one.project.community.name,
            "part": Part(one.part).label,
            "who": display_name(one.member) if one.member else _("Somebody"),
        }
        if kind == "projects.asked":
            if one.member_id != reader.member_id or one.ended_at:
                continue
            url = reverse("project_invitation", args=[one.token])
        else:
            url = reverse("project_team", args=[one.project.public_id])
        found[pk] = [Wording(text=_sentence(kind) % said, url=url)]
    return found
