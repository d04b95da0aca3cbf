from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.discussions import rules
from essaim.discussions.facts import (
    PostEdited,
    PostHidden,
    PostReported,
    PostWithdrawn,
    PostWritten,
    ReportDismissed,
)
from essaim.discussions.models import POST_LENGTH, Post, Report, ReportReason, Thread
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_text
from essaim.members.models import Member

NOTE_LENGTH = 600


@transaction.atomic
def open_thread(*, community: Community, audience: str, subject_kind: str) -> Thread:
    """The conversation of a thing that is being made, in the transaction that makes it."""
    return Thread.objects.create(community=community, audience=audience, subject_kind=subject_kind)


@transaction.atomic
def change_thread_audience(*, thread: Thread, audience: str) -> None:
    """Called by the thread's owner in the transaction that changes its own audience."""
    Thread.objects.filter(pk=thread.pk).update(audience=audience)
    bump_generation()


@transaction.atomic
def write_post(*, member: Member, thread: Thread, text: str, parent: Post | None = None) -> Post:
    """Say something in a thread, or reply to what was said there."""
    require(rules.may_write(fresh_reader(member), thread))
    if parent and parent.thread_id != thread.pk:
        raise ValidationError({"parent": _("The message you reply to is in another conversation.")})
    post = Post.objects.create(
        thread=thread,
        parent=parent,
        root_id=(parent.root_id or parent.pk) if parent else None,
        author=member,
        text=_text(text),
        language=member.language,
    )
    record(
        PostWritten(
            actor_id=member.pk,
            community_id=thread.community_id,
            audience=thread.audience,
            post_id=post.pk,
            thread_id=thread.pk,
            parent_author_id=parent.author_id if parent else None,
        )
    )
    return post


@transaction.atomic
def edit_post(*, member: Member, post: Post, text: str) -> None:
    """Correct one's message while the edit window lasts."""
    post = _locked(post)
    require(rules.may_edit(fresh_reader(member), post))
    Post.objects.filter(pk=post.pk).update(text=_text(text), edited_at=now())
    record(PostEdited(actor_id=member.pk, **_about(post)))


@transaction.atomic
def withdraw_post(*, member: Member, post: Post) -> None:
    """Take one's message back: its text goes, what others replied stays."""
    post = _locked(post)
    require(rules.may_withdraw(fresh_reader(member), post))
    Post.objects.filter(pk=post.pk).update(text="", withdrawn_at=now())
    bump_generation()
    record(PostWithdrawn(actor_id=member.pk, **_about(post)))


@transaction.atomic
def report_post(*, member: Member, post: Post, reason: str, note: str = "") -> None:
    """Ask the moderators to look; asking again changes nothing."""
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
    record(PostReported(actor_id=member.pk, report_id=report.pk, **_about(post)))


@transaction.atomic
def decide_report(*, member: Member, report: Report, hide: bool, reason: str) -> None:
    """Hide the post or keep it, with a reason; closes every open report of that post alike."""
    post = _locked(report.post)
    require(rules.may_moderate(fresh_reader(member), post.thread.community))
    reason = _note("reason", reason)
    if not reason:
        raise ValidationError({"reason": _("Say why: the reason is public.")})
    decided = Report.objects.filter(post=post, decided_at__isnull=True).update(
        decided_at=now(), decided_by=member, decision_reason=reason, was_hidden=hide
    )
    if not decided:
        return  # another moderator was quicker; their decision stands
    if hide and not post.hidden_at:
        Post.objects.filter(pk=post.pk).update(
            hidden_at=now(), hidden_by=member, hiding_reason=reason
        )
        bump_generation()
        record(PostHidden(actor_id=member.pk, **_about(post)))
    elif not hide:
        record(ReportDismissed(actor_id=member.pk, report_id=report.pk, **_about(post)))


def _text(text: str) -> str:
    text = clean_text(text).strip()
    if not text:
        raise ValidationError({"text": _("Write something first.")})
    if len(text) > POST_LENGTH:
        raise ValidationError(
            {
                "text": _("A message holds %(most)s characters at most; yours has %(has)s.")
                % {"most": POST_LENGTH, "has": len(text)}
            }
        )
    return text


def _note(name: str, text: str) -> str:
    text = clean_text(text).strip()
    if len(text) > NOTE_LENGTH:
        said = _("At most %(most)s characters; this has %(has)s.")
        raise ValidationError({name: said % {"most": NOTE_LENGTH, "has": len(text)}})
    return text


def _locked(post: Post) -> Post:
    return (
        Post.objects.select_for_update(of=("self",))
        .select_related("thread__community")
        .get(pk=post.pk)
    )


def _about(post: Post) -> dict[str, Any]:
    return {
        "community_id": post.thread.community_id,
        "audience": post.thread.audience,
        "post_id": post.pk,
        "thread_id": post.thread_id,
    }
