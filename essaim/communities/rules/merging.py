"""Two communities that become one, and one that becomes two."""

from django.utils.translation import gettext as _

from essaim.communities.models import (
    LOCAL_KINDS,
    UNDONE_WITHIN,
    Community,
    Mandate,
    Merge,
    Split,
)
from essaim.communities.models.merging import PROPOSAL_HOLDS
from essaim.communities.readers import Reader
from essaim.communities.rules.adoption import State, state_of
from essaim.communities.rules.running import RUNNING_ROLES, UNITE
from essaim.communities.rules.seeing import may_see_community
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now, today

MERGED_KINDS = LOCAL_KINDS


def fits(source: Community, target: Community) -> Verdict:
    """Whether one can go up in the other at all, whoever asks."""
    if source.pk == target.pk:
        return refused(_("Choose another community than itself."))
    if not (source.is_open and target.is_open):
        return refused(_("Both have to be open."))
    if source.kind not in MERGED_KINDS or source.kind != target.kind:
        return refused(_("Only two committees, chapters or communities of practice merge."))
    if source.parent_id is None or source.root_id != target.root_id:
        return refused(_("Only communities of the same movement merge."))
    if source.pk in target.ancestor_ids:
        return refused(_("A community does not go up in one that is part of it."))
    return ALLOWED


def may_merge_from(reader: Reader, community: Community) -> Verdict:
    """Speak for the one that goes up: its people, or those above it where it sleeps."""
    if community.is_open and reader.may(community, UNITE):
        return ALLOWED
    if runs_above(reader, community) and state_of(community) is not State.AWAKE:
        return ALLOWED
    return refused(_("Only those who run %(name)s can do this.") % {"name": community.name})


def may_merge_into(reader: Reader, community: Community) -> Verdict:
    """Speak for the one that takes the other in: its people, or those above it if it has none."""
    if community.is_open and reader.may(community, UNITE):
        return ALLOWED
    if runs_above(reader, community) and state_of(community) is State.WITHOUT_HOST:
        return ALLOWED
    return refused(_("Only those who run %(name)s can do this.") % {"name": community.name})


def runs_above(reader: Reader, community: Community) -> bool:
    """Whether the reader runs what it stands under; by the roles given there, not from higher."""
    return community.parent is not None and reader.may(community.parent, UNITE)


def may_propose_merge(reader: Reader, source: Community, target: Community) -> Verdict:
    if not may_see_community(reader, target):
        return refused(_("This page does not exist."))
    if not (verdict := may_merge_from(reader, source)):
        return verdict
    return fits(source, target)


def may_see_merge(reader: Reader, merge: Merge) -> Verdict:
    """Both sides, those who ended what they held by it, and those above who may have a say."""
    for community in (merge.source, merge.target):
        if reader.may(community, UNITE):
            return ALLOWED
        if runs_above(reader, community) and may_see_community(reader, community):
            return ALLOWED
    if _held_in_source(reader, merge):
        return ALLOWED
    return refused(_("This page does not exist."))


def may_accept_merge(reader: Reader, merge: Merge) -> Verdict:
    """The other side; who proposed must still be entitled: the action asks that too."""
    if merge.done_at or merge.ended_at:
        return refused(_("This was decided already."))
    if now() > merge.proposed_at + PROPOSAL_HOLDS:
        return refused(_("This proposal is too old: make it again."))
    if not (verdict := may_merge_into(reader, merge.target)):
        return verdict
    return fits(merge.source, merge.target)


def may_drop_merge(reader: Reader, merge: Merge) -> Verdict:
    """Decline it or take it back."""
    if merge.done_at or merge.ended_at:
        return refused(_("This was decided already."))
    if may_merge_into(reader, merge.target) or may_merge_from(reader, merge.source):
        return ALLOWED
    return refused(_("Only those who run one of the two can do this."))


def may_undo_merge(reader: Reader, merge: Merge) -> Verdict:
    """For 30 days: those who run what it became, those who hosted the source, those above it."""
    if not merge.done_at or merge.undone_at:
        return refused(_("There is nothing to undo."))
    if now() > merge.done_at + UNDONE_WITHIN:
        return refused(_("A merge can be undone for %(days)s days.") % {"days": UNDONE_WITHIN.days})
    if not merge.target.is_open:
        return refused(
            _("%(name)s is closed by now: undo that first.") % {"name": merge.target.name}
        )
    if merge.source.parent is not None and not merge.source.parent.is_open:
        return refused(_("What %(name)s stood under is closed.") % {"name": merge.source.name})
    if (
        reader.may(merge.target, UNITE)
        or runs_above(reader, merge.source)
        or _held_in_source(reader, merge)
    ):
        return ALLOWED
    return refused(_("Only those who run one of the two can do this."))


def _held_in_source(reader: Reader, merge: Merge) -> bool:
    """Whoever ran the source until the merge, unless they ceased to run what it became since."""
    if not (reader.is_known and reader.belongs_to(merge.source_id) and merge.done_at):
        return False
    held = merge.mandates.filter(member=reader.member_id, ended__role__in=RUNNING_ROLES)
    ceased = Mandate.objects.filter(
        community=merge.target_id,
        member=reader.member_id,
        role__in=RUNNING_ROLES,
        ends_on__range=(merge.done_at.date(), today()),
    )
    return held.exists() and not ceased.exists()


def may_propose_split(reader: Reader, community: Community) -> Verdict:
    if community.kind not in MERGED_KINDS or community.parent_id is None:
        return refused(_("Only committees, chapters and communities of practice divide."))
    if community.is_open and reader.may(community, UNITE):
        return ALLOWED
    return refused(_("Only those who run %(name)s can do this.") % {"name": community.name})


def may_choose_side(reader: Reader, split: Split) -> Verdict:
    """Each member, for themselves, while it lasts."""
    if not reader.belongs_to(split.community_id):
        return refused(_("Only members choose."))
    if split.ended_at or now() >= split.closes_at or not split.community.is_open:
        return refused(_("The time for choosing is over."))
    return ALLOWED


def may_call_off_split(reader: Reader, split: Split) -> Verdict:
    if split.ended_at:
        return refused(_("The time for choosing is over."))
    if reader.may(split.community, UNITE):
        return ALLOWED
    return refused(_("Only those who run %(name)s can do this.") % {"name": split.community.name})
