"""What makes a first message worth a look before it is shown: signs that can be said, no verdict.

Nothing here knows of accounts or of a database: texts come in, signs go out.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

HOLDS = 2  # points from which a message waits for a look
SHINGLE = 4  # letters in a row that two texts are compared by
NEARLY_THE_SAME = 0.75  # of the shingles of both texts together
LEAST_COMPARED = 25  # letters below which two texts may well be the same: « I agree. »
LEAST_SHOUTED = 30
SHOUTED = 0.7  # of the letters are capitals
SHORT_AROUND_A_LINK = 40  # letters besides its links that a message at least has

_SHORTENERS = """
bit.ly bitly.com buff.ly cutt.ly goo.gl is.gd lnkd.in ow.ly rb.gy rebrand.ly s.id shorturl.at
t.co t.ly t.me tiny.cc tinyurl.com urlz.fr v.gd wa.me
"""
SHORTENERS = frozenset(_SHORTENERS.split())

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|shop|store|online|site|xyz|top|click|io"
    r"|fr|eu|ly|gl|me|ru|cn)(?:/[^\s<>\"')\]]*)?(?![\w@-])",
    re.IGNORECASE,
)
_NO_LETTER = re.compile(r"[\W\d_]+")


class Sign(StrEnum):
    """What was seen in a message; the moderators and its author are told."""

    LINKS = "links"
    SHORTENED = "shortened"
    ONLY_LINKS = "only_links"
    REPEATED = "repeated"
    COPIED = "copied"
    CAPITALS = "capitals"


POINTS = {
    Sign.LINKS: 1,  # one by itself may be the source that a debate needs
    Sign.SHORTENED: 2,
    Sign.ONLY_LINKS: 2,
    Sign.REPEATED: 2,
    Sign.COPIED: 2,
    Sign.CAPITALS: 1,
}


@dataclass(frozen=True, slots=True)
class Look:
    """The signs seen, in the order of `Sign`."""

    signs: tuple[Sign, ...] = ()

    @property
    def score(self) -> int:
        return sum(POINTS[sign] for sign in self.signs)

    @property
    def holds(self) -> bool:
        return self.score >= HOLDS


def look_at(text: str, *, own: Sequence[str] = (), others: Sequence[str] = ()) -> Look:
    """What a text shows by itself, beside the author's earlier ones and other newcomers' texts."""
    links = links_in(text)
    seen = {
        Sign.LINKS: bool(links),
        Sign.SHORTENED: any(host_of(link) in SHORTENERS for link in links),
        Sign.ONLY_LINKS: bool(links) and _around(text) < SHORT_AROUND_A_LINK,
        Sign.REPEATED: _is_among(text, own),
        Sign.COPIED: _is_among(text, others),
        Sign.CAPITALS: _shouts(text),
    }
    return Look(tuple(sign for sign in Sign if seen[sign]))


def links_in(text: str) -> list[str]:
    """Every address in a text, also one without its `https://`, each as it was written."""
    found = _LINK.findall(text) + _BARE.findall(_LINK.sub(" ", text))
    return [one.rstrip(".,;:!?") for one in found]


def host_of(link: str) -> str:
    """« https://www.example.org/a » → « example.org »."""
    address = link if "//" in link else f"//{link}"
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").rstrip(".")


def letters_of(text: str) -> str:
    """Its letters alone, lower case and without accents: what two wordings are compared by."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _NO_LETTER.sub("", "".join(one for one in plain if not unicodedata.combining(one)))


def likeness(one: str, other: str) -> float:
    """Jaccard index of the shingles of two texts' letters, from 0 to 1."""
    return _likeness(_shingles(letters_of(one)), _shingles(letters_of(other)))


def _is_among(text: str, others: Iterable[str]) -> bool:
    letters = letters_of(text)
    if len(letters) < LEAST_COMPARED:
        return False
    shingles = _shingles(letters)
    return any(_likeness(shingles, _shingles(letters_of(one))) >= NEARLY_THE_SAME for one in others)


def _shingles(letters: str) -> frozenset[str]:
    return frozenset(letters[at : at + SHINGLE] for at in range(max(len(letters) - SHINGLE + 1, 1)))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _around(text: str) -> int:
    return len(letters_of(_BARE.sub(" ", _LINK.sub(" ", text))))


def _shouts(text: str) -> bool:
    letters = [one for one in _LINK.sub(" ", text) if one.isalpha() and one.upper() != one.lower()]
    if len(letters) < LEAST_SHOUTED:
        return False
    return sum(one.isupper() for one in letters) / len(letters) >= SHOUTED
