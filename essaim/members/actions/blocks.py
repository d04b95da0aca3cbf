from django.db import transaction

from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members import rules
from essaim.members.facts import MemberBlocked, MemberUnblocked
from essaim.members.models import Block, Member


@transaction.atomic
def block_member(*, member: Member, other: Member) -> None:
    """Keep somebody away from now on; they are not told. A second time changes nothing."""
    require(rules.may_block(member, other))
    _block, is_new = Block.objects.get_or_create(
        blocker=member, blocked=other, defaults={"blocked_at": now()}
    )
    if is_new:
        record(MemberBlocked(actor_id=member.pk))


@transaction.atomic
def unblock_member(*, member: Member, other: Member) -> None:
    removed, _by_model = Block.objects.filter(blocker=member, blocked=other).delete()
    if removed:
        record(MemberUnblocked(actor_id=member.pk))
