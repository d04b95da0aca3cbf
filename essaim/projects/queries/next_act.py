"""The one act that stands first on the page of a project, for whoever reads it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.communities.rules import may_join
from essaim.projects import rules
from essaim.projects.models import Project, State, Validation
from essaim.projects.queries.gates import words_to_ask
from essaim.projects.queries.project_news import sponsor_to_come


@dataclass(frozen=True, slots=True)
class Next:
    """The one primary act of the page for this reader; a `url` to go to, or to post to."""

    label: str
    url: str
    note: str = ""
    posts: bool = False


def next_act(reader: Reader, project: Any) -> Next | None:
    """What this reader would do here first; `project` is one that `project_to_read` loaded."""
    if rules.may_take_up(reader, project):
        return Next(_("Take it up"), reverse("project_take_up", args=[project.public_id]))
    if rules.may_submit(reader, project):
        return _to_submit(project)
    waiting = Validation.objects.waiting().filter(project=project)
    if project.state == State.SUBMITTED and (validation := waiting.first()):
        validation.project = project
        if not rules.may_validate(reader, project, validation):
            return None
        url = reverse("project_validate", args=[project.public_id])
        return Next(_("Answer each criterion"), url)
    return _at_gate(reader, project) or _to_follow(reader, project)


def _to_submit(project: Project) -> Next:
    at = [project.public_id]
    if project.unwritten:
        return Next(_("Go on writing it"), reverse("project_edit", args=at))
    validates = rules.policy_of(rules.host_of(project)).needs_validation
    label = _("Ask for its validation") if validates else _("Open it to everyone")
    return Next(label, reverse("project_submit", args=at), posts=True)


def _at_gate(reader: Reader, project: Any) -> Next | None:
    at = [project.public_id]
    if gate := next((one for one in project.gates.all() if not one.decided_at), None):
        gate.project = project
        if not rules.may_decide_gate(reader, gate):
            return None
        return Next(_("Answer at the gate"), reverse("gate", args=[*at, gate.public_id]))
    if not rules.may_ask_gate(reader, project):
        return None
    words = words_to_ask(rules.gates_ahead(project, rules.stage_of(project))[0][0])
    return Next(words, reverse("gate_ask", args=at), sponsor_to_come(project))


def _to_follow(reader: Reader, project: Project) -> Next | None:
    community = project.community
    if not community.is_open:
        return None
    url = reverse("community_join", args=[community.slug])
    if may_join(reader, community):
        note = _("You hear of it in your mail, and leave in two clicks.")
        return Next(_("Follow this project"), url, note)
    return None if reader.is_known else Next(_("Follow this project"), url)
