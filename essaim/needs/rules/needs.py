from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import Audience, Community, Mandate, Membership, Role, power
from essaim.communities.readers import Reader
from essaim.communities.rules import Subplatform, is_used, may_read, on, readable, switchable
from essaim.discussions.rules import has_conversations, may_report_thing
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import today
from essaim.members.models import Member
from essaim.needs.models import MATCH, Closing, Need, NeedKind, NeedQuerySet

SUBPLATFORM = switchable(
    Subplatform(
        "needs",
        gettext_lazy("Needs and offers"),
        gettext_lazy("What people look for, what they can give, and what came of it."),
        subjects=frozenset({MATCH}),
    )
)
FACILITATING = (Role.FACILITATOR, Role.HOST)
FACILITATE = power(
    "needs.facilitate",
    gettext_lazy("carries to the elected what people need of them"),
    FACILITATING,
)
RENEWABLE = (Closing.EXPIRED, Closing.UNANSWERED)


def shown_to(need: Need) -> str:
    """Whom it is for as it stands: what is hidden, or waits for a facilitator, is for few."""
    if need.hidden_at or (need.kind == NeedKind.OFFICIAL and not need.approved_at):
        return Audience.ROLE_HOLDERS
    return need.audience


def is_of(reader: Reader, need: Need) -> bool:
    """Whether the reader is on the side of whoever looks for help."""
    return reader.is_known and reader.member_id in (
        need.posted_by_id,
        need.contact_id,
        need.facilitator_id,
    )


def answers(reader: Reader, need: Need) -> bool:
    """The contact, and whoever posted it while they are of this community: powers end with that."""
    if not reader.is_known:
        return False
    if reader.member_id == need.contact_id:
        return True
    return reader.member_id == need.posted_by_id and is_here(reader, need.community)


def is_here(reader: Reader, community: Community) -> bool:
    """Whether one belongs to this community, or holds a role in it."""
    return reader.belongs_to(community.pk) or reader.holds_here(community)


def may_see_need(reader: Reader, need: Need) -> Verdict:
    """Those who posted it or answer for it also see it while others do not.

    Whoever left the community, and with that what they asked there, reads what others read.
    """
    if not (used := are_on(need.community)):
        return used
    if is_of(reader, need) and (
        need.facilitator_id == reader.member_id
        or is_here(reader, need.community)
        or (need.contact_id == reader.member_id and need.closed_at is None)
    ):
        return ALLOWED
    return may_read(reader, need.community, shown_to(need), subplatform=SUBPLATFORM)


def needs_visible_to(reader: Reader) -> NeedQuerySet:
    """The twin of `may_see_need`."""
    few = Q(hidden_at__isnull=False) | Q(kind=NeedKind.OFFICIAL, approved_at__isnull=True)
    shown = Case(When(few, then=Value(Audience.ROLE_HOLDERS.value)), default=F("audience"))
    found = readable(reader, audience="shown", subplatform=SUBPLATFORM)
    if reader.is_known:
        me = reader.member_id
        here = Q(community__in=sorted(reader.community_ids | reader.role_community_ids))
        mine = (Q(posted_by=me) | Q(contact=me)) & here
        mine |= Q(facilitator=me) | Q(contact=me, closed_at__isnull=True)
        found |= mine & on(SUBPLATFORM, path="community__")
    return Need.objects.alias(shown=shown).filter(found)


def are_on(community: Community) -> Verdict:
    """Whether there are needs and offers in this community."""
    return is_used(community, SUBPLATFORM)


def may_post(reader: Reader, community: Community) -> Verdict:
    if not (used := are_on(community)):
        return used
    if not community.is_open:
        return refused(_("This community is closed: it takes nothing new."))
    if not reader.is_known:
        return refused(_("Sign in to say what you look for."))
    if not is_here(reader, community):
        return refused(_("Join this community to say what you look for."), joins=community.slug)
    return ALLOWED


