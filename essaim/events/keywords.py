"""Short answers put together by what they name, so that a wall can show what a room thinks of.

Accents, capitals, plurals and endings make no difference; of a short phrase the telling words
count, by what it shares with most others. A sentence stays by itself, but for those that say the
same. Nothing depends on the order in which answers came, and what is shown is what somebody typed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from essaim.foundation.stems import stem, words
from essaim.foundation.text import unaccented

LONGEST_PHRASE = 4  # telling words; with more of them, a text says something of its own
# What answers to « why are you here » and questions of the day are full of, without naming a thing.
_COMMON_FRENCH = """
    aller aimer aimerais aimerait allons alors apres aussi autre autres avant avoir beaucoup besoin
    bien bonjour car cela comment combien connaitre contre depuis deux dire dois doit doivent donc
    encore entre envie etait ete etes faire fait faisons faudrait faut ici juste mieux moins ni non
    or oui ou parce permet peu peut peuvent peux pouvoir pourquoi pourrait prendre puis quel quelle
    quelles quels quoi rien sait savoir sera serait si souhaite tous tout toute toutes trop va venir
    venu venue venus veut veux voir vouloir voudrais voudrait vraiment
"""
_COMMON_ENGLISH = """
    able all also am any because been being came come could d did don does done each every get go
    going had having here hello how just know let like ll lot make many may more most much must need
    no nor now off only other out please really re s see should since some something t than then
    there these those too understand up ve very want wants was were where which while whom whose
    why would yes
"""
_COMMON = {
    "fr": frozenset(_COMMON_FRENCH.split()),
    "en": frozenset(_COMMON_ENGLISH.split()),
}
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Group:
    """What several said: `label` as one of them typed it, `members` all of their texts, sorted."""

    label: str
    count: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    stems: frozenset[str]
    key: str  # the same for texts that say the same

    @property
    def is_phrase(self) -> bool:
        return len(self.stems) <= LONGEST_PHRASE


def grouped(answers: Iterable[str], language: str) -> list[Group]:
    """Every answer in one group, the largest first."""
    left = [_read(text, language) for text in sorted(answers)]
    groups: list[Group] = []
    shared = Counter(one for answer in left if answer.is_phrase for one in answer.stems)
    while shared:
        chosen, times = min(shared.items(), key=lambda item: (-item[1], item[0]))
        if times == 1:
            break
        taken = [answer for answer in left if answer.is_phrase and chosen in answer.stems]
        left = [answer for answer in left if not (answer.is_phrase and chosen in answer.stems)]
        for answer in taken:
            shared.subtract(answer.stems)
        shared = +shared
        groups.append(_group(taken, chosen, language))
    alike: dict[str, list[_Answer]] = {}
    for answer in left:
        alike.setdefault(answer.key, []).append(answer)
    groups += [_group(same, "", language) for same in alike.values()]
    return sorted(groups, key=lambda group: (-group.count, unaccented(group.label), group.members))


def _read(text: str, language: str) -> _Answer:
    common = _COMMON.get(language, _COMMON["fr"])
    telling = [stem(word, language) for word in words(text, language) if word not in common]
    # What names nothing at all (« Pourquoi pas ? ») is itself, word for word.
    said = telling or _WORD.findall(unaccented(text)) or [text]
    return _Answer(text, frozenset(telling), " ".join(said))


def _group(members: Sequence[_Answer], chosen: str, language: str) -> Group:
    texts = tuple(answer.text for answer in members)
    if len({answer.stems for answer in members}) == 1:
        label = _most_common(texts)
    else:
        found = (_typed(answer.text, chosen, language) for answer in members)
        label = _most_common([word for word in found if word])
    return Group(label, len(texts), texts)


def _typed(text: str, chosen: str, language: str) -> str:
    """The word of a text that has this stem, as it was typed."""
    for word in _WORD.findall(unicodedata.normalize("NFC", text)):
        if any(stem(part, language) == chosen for part in _WORD.findall(unaccented(word))):
            return str(word)
    return ""


def _most_common(texts: Collection[str]) -> str:
    """What most typed; of those typed as often the shortest, then one with its accents."""
    counts = Counter(texts)
    ranked = sorted(counts, key=lambda text: (-counts[text], len(text), _plainness(text), text))
    return ranked[0] if ranked else ""


def _plainness(text: str) -> int:
    bare = unicodedata.normalize("NFKD", text)
    return -sum(1 for letter in bare if unicodedata.combining(letter))
