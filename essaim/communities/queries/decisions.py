"""What was decided about what people made, for everyone; and the pages of one decision."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from django.db.models import F, Func, Q, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from essaim.communities import rules
from essaim.communities.models import Community, Decision, Membership, Verb
from essaim.communities.queries.mandates import holders_of, people_who_may
from essaim.communities.readers import Reader
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now
from essaim.foundation.http import Page, keyset
from essaim.foundation.panels import Place

if TYPE_CHECKING:
    from django.utils.functional import Promise

TONES = {
    Verb.HID: "late",
    Verb.CLOSED: "late",
    Verb.REFUSED: "late",
    Verb.KEPT: "good",
    Verb.RESTORED: "good",
}
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision is about, for those who may see it: `text` is what its author wrote."""

    title: str
    url: str = ""
    text: Markup = field(default_factory=Markup)


# Key: (kind, id) of what was decided about.
DECIDED: Place[tuple[str, int], Decided] = Place("what a decision is about")
_SUBJECT_WORDS: "dict[str, str | Promise]" = {}


_REFUSED_WORDS: "dict[str, str | Promise]" = {}


def names_subject(kind: str, words: "str | Promise", *, refused: "str | Promise" = "") -> None:
    """How everyone reads what a kind of decision is about: « a message », « an idea ».

    `refused`: what a refusal of it is called, where it is not an opening.
    """
    _SUBJECT_WORDS[kind] = words
    if refused:
        _REFUSED_WORDS[kind] = refused


def subject_words(kind: str) -> str:
    return str(_SUBJECT_WORDS.get(kind, _("something")))


