"""How a community validates projects, and what its validators answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.commitments.actions import keep_commitment
from essaim.commitments.models import CommitmentKind
from essaim.communities.actions import record_decision, written_reason
from essaim.communities.actions.tree import set_lines_and_texts
from essaim.communities.models import Audience, Community, Decision, Verb
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.projects import rules
from essaim.projects.actions.projects import about, locked, open_project
from essaim.projects.facts import (
    ProjectHalfValidated,
    ProjectPolicySet,
    ProjectRefusalOverturned,
    ProjectRefused,
)
from essaim.projects.models import (
    PROJECT,
    Criterion,
    CriterionAnswer,
    CriterionSet,
    GateDecider,
    Project,
    ProjectPolicy,
    State,
    Validation,
    ValidationDecision,
)

MOST_DAYS = 180
MOST_CRITERIA = 12
# What a community may start from: it changes them as it likes.
SETS = {
    CriterionSet.AIM: (
        ("aim", gettext_lazy("Has it a social or environmental aim?"), True),
        ("help", gettext_lazy("Is it aimed at people in difficulty?"), True),
        ("bearer", gettext_lazy("Is it carried by people, and not for a party?"), True),
    ),
    CriterionSet.PEOPLE: (
        ("people", gettext_lazy("Do people in difficulty gain something from it?"), True),
        ("with", gettext_lazy("Were some of them asked what they need?"), True),
        ("open", gettext_lazy("Can everybody take part, whatever they think or believe?"), True),
        ("known", gettext_lazy("Do the associations that do this here know about it?"), False),
    ),
}


@dataclass(frozen=True, slots=True)
class Met:
    """A validator's answer to one criterion; `words` where it is not met."""

    is_met: bool
    words: str = ""


@transaction.atomic
def set_policy(*, member: Member, host: Community, **values: Any) -> ProjectPolicy:
    """Say whether, how and by when projects are validated, and who answers at gates."""
    require(rules.may_set_policy(fresh_reader(member), host))
    policy, _made = ProjectPolicy.objects.select_for_update().get_or_create(community=host)
    errors: dict[str, list[str]] = {}
    for name in ("validation_days", "gate_days"):
        days = values.get(name)
        if days is not None and not 1 <= days <= MOST_DAYS:
            errors[name] = [_("Between 1 and %(most)s days.") % {"most": MOST_DAYS}]
    if values.get("gate_decider", GateDecider.SPONSOR) not in GateDecider.values:
        errors["gate_decider"] = [_("Choose one of those offered.")]
    if errors:
        raise ValidationError(errors)
    for name, value in values.items():
        setattr(policy, name, value)
    policy.save()
    record(ProjectPolicySet(actor_id=member.pk, community_id=host.pk))
    return policy


@transaction.atomic
def start_from_set(*, member: Member, host: Community, name: str) -> ProjectPolicy:
    """Ask what one of the two sets asks, instead of what was asked."""
    if name not in CriterionSet.values:
        raise ValidationError({"name": [_("Choose one of those offered.")]})
    policy = set_policy(member=member, host=host)
    policy.criteria.filter(retired_at__isnull=True).update(retired_at=now())
    Criterion.objects.bulk_create(
        Criterion(
            policy=policy, key=key, question=str(question), position=n, is_required=is_required
        )
        for n, (key, question, is_required) in enumerate(SETS[CriterionSet(name)], 1)
    )
    return policy


@transaction.atomic
def add_criterion(
    *, member: Member, host: Community, question: str, is_required: bool = True
) -> Criterion:
    policy = set_policy(member=member, host=host)
    asked = list(policy.criteria.asked())
    if len(asked) >= MOST_CRITERIA:
        raise ValidationError(
            {"question": [_("At most %(most)s: each one is answered.") % {"most": MOST_CRITERIA}]}
        )
    number = max((one.pk for one in policy.criteria.all()), default=0) + 1
    one = Criterion(policy=policy, key=f"own{number}", position=len(asked) + 1)
    one.is_required = is_required
    set_lines_and_texts(one, {"question": question})
    if not one.question:
        raise ValidationError({"question": [_("Write the question.")]})
    one.save()
    return one


@transaction.atomic
def retire_criterion(*, member: Member, host: Community, key: str) -> None:
    """It is not asked any more; answers given to it stay."""
    policy = set_policy(member=member, host=host)
    policy.criteria.filter(key=key, retired_at__isnull=True).update(retired_at=now())


