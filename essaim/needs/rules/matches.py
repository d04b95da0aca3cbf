"""Who may do what between a need and a helper; locks and counts are the actions'."""

from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.communities.rules import is_elected, may_read, on
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now, today
from essaim.members.models import Block
from essaim.needs.models import (
    LIVE,
    MOST_ASKED,
    UNDO_WINDOW,
    Act,
    Help,
    Match,
    MatchEvent,
    MatchMessage,
    MatchQuerySet,
    Need,
    NeedKind,
    Offer,
    Side,
    State,
)
from essaim.needs.rules.needs import (
    SUBPLATFORM,
    are_on,
    is_of,
    may_answer_for,
    may_see_need,
    stands,
)
from essaim.needs.rules.offers import counts_in, may_see_offer

MOST_ASKED_AT_ONCE = 10  # by one need, beyond its free places
MOST_OFFERED_AT_ONCE = 20  # by one helper
UNDOABLE = (Act.ACCEPT, Act.DECLINE, Act.WITHDRAW, Act.UNMATCH)


def side_of(reader: Reader, match: Match) -> Side | None:
    """On which side of a match the reader stands; of two who are the same, the helper's."""
    if not reader.is_known:
        return None
    if match.helper_id == reader.member_id:
        return Side.HELPER
    if may_answer_for(reader, match.need):
        return Side.NEED
    return None


def may_see_match(reader: Reader, match: Match) -> Verdict:
    """The two sides, and nobody else: a helper, and whoever answers for the need."""
    if not (used := are_on(match.need.community)):
        return used
    return ALLOWED if side_of(reader, match) else refused(_("This page does not exist."))


def matches_visible_to(reader: Reader) -> MatchQuerySet:
    """The twin of `may_see_match`."""
    if not reader.is_known:
        return Match.objects.none()
    me = reader.member_id
    here = sorted(reader.community_ids | reader.role_community_ids)
    asks = Q(need__posted_by=me, need__community__in=here) | Q(need__contact=me)
    mine = Q(helper=me) | (asks & Q(need__kind=NeedKind.HELP)) | Q(need__facilitator=me)
    return Match.objects.filter(mine & on(SUBPLATFORM, path="need__community__"))


def _takes(need: Need) -> Verdict:
    """Whether it looks for somebody at all, and if not, why."""
    if need.is_open:
        return ALLOWED
    if not (standing := stands(need)):
        return standing
    if need.kind == NeedKind.OFFICIAL and not need.approved_at:
        return refused(_("A facilitator has not taken this need on yet."))
    if need.filled_at:
        return refused(_("Everybody this need looked for is found."))
    if need.expires_on < today():
        return refused(_("The last day of this need has passed."))
    return refused(_("This community is closed: it takes nothing new."))


def _again(match: Match | None, side: Side) -> Verdict:
    """Whether the two can begin once more, after what became of it."""
    if match is None:
        return ALLOWED
    if match.state in LIVE:
        return refused(_("This is under way already."))
    if match.state == State.DONE:
        return refused(_("This help was given already."))
    if match.state == State.DECLINED and match.asked_by == side:
        return refused(_("You asked before, and the answer was no. The other side may still ask."))
    return ALLOWED


def may_help(reader: Reader, need: Need, match: Match | None = None) -> Verdict:
    """Offer to help with a need that one reads; `match` is what was between the two before."""
    if not may_see_need(reader, need):
        return refused(_("This page does not exist."))
    if not reader.is_known:
        return refused(_("Sign in to help."))
    if is_of(reader, need):
        return refused(_("This need is yours."))
    return _takes(need) and _suits(reader.member_id, need) and _again(match, Side.HELPER)


def _suits(member_id: int | None, need: Need) -> Verdict:
    """Whether a need may take this person’s help; who keeps whom away is not told."""
    if need.kind == NeedKind.OFFICIAL and not is_elected(member_id, need.community):
        return refused(_("This need is meant for the elected."))
    if _kept_apart(member_id, need):
        return refused(_("This need cannot take this help."))
    return ALLOWED


def _kept_apart(member_id: int | None, need: Need) -> bool:
    """Whether somebody keeps the other away: a helper, or anybody who answers for the need."""
    theirs = need.side
    both = Q(blocker=member_id, blocked__in=theirs) | Q(blocker__in=theirs, blocked=member_id)
    return member_id is not None and bool(theirs) and Block.objects.filter(both).exists()


