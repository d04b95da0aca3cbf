"""The words that texts anybody may read use: what a mistyped one is compared with.

    @gives_words
    def words_of_ideas() -> Iterator[str]: ...        # texts, one after the other

Gathered every night. A word counts once two texts have it, so that a slip of the pen is not
proposed to others; and it is proposed only where it leads to something that the reader may read.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from django.contrib.postgres.search import TrigramSimilarity
from django.db import transaction

from essaim.foundation.models import SearchWord
from essaim.foundation.search import MOST_WORDS, SHORTEST_WORD, question
from essaim.foundation.text import unaccented

Texts = Callable[[], Iterable[str]]

FEWEST_TEXTS = 2
LONGEST_WORD = 40
MOST_KEPT = 100_000  # words; the most frequent ones
_ALIKE = 8  # looked at closer for each word
_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST_WORD},}}")
_sources: list[Texts] = []


def gives_words(texts: Texts) -> Texts:
    """Register a source of texts that everyone may read."""
    _sources.append(texts)
    return texts


@transaction.atomic
def gather_words() -> int:
    """Replace the vocabulary by the words of today's texts; how many it has."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for texts in _sources:
        for text in texts():
            for word in {word for word in words_in(text) if len(word) <= LONGEST_WORD}:
                spellings[unaccented(word)][word] += 1
    counted = {bare: sum(written.values()) for bare, written in spellings.items()}
    kept = sorted(
        (bare for bare, texts in counted.items() if texts >= FEWEST_TEXTS),
        key=lambda bare: (-counted[bare], bare),
    )[:MOST_KEPT]
    SearchWord.objects.all().delete()
    SearchWord.objects.bulk_create(
        (
            SearchWord(bare=bare, word=spellings[bare].most_common(1)[0][0], texts=counted[bare])
            for bare in kept
            if len(bare) <= LONGEST_WORD
        ),
        batch_size=5_000,
    )
    return len(kept)


def words_in(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def words_like(text: str) -> list[str]:
    """Words of the vocabulary with many letters of those in a question, the likeliest first.

    One query, on an index of three-letter pieces; none for a question without longer words.
    """
    asked = sorted({unaccented(word) for word in words_in(question(text))}, key=len)[-MOST_WORDS:]
    alike = [
        SearchWord.objects.filter(bare__trigram_similar=bare)
        .annotate(likeness=TrigramSimilarity("bare", bare))
        .order_by("-likeness", "-texts", "bare")
        .values_list("word", "likeness")[:_ALIKE]
        for bare in asked
    ]
    if not alike:
        return []
    found = alike[0].union(*alike[1:], all=True)
    return [word for word, _likeness in sorted(found, key=lambda row: -row[1])]
