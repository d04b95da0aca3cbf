from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import (
    CHECKED_KINDS,
    AskState,
    Community,
    Kind,
    OpeningAsk,
    OpeningPolicy,
    power,
)
from essaim.communities.readers import Reader
from essaim.communities.rules.decisions import LOOK_AGAIN
from essaim.communities.rules.founding import may_found
from essaim.communities.rules.running import ENTRUST, RUNNING_ROLES, may_edit
from essaim.communities.rules.seeing import may_see_community
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import today

CHECK = power(
    "communities.check_openings", gettext_lazy("looks at what asks to open"), RUNNING_ROLES
)
STARTED_KINDS = (Kind.COMMITTEE, Kind.CHAPTER)


def check_for(community: Community) -> OpeningPolicy | None:
    """The check that stands between this community and its opening; None where it opens at once."""
    if community.parent_id is None or community.kind not in CHECKED_KINDS:
        return None
    return OpeningPolicy.objects.filter(community_id=community.parent_id, is_checked=True).first()


def may_set_opening(reader: Reader, community: Community) -> Verdict:
    """Those who run it say whether what begins in it is looked at first, and by whom.

    The latter gives a right, which what was lent does not.
    """
    if not (verdict := may_edit(reader, community)):
        return verdict
    if reader.may(community, ENTRUST):
        return ALLOWED
    return refused(_("Only those who run %(name)s give roles.") % {"name": community.name})


def may_be_referent(community: Community, member_id: int) -> Verdict:
    """A member of the community who holds a role in it today."""
    if community.mandates.on(today()).filter(member=member_id).exists():
        return ALLOWED
    return refused(_("The check is for somebody who holds a role here."))


def may_start(reader: Reader, kind: str, community: Community) -> Verdict:
    """Begin a committee or chapter where one lives, by three fields."""
    if kind not in STARTED_KINDS:
        return refused(_("This page does not exist."))
    return may_found(reader, kind, community)


def may_see_openings(reader: Reader, community: Community) -> Verdict:
    """The queue of what waits to open: for those who may check any of it."""
    if community.is_archive or not _checks(reader, community):
        return refused(_("This page does not exist."))
    return ALLOWED


def may_see_ask(reader: Reader, ask: OpeningAsk) -> Verdict:
    """Those who begin it and those who check; once it was refused, those who may look again."""
    if reader.belongs_to(ask.community_id) or _checks(reader, ask.parent):
        return ALLOWED
    if ask.decision_id and reader.may(ask.parent, LOOK_AGAIN):
        return ALLOWED
    return refused(_("This page does not exist."))


def may_check(reader: Reader, ask: OpeningAsk) -> Verdict:
    """Say yes or no: the referent or those who run the parent, never whoever begins it."""
    if reader.belongs_to(ask.community_id) or reader.member_id == ask.asked_by_id:
        return refused(_("You are one of those who begin it: somebody else checks it."))
    if not _checks(reader, ask.parent, in_stead_of_none={ask.asked_by_id}):
        return refused(_("The check belongs to the referent and to those who run the community."))
    if ask.state != AskState.ASKED:
        return refused(_("This was answered already."))
    return ALLOWED


def may_withdraw_ask(reader: Reader, ask: OpeningAsk) -> Verdict:
    """Those who begin it, while nobody has answered."""
    if not (verdict := may_edit(reader, ask.community)):
        return verdict
    if ask.state != AskState.ASKED:
        return refused(_("This was answered already."))
    return ALLOWED


def may_move_under(reader: Reader, community: Community, parent: Community | None) -> Verdict:
    """Moving is no way round the check."""
    if parent is None or community.opened_at is None or community.kind not in CHECKED_KINDS:
        return ALLOWED
    if not OpeningPolicy.objects.filter(community=parent, is_checked=True).exists():
        return ALLOWED
    if may_see_community(reader, parent) and _checks(reader, parent):
        return ALLOWED
    return refused(
        _("%(name)s checks what opens in it: those who run it can take this in.")
        % {"name": parent.name}
    )


def _checks(
    reader: Reader, parent: Community, *, in_stead_of_none: Collection[int | None] = ()
) -> bool:
    """Whether the reader looks at what begins in this community."""
    if reader.may_here(parent, CHECK, in_stead_of_none=in_stead_of_none):
        return True
    # A referent who holds no role any more is nobody's referent.
    return (
        reader.holds_here(parent)
        and OpeningPolicy.objects.filter(
            community=parent, is_checked=True, referent=reader.member_id
        ).exists()
    )
