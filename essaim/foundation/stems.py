"""Words without their endings, so that « jardiniers » is found by who writes « jardinier ».

Accents and capitals go first: half of what people type on a telephone has none. Then small words,
then endings, by the Snowball algorithm of the language. A root goes one step further, from one word
of a family to another: « plomberie », « plombier ». It is a guess, and counted as one.
"""

import re
from functools import cache, lru_cache
from typing import Any

import snowballstemmer

from essaim.foundation.text import unaccented

_ALGORITHMS = {"fr": "french", "en": "english"}
# Words that name nothing by themselves, without accents; elided ones with what is left of them.
_SMALL_FRENCH = """
    a ai au aux avec c ce ces cet cette comme d dans de des donc du elle elles en est et etre eux il
    ils je j l la le les leur leurs lui m ma mais me mes moi mon n ne nos notre nous on ou par pas
    plus pour qu quand que quelqu quelque quelques qui s sa sans se ses si son sont sous sur t ta te
    tes toi ton tres tu un une vers vos votre vous y
"""
_SMALL_ENGLISH = """
    a about an and are as at be but by can do for from has have he her his how i if in into is it
    its me my no not of on or our she so some that the their them they this to us was we what when
    who will with you your
"""
_SMALL = {"fr": frozenset(_SMALL_FRENCH.split()), "en": frozenset(_SMALL_ENGLISH.split())}
_WORD = re.compile(r"[^\W_]+")
# What makes one word of a family from another, of stems; what is left has a syllable or two.
_FAMILY_FRENCH = """
    issement ateur ation atric ement euse iere ence ance trice teur tion ing eur ier ien age iste
    isme erie ag at er if iv i
"""
_FAMILY_ENGLISH = "ation ment ness ing ist er or i"
_FAMILY = {"fr": tuple(_FAMILY_FRENCH.split()), "en": tuple(_FAMILY_ENGLISH.split())}
_FEMININE = {"trice": "teur", "euse": "eur", "eure": "eur", "iere": "ier", "ienne": "ien"}
_SHORTEST_TRADE = 3  # letters before the ending
_PERHAPS_PLURAL = ("as", "is", "os", "us")
_SHORTEST_ROOT = 4
_SHORTEST_MISTYPED = 5
_TWO_SLIPS = 9


def words(text: str, language: str = "fr") -> tuple[str, ...]:
    """The words of a text that name something, in order, without capitals and accents."""
    small = _SMALL.get(language, _SMALL["fr"])
    return tuple(word for word in _WORD.findall(unaccented(text)) if word not in small)


def stems(text: str, language: str = "fr") -> tuple[str, ...]:
    """The same words without their endings."""
    return tuple(stem(word, language) for word in words(text, language))


@lru_cache(maxsize=20_000)
def stem(word: str, language: str = "fr") -> str:
    """One word, already without accents, without its ending; short ones stay as they are."""
    if len(word) < _SHORTEST_ROOT:
        return word
    if language == "fr":
        word = _masculine(word)
    found = str(_stemmer(_ALGORITHMS.get(language, "french")).stemWord(word))
    # Of « vélos » or « repas » the algorithm leaves the s, since it cannot tell which is a plural.
    many = language == "fr" and found.endswith(_PERHAPS_PLURAL) and len(found) > _SHORTEST_ROOT
    return found[:-1] if many else found


def _masculine(word: str) -> str:
    """« couturières » as « couturier », « traductrice » as « traducteur »."""
    one = word.removesuffix("s")
    for ending, other in _FEMININE.items():
        if one.endswith(ending) and len(one) - len(ending) >= _SHORTEST_TRADE:
            return one.removesuffix(ending) + other
    return word


def root(stem: str, language: str = "fr") -> str:
    """What the words of one family have in common; the stem itself when it has no such ending."""
    for ending in _FAMILY.get(language, _FAMILY["fr"]):
        if stem.endswith(ending) and len(stem) - len(ending) >= _SHORTEST_ROOT:
            return stem.removesuffix(ending)
    return stem


def stem_key(text: str, language: str = "fr") -> str:
    """One text for all that differ by endings, accents and small words; never empty for a word.

    « cours de français » and « Cours Français » are one; so are « droit » and « droits ».
    """
    return " ".join(stems(text, language)) or " ".join(_WORD.findall(unaccented(text)))


@cache
def _stemmer(algorithm: str) -> Any:
    return snowballstemmer.stemmer(algorithm)


def mistyped(one: str, other: str) -> bool:
    """Whether two words, without accents, differ by a slip of the finger and no more.

    One letter added, left out, changed or swapped with its neighbour: in words of five letters or
    more; two of these in words of nine or more. The first letter is right: people see it.
    """
    shorter = min(len(one), len(other))
    if shorter < _SHORTEST_MISTYPED or one[0] != other[0] or one == other:
        return False
    most = 2 if shorter >= _TWO_SLIPS else 1
    return abs(len(one) - len(other)) <= most and slips(one, other, most) <= most


def slipped(one: str, other: str, language: str = "fr") -> bool:
    """Whether two names are the same word for word, but for endings and slips of the finger."""
    mine, theirs = stems(one, language), stems(other, language)
    return len(mine) == len(theirs) > 0 and all(
        a == b or mistyped(a, b) for a, b in zip(mine, theirs, strict=True)
    )


def slips(one: str, other: str, most: int) -> int:
    """The distance of Damerau and Levenshtein with neighbours swapped once; `most` + 1 is many."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, there in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != there))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == there:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return row[-1]
