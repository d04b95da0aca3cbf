"""A labelled set: needs, people, and who is truly good for what. The same seed, the same set.

Each need and each person gets a trade from `matching_words.py`, in secret; then words for it, by
chance, as each side would say them: synonyms, other forms of the word, some with a slip of the
finger, some without accents, some without a skill in its field. A pair is good where the trades
agree and nothing speaks against it, by this file's own reckoning, which shares no code with the
matcher: distance on a flat map, days, language, minutes, blocks, free places, requests waiting.

Near misses are made on purpose: three in five of the pairs of one trade fail on place, language,
day, time, a block or too many requests; and trades share words (« taille de pierre », « taille des
arbres »; « montage vidéo », « montage de meubles »; « site » of a web and of a dig).

What it cannot tell: whether real people say these words, and how often; whether those who are good
on paper would have come. Trades, words and the platform's vocabulary were written by the same
hands, though one was not copied from the other; the command says which share of the good pairs
uses a word that the vocabulary does not know. And the matcher's thresholds were tuned by
looking at what it missed in this same set, so that its own figures flatter it. It compares ways of
ranking on one set; it promises no such figure in life.
"""

import random
from dataclasses import dataclass, field
from math import cos, hypot, radians

from bench.matching_words import (
    ALSO,
    AVAILABLE,
    ENGLISH_OPENINGS,
    IN_ENGLISH,
    OPENINGS,
    TOWNS,
    TRADES,
    Trade,
)

SEED, NEEDS, PEOPLE, CAP = 20261129, 300, 300, 5
MISTYPED, BARE, WORDLESS, ENGLISH = 0.2, 0.25, 0.1, 0.3
KM_A_DEGREE = 111.2
RADII = (12, 47, 47, 280, None)
MARGIN = 0.1  # no radius ends so near to a town that two ways of reckoning could disagree
ELSEWHERE = ("Lille", "Lyon", "Toulouse", "Bordeaux")


@dataclass(slots=True)
class Need:
    number: int
    trade: str
    title: str
    text: str
    must: list[str]
    nice: list[str]
    language: str
    minutes: int
    remote: str
    town: str


@dataclass(slots=True)
class Person:
    number: int
    trades: tuple[str, ...]
    words: str
    skills: list[str]
    languages: tuple[str, ...]
    minutes_a_month: int
    remote: str
    town: str
    radius_km: int | None
    waiting: int
    is_paused: bool
    begins_in: int  # days
    is_full: bool


@dataclass(slots=True)
class LabelledSet:
    """`good` holds (need, person), and so does `blocked`: these want nothing to do with them."""

    needs: list[Need]
    people: list[Person]
    blocked: set[tuple[int, int]]
    good: set[tuple[int, int]] = field(default_factory=set)
    near_misses: int = 0

    def good_for(self, need: int) -> set[int]:
        return {person for one, person in self.good if one == need}


def make_set(seed: int = SEED, *, needs: int = NEEDS, people: int = PEOPLE) -> LabelledSet:
    chance = random.Random(seed)  # noqa: S311  a set that is always the same, not a secret
    crowd = [_person(chance, number) for number in range(people)]
    asked = [_need(chance, number) for number in range(needs)]
    made = LabelledSet(asked, crowd, set())
    for need in asked:
        for person in crowd:
            if not _is_of_the_trade(need, person):
                continue
            if chance.random() < 0.06:  # noqa: PLR2004  a share, said once
                made.blocked.add((need.number, person.number))
            if is_possible(made, need, person):
                made.good.add((need.number, person.number))
            else:
                made.near_misses += 1
    return made


def _is_of_the_trade(need: Need, person: Person) -> bool:
    also = ALSO.get(need.trade, ())
    return any(trade == need.trade or trade in also for trade in person.trades)


def is_possible(labelled: LabelledSet, need: Need, person: Person) -> bool:
    """Whether nothing speaks against asking this person, whatever they can do."""
    return (
        (need.number, person.number) not in labelled.blocked
        and _is_reached(need, person)
        and need.language in person.languages
        and need.minutes <= person.minutes_a_month
        and person.waiting < CAP
        and not person.is_paused
        and not person.is_full
        and person.begins_in <= 0
    )


def _is_reached(need: Need, person: Person) -> bool:
    from_home = need.remote != "onsite" and person.remote != "onsite"
    on_the_spot = need.remote != "remote" and person.remote != "remote"
    reach = person.radius_km
    within = reach is None or flat_km(need.town, person.town) <= reach
    return from_home or (on_the_spot and within)


