"""A match as its two sides see it, and what is one’s own: hours, requests, how soon one answers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from essaim.communities.readers import Reader, fresh_reader
from essaim.design.typography import number
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now
from essaim.foundation.http import Page, keyset
from essaim.members.models import Block, Member
from essaim.members.queries import display_name
from essaim.needs import rules
from essaim.needs.models import (
    LIVE,
    REMINDED_AFTER,
    SILENT_AFTER,
    Act,
    Help,
    Match,
    MatchEvent,
    MatchMessage,
    Need,
    NeedKind,
    Side,
    State,
)
from essaim.needs.queries.board import where_words

PAGE = 20
RECENT = timedelta(days=365)
TONES = {State.ASKED: "now", State.ACCEPTED: "good", State.DONE: "good"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchLine:
    public_id: str
    need: str
    need_title: str
    lang: str
    community: str
    name: str  # of the other side
    side: str
    asked_by: str
    state: str
    badge: str
    tone: str
    asked_at: datetime
    waits_for_me: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    public_id: str
    name: str
    text: str
    at: datetime
    is_mine: bool
    is_hidden: bool
    reason: str
    may_report: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpSeen:
    helped_on: date | None
    said_minutes: int | None
    confirmed_minutes: int | None
    confirmed_at: datetime | None
    thanks: str
    joy: int | None
    story: str
    story_audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPage:
    """`readers` are all who read it but oneself; `others` those of the other side."""

    line: MatchLine
    readers: tuple[str, ...]
    others: tuple[str, ...]
    reasons: tuple[str, ...]
    minutes: int
    where: str
    by_on: date | None
    deliverable: str
    reminded_after: tuple[int, ...]  # days of silence
    messages: tuple[MessageLine, ...]
    events: tuple[EventLine, ...]
    help: HelpSeen | None
    has_blocked: bool
    may_keep_away: Verdict
    may_accept: Verdict
    may_decline: Verdict
    may_take_back: Verdict
    may_call_off: Verdict
    may_undo: Verdict
    may_say_help: Verdict
    may_confirm: Verdict
    may_tell_joy: Verdict
    may_tell_story: Verdict
    may_write: Verdict


def match_line(reader: Reader, match: Any) -> MatchLine:
    """`match` with its need, the need’s community and contact, and its helper."""
    side = rules.side_of(reader, match) or Side.HELPER
    need = match.need
    other = (need.facilitator or need.contact) if side == Side.HELPER else match.helper
    return MatchLine(
        public_id=match.public_id,
        need=need.public_id,
        need_title=need.title,
        lang=need.language,
        community=need.community.name,
        name=display_name(other),
        side=side,
        asked_by=match.asked_by,
        state=match.state,
        badge=_badge(match),
        tone=TONES.get(State(match.state), "plain"),
        asked_at=match.asked_at,
        waits_for_me=match.state == State.ASKED and match.asked_by != side,
    )


def _badge(match: Match) -> str:
    """What is asked for is asked; what a helper proposes is offered."""
    if match.state == State.ASKED and match.asked_by == Side.HELPER:
        return pgettext("match", "offered")
    return str(State(match.state).label)


_WITH = ("need__community", "need__contact", "need__facilitator", "helper")


def match_to_read(reader: Reader, public_id: str) -> Match | None:
    found = rules.matches_visible_to(reader).filter(public_id=public_id)
    return found.select_related(*_WITH, "need__place", "offer").first()


def my_match_over(reader: Reader, need: Need) -> Match | None:
    """What is or was between the reader, as a helper, and a need."""
    return Match.objects.filter(need=need, helper=reader.member_id or 0).first()


def my_matches(reader: Reader, ids: Collection[int]) -> dict[int, Match]:
    """Those of these that the reader is on a side of, with what their lines show."""
    return rules.matches_visible_to(reader).select_related(*_WITH).in_bulk(ids)


def match_for_page(reader: Reader, match: Any) -> MatchPage:
    """Its words, its history and what can be done; the number of queries does not grow."""
    line = match_line(reader, match)
    events = list(match.events.select_related("actor"))
    messages = match.messages.select_related("author")
    help_ = Help.objects.filter(match=match).first()
    readers = _readers_of(match)
    ours = match.need.side if line.side == Side.NEED else {match.helper_id}
    theirs = rules.others_of(reader.member_id, match)
    kept_away = Block.objects.filter(blocker=reader.member_id, blocked__in=theirs).count()
    return MatchPage(
        line=line,
        readers=tuple(name for pk, name in readers.items() if pk != reader.member_id),
        others=tuple(name for pk, name in readers.items() if pk not in ours) or (line.name,),
        reasons=tuple(match.reasons),
        minutes=match.need.minutes,
        where=where_words(match.need.remote, match.need.place.name if match.need.place else ""),
        by_on=match.need.by_on,
        deliverable=match.need.deliverable,
        reminded_after=tuple(one.days for one in REMINDED_AFTER),
        messages=tuple(_message(reader, one) for one in messages),
        events=tuple(EventLine(text=_said(one), at=one.at) for one in events),
        help=_help(line.side, help_) if help_ else None,
        has_blocked=bool(theirs) and kept_away == len(theirs),
        may_keep_away=rules.may_keep_away(reader, match),
        may_accept=rules.may_accept(reader, match),
        may_decline=rules.may_decline(reader, match),
        may_take_back=rules.may_take_back(reader, match),
        may_call_off=rules.may_call_off(reader, match),
        may_undo=rules.may_undo(reader, match, events[-1] if events else None),
        may_say_help=rules.may_say_help(reader, match),
        may_confirm=rules.may_confirm(reader, match),
        may_tell_joy=rules.may_tell_joy(reader, match),
        may_tell_story=rules.may_tell_story(reader, match),
        may_write=rules.may_write(reader, match),
    )


def _readers_of(match: Any) -> dict[int, str]:
    """Everybody who reads a match, by name: the helper, and whoever answers for the need now."""
    side = Member.objects.filter(pk__in=match.need.side).order_by("name_key", "pk")
    answer = [one for one in side if rules.may_answer_for(fresh_reader(one), match.need)]
    helper = [match.helper] if match.helper else []
    return {one.pk: display_name(one) for one in [*helper, *answer]}


def _message(reader: Reader, one: MatchMessage) -> MessageLine:
    is_mine = one.author_id == reader.member_id
    return MessageLine(
        public_id=one.public_id,
        name=display_name(one.author),
        text="" if one.hidden_at and not is_mine else one.text,
        at=one.written_at,
        is_mine=is_mine,
        is_hidden=one.hidden_at is not None,
        reason=one.hiding_reason if is_mine else "",
        may_report=not is_mine and one.hidden_at is None and bool(one.text),
    )


def _said(event: MatchEvent) -> str:
    """« Karim: said yes »; what the clock did names nobody."""
    what = Act(event.act).label
    if event.actor is None:
        return str(what)
    return _("%(name)s: %(what)s") % {"name": display_name(event.actor), "what": what}


def _help(side: str, help_: Help) -> HelpSeen:
    return HelpSeen(
        helped_on=help_.helped_on,
        said_minutes=help_.said_minutes,
        confirmed_minutes=help_.confirmed_minutes,
        confirmed_at=help_.confirmed_at,
        thanks=help_.thanks,
        joy=help_.joy if side == Side.HELPER else None,
        story=help_.story if side == Side.NEED else "",
        story_audience=help_.story_audience,
    )


def matches_of(
    reader: Reader, *, states: Collection[str] = LIVE, after: str | None = None, size: int = PAGE
) -> Page[MatchLine]:
    """The reader's own on either side, the newest question first; one query."""
    found = rules.matches_visible_to(reader).filter(state__in=states).select_related(*_WITH)
    page = keyset(found, order=("-asked_at", "-id"), after=after, size=size)
    return page.map(lambda one: match_line(reader, one))


