from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities.readers import fresh_reader
from essaim.discussions import rules
from essaim.discussions.actions.posts import about, locked
from essaim.discussions.facts import PostHidden, PostReported, ReportDismissed, ReportWithdrawn
from essaim.discussions.models import Post, Report, ReportReason
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_text
from essaim.members.models import Member

NOTE_LENGTH = 600


@transaction.atomic
def report_post(*, member: Member, post: Post, reason: str, note: str = "") -> None:
    """Ask the moderators to look; asking again changes nothing."""
    post = locked(post)
    require(rules.may_report(fresh_reader(member), post))
    if reason not in ReportReason.values:
        raise ValidationError({"reason": _("Choose a reason.")})
    try:
        with transaction.atomic():
            report = Report.objects.create(
                post=post, reporter=member, reason=reason, note=_note("note", note)
            )
    except IntegrityError:
        return  # this member's report of this post is already waiting
    record(PostReported(actor_id=member.pk, report_id=report.pk, **about(post)))


@transaction.atomic
def withdraw_report(*, member: Member, post: Post) -> bool:
    """Take one's report back before it is decided; False when none of one's own waits."""
    post = locked(post)
    require(rules.may_withdraw_report(fresh_reader(member), post))
    waiting = Report.objects.filter(post=post, reporter=member, decided_at__isnull=True).first()
    if waiting is None:
        return False
    record(ReportWithdrawn(actor_id=member.pk, report_id=waiting.pk, **about(post)))
    waiting.delete()
    return True


@transaction.atomic
def decide_report(*, member: Member, report: Report, hide: bool, reason: str) -> None:
    """Hide the post or keep it, with a reason; closes every open report of that post alike."""
    post = locked(report.post)
    require(rules.may_moderate(fresh_reader(member), post.thread.community))
    reason = _note("reason", reason)
    if not reason:
        raise ValidationError({"reason": _("Say why: the reason is public.")})
    decided = Report.objects.filter(post=post, decided_at__isnull=True).update(
        decided_at=now(), decided_by=member, decision_reason=reason, was_hidden=hide
    )
    if not decided:
        return  # another moderator was quicker, or the report was taken back
    if hide and not post.hidden_at:
        Post.objects.filter(pk=post.pk).update(
            hidden_at=now(), hidden_by=member, hiding_reason=reason
        )
        bump_generation()
        record(PostHidden(actor_id=member.pk, **about(post)))
    elif not hide:
        record(ReportDismissed(actor_id=member.pk, report_id=report.pk, **about(post)))


def _note(name: str, text: str) -> str:
    text = clean_text(text).strip()
    if len(text) > NOTE_LENGTH:
        said = _("At most %(most)s characters; this has %(has)s.")
        raise ValidationError({name: said % {"most": NOTE_LENGTH, "has": len(text)}})
    return text
