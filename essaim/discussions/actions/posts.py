from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from essaim.communities.readers import fresh_reader
from essaim.discussions import rules
from essaim.discussions.actions.cases import end_case, open_case, reopen_case
from essaim.discussions.actions.newcomers import messages_of, signs_of_a_first
from essaim.discussions.actions.things import Handling, Thing, handles
from essaim.discussions.facts import (
    PostEdited,
    PostHidden,
    PostWithdrawn,
    PostWritten,
    WithdrawalUndone,
)
from essaim.discussions.models import (
    POST,
    POST_LENGTH,
    WITHDRAWAL_UNDO,
    WITHDRAWN,
    Outcome,
    Position,
    Post,
    PostVersion,
    Stance,
    Thread,
    Waiting,
)
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_text
from essaim.members.models import Member


@transaction.atomic
def write_post(
    *, member: Member, thread: Thread, text: str, parent: Post | None = None, position: str = ""
) -> Post:
    """Say something in a thread, or reply to what was said there.

    With a position it is the member's stance in this thread from now on. A reply takes none: it
    answers a message, which has its own. What a new account writes may wait for a first look.
    """
    thread = Thread.objects.hold_open(thread.pk)
    reader = fresh_reader(member)
    require(rules.may_write(reader, thread))
    if parent and parent.thread_id != thread.pk:
        raise ValidationError({"parent": _("The message you reply to is in another conversation.")})
    if parent:
        parent = Post.objects.select_related("author").get(pk=parent.pk)
        parent.thread = thread
        require(rules.may_reply(reader, parent))
    if position and (parent or position not in Position.values):
        raise ValidationError({"position": _position_words(is_reply=bool(parent))})
    text = _text(text)
    signs = signs_of_a_first(
        member=member,
        reader=reader,
        community=thread.community,
        text=text,
        written=messages_of(member, thread.community),
    )
    post = Post.objects.create(
        thread=thread,
        parent=parent,
        root_id=(parent.root_id or parent.pk) if parent else None,
        author=member,
        text=text,
        language=member.language,
        position=position,
        hidden_at=now() if signs else None,
        waiting_for=Waiting.LOOK if signs else "",
    )
    if position:
        Stance.objects.take(thread=thread, member=member, position=position)
    if signs:
        open_case(thing_of(post), actor_id=member.pk, signs=list(signs), is_held=True)
    else:
        record_written(post)
    return post


@transaction.atomic
def edit_post(*, member: Member, post: Post, text: str) -> None:
    """Correct one's message while the edit window lasts; what it said before is kept with it."""
    post = locked(post)
    require(rules.may_edit(fresh_reader(member), post))
    text = _text(text)
    if text == post.text:
        return
    moment = now()
    PostVersion.objects.create(
        post=post,
        number=_versions(post) + 1,
        author=member,
        text=post.text,
        written_at=post.edited_at or post.created_at,
        replaced_at=moment,
    )
    Post.objects.filter(pk=post.pk).update(text=text, edited_at=moment)
    record(PostEdited(actor_id=member.pk, **about(post)))


@transaction.atomic
def withdraw_post(*, member: Member, post: Post) -> None:
    """Take one's message back: its words go, earlier ones too; what others replied stays.

    For a few minutes `restore_post` puts it back as it last was.
    """
    post = locked(post)
    require(rules.may_withdraw(fresh_reader(member), post))
    moment = now()
    PostVersion.objects.filter(post=post).delete()
    PostVersion.objects.create(
        post=post,
        number=WITHDRAWN,
        author=member,
        text=post.text,
        written_at=post.edited_at or post.created_at,
        replaced_at=moment,
    )
    end_case(POST, post.pk, Outcome.WITHDRAWN, by=member, at=moment)
    Post.objects.filter(pk=post.pk).update(text="", withdrawn_at=moment, edited_at=None)
    bump_generation()
    record(PostWithdrawn(actor_id=member.pk, **about(post)))


@transaction.atomic
def restore_post(*, member: Member, post: Post) -> bool:
    """Undo one's withdrawal, soon after it; False when its words are gone already."""
    post = locked(post)
    require(rules.may_restore(fresh_reader(member), post))
    aside = PostVersion.objects.filter(post=post, number=WITHDRAWN).first()
    if aside is None:
        return False
    if post.withdrawn_at:
        reopen_case(POST, post.pk, withdrawn_at=post.withdrawn_at)
    Post.objects.filter(pk=post.pk).update(text=aside.text, withdrawn_at=None)
    aside.delete()
    bump_generation()
    record(WithdrawalUndone(actor_id=member.pk, **about(post)))
    return True


@transaction.atomic
def forget_withdrawn_posts() -> int:
    """The words of what was withdrawn, once that can no longer be undone."""
    over = PostVersion.objects.filter(number=WITHDRAWN, replaced_at__lt=now() - WITHDRAWAL_UNDO)
    gone, _by_model = over.delete()
    return gone


def _position_words(*, is_reply: bool) -> str:
    if is_reply:
        return _("A reply takes no position: write a message of its own.")
    return _("Choose: for, against, another way, or none.")


def _versions(post: Post) -> int:
    last = PostVersion.objects.filter(post=post).aggregate(last=Max("number"))["last"]
    return int(last or 0)


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


def locked(post: Post) -> Post:
    """The post as the database has it, ours alone until the transaction ends."""
    return (
        Post.objects.select_for_update(of=("self",))
        .select_related("thread__community")
        .get(pk=post.pk)
    )


def about(post: Post) -> dict[str, Any]:
    """What every fact about a post says."""
    return {
        "community_id": post.thread.community_id,
        "audience": post.thread.audience,
        "post_id": post.pk,
        "thread_id": post.thread_id,
    }


def record_written(post: Post) -> None:
    """It can be read from now on: said by its author, whoever let it be shown."""
    record(
        PostWritten(
            actor_id=post.author_id,
            parent_author_id=post.parent.author_id if post.parent else None,
            **about(post),
        )
    )


def thing_of(post: Post) -> Thing:
    """A post that the transaction has made or locked, as moderation handles it."""
    thread = post.thread
    return Thing(
        kind=POST,
        pk=post.pk,
        community=thread.community,
        audience=thread.audience,
        author_id=post.author_id,
        text=post.text,
        is_hidden=post.hidden_at is not None,
        waiting_for=Waiting(post.waiting_for) if post.waiting_for else None,
        is_gone=post.withdrawn_at is not None,
        may_see=lambda reader: rules.may_see_thread(reader, thread),
        row=post,
    )


def _lock(post_id: int) -> Thing:
    return thing_of(locked(Post(pk=post_id)))


def _hide(thing: Thing, member: Member | None, reason: str) -> None:
    """By a decision of this member with its reason; without one, until there is one."""
    Post.objects.filter(pk=thing.pk).update(
        hidden_at=now(),
        hidden_by=member,
        hiding_reason=reason,
        waiting_for="" if reason else Waiting.DECISION,
    )
    if member:
        record(PostHidden(actor_id=member.pk, **about(thing.row)))


def _show(thing: Thing, _member: Member | None) -> None:
    Post.objects.filter(pk=thing.pk).update(
        hidden_at=None, hidden_by=None, hiding_reason="", waiting_for=""
    )
    if thing.waiting_for == Waiting.LOOK and not thing.is_gone:
        record_written(thing.row)


handles(POST, Handling(lock=_lock, hide=_hide, show=_show))
