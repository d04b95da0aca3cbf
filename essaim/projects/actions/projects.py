"""A project from its first words to its end; validation and gates have files of their own."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.commitments.actions import cancel_commitment, make_commitment
from essaim.commitments.models import CommitmentKind
from essaim.communities.actions.tree import set_lines_and_texts
from essaim.communities.models import Community, Role
from essaim.communities.queries import holders_of
from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import Written, signs_of_a_first
from essaim.discussions.models import ModerationPolicy
from essaim.discussions.queries.policies import COPIED_WITHIN, OTHERS_TEXTS, REPEATED_WITHIN
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import unaccented
from essaim.members.actions import refuse_address
from essaim.members.models import Member
from essaim.places.models import Place
from essaim.projects import rules
from essaim.projects.facts import (
    ProjectEdited,
    ProjectEnded,
    ProjectOutcomeSaid,
    ProjectPaused,
    ProjectResumed,
    ProjectSubmitted,
    ProjectTakenBack,
    ProjectValidated,
    ProjectWithdrawn,
)
from essaim.projects.models import (
    NEEDED,
    Outcome,
    Project,
    ProjectQuerySet,
    State,
    Validation,
    ValidationDecision,
)

NAME_LENGTH = 80
TEXTS = (*NEEDED, "means")


def about(project: Project, actor: Member | None = None) -> dict[str, Any]:
    return {
        "actor_id": actor.pk if actor else None,
        "community_id": project.community_id,
        "audience": project.audience,
        "project_id": project.pk,
    }


def locked(project: Project) -> Project:
    """The project as the database has it, ours alone until the transaction ends."""
    return (
        Project.objects.select_for_update(of=("self",), no_key=True)
        .select_related("community__parent", "community__place")
        .get(pk=project.pk)
    )


def checked_language(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": [_("Choose one of the languages offered.")]})
    return language


def set_words(project: Project, texts: dict[str, Any]) -> None:
    """Clean and set its words and its two promises about money. ValidationError by field."""
    for flag in ("is_social_business", "pays_no_dividend"):
        if flag in texts:
            setattr(project, flag, bool(texts.pop(flag)))
    if unknown := texts.keys() - set(TEXTS):
        raise TypeError(f"Not to be written here: {', '.join(sorted(unknown))}")
    set_lines_and_texts(project, texts)


def set_project_name(community: Community, name: str) -> None:
    set_lines_and_texts(community, {"name": name})
    if not community.name:
        raise ValidationError({"name": [_("Give your project a name.")]})
    try:
        refuse_address(community.name)
    except ValidationError as error:
        raise ValidationError({"name": error.messages}) from error
    community.name_key = unaccented(community.name)[:160]


@transaction.atomic
def edit_project(
    *,
    member: Member,
    project: Project,
    name: str | None = None,
    place: Place | None = None,
    language: str | None = None,
    **texts: Any,
) -> Project:
    """Its team rewrites it; the community's name, place and purpose follow."""
    project = locked(project)
    require(rules.may_edit_project(fresh_reader(member), project))
    set_words(project, texts)
    if project.state not in {State.DRAFT, State.REFUSED}:
        _require_words(project)
    project.language = checked_language(language or project.language)
    project.edited_at = now()
    community = project.community
    if name is not None:
        set_project_name(community, name)
    community.place, community.language = place, project.language
    community.purpose = project.problem
    community.save(update_fields=["name", "name_key", "place", "language", "purpose"])
    project.save()
    bump_generation()
    record(ProjectEdited(**about(project, member)))
    return project


def _require_words(project: Project) -> None:
    if missing := project.unwritten:
        says = _("A stranger has to understand the project: write a sentence or two.")
        raise ValidationError({name: [says] for name in missing})


@transaction.atomic
def submit_project(*, member: Member, project: Project) -> Project:
    """Ask for its validation; where none is asked for, it is open at once.

    But what a new account writes may wait for a first look: that of who validates.
    """
    project = locked(project)
    require(rules.may_submit(fresh_reader(member), project))
    _require_words(project)
    host = rules.host_of(project)
    policy = rules.policy_of(host)
    project.submitted_at = now()
    if not policy.needs_validation and not _waits_for_a_look(member, project):
        open_project(project, member)
        return project
    project.state = State.SUBMITTED
    project.save(update_fields=["state", "submitted_at"])
    last = project.validations.order_by("-number").first()
    validation = Validation.objects.create(
        project=project,
        number=last.number + 1 if last else 1,
        due_on=today() + timedelta(days=policy.validation_days),
        needs_second=policy.needs_second_validator,
    )
    make_commitment(
        community=host,
        kind=CommitmentKind.VALIDATION,
        subject_kind=rules.VALIDATION,
        subject_id=validation.pk,
        due_on=validation.due_on,
        owner_role=_validating_role(host),
        owner_title="",
        actor=member,
    )
    record(
        ProjectSubmitted(
            **about(project, member), validation_id=validation.pk, due_on=validation.due_on
        )
    )
    return project