def may_ask(
    reader: Reader,
    need: Need,
    helper_id: int | None,
    *,
    offer: Offer | None = None,
    match: Match | None = None,
) -> Verdict:
    """Ask somebody for help: through what they offer, or, of the elected, by their mandate."""
    if not (may := may_answer_for(reader, need) and _takes(need)):
        return may
    if helper_id is None or helper_id in (need.posted_by_id, need.contact_id):
        return refused(_("This need is theirs."))
    is_offered = offer is not None or need.kind == NeedKind.HELP
    if is_offered and not (offers := _offers(reader, helper_id, offer, need)):
        return offers
    if not (may := _suits(helper_id, need) and _has_room(helper_id)):
        return may
    return _again(match, Side.NEED) and _asks_few(need)


def _asks_few(need: Need) -> Verdict:
    """A need asks a few people at once, not everybody."""
    waiting = need.matches.waiting().filter(asked_by=Side.NEED).count()
    if waiting >= need.people - need.taken + MOST_ASKED_AT_ONCE:
        return refused(_("Enough people are asked for this need: wait for some of their answers."))
    return ALLOWED


def may_offer_more(member_id: int) -> Verdict:
    """Whether one may offer to help once more while so many have not answered yet."""
    waiting = Match.objects.waiting().filter(helper=member_id, asked_by=Side.HELPER).count()
    if waiting >= MOST_OFFERED_AT_ONCE:
        return refused(_("You wait for many answers: wait for some of them first."))
    return ALLOWED


def may_ask_offer(reader: Reader, offer: Offer) -> Verdict:
    """Whether this offer can be asked at all; for which need, `may_ask` says."""
    if not may_see_offer(reader, offer):
        return refused(_("This page does not exist."))
    if not reader.is_known:
        return refused(_("Sign in to ask."))
    if offer.member_id == reader.member_id:
        return refused(_("This offer is yours."))
    return _offers(reader, offer.member_id or 0, offer) and _has_room(offer.member_id)


def may_ask_official(reader: Reader, need: Need) -> Verdict:
    """Its facilitator asks the elected; whom, `may_ask` says."""
    if need.kind != NeedKind.OFFICIAL:
        return refused(_("This need is not meant for the elected."))
    return may_answer_for(reader, need) and _takes(need)


def _offers(
    reader: Reader, helper_id: int, offer: Offer | None, need: Need | None = None
) -> Verdict:
    """Whether this person takes requests through this offer, and, if one is given, for a need."""
    if offer is None or offer.member_id != helper_id or not may_see_offer(reader, offer):
        return refused(_("This page does not exist."))
    if not offer.is_open:
        return refused(_("This offer takes no requests just now."))
    if need and not counts_in(offer, need.community):
        return refused(
            _("This offer counts in its community and in those below it: this need is elsewhere.")
        )
    return ALLOWED


def _has_room(helper_id: int | None) -> Verdict:
    """Nobody is swamped: so many wait for one person’s answer, and no more."""
    if Match.objects.asked_of(helper_id or 0).count() >= MOST_ASKED:
        return refused(_("Enough people wait for an answer of theirs: ask somebody else."))
    return ALLOWED


def may_accept(reader: Reader, match: Match) -> Verdict:
    """Whoever was asked, as long as there is a free place on both sides.

    It is asked again who keeps whom away: a question may cross with that.
    """
    may = may_decline(reader, match) and _takes(match.need) and _has_place(match.offer)
    return may and _suits(match.helper_id, match.need)


def may_decline(reader: Reader, match: Match) -> Verdict:
    if not (side := side_of(reader, match)):
        return may_see_match(reader, match)
    if match.state != State.ASKED:
        return refused(_("This question is answered already."))
    if side == match.asked_by:
        return refused(_("The other side answers this."))
    return may_see_match(reader, match)


def may_take_back(reader: Reader, match: Match) -> Verdict:
    """What one asked oneself, until it is answered."""
    if not (side := side_of(reader, match)):
        return may_see_match(reader, match)
    if match.state != State.ASKED:
        return refused(_("This question is answered already."))
    if side != match.asked_by:
        return refused(_("The other side asked this."))
    return may_see_match(reader, match)


def may_call_off(reader: Reader, match: Match) -> Verdict:
    if not (seen := may_see_match(reader, match)):
        return seen
    if match.state != State.ACCEPTED:
        return refused(_("Nothing is agreed here."))
    return ALLOWED


def state_before(event: MatchEvent) -> State:
    """Where undoing it leads to: what an act that can be undone comes from."""
    return State.ACCEPTED if event.act == Act.UNMATCH else State.ASKED


def may_undo(reader: Reader, match: Match, event: MatchEvent | None) -> Verdict:
    """One's own last act, within a day, as long as the need still looks for somebody."""
    if event is None:
        return refused(_("There is nothing of yours to undo here."))
    seen = may_see_match(reader, match)
    return seen and _is_recent(reader, event) and _may_go_back(reader, match, event)


