"""How alone somebody feels in a project: private, told with consent, taken back at will."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.actions.tree import set_lines_and_texts
from essaim.communities.models import Audience, Mandate
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.members.models import Member
from essaim.projects.facts.logbook import IsolationShared
from essaim.projects.models import Isolation, IsolationCheck, Project
from essaim.projects.rules import logbook as rules


@transaction.atomic
def check_isolation(
    *,
    member: Member,
    project: Project,
    level: int,
    words: str = "",
    share_with: Member | None = None,
) -> IsolationCheck:
    """Nobody reads it but who wrote it; with `share_with`, their consent to tell one person."""
    require(rules.may_check_isolation(fresh_reader(member), project))
    if level not in Isolation.values:
        raise ValidationError({"level": [_("Choose what fits best.")]})
    check = IsolationCheck(project=project, member=member, level=level, at=now())
    set_lines_and_texts(check, {"words": words})
    check.save()
    if share_with:
        _share(check, share_with)
    return check


@transaction.atomic
def share_check(*, member: Member, check: IsolationCheck, with_whom: Member) -> None:
    """Tell the coach or the referent, one of them."""
    check = _held_check(check)
    require(rules.may_change_check(fresh_reader(member), check))
    _share(check, with_whom)


def _share(check: IsolationCheck, with_whom: Member) -> None:
    listens = Mandate.objects.on(today()).filter(
        community=check.project.community_id, member=with_whom, role__in=rules.LISTENING_ROLES
    )
    if with_whom.pk == check.member_id or not listens.exists():
        raise ValidationError(
            {"share_with": [_("Choose a coach or the referent of this project.")]}
        )
    check.shared_with, check.shared_at = with_whom, now()
    check.save(update_fields=["shared_with", "shared_at"])
    record(
        IsolationShared(
            community_id=check.project.community_id,
            audience=Audience.NOBODY,
            project_id=check.project_id,
            check_id=check.pk,
        )
    )


@transaction.atomic
def keep_check_private(*, member: Member, check: IsolationCheck) -> None:
    """Consent withdrawn: as easily as it was given, and at once."""
    check = _held_check(check)
    require(rules.may_change_check(fresh_reader(member), check))
    check.shared_with = check.shared_at = None
    check.save(update_fields=["shared_with", "shared_at"])


@transaction.atomic
def erase_check(*, member: Member, check: IsolationCheck) -> None:
    check = _held_check(check)
    require(rules.may_change_check(fresh_reader(member), check))
    check.delete()


def _held_check(check: IsolationCheck) -> IsolationCheck:
    held = IsolationCheck.objects.select_for_update(of=("self",))
    return held.select_related("project__community").get(pk=check.pk)