def waiting_for(reader: Reader, *, most: int = 3) -> list[MatchLine]:
    """Questions that wait for this reader's answer, the oldest first."""
    me = reader.member_id
    asked = Q(asked_by=Side.NEED, helper=me) | (Q(asked_by=Side.HELPER) & ~Q(helper=me))
    found = rules.matches_visible_to(reader).waiting().filter(asked)
    rows = found.select_related(*_WITH).order_by("asked_at", "pk")[:most]
    return [match_line(reader, one) for one in rows]


def to_confirm(reader: Reader, *, most: int = 3) -> list[MatchLine]:
    """Help that was said, and that this reader's side is to confirm."""
    said = Help.objects.filter(said_at__isnull=False, confirmed_at__isnull=True)
    found = rules.matches_visible_to(reader).filter(state=State.ACCEPTED, help__in=said)
    rows = found.exclude(helper=reader.member_id).select_related(*_WITH)
    return [match_line(reader, one) for one in rows.order_by("help__said_at", "pk")[:most]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A person’s own record, for their eyes and their archive."""

    minutes_given: int
    helps_given: int
    minutes_received: int
    helps_received: int


def hours_of(reader: Reader) -> Hours:
    me = reader.member_id or 0
    done = Help.objects.filter(confirmed_at__isnull=False)
    given = done.filter(helper=me)
    received = done.filter(match__need__posted_by=me)

    def minutes(found: Any) -> int:
        return int(found.aggregate(all=Sum("confirmed_minutes"))["all"] or 0)

    return Hours(
        minutes_given=minutes(given),
        helps_given=given.count(),
        minutes_received=minutes(received),
        helps_received=received.count(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsiveness:
    """How soon somebody answers those who ask: shown to them alone."""

    asked: int
    answered: int
    median_hours: int | None
    has_waiting: bool = False

    @property
    def sentence(self) -> str:
        if not self.asked:
            if self.has_waiting:
                return _("How soon you answer is counted from your first answer on.")
            return _("Nobody has asked you anything in a year.")
        answered = ngettext(
            "You answered %(answered)s of %(count)s question within two weeks.",
            "You answered %(answered)s of %(count)s questions within two weeks.",
            self.asked,
        ) % {"answered": number(self.answered), "count": number(self.asked)}
        if self.median_hours is None:
            return answered
        days, hours = divmod(self.median_hours, 24)
        soon = (
            ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}
            if days
            else ngettext("%(count)s hour", "%(count)s hours", max(hours, 1))
            % {"count": number(max(hours, 1))}
        )
        half = _("Half of your answers came within %(time)s.") % {"time": soon}
        return f"{answered} {half}"


_ANSWERS = (Act.ACCEPT, Act.DECLINE)


def responsiveness_of(member_id: int) -> Responsiveness:
    """From the histories of a year: what was asked of this person, and when they answered.

    A question that was taken back, that others’ coming first ended or that somebody else of their
    side answered asked nothing of them.
    """
    carries = Q(match__need__kind=NeedKind.OFFICIAL, match__need__facilitator=member_id)
    answers = Q(match__need__kind=NeedKind.HELP, match__need__contact=member_id)
    events = (
        MatchEvent.objects.filter(carries | answers | Q(match__helper=member_id))
        .filter(at__gt=now() - RECENT)
        .order_by("match_id", "pk")
        .values_list("match_id", "act", "actor_id", "match__helper_id", "at")
    )
    since: dict[int, datetime] = {}
    times: list[timedelta] = []
    unanswered = 0
    for match_id, act, actor_id, helper_id, moment in events:
        if act == Act.ASK:
            since.pop(match_id, None)
            if (actor_id == helper_id) != (helper_id == member_id):
                since[match_id] = moment
        elif match_id in since and act in _ANSWERS:
            taken = moment - since.pop(match_id)
            if actor_id == member_id and taken <= SILENT_AFTER:
                times.append(taken)
            elif actor_id == member_id:
                unanswered += 1
        elif match_id in since and act == Act.EXPIRE:
            since.pop(match_id)
            unanswered += 1
        elif act in (Act.WITHDRAW, Act.RELEASE):
            since.pop(match_id, None)
    hours = round(median(one.total_seconds() for one in times) / 3600) if times else None
    return Responsiveness(
        asked=len(times) + unanswered,
        answered=len(times),
        median_hours=hours,
        has_waiting=bool(since),
    )


def recently_done(reader: Reader, *, most: int = 3) -> list[tuple[MatchLine, datetime]]:
    """Confirmed help, given or received, the latest first."""
    found = rules.matches_visible_to(reader).filter(state=State.DONE).select_related(*_WITH)
    rows = found.select_related(*_WITH, "help").order_by("-help__confirmed_at", "-pk")[:most]
    return [(match_line(reader, one), one.help.confirmed_at or one.changed_at) for one in rows]