def _may_go_back(reader: Reader, match: Match, event: MatchEvent) -> Verdict:
    if event.act == Act.ACCEPT:
        return _not_helped(match)
    if not (goes_on := _takes(match.need) and _suits(match.helper_id, match.need)):
        return goes_on
    if match.helper_id == reader.member_id and not (reads := may_see_need(reader, match.need)):
        return reads  # they have left since
    if state_before(event) == State.ACCEPTED:
        return _has_place(match.offer)
    return _has_room(match.helper_id) if match.asked_by == Side.NEED else ALLOWED


def _is_recent(reader: Reader, event: MatchEvent) -> Verdict:
    if event.actor_id != reader.member_id or event.act not in UNDOABLE:
        return refused(_("There is nothing of yours to undo here."))
    if now() > event.at + UNDO_WINDOW:
        return refused(_("It is too late to undo this."))
    return ALLOWED


def _not_helped(match: Match) -> Verdict:
    if match.need.closed_at:
        return refused(_("This need is over."))
    if Help.objects.filter(match=match).exists():
        return refused(_("Help was given already."))
    return ALLOWED


def _has_place(offer: Offer | None) -> Verdict:
    if offer and offer.taken >= offer.slots:
        return refused(_("All the places of this offer are taken."))
    return ALLOWED


def may_say_help(reader: Reader, match: Match) -> Verdict:
    """The helper says how long it took."""
    if not (seen := may_see_match(reader, match)):
        return seen
    if side_of(reader, match) != Side.HELPER:
        return refused(_("The helper says this."))
    if match.state != State.ACCEPTED:
        return refused(_("Nothing is agreed here."))
    return ALLOWED


def may_confirm(reader: Reader, match: Match) -> Verdict:
    """The side that was helped says how long, whether or not the helper has said it."""
    if not (seen := may_see_match(reader, match)):
        return seen
    if side_of(reader, match) != Side.NEED:
        return refused(_("The side that was helped confirms this."))
    if match.state != State.ACCEPTED:
        return refused(_("Nothing is agreed here."))
    return ALLOWED


def may_tell_joy(reader: Reader, match: Match) -> Verdict:
    if not (seen := may_see_match(reader, match)):
        return seen
    if side_of(reader, match) != Side.HELPER or match.state != State.DONE:
        return refused(_("Once the help is confirmed, the helper says this."))
    return ALLOWED


def may_tell_story(reader: Reader, match: Match) -> Verdict:
    if not (seen := may_see_match(reader, match)):
        return seen
    if side_of(reader, match) != Side.NEED or match.state != State.DONE:
        return refused(_("Once the help is confirmed, the side that was helped tells this."))
    help_ = Help.objects.filter(match=match).first()
    if help_ and help_.hidden_at:
        return refused(_("This story was hidden by a moderator."))
    return ALLOWED


def may_write(reader: Reader, match: Match) -> Verdict:
    """While something is asked, agreed or just done; nobody writes to whom they keep away."""
    if not (seen := may_see_match(reader, match)):
        return seen
    if match.state not in (*LIVE, State.DONE):
        return refused(_("This conversation is over: it can be read, not continued."))
    if _kept_apart(match.helper_id, match.need):
        return refused(_("This conversation is over: it can be read, not continued."))
    return ALLOWED


def others_of(member_id: int | None, match: Match) -> set[int]:
    """Everybody on the other side of a match than this person."""
    theirs = match.need.side if match.helper_id == member_id else {match.helper_id}
    return {one for one in theirs if one not in {member_id, None}}


def may_keep_away(reader: Reader, match: Match) -> Verdict:
    """Keep the other side away, all who answer for it."""
    if not (seen := may_see_match(reader, match)):
        return seen
    if not others_of(reader.member_id, match):
        return refused(_("There is nobody to keep away."))
    return ALLOWED


def may_see_message(reader: Reader, message: MatchMessage) -> Verdict:
    return may_see_match(reader, message.match)


def may_see_story(reader: Reader, help_: Help) -> Verdict:
    """Where its need is read, by whom the story is for; hidden ones by their side alone."""
    need = help_.match.need
    if not help_.story:
        return refused(_("This page does not exist."))
    if help_.hidden_at and not is_of(reader, need):
        return refused(_("This page does not exist."))
    if not (seen := may_see_need(reader, need)) or is_of(reader, need):
        return seen
    return may_read(reader, need.community, help_.story_audience, subplatform=SUBPLATFORM)
