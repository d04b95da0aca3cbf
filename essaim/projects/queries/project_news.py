"""What a project’s page tells its team: what validators missed, what comes next."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from essaim.communities.models import Decision, Verb
from essaim.communities.readers import Reader
from essaim.communities.rules import may_appeal
from essaim.projects import rules
from essaim.projects.models import (
    PROJECT,
    GateDecider,
    Project,
    State,
    ValidationDecision,
)
from essaim.projects.models.validation import CriterionAnswer


@dataclass(frozen=True, slots=True)
class Missing:
    """A criterion that was not met, and what the validator wrote beside it."""

    question: str
    words: str


def missing_of(reader: Reader, project: Project) -> tuple[Missing, ...]:
    """For the team that rewrites it, and for those who validate."""
    if project.state != State.REFUSED:
        return ()
    if not (rules.is_in_team(reader, project) or rules.validates(reader, project)):
        return ()
    refusals = project.validations.filter(decision=ValidationDecision.REFUSED)
    last = refusals.order_by("-number").values("pk")[:1]
    answers = CriterionAnswer.objects.filter(validation__in=last, is_met=False)
    rows = answers.select_related("criterion").order_by("criterion__position", "pk")
    return tuple(Missing(one.criterion.question, one.words) for one in rows)


def decision_to_contest(reader: Reader, project: Project) -> str:
    """The refusal, for whom it concerns, while they may ask for a second look."""
    if project.state != State.REFUSED or not reader.is_known:
        return ""
    found = Decision.objects.filter(
        subject_kind=PROJECT, subject_id=project.pk, verb=Verb.REFUSED
    ).select_related("community", "appeal")
    last = found.order_by("-decided_at", "-pk").first()
    return last.public_id if last and may_appeal(reader, last) else ""


def sponsor_to_come(project: Project) -> str:
    """What a validated project looks for before its first gate."""
    if project.state != State.VALIDATED:
        return ""
    if rules.main_sponsor(project):
        return ""
    if rules.policy_of(rules.host_of(project)).gate_decider == GateDecider.SPONSOR:
        return _(
            "A sponsor comes next: somebody outside the team, who opens doors and answers at its"
            " gates. Ask somebody under “Who takes part”."
        )
    return _(
        "A sponsor comes next: somebody outside the team, who opens doors for it. Ask somebody"
        " under “Who takes part”."
    )