def _waits_for_a_look(member: Member, project: Project) -> bool:
    host, moment = rules.host_of(project), now()
    others = Project.objects.exclude(pk=project.pk)
    own = others.filter(bearer=member)

    def texts(found: ProjectQuerySet) -> list[str]:
        rows = found.select_related("community").order_by("-created_at", "-pk")
        return [_words_of(one) for one in rows[:OTHERS_TEXTS]]

    def by_newcomers(policy: ModerationPolicy) -> list[str]:
        since = moment - timedelta(days=policy.newcomer_days)
        found = others.filter(community__parent=host, submitted_at__gt=moment - COPIED_WITHIN)
        return texts(found.filter(bearer__created_at__gt=since).exclude(bearer=member))

    written = Written(
        stands=own.told(),
        today=own.filter(submitted_at__gt=moment - timedelta(days=1)),
        texts=lambda: texts(own.filter(created_at__gt=moment - REPEATED_WITHIN)),
        others=by_newcomers,
    )
    try:
        signs = signs_of_a_first(
            member=member,
            reader=fresh_reader(member),
            community=host,
            text=_words_of(project),
            written=written,
        )
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    return bool(signs)


def _words_of(project: Project) -> str:
    return "\n".join([project.community.name, *(getattr(project, name) for name in TEXTS)])


def _validating_role(host: Community) -> str:
    held = {one.role for one in holders_of(host, *rules.VALIDATING_ROLES)}
    return next((role for role in rules.VALIDATING_ROLES if role in held), Role.COMMUNITY_MANAGER)


def open_project(
    project: Project, actor: Member | None, validation: Validation | None = None
) -> None:
    """From now on everyone reads and follows it; under its lock, by a rule the caller asked."""
    project.state, project.validated_at = State.VALIDATED, now()
    project.save(update_fields=["state", "validated_at", "submitted_at"])
    community = project.community
    community.opened_at = community.opened_at or now()
    community.save(update_fields=["opened_at"])
    bump_generation()
    number = validation.pk if validation else None
    record(ProjectValidated(**about(project, actor), validation_id=number))


@transaction.atomic
def take_back(*, member: Member, project: Project) -> Project:
    """Before validators answered: to change it."""
    project = locked(project)
    require(rules.may_take_back(fresh_reader(member), project))
    _end_validation(project, member)
    project.state = State.DRAFT
    project.save(update_fields=["state"])
    record(ProjectTakenBack(**about(project, member)))
    return project


def _end_validation(project: Project, member: Member) -> None:
    for one in Validation.objects.waiting().filter(project=project).select_for_update():
        one.decision = ValidationDecision.WITHDRAWN
        one.save(update_fields=["decision"])
        cancel_commitment(
            kind=CommitmentKind.VALIDATION,
            subject_kind=rules.VALIDATION,
            subject_id=one.pk,
            reason=_("Its bearer took the request back."),
            actor=member,
        )


@transaction.atomic
def withdraw_project(*, member: Member, project: Project) -> None:
    """What is not under way yet goes with its words; its community stays empty and unseen."""
    project = locked(project)
    require(rules.may_withdraw_project(fresh_reader(member), project))
    _end_validation(project, member)
    project.withdrawn_at = now()
    for name in TEXTS:
        setattr(project, name, "")
    project.save()
    community = project.community
    community.purpose, community.closed_at = "", now()
    community.save(update_fields=["purpose", "closed_at"])
    record(ProjectWithdrawn(**about(project, member)))


@transaction.atomic
def pause_project(*, member: Member, project: Project) -> None:
    project = locked(project)
    require(rules.may_pause(fresh_reader(member), project))
    _to(project, State.PAUSED)
    record(ProjectPaused(**about(project, member)))


@transaction.atomic
def resume_project(*, member: Member, project: Project) -> None:
    project = locked(project)
    require(rules.may_resume(fresh_reader(member), project))
    _to(project, State.RUNNING)
    record(ProjectResumed(**about(project, member)))


def _to(project: Project, state: State) -> None:
    project.state = state
    project.save(update_fields=["state"])
    bump_generation()


@transaction.atomic
def end_project(*, member: Member, project: Project, outcome: str, words: str = "") -> Project:
    """Say that it ended and what became of it; of one that had ended already, the latter."""
    project = locked(project)
    require(rules.may_end(fresh_reader(member), project))
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": [_("Choose what became of it.")]})
    if not (passed := rules.may_end_with(project, outcome)):
        raise ValidationError({"outcome": [str(passed.reason)]})
    had_ended = project.state == State.ENDED
    set_lines_and_texts(project, {"outcome_words": words})
    project.outcome = outcome
    if not had_ended:
        finish(project, member)
    project.save(update_fields=["outcome", "outcome_words"])
    bump_generation()
    kind = ProjectOutcomeSaid if had_ended else ProjectEnded
    record(kind(**about(project, member)))
    return project


def finish(project: Project, member: Member | None) -> None:
    """It is over from today; what waited for an answer waits no more. Under its lock."""
    day = today()
    project.state, project.ended_on = State.ENDED, day
    if project.started_on and project.started_on > day:
        raise Refused(_("It has not begun yet."))
    project.save(update_fields=["state", "ended_on"])
    project.spells.filter(ends_on__isnull=True).update(ends_on=day)
    for gate in project.gates.waiting():
        cancel_commitment(
            kind=CommitmentKind.GATE,
            subject_kind=rules.GATE,
            subject_id=gate.pk,
            reason=_("The project ended."),
            actor=member,
        )
        gate.delete()
