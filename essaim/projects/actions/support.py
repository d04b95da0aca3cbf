"""What a project is promised, whom it touches, what is objected, what stands in its way."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.commitments.actions import keep_commitment, make_commitment
from essaim.commitments.models import CommitmentKind
from essaim.communities.actions.tree import set_lines_and_texts
from essaim.communities.models import Community, Kind, Role
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.projects import rules
from essaim.projects.actions.projects import about, locked
from essaim.projects.facts import (
    ObjectionAnswered,
    ObjectionMade,
    ObstacleRemoved,
    ObstacleTold,
    PartyAcknowledged,
    PartyInformed,
    SupportGiven,
    SupportPromised,
)
from essaim.projects.models import (
    LIVE,
    Objection,
    Obstacle,
    PartyKind,
    Project,
    ProjectParty,
    SupportLine,
)

DAYS_TO_ANSWER = 21


def _needed(thing: object, name: str, says: str) -> None:
    if not getattr(thing, name):
        raise ValidationError({name: [says]})


@transaction.atomic
def promise_support(*, member: Member, project: Project, what: str, due_on: date) -> SupportLine:
    """One line of the support plan, owed by who promises it."""
    project = locked(project)
    require(rules.may_promise_support(fresh_reader(member), project))
    if due_on < today():
        raise ValidationError({"due_on": [_("Choose a date that has not passed.")]})
    line = SupportLine(project=project, due_on=due_on, owner=member, added_by=member)
    set_lines_and_texts(line, {"what": what})
    _needed(line, "what", _("Say what is promised."))
    line.save()
    make_commitment(
        community=rules.host_of(project),
        kind=CommitmentKind.SUPPORT,
        subject_kind=rules.SUPPORT_LINE,
        subject_id=line.pk,
        due_on=due_on,
        owner_role=Role.REFERENT,
        owner_title="",
        owner=line.owner,
        promise=line.what,
        actor=member,
    )
    record(SupportPromised(**about(project, member), line_id=line.pk))
    return line


@transaction.atomic
def give_support(*, member: Member, line: SupportLine) -> None:
    """Say that it is done."""
    project = locked(line.project)
    line = SupportLine.objects.select_for_update().get(pk=line.pk)
    line.project = project
    require(rules.may_do_support(fresh_reader(member), line))
    line.done_at = now()
    line.save(update_fields=["done_at"])
    keep_commitment(
        kind=CommitmentKind.SUPPORT,
        subject_kind=rules.SUPPORT_LINE,
        subject_id=line.pk,
        actor=member,
    )
    record(SupportGiven(**about(project, member), line_id=line.pk))


@transaction.atomic
def name_party(
    *, member: Member, project: Project, unit: Community | None = None, name: str = ""
) -> ProjectParty:
    """A service of the tree, or an association by its name.

    Those responsible for a service hear of it once the project is validated: they read it then.
    """
    project = locked(project)
    require(rules.may_name_party(fresh_reader(member), project))
    party = ProjectParty(project=project, unit=unit)
    if unit is None:
        set_lines_and_texts(party, {"name": name})
        _needed(party, "name", _("Name a service or an association."))
    elif unit.kind != Kind.UNIT:
        raise ValidationError({"unit": [_("Choose a service.")]})
    else:
        party.kind = PartyKind.SERVICE
    try:
        with transaction.atomic():
            party.save()
    except IntegrityError as error:
        raise ValidationError({"name": [_("It is named already.")]}) from error
    bump_generation()
    if project.state in LIVE:
        _inform(party)
    return party


@transaction.atomic
def inform_parties(*, project_id: int) -> None:
    """The services that a project named while it was a draft, once it is validated."""
    project = locked(Project(pk=project_id))
    if project.state not in LIVE:
        return
    for party in project.parties.filter(unit__isnull=False, informed_at__isnull=True):
        party.project = project
        _inform(party)


def _inform(party: ProjectParty) -> None:
    """Those responsible for a service, up to the top, hear of it now."""
    if party.unit_id is None:
        return
    party.informed_at = now()
    party.save(update_fields=["informed_at"])
    record(PartyInformed(**about(party.project), party_id=party.pk))


@transaction.atomic
def say_informed(*, member: Member, party: ProjectParty) -> None:
    """An association that is not here was told by the team."""
    project = locked(party.project)
    party = ProjectParty.objects.get(pk=party.pk)
    party.project = project
    require(rules.may_say_informed(fresh_reader(member), party))
    party.informed_at = now()
    party.save(update_fields=["informed_at"])


@transaction.atomic
def acknowledge(*, member: Member, party: ProjectParty) -> None:
    """Those responsible for a service say that they know."""
    party = (
        ProjectParty.objects.select_for_update(of=("self",))
        .select_related("unit", "project__community")
        .get(pk=party.pk)
    )
    require(rules.may_acknowledge(fresh_reader(member), party))
    party.acknowledged_at, party.acknowledged_by = now(), member
    party.save(update_fields=["acknowledged_at", "acknowledged_by"])
    record(PartyAcknowledged(**about(party.project, member), party_id=party.pk))


@transaction.atomic
def object_to(
    *, member: Member, project: Project, words: str, party: ProjectParty | None = None
) -> Objection:
    """It is owed an answer by the team, and stops nothing."""
    project = locked(project)
    require(rules.may_object(fresh_reader(member), project))
    if party and party.project_id != project.pk:
        raise ValidationError({"party": [_("Choose one of those named.")]})
    objection = Objection(project=project, author=member, party=party)
    set_lines_and_texts(objection, {"words": words})
    _needed(objection, "words", _("Say what you object."))
    objection.save()
    owe_answer(objection, member)
    bump_generation()
    record(ObjectionMade(**about(project, member), objection_id=objection.pk))
    return objection


def owe_answer(objection: Objection, actor: Member | None) -> None:
    """By who bears the project, once it is read."""
    make_commitment(
        community=objection.project.community,
        kind=CommitmentKind.OBJECTION,
        subject_kind=rules.OBJECTION,
        subject_id=objection.pk,
        due_on=today() + timedelta(days=DAYS_TO_ANSWER),
        owner_role=Role.HOST,
        owner_title="",
        owner=objection.project.bearer,
        actor=actor,
    )


@transaction.atomic
def answer_objection(*, member: Member, objection: Objection, answer: str) -> None:
    project = locked(objection.project)
    objection = Objection.objects.select_for_update().get(pk=objection.pk)
    objection.project = project
    require(rules.may_answer_objection(fresh_reader(member), objection))
    set_lines_and_texts(objection, {"answer": answer})
    _needed(objection, "answer", _("Write an answer."))
    objection.answered_by, objection.answered_at = member, now()
    objection.save(update_fields=["answer", "answered_by", "answered_at"])
    keep_commitment(
        kind=CommitmentKind.OBJECTION,
        subject_kind=rules.OBJECTION,
        subject_id=objection.pk,
        actor=member,
    )
    bump_generation()
    record(ObjectionAnswered(**about(project, member), objection_id=objection.pk))


@transaction.atomic
def tell_obstacle(*, member: Member, project: Project, words: str) -> Obstacle:
    project = locked(project)
    require(rules.may_tell_obstacle(fresh_reader(member), project))
    obstacle = Obstacle(project=project, by=member)
    set_lines_and_texts(obstacle, {"words": words})
    _needed(obstacle, "words", _("Say what stands in the way."))
    obstacle.save()
    bump_generation()
    record(ObstacleTold(**about(project, member), obstacle_id=obstacle.pk))
    return obstacle


@transaction.atomic
def remove_obstacle(*, member: Member, obstacle: Obstacle, how: str) -> None:
    project = locked(obstacle.project)
    obstacle = Obstacle.objects.select_for_update().get(pk=obstacle.pk)
    obstacle.project = project
    require(rules.may_remove_obstacle(fresh_reader(member), obstacle))
    set_lines_and_texts(obstacle, {"how": how})
    _needed(obstacle, "how", _("Say in a sentence how."))
    obstacle.removed_by, obstacle.removed_at = member, now()
    obstacle.save(update_fields=["how", "removed_by", "removed_at"])
    bump_generation()
    record(ObstacleRemoved(**about(project, member), obstacle_id=obstacle.pk))
