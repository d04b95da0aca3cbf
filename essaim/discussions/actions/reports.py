from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities.readers import fresh_reader
from essaim.discussions import rules
from essaim.discussions.actions.cases import about_case, end_case, open_case, said, waiting_case
from essaim.discussions.actions.things import Thing, handling_of
from essaim.discussions.facts import HiddenMeanwhile, ReportTakenBack, ThingReported
from essaim.discussions.models import POST, Case, Outcome, Post, Report, ReportReason, Waiting
from essaim.discussions.queries.policies import policy_of
from essaim.discussions.queries.reporters import reporters_who_count
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member


@transaction.atomic
def report_thing(
    *, member: Member, kind: str, subject_id: int, reason: str, note: str = ""
) -> None:
    """Ask the moderators to look; asking again while they have not changes nothing.

    Once enough members in good standing ask, it is hidden until somebody decides.
    """
    thing = handling_of(kind).lock(subject_id)
    reader = fresh_reader(member)
    may = rules.may_report_thing(
        reader,
        may_see=thing.may_see(reader),
        author_id=thing.author_id,
        is_gone=thing.is_gone or thing.is_hidden,
    )
    require(may)
    if reason not in ReportReason.values:
        raise ValidationError({"reason": _("Choose a reason.")})
    note = said("note", note)
    case = waiting_case(thing) or open_case(thing, actor_id=member.pk)
    try:
        with transaction.atomic():
            Report.objects.create(case=case, reporter=member, reason=reason, note=note)
    except IntegrityError:
        return  # this member's report of it is already waiting
    record(ThingReported(actor_id=member.pk, **about_case(case)))
    _hide_meanwhile(case, thing)


def report_post(*, member: Member, post: Post, reason: str, note: str = "") -> None:
    report_thing(member=member, kind=POST, subject_id=post.pk, reason=reason, note=note)


@transaction.atomic
def take_report_back(*, member: Member, kind: str, subject_id: int) -> bool:
    """Before it is decided; False when none of one's own waits. Without reports nothing waits."""
    thing = handling_of(kind).lock(subject_id)
    require(rules.may_take_report_back(fresh_reader(member)))
    case = waiting_case(thing)
    mine = Report.objects.filter(case=case, reporter=member) if case else Report.objects.none()
    removed, _by_model = mine.delete()
    if case is None or not removed:
        return False
    record(ReportTakenBack(actor_id=member.pk, **about_case(case)))
    if case.is_held or case.reports.exists():
        return True
    if thing.waiting_for == Waiting.DECISION:
        handling_of(kind).show(thing, None)
        bump_generation()
    end_case(kind, subject_id, Outcome.LAPSED, by=None, at=now())
    return True


def withdraw_report(*, member: Member, post: Post) -> bool:
    return take_report_back(member=member, kind=POST, subject_id=post.pk)


def _hide_meanwhile(case: Case, thing: Thing) -> None:
    """Where enough people ask, and nobody has decided that this very wording may stand."""
    policy = policy_of(thing.community)
    if not policy.hides_at or thing.speaks_for_others:
        return
    if reporters_who_count(case, policy) < policy.hides_at:
        return
    stood = Q(outcome=Outcome.KEPT) | Q(put_back_at__isnull=False)
    if Case.objects.about(thing.kind, thing.pk).filter(stood, wording=thing.wording).exists():
        return
    handling_of(thing.kind).hide(thing, None, "")
    Case.objects.filter(pk=case.pk).update(is_hidden_meanwhile=True)
    bump_generation()
    record(HiddenMeanwhile(**about_case(case)))
