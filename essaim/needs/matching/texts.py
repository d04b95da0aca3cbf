"""What two texts have in common, by the stems of their words."""

from functools import lru_cache
from math import sqrt

from essaim.foundation.stems import root, stem, words

# What every need and every offer says, without telling one from another.
_EVERYWHERE = """
    aide aider aimer animation animer association avoir benevole besoin bien bonjour chercher contre
    conseil coup cours creation creer disponible dispo donner exemple faire heure jour main merci
    mois nombreux offrir peu petit possible pouvoir professeur proposer recherche savoir semaine
    seul soir souhaiter temps vouloir week end volontiers
    available could day give hand help hour like look month need offer somebody someone time want
    week would
"""
SHORTEST = 3  # letters: what is shorter tells little


@lru_cache(maxsize=20_000)
def roots(text: str, language: str = "fr") -> frozenset[str]:
    """The roots of the words of a text that tell it from others."""
    return frozenset(_root_words(text, language))


def _root_words(text: str, language: str) -> dict[str, str]:
    """Each root, and the first word that has it."""
    found: dict[str, str] = {}
    for word in words(text, language):
        if len(word) >= SHORTEST:
            found.setdefault(root(stem(word, language), language), word)
    for common in _common(language):
        found.pop(common, None)
    return found


@lru_cache
def _common(language: str) -> frozenset[str]:
    return frozenset(root(stem(word, language), language) for word in _EVERYWHERE.split())


def text_likeness(one: str, language: str, other: str, other_language: str) -> float:
    """The words in common by the geometric mean of how many each has, from 0 to 1.

    Each text is read in its own language; what is the same in both languages, such as a name, is
    in common too.
    """
    a, b = roots(one, language), roots(other, other_language)
    return len(a & b) / sqrt(len(a) * len(b)) if a and b else 0.0


def shared_words(one: str, language: str, other: str, other_language: str) -> tuple[str, ...]:
    """The words in common as the first text has them, in its order, without accents."""
    there = roots(other, other_language)
    return tuple(word for key, word in _root_words(one, language).items() if key in there)


def telling_words(text: str, language: str, most: int) -> tuple[str, ...]:
    """The first words of a text that tell it from others, each once."""
    return tuple(_root_words(text, language).values())[:most]


def mentions(text: str, text_language: str, name: str, language: str) -> bool:
    """Whether a text has every word of a name, in any form."""
    named = roots(name, language)
    return bool(named) and named <= roots(text, text_language)