def _verb_words(decision: Decision) -> str:
    label = Verb(decision.verb).label
    own = decision.verb == Verb.REFUSED and _REFUSED_WORDS.get(decision.subject_kind)
    return str(own or label)


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision as everyone reads it: no names, nothing of what it is about but its kind."""

    public_id: str
    verb: str
    tone: str
    about: str
    reason: str
    community: str
    slug: str
    decided_at: datetime
    is_central: bool
    appeal: str  # in words; empty when nobody asked for a second look
    second_reason: str


@dataclass(frozen=True, slots=True)
class DecisionFigures:
    """Over a year. `within`: how long half of them took from being asked for, in words."""

    decided: int
    central: int
    within: str | None
    appeals: int
    upheld: int
    waiting: int
    late: int


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    lines: Page[DecisionLine]
    figures: DecisionFigures


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """One decision, for whom it concerns and for those who may look at it again."""

    line: DecisionLine
    word: str
    decided: Decided | None
    is_mine: bool
    appeal_words: str
    appeal_due_at: datetime | None
    may_appeal: Verdict
    may_answer: Verdict


def decisions_for_page(
    reader: Reader, community: Community, *, after: str | None = None, size: int = 20
) -> DecisionsPage:
    """The decisions taken in a community and in those below it that the reader sees."""
    found = _seen(reader, community)
    lines = keyset(
        found.select_related("community", "appeal"),
        order=("-decided_at", "-id"),
        after=after,
        size=size,
    )
    return DecisionsPage(lines=lines.map(_line), figures=_figures(found))


def _seen(reader: Reader, community: Community) -> QuerySet[Decision]:
    about = Func(F("subject_kind"), Value("."), Value(1), function="split_part")
    found = Decision.objects.in_and_below(community).filter(rules.readable(reader))
    # What is about things that a community has switched off comes back with them. Whoever a
    # decision concerns still finds it by its address, and contests it in time.
    return found.filter(~Q(community__switched_off__contains=[about]))


def _figures(found: QuerySet[Decision]) -> DecisionFigures:
    rows = list(
        found.filter(decided_at__gt=now() - YEAR).values_list(
            "is_central",
            "asked_at",
            "decided_at",
            "appeal__id",
            "appeal__is_upheld",
            "appeal__due_at",
        )
    )
    hours = [(decided - asked).total_seconds() / 3600 for _c, asked, decided, *_x in rows if asked]
    waiting = [due for *_x, appeal, upheld, due in rows if appeal and upheld is None]
    return DecisionFigures(
        decided=len(rows),
        central=sum(row[0] for row in rows),
        within=duration_words(median(hours)) if hours else None,
        appeals=sum(row[3] is not None for row in rows),
        upheld=sum(bool(row[4]) for row in rows),
        waiting=len(waiting),
        late=sum(due < now() for due in waiting),
    )


def _line(decision: Decision) -> DecisionLine:
    appeal = getattr(decision, "appeal", None)
    said = ""
    if appeal is not None:
        if appeal.is_upheld is None:
            said = _("a second look was asked for")
        elif appeal.is_upheld:
            said = _("overturned by a second look")
        else:
            said = _("confirmed by a second look")
    return DecisionLine(
        public_id=decision.public_id,
        verb=_verb_words(decision),
        tone=TONES[Verb(decision.verb)],
        about=subject_words(decision.subject_kind),
        reason=decision.reason,
        community=decision.community.name,
        slug=decision.community.slug,
        decided_at=decision.decided_at,
        is_central=decision.is_central,
        appeal=said,
        second_reason=appeal.reason if appeal else "",
    )


def duration_words(hours: float) -> str:
    """« 5 hours », « 3 days »: as people say how long something took."""
    if hours < 48:  # noqa: PLR2004  below two days, days say too little
        whole = max(1, round(hours))
        return ngettext("%(count)s hour", "%(count)s hours", whole) % {"count": whole}
    days = round(hours / 24)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def decision_to_see(reader: Reader, public_id: str) -> Decision | None:
    """The decision with its whole page, for whom it concerns and for whom may judge; else None."""
    decision = (
        Decision.objects.select_related("community", "appeal").filter(public_id=public_id).first()
    )
    if decision is None or not rules.may_see_decision(reader, decision):
        return None
    return decision


def decision_for_page(reader: Reader, decision: Decision) -> DecisionPage:
    appeal = getattr(decision, "appeal", None)
    key = (decision.subject_kind, decision.subject_id)
    nobody_asked = Verdict(allowed=False)
    return DecisionPage(
        line=_line(decision),
        word=decision.word,
        decided=next(iter(DECIDED.collect(reader, [key]).get(key, ())), None),
        is_mine=reader.member_id in {decision.concerned_id, appeal.member_id if appeal else None},
        appeal_words=appeal.words if appeal else "",
        appeal_due_at=appeal.due_at if appeal and appeal.is_upheld is None else None,
        may_appeal=rules.may_appeal(reader, decision),
        may_answer=rules.may_answer_appeal(reader, appeal) if appeal else nobody_asked,
    )


@dataclass(frozen=True, slots=True)
class DecisionInBrief:
    """A decision as a notice tells it."""

    public_id: str
    verb: str
    about: str
    reason: str
    is_upheld: bool | None
    second_reason: str
    community: str


def decisions_in_brief(reader: Reader, ids: set[int]) -> dict[int, DecisionInBrief]:
    """Those of these decisions that the reader may see, by id; one query."""
    rows = Decision.objects.filter(pk__in=ids).select_related("community", "appeal")
    brief = {}
    for one in rows:
        if not rules.may_see_decision(reader, one):
            continue
        appeal = getattr(one, "appeal", None)
        brief[one.pk] = DecisionInBrief(
            public_id=one.public_id,
            verb=_verb_words(one),
            about=subject_words(one.subject_kind),
            reason=one.reason,
            is_upheld=appeal.is_upheld if appeal else None,
            second_reason=appeal.reason if appeal else "",
            community=one.community.name,
        )
    return brief


def appeals_waiting(reader: Reader, community: Community) -> list[DecisionLine]:
    """Second looks that the reader may take in this community, the oldest first."""
    found = (
        Decision.objects.filter(
            community=community, appeal__isnull=False, appeal__answered_at__isnull=True
        )
        .select_related("community", "appeal", "opening")
        .order_by("appeal__asked_at", "id")[:50]
    )
    return [_line(one) for one in found if rules.may_answer_appeal(reader, one.appeal)]


def decision_concerns(decision_id: int) -> set[int]:
    """Whom to tell: who made it, or those who run the community it was done to; nobody erased."""
    decision = Decision.objects.select_related("community").get(pk=decision_id)
    if decision.concerned_id is not None:
        return {decision.concerned_id}
    if not decision.is_central:
        return set()
    return {one.member_id for one in holders_of(decision.community, *rules.RUNNING_ROLES)}


def may_look_again(decision_id: int) -> set[int]:
    """Members who may look at it again: neither who decided nor whom it concerns."""
    decision = Decision.objects.select_related("community", "appeal", "opening").get(pk=decision_id)
    community, without = decision.community, rules.has_part_in(decision)
    able = people_who_may(community, rules.LOOK_AGAIN, in_stead_of_none=without) - without
    if decision.concerned_id is None and decision.is_central:
        able -= people_who_may(community, rules.RUN)
    if ask := getattr(decision, "opening", None):
        able -= set(
            Membership.objects.filter(community=ask.community_id, left_at__isnull=True).values_list(
                "member_id", flat=True
            )
        )
    return able


def communities_by_id(reader: Reader, ids: Collection[int]) -> list[Community]:
    """Those of these communities that the reader sees; no query for none."""
    return list(rules.communities_visible_to(reader).filter(pk__in=ids)) if ids else []