@transaction.atomic
def answer_validation(
    *,
    member: Member,
    project: Project,
    answers: Mapping[str, Met],
    validates: bool,
    reasons: str = "",
    word: str = "",
) -> Validation:
    """Answer each criterion (by key), then validate or refuse; where two are asked for, both do."""
    project = locked(project)
    validation = Validation.objects.waiting().filter(project=project).select_for_update().first()
    if validation:
        validation.project = project
    reader = fresh_reader(member)
    require(rules.may_validate(reader, project, validation))
    if validation and validation.decided_by:
        require(rules.may_second(reader, fresh_reader(validation.decided_by), project))
    if validation is None:
        raise Refused(_("Nothing waits for an answer here."))
    _keep_answers(member, validation, answers, validates=validates)
    if validates:
        _validate(member, validation)
    else:
        _refuse(member, validation, reasons, word)
    return validation


def _keep_answers(
    member: Member, validation: Validation, answers: Mapping[str, Met], *, validates: bool
) -> None:
    """Each criterion is answered; one that is not met says why, and keeps from validating."""
    policy = rules.policy_of(rules.host_of(validation.project))
    asked = list(policy.criteria.asked()) if policy.pk else []
    errors: dict[str, list[str]] = {}
    rows = []
    for one in asked:
        field, given = f"criterion_{one.key}", answers.get(one.key)
        if given is None:
            errors[field] = [_("Answer this question.")]
            continue
        row = CriterionAnswer(
            validation=validation, criterion=one, validator=member, is_met=given.is_met
        )
        try:
            set_lines_and_texts(row, {"words": given.words})
        except ValidationError as error:
            errors[f"words_{one.key}"] = error.messages
            continue
        if not given.is_met and not row.words:
            errors[f"words_{one.key}"] = [_("Say what is missing.")]
        elif not given.is_met and one.is_required and validates:
            errors[field] = [_("This has to be met for a project to be validated.")]
        rows.append(row)
    if errors:
        raise ValidationError(errors)
    CriterionAnswer.objects.filter(validation=validation, validator=member).delete()
    CriterionAnswer.objects.bulk_create(rows)


def _sign(member: Member, validation: Validation) -> None:
    if validation.decided_at:
        validation.seconded_by, validation.seconded_at = member, now()
    else:
        validation.decided_by, validation.decided_at = member, now()


def _validate(member: Member, validation: Validation) -> None:
    is_first = validation.decided_at is None
    _sign(member, validation)
    if is_first and validation.needs_second:
        validation.save()
        about_it = about(validation.project, member)
        record(ProjectHalfValidated(**about_it, validation_id=validation.pk))
        return
    validation.decision = ValidationDecision.VALIDATED
    validation.save()
    _keep(validation, member)
    open_project(validation.project, member, validation)


def _refuse(member: Member, validation: Validation, reasons: str, word: str) -> None:
    project = validation.project
    validation.reasons = written_reason(reasons, field="reasons")
    _sign(member, validation)
    validation.decision = ValidationDecision.REFUSED
    validation.save()
    _keep(validation, member)
    project.state = State.REFUSED
    project.save(update_fields=["state"])
    record_decision(
        member=member,
        community=rules.host_of(project),
        verb=Verb.REFUSED,
        subject=(PROJECT, project.pk),
        reason=validation.reasons,
        concerned=project.bearer,
        word=word,
        asked_at=validation.submitted_at,
        audience=Audience.ROLE_HOLDERS,
    )
    record(ProjectRefused(**about(project, member), validation_id=validation.pk))


def _keep(validation: Validation, member: Member) -> None:
    keep_commitment(
        kind=CommitmentKind.VALIDATION,
        subject_kind=rules.VALIDATION,
        subject_id=validation.pk,
        actor=member,
    )


@transaction.atomic
def validate_after_second_look(*, decision: Decision) -> None:
    """A second look overturned its last refusal; heard twice, it is done once.

    A project that waits again, or was refused again since with other words, stays as it is.
    """
    project = locked(Project(pk=decision.subject_id))
    later = Decision.objects.filter(
        subject_kind=PROJECT, subject_id=project.pk, verb=Verb.REFUSED, pk__gt=decision.pk
    )
    if project.state != State.REFUSED or project.withdrawn_at or later.exists():
        return
    record(ProjectRefusalOverturned(**about(project)))
    open_project(project, None)
