from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext as _

from essaim.communities.models import Audience, Community
from essaim.communities.readers import Reader
from essaim.communities.rules import may_read, on, readable
from essaim.discussions.rules import has_conversations, may_report_thing
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.needs.models import Need, Offer, OfferQuerySet
from essaim.needs.rules.needs import SUBPLATFORM, are_on


def _is_mine(reader: Reader, offer: Offer) -> bool:
    return reader.is_known and offer.member_id == reader.member_id


def may_see_offer(reader: Reader, offer: Offer) -> Verdict:
    """A hidden one is for those who hold a role; one taken back is nobody's but its owner's."""
    if not (used := are_on(offer.community)):
        return used
    if _is_mine(reader, offer):
        return ALLOWED
    shown = (
        Audience.NOBODY
        if offer.withdrawn_at or offer.member_id is None
        else Audience.ROLE_HOLDERS
        if offer.hidden_at
        else offer.audience
    )
    return may_read(reader, offer.community, shown, subplatform=SUBPLATFORM)


def offers_visible_to(reader: Reader) -> OfferQuerySet:
    """The twin of `may_see_offer`."""
    shown = Case(
        When(
            Q(withdrawn_at__isnull=False) | Q(member__isnull=True),
            then=Value(Audience.NOBODY.value),
        ),
        When(hidden_at__isnull=False, then=Value(Audience.ROLE_HOLDERS.value)),
        default=F("audience"),
    )
    found = readable(reader, audience="shown", subplatform=SUBPLATFORM)
    if reader.is_known:
        found |= Q(member=reader.member_id) & on(SUBPLATFORM, path="community__")
    return Offer.objects.alias(shown=shown).filter(found)


def may_offer(reader: Reader, community: Community) -> Verdict:
    if not (used := are_on(community)):
        return used
    if not community.is_open:
        return refused(_("This community is closed: it takes nothing new."))
    if not reader.is_known:
        return refused(_("Sign in to say what you can give."))
    if not reader.belongs_to(community.pk):
        return refused(_("Join this community to say what you can give."), joins=community.slug)
    return ALLOWED


def counts_in(offer: Offer, community: Community) -> bool:
    """An offer counts in its community and in those below it."""
    return offer.community_id in community.lineage


def is_given_through(offer: Offer, helper_id: int, need: Need) -> bool:
    """Whether somebody’s help with a need may be a part of this offer."""
    return offer.member_id == helper_id and offer.is_open and counts_in(offer, need.community)


def may_change_offer(reader: Reader, offer: Offer) -> Verdict:
    """Edit, pause, renew, take back: whoever offers it."""
    if not (used := are_on(offer.community)):
        return used
    if not _is_mine(reader, offer):
        return refused(_("Only who offers this can change it."))
    if offer.withdrawn_at:
        return refused(_("This offer was taken back."))
    if offer.hidden_at:
        return refused(_("This offer was hidden by a moderator."))
    return ALLOWED


def may_report_offer(reader: Reader, offer: Offer) -> Verdict:
    if not has_conversations(offer.community):
        return refused(_("This page does not exist."))
    return may_report_thing(
        reader,
        may_see=may_see_offer(reader, offer),
        author_id=offer.member_id,
        is_gone=offer.hidden_at is not None or offer.withdrawn_at is not None,
    )