def may_be_contact(member: Member, community: Community) -> Verdict:
    """Answer for what another posts: nobody else is named to everyone by another."""
    if contacts_of(community).filter(pk=member.pk).exists():
        return ALLOWED
    return refused(_("Somebody of this community answers."))


def contacts_of(community: Community) -> QuerySet[Member]:
    """The twin of `may_be_contact`: its own people who hold a role here."""
    held = Mandate.objects.on(today()).filter(community=community)
    belongs = Membership.objects.filter(community=community, left_at__isnull=True)
    return Member.objects.filter(pk__in=held.values("member"), memberships__in=belongs)


def stands(need: Need) -> Verdict:
    if need.hidden_at:
        return refused(_("This need was hidden by a moderator."))
    if need.closed_at:
        return refused(_("This need is over."))
    return ALLOWED


def may_answer_for(reader: Reader, need: Need) -> Verdict:
    """Whoever posted it and whoever answers; what goes to the elected, its facilitator alone."""
    if not (used := are_on(need.community)):
        return used
    if need.kind == NeedKind.OFFICIAL:
        if reader.is_known and reader.member_id == need.facilitator_id:
            return ALLOWED
        return refused(_("A facilitator carries this need."))
    if answers(reader, need):
        return ALLOWED
    return refused(_("Only those who look for help here can do this."))


def _is_the_posters(reader: Reader, need: Need) -> Verdict:
    if not (used := are_on(need.community)):
        return used
    if answers(reader, need):
        return ALLOWED
    return refused(_("Only those who look for help here can do this."))


def may_edit_need(reader: Reader, need: Need) -> Verdict:
    """What a facilitator has taken on stays as they read it."""
    if not (may := _is_the_posters(reader, need) and stands(need)):
        return may
    if need.approved_at:
        return refused(
            _(
                "A facilitator carries this need as it is worded: to say it otherwise, end it and"
                " post another."
            )
        )
    return ALLOWED


def may_close_need(reader: Reader, need: Need) -> Verdict:
    may = _is_the_posters(reader, need) or may_answer_for(reader, need)
    return may and stands(need)


def may_renew_need(reader: Reader, need: Need) -> Verdict:
    """One tap: for longer, or again once its day passed or nobody answered.

    One whose people are found looks for nobody, and needs no longer.
    """
    may = _is_the_posters(reader, need) and _can_stand_longer(need)
    if may and not is_here(reader, need.community):
        return refused(_("Join this community to say what you look for."))
    return may


def _can_stand_longer(need: Need) -> Verdict:
    if need.hidden_at:
        return stands(need)
    if need.closed_at and need.closing not in RENEWABLE:
        return refused(_("This need is over."))
    if need.filled_at and not need.closed_at:
        return refused(_("Everybody this need looked for is found."))
    if not need.community.is_open:
        return refused(_("This community is closed: it takes nothing new."))
    return ALLOWED


def may_facilitate(reader: Reader, need: Need) -> Verdict:
    """Take on what is meant for the elected, or say why not: never one's own."""
    if not (used := are_on(need.community)):
        return used
    if need.kind != NeedKind.OFFICIAL:
        return refused(_("This need is not meant for the elected."))
    if not reader.may(need.community, FACILITATE, in_stead_of_none=(need.posted_by_id,)):
        return refused(_("Only facilitators carry needs to the elected."))
    if reader.member_id == need.posted_by_id:
        return refused(_("Another facilitator carries what you need yourself."))
    if need.facilitator_id:
        return refused(_("A facilitator carries this need already."))
    return stands(need)


def may_carry(reader: Reader, community: Community) -> Verdict:
    """Whether the reader is among those who carry needs to the elected here."""
    if not reader.may(community, FACILITATE):
        return refused(_("Only facilitators carry needs to the elected."))
    return are_on(community)


def may_report_need(reader: Reader, need: Need) -> Verdict:
    if not has_conversations(need.community):
        return refused(_("This page does not exist."))
    return may_report_thing(
        reader,
        may_see=may_see_need(reader, need),
        author_id=need.posted_by_id,
        is_gone=need.hidden_at is not None,
    )
