"""What speaks for a suggestion, added up, and told.

    score = 0.60 skills + 0.14 texts + 0.08 wishes + 0.07 load + 0.06 responsiveness + 0.05 chance

Each part is between 0 and 1, so the score is; without skills asked for, texts have their share too.

skills          how near the best of the offer is to each skill asked for (`skills.py`), by weight:
                a must counts three times a nice-to-have.
texts           what the two texts have in common; 0.8 where the need's names a skill offered.
wishes          what the helper would like to do: 0.25, and up to 1 with two words of it in the
                need; 0.5 for who wishes for nothing in particular.
load            the share of the cap that is free: who has nothing to answer comes first.
responsiveness  of who answers: the share of those who offered that had an answer within a week.
chance          of newcomers: a number between 0 and 1 that a hash makes of the day, the need and
                the offer. The same all day, another one tomorrow: each newcomer comes up now and
                then, and nobody can try again until it suits them.

Neither load nor responsiveness is among the reasons: both are for their owner's eyes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from hashlib import blake2b

from essaim.needs.matching.gates import Way, closed_gates, way
from essaim.needs.matching.parties import Circumstances, Named, Need, Offer
from essaim.needs.matching.skills import Near, Nearness, nearest
from essaim.needs.matching.texts import mentions, shared_words, text_likeness

MUST, NICE = 3, 1
NAMED_IN_THE_NEED = 0.8
NO_WISH, NOT_WISHED = 0.5, 0.25
WISHES_FULFILLED = 2  # words in common
LEAST_SKILLS, LEAST_TEXTS = 0.2, 0.2  # one of them: nobody is suggested only for being free
MOST_WORDS_TOLD = 3


@dataclass(frozen=True, slots=True)
class Parts:
    """Each from 0 to 1."""

    skills: float
    texts: float
    wishes: float
    load: float
    responsiveness: float
    chance: float

    @property
    def score(self) -> float:
        return float(sum(getattr(self, name) * weight for name, weight in WEIGHTS.items()))


WEIGHTS = dict(
    zip((field.name for field in fields(Parts)), (0.6, 0.14, 0.08, 0.07, 0.06, 0.05), strict=True)
)


class Why(StrEnum):
    """What a reason says; those of skills are `skill_` and a `Nearness`."""

    SKILL_SAME = "skill_same"
    SKILL_SYNONYM = "skill_synonym"
    SKILL_FORM = "skill_form"
    SKILL_TYPING = "skill_typing"
    SKILL_MEANT = "skill_meant"
    SKILL_NARROWER = "skill_narrower"
    SKILL_FAMILY = "skill_family"
    SKILL_BROADER = "skill_broader"
    SKILL_WORDS = "skill_words"
    SKILL_PARTLY = "skill_partly"
    TEXTS = "texts"
    WISHES = "wishes"
    NEAR = "near"
    REMOTE = "remote"
    NEWCOMER = "newcomer"
    LACKS = "lacks"  # what speaks against it is told as well


@dataclass(frozen=True, slots=True)
class Reason:
    """A code, the words it is about (asked, then offered), a number such as kilometres."""

    code: Why
    words: tuple[str, ...] = ()
    number: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    need: str
    offer: str
    helper: int
    score: float
    parts: Parts
    reasons: tuple[Reason, ...]
    km: float | None

    @property
    def codes(self) -> tuple[str, ...]:
        """What a match keeps of why the two were suggested to each other."""
        return tuple(dict.fromkeys(reason.code.value for reason in self.reasons))


def suggestion(need: Need, offer: Offer, now: Circumstances) -> Suggestion | None:
    """What speaks for this pair; None past a closed gate, or where they have little in common."""
    reached = None if closed_gates(need, offer, now) else way(need, offer)
    if reached is None:
        return None
    found = [
        (wanted, nearest(wanted, offer.skills, offer.text, offer.language))
        for wanted in need.skills
    ]
    texts = _texts(need, offer)
    skills = _skills(found) if found else texts
    if (skills < LEAST_SKILLS or not found) and texts < LEAST_TEXTS:
        return None
    wished = shared_words(offer.wants, offer.language, need.text, need.language)
    parts = Parts(
        skills=skills,
        texts=texts,
        wishes=_wishes(offer, wished),
        load=max(0.0, 1 - offer.waiting / now.cap),
        responsiveness=min(1.0, max(0.0, need.responsiveness)),
        chance=chance(now.day, need.key, offer.key) if offer.is_new else 0.0,
    )
    return Suggestion(
        need=need.key,
        offer=offer.key,
        helper=offer.helper,
        score=parts.score,
        parts=parts,
        reasons=tuple(_reasons(need, offer, found, wished, reached)),
        km=reached.km,
    )


def ranked(
    pairs: Iterable[tuple[Need, Offer]], now: Circumstances, limit: int
) -> tuple[Suggestion, ...]:
    """The best few, each need and helper once, in an order that does not depend on the input's.

    As good as each other: who is nearer, then by key.
    """
    best: dict[tuple[str, int], Suggestion] = {}
    for need, offer in pairs:
        one = suggestion(need, offer, now)
        if one is None:
            continue
        known = best.get((one.need, one.helper))
        if known is None or _place(one) < _place(known):
            best[one.need, one.helper] = one
    return tuple(sorted(best.values(), key=_place)[:limit])


def chance(day: date, need: str, offer: str) -> float:
    """Between 0 and 1, the same for this pair all day long."""
    digest = blake2b(f"{day.isoformat()}\n{need}\n{offer}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def _place(one: Suggestion) -> tuple[float, float, str, str]:
    return (-round(one.score, 9), float("inf") if one.km is None else one.km, one.need, one.offer)


def _skills(found: list[tuple[Named, Near | None]]) -> float:
    weights = [MUST if wanted.is_must else NICE for wanted, _near in found]
    values = [near.value if near else 0.0 for _wanted, near in found]
    weighted = sum(value * weight for value, weight in zip(values, weights, strict=True))
    return weighted / sum(weights)


def _texts(need: Need, offer: Offer) -> float:
    alike = text_likeness(need.text, need.language, offer.text, offer.language)
    named = any(
        mentions(need.text, need.language, skill.name, skill.language) for skill in offer.skills
    )
    return max(alike, NAMED_IN_THE_NEED) if named else alike


def _wishes(offer: Offer, wished: tuple[str, ...]) -> float:
    if not offer.wants.strip():
        return NO_WISH
    return NOT_WISHED + (1 - NOT_WISHED) * min(1.0, len(wished) / WISHES_FULFILLED)


def _reasons(
    need: Need,
    offer: Offer,
    found: list[tuple[Named, Near | None]],
    wished: tuple[str, ...],
    reached: Way,
) -> Iterable[Reason]:
    """The strongest first; what is missing last."""
    near = [(wanted, one) for wanted, one in found if one]
    for wanted, one in sorted(near, key=lambda pair: -pair[1].value):
        told = (wanted.name,) if one.nearness in _ONE_WORD else (wanted.name, one.offered)
        yield Reason(Why(f"skill_{one.nearness}"), told, round(one.value, 2))
    shared = shared_words(need.text, need.language, offer.text, offer.language)
    if shared:
        yield Reason(Why.TEXTS, shared[:MOST_WORDS_TOLD])
    if wished:
        yield Reason(Why.WISHES, wished[:MOST_WORDS_TOLD])
    if not reached.is_onsite:
        yield Reason(Why.REMOTE)
    elif reached.km is not None:
        yield Reason(Why.NEAR, number=reached.km)
    if offer.is_new:
        yield Reason(Why.NEWCOMER)
    for wanted, missing in found:
        if missing is None and wanted.is_must:
            yield Reason(Why.LACKS, (wanted.name,))


_ONE_WORD = (Nearness.SAME,)  # there is no second word to tell
