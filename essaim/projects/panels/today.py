from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.design.typography import short_day
from essaim.outreach.queries import TODAY_ACTS, Act
from essaim.projects.queries import owed as queries
from essaim.projects.queries.owed import Owing
from essaim.projects.queries.projects import GateWaiting, gates_to_decide

VALIDATING, ANSWERING, TAKING_UP = 15, 10, 3  # minutes
MOST = 3


@TODAY_ACTS.fills(subplatform="projects", order=12)
def what_i_owe_projects(reader: Reader, ids: Collection[int]) -> dict[int, list[Act]]:
    """Validations, gates and support, the soonest due first; drafts that wait for me."""
    if reader.member_id is None or reader.member_id not in ids:
        return {}
    waits = queries.what_waits(reader)
    offered = [
        Act(
            minutes=TAKING_UP,
            title=_("Your idea can become a project: “%(name)s”") % {"name": one.community.name},
            url=reverse("project_take_up", args=[one.public_id]),
            why=_("It was adopted: take it up, or leave it to others."),
            key=f"projects.offer:{one.public_id}",
            is_owed=True,
        )
        for one in (queries.parts_on_offer(reader)[:MOST] if waits.is_offered else ())
    ]
    owed = [_owed(one) for one in queries.owed_by(reader)[:MOST]] if waits.is_owed else []
    gates = [_gate(one) for one in gates_to_decide(reader)[:MOST]] if waits.is_at_gate else []
    return {reader.member_id: [*offered, *gates, *owed]}


def _owed(one: Owing) -> Act:
    due = _late_or_due(one)
    if one.kind == "validation":
        return Act(
            minutes=VALIDATING,
            title=_("Validate a project: %(name)s") % {"name": one.name},
            url=reverse("project_validate", args=[one.project]),
            why=due,
            key=f"projects.validation:{one.project}",
            is_owed=True,
        )
    return Act(
        minutes=None,
        title=_("Keep what you promised: %(name)s") % {"name": one.name},
        url=reverse("project", args=[one.project]) + "#support",
        why=due,
        key=f"projects.support:{one.project}:{one.due_on}",
        is_owed=True,
    )


def _gate(one: GateWaiting) -> Act:
    return Act(
        minutes=ANSWERING,
        title=_("Answer at a gate: %(name)s") % {"name": one.project},
        url=reverse("gate", args=[one.public_id, one.gate]),
        why=_late_or_due(one),
        key=f"projects.gate:{one.gate}",
        is_owed=True,
    )


def _late_or_due(one: Owing | GateWaiting) -> str:
    said = {"day": short_day(one.due_on)}
    return _("late since %(day)s") % said if one.is_late else _("due by %(day)s") % said
