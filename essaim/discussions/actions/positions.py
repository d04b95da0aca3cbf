from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.readers import fresh_reader
from essaim.discussions import rules
from essaim.discussions.actions.posts import about
from essaim.discussions.facts import (
    PostSupported,
    PostSupportWithdrawn,
    StanceTaken,
    StanceWithdrawn,
)
from essaim.discussions.models import Position, Post, PostSupport, Stance, Thread
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.members.models import Member


@transaction.atomic
def support_post(*, member: Member, post: Post) -> bool:
    """Say that a message convinces, once: asking again changes nothing and answers False."""
    post = _now(post)
    require(rules.may_support_post(fresh_reader(member), post))
    if not PostSupport.objects.add_once(post=post, member=member):
        return False
    record(PostSupported(actor_id=member.pk, **about(post)))
    return True


@transaction.atomic
def withdraw_post_support(*, member: Member, post: Post) -> bool:
    """Take it back; False when there was none."""
    post = _now(post)
    require(rules.may_withdraw_post_support(fresh_reader(member), post))
    removed, _by_model = PostSupport.objects.filter(post=post, member=member).delete()
    if removed:
        record(PostSupportWithdrawn(actor_id=member.pk, **about(post)))
    return bool(removed)


@transaction.atomic
def take_stance(*, member: Member, thread: Thread, position: str) -> bool:
    """Say where one stands without a message; "" takes it back. False when nothing changed."""
    thread = Thread.objects.hold_open(thread.pk)
    require(rules.may_take_stance(fresh_reader(member), thread))
    if position and position not in Position.values:
        raise ValidationError({"position": _("Choose: for, against, another way, or none.")})
    said = {"actor_id": member.pk, "community_id": thread.community_id, "thread_id": thread.pk}
    if position:
        changed = Stance.objects.take(thread=thread, member=member, position=position)
        if changed:
            record(StanceTaken(audience=thread.audience, **said))
        return changed
    removed, _by_model = Stance.objects.filter(thread=thread, member=member).delete()
    if removed:
        record(StanceWithdrawn(audience=thread.audience, **said))
    return bool(removed)


@transaction.atomic
def withdraw_positions_of_leaver(*, member_id: int, community_id: int) -> int:
    """Whoever leaves no longer counts in the community's conversations that go on."""
    member = Member.objects.filter(pk=member_id).first()
    if member is None or fresh_reader(member).belongs_to(community_id):
        return 0  # they came back before this was heard
    going_on = Thread.objects.filter(community_id=community_id, closed_at__isnull=True)
    stances, _by_model = Stance.objects.filter(member=member, thread__in=going_on).delete()
    supports = PostSupport.objects.filter(member=member, post__thread__in=going_on)
    supported, _by_model = supports.delete()
    return stances + supported


def _now(post: Post) -> Post:
    """The post as the database has it, in a thread that stays open until the transaction ends."""
    thread = Thread.objects.hold_open(post.thread_id)
    known = Post.objects.get(pk=post.pk)
    known.thread = thread
    return known