def flat_km(one: str, other: str) -> float:
    """As on a flat map: good enough where no town lies near the edge of a radius."""
    (north, east), (there_north, there_east) = TOWNS[one], TOWNS[other]
    width = cos(radians((north + there_north) / 2))
    return KM_A_DEGREE * hypot(north - there_north, (east - there_east) * width)


def _need(chance: random.Random, number: int) -> Need:
    trade = TRADES[number % len(TRADES)] if number < len(TRADES) else chance.choice(TRADES)
    wordless = chance.random() < WORDLESS
    names = [] if wordless else [_said(chance, chance.choice(trade.asks))]
    nice = [chance.choice(chance.choice(TRADES).asks)] if chance.random() < 0.3 else []  # noqa: PLR2004  a share, said once
    task = chance.choice(trade.tasks)
    openings: tuple[str, ...] = OPENINGS
    if trade.key in IN_ENGLISH and chance.random() < ENGLISH:
        name, task = IN_ENGLISH[trade.key]
        names, nice = [_said(chance, name)], []
        openings, language, wordless = ENGLISH_OPENINGS, "en", False
    else:
        language = "fr"
    named = f" Il faudrait : {chance.choice(trade.asks)}." if wordless else ""
    return Need(
        number=number,
        trade=trade.key,
        title=task,
        text=f"{chance.choice(openings)}{named} {chance.choice(openings)}",
        must=names,
        nice=[] if wordless else nice,
        language=language,
        minutes=chance.choice((30, 45, 60, 90, 120, 240)),
        remote=chance.choices(("onsite", "either", "remote"), (6, 2, 2))[0],
        town=chance.choice(list(TOWNS)[:6]),
    )


def _person(chance: random.Random, number: int) -> Person:
    first = TRADES[number % len(TRADES)]
    trades = [first, *chance.sample(TRADES, chance.choice((0, 0, 1, 2)))]
    trades = list(dict.fromkeys(trades))
    wordless = chance.random() < WORDLESS
    skills = [] if wordless else [_said(chance, chance.choice(trade.says)) for trade in trades]
    told = " ".join(chance.choice(trade.stories) for trade in trades)
    named = f" {_sentence(chance, trades)}" if wordless else ""
    is_far = chance.random() < 0.12  # noqa: PLR2004  a share, said once
    return Person(
        number=number,
        trades=tuple(trade.key for trade in trades),
        words=f"{told}{named} {chance.choice(AVAILABLE)}",
        skills=skills,
        languages=("fr", "en") if chance.random() < 0.3 else ("fr",),  # noqa: PLR2004  a share, said once
        minutes_a_month=chance.choice((40, 120, 240, 240, 480)),
        remote=chance.choices(("onsite", "either", "remote"), (4, 5, 1))[0],
        town=chance.choice(ELSEWHERE if is_far else list(TOWNS)[:6]),
        radius_km=chance.choice(RADII),
        waiting=chance.choices((0, 1, 3, CAP, CAP + 1), (60, 20, 12, 5, 3))[0],
        is_paused=chance.random() < 0.03,  # noqa: PLR2004  a share, said once
        begins_in=20 if chance.random() < 0.04 else -20,  # noqa: PLR2004  a share, said once
        is_full=chance.random() < 0.04,  # noqa: PLR2004  a share, said once
    )


def _sentence(chance: random.Random, trades: list[Trade]) -> str:
    """The skill told in a sentence instead of named in its field."""
    return " ".join(f"Je propose : {chance.choice(trade.says)}." for trade in trades)


def _said(chance: random.Random, name: str) -> str:
    """As somebody types it: in capitals, without accents, with a slip."""
    if chance.random() < MISTYPED:
        name = _slip(chance, name)
    if chance.random() < BARE:
        name = name.translate(_BARE)
    return name.capitalize() if chance.random() < 0.4 else name  # noqa: PLR2004  a share, said once


_BARE = str.maketrans("éèêàâîïôûùçœÉ", "eeeaaiiouucoE")


def _slip(chance: random.Random, name: str) -> str:
    """One letter left out, doubled or swapped with the next, inside the longest word."""
    words = name.split(" ")
    at = max(range(len(words)), key=lambda number: len(words[number]))
    word = words[at]
    if len(word) < 6:  # noqa: PLR2004  nobody would read it again
        return name
    letter = chance.randrange(2, len(word) - 2)
    way = chance.randrange(3)
    if way == 0:
        word = word[:letter] + word[letter + 1 :]
    elif way == 1:
        word = word[:letter] + word[letter] + word[letter:]
    else:
        word = word[:letter] + word[letter + 1] + word[letter] + word[letter + 2 :]
    return " ".join([*words[:at], word, *words[at + 1 :]])
