"""How near a skill that is offered is to one that is looked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from essaim.foundation.stems import mistyped, slipped, stem_key
from essaim.foundation.text import unaccented
from essaim.needs.matching.parties import Named
from essaim.needs.matching.texts import mentions, roots


class Nearness(StrEnum):
    """What makes two skills near; each is worth what `WORTH` says."""

    SAME = "same"
    SYNONYM = "synonym"
    FORM = "form"
    TYPING = "typing"
    MEANT = "meant"
    NARROWER = "narrower"
    FAMILY = "family"
    BROADER = "broader"
    WORDS = "words"
    PARTLY = "partly"


# Of one step, for a skill that is wider or narrower: a second one is worth as much of the first.
# Who prunes trees can be asked for gardening; who gardens need not know how to prune trees.
WORTH = {
    Nearness.SAME: 1.0,
    Nearness.SYNONYM: 1.0,
    Nearness.FORM: 0.97,
    Nearness.TYPING: 0.9,
    Nearness.MEANT: 0.85,  # times how much of both names is that skill
    Nearness.NARROWER: 0.85,
    Nearness.FAMILY: 0.75,
    Nearness.WORDS: 0.7,
    Nearness.BROADER: 0.6,
    Nearness.PARTLY: 0.6,  # times the share of words in common
}
LEAST_SHARED = 1 / 3  # of the words of two names: less is chance
SHORTEST_CUT = 5  # letters: « photo » for « photographie »
LONGEST_COMPARED = 160


@dataclass(frozen=True, slots=True)
class Near:
    """How near, why, and by which words of the offer: a skill's name, or words of its text."""

    value: float
    nearness: Nearness
    offered: str


def likeness(wanted: Named, offered: Named) -> Near | None:
    """From 0 to 1 and why; None where they have nothing to do with each other.

    The same words, or the same skill of the vocabulary, are worth all; a name that only contains
    one of that skill's, or is not quite one of them, less; a wider or narrower skill less, by the
    step. What the vocabulary knows as two skills are two: that they share letters or words says
    nothing then, unless one has all words of the other.
    """
    key, other = _key(wanted.name), _key(offered.name)
    if key == other and key:
        return Near(WORTH[Nearness.SAME], Nearness.SAME, offered.name)
    mine, theirs = (_stem_key(one.name, one.language) for one in (wanted, offered))
    if mine == theirs and mine:
        return Near(WORTH[Nearness.FORM], Nearness.FORM, offered.name)
    if slipped(wanted.name, offered.name, wanted.language) and None in (
        wanted.skill,
        offered.skill,
    ):
        return Near(WORTH[Nearness.TYPING], Nearness.TYPING, offered.name)
    if wanted.skill is not None and offered.skill is not None:
        return _by_vocabulary(wanted, offered)
    return _by_words(wanted, offered)


def _by_vocabulary(wanted: Named, offered: Named) -> Near | None:
    if wanted.skill == offered.skill:
        names = {_stem_key(name, language) for name, language in wanted.others}
        mine, theirs = (_stem_key(named.name, named.language) for named in (wanted, offered))
        if not names or {mine, theirs} <= names:
            return Near(WORTH[Nearness.SYNONYM], Nearness.SYNONYM, offered.name)
        share = min(_share_said(named, wanted.others) for named in (wanted, offered))
        return Near(WORTH[Nearness.MEANT] * share, Nearness.MEANT, offered.name)
    if near := _by_steps(wanted, offered):
        return near
    one, other = (_roots(named.name, named.language) for named in (wanted, offered))
    return _by_words(wanted, offered) if one <= other or other <= one else None


def _share_said(named: Named, names: tuple[tuple[str, str], ...]) -> float:
    """How much of what somebody wrote is the skill: « conduite de réunion » is half a driver."""
    mine = _roots(named.name, named.language)
    if not mine:
        return 1.0
    most = max(_shared(mine, _roots(name, language)) for name, language in names)
    return max(most, 1) / len(mine)


def _shared(mine: frozenset[str], theirs: frozenset[str]) -> int:
    """How many roots of the one the other has, but for slips and for what is cut short."""
    return sum(any(_are_one(a, b) for b in theirs) for a in mine)


def _are_one(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    is_cut = shorter >= SHORTEST_CUT and one[:shorter] == other[:shorter]
    return one == other or is_cut or mistyped(one, other)


def _by_steps(wanted: Named, offered: Named) -> Near | None:
    for one, other, nearness in (
        (offered, wanted, Nearness.NARROWER),
        (wanted, offered, Nearness.BROADER),
    ):
        if other.skill is not None and (steps := one.wider.get(other.skill)):
            return Near(WORTH[nearness] ** steps, nearness, offered.name)
    return None


def _by_words(wanted: Named, offered: Named) -> Near | None:
    """Two names of which one is not known: the roots of their words, and slips in them."""
    mine, theirs = _roots(wanted.name, wanted.language), _roots(offered.name, offered.language)
    if not mine or not theirs:
        return None
    if mine == theirs:
        return Near(WORTH[Nearness.FAMILY], Nearness.FAMILY, offered.name)
    share = (_shared(mine, theirs) + _shared(theirs, mine)) / (len(mine) + len(theirs))
    if share < LEAST_SHARED:
        return None
    return Near(WORTH[Nearness.PARTLY] * share, Nearness.PARTLY, offered.name)


def nearest(
    wanted: Named, offered: Iterable[Named], text: str = "", language: str = "fr"
) -> Near | None:
    """The best that an offer has for a skill: among its skills, or named in its own words."""
    found = [near for one in offered if (near := likeness(wanted, one))]
    called = ((wanted.name, wanted.language), *wanted.others)
    said = next((name for name, code in called if mentions(text, language, name, code)), None)
    if said is not None:
        found.append(Near(WORTH[Nearness.WORDS], Nearness.WORDS, said))
    # Of two that are as near, always the same one.
    return max(found, key=lambda near: (near.value, near.nearness, near.offered), default=None)


@lru_cache(maxsize=20_000)
def _key(name: str) -> str:
    return " ".join(unaccented(name[:LONGEST_COMPARED]).split())


@lru_cache(maxsize=20_000)
def _stem_key(name: str, language: str) -> str:
    return stem_key(name[:LONGEST_COMPARED], language)


@lru_cache(maxsize=20_000)
def _roots(name: str, language: str) -> frozenset[str]:
    return roots(name[:LONGEST_COMPARED], language)
