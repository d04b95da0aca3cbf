"""What changed between two texts, word by word, so that a person can read it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

SAME, ADDED, REMOVED = "same", "added", "removed"
# Pairs of words compared before we stop looking for what stayed: about a tenth of a second.
MOST_PAIRS = 400_000
ALIKE = 0.3  # of the words two paragraphs share: below, one was replaced by the other
_WORDS = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Span:
    """Some words in a row that share a fate. kind: same, added, removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    spans: tuple[Span, ...]

    @property
    def is_same(self) -> bool:
        return all(span.kind == SAME for span in self.spans)


@lru_cache(maxsize=256)
def difference(before: str, after: str) -> tuple[Paragraph, ...]:
    """The paragraphs of both texts in order, with what went and what came.

    What is not added, put together, is the text before; what is not removed is the text after
    (empty lines aside). Takes a bounded time: where two texts are too long to compare word by
    word, whole paragraphs are shown as replaced.
    """
    budget = _Budget(MOST_PAIRS)
    old, new = _paragraphs(before), _paragraphs(after)
    found: list[Paragraph] = []
    for start, end, new_start, new_end, is_same in _blocks(old, new, budget):
        if is_same:
            found += [Paragraph((Span(SAME, text),)) for text in old[start:end]]
        else:
            found += _replaced(old[start:end], new[new_start:new_end], budget)
    return tuple(found)


@dataclass(slots=True)
class _Budget:
    left: int

    def pays(self, pairs: int) -> bool:
        """Whether so many comparisons are still to be had; then they are spent."""
        if pairs > self.left:
            return False
        self.left -= pairs
        return True


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _replaced(old: Sequence[str], new: Sequence[str], budget: _Budget) -> Iterator[Paragraph]:
    """Paragraphs that changed, side by side as far as there are as many of both."""
    for was, became in zip_longest(old, new):
        if was is None:
            yield Paragraph((Span(ADDED, became),))
        elif became is None:
            yield Paragraph((Span(REMOVED, was),))
        else:
            yield from _reworded(was, became, budget)


def _reworded(was: str, became: str, budget: _Budget) -> Iterator[Paragraph]:
    old, new = _WORDS.findall(was), _WORDS.findall(became)
    spans: list[Span] = []
    kept = 0
    for start, end, new_start, new_end, is_same in _blocks(old, new, budget):
        if is_same:
            kept += end - start
            spans.append(Span(SAME, "".join(old[start:end])))
        else:
            spans.append(Span(REMOVED, "".join(old[start:end])))
            spans.append(Span(ADDED, "".join(new[new_start:new_end])))
    if kept < ALIKE * min(len(old), len(new)):
        yield Paragraph((Span(REMOVED, was),))
        yield Paragraph((Span(ADDED, became),))
    else:
        yield Paragraph(tuple(span for span in spans if span.text))


def _blocks(
    old: Sequence[str], new: Sequence[str], budget: _Budget
) -> Iterator[tuple[int, int, int, int, bool]]:
    """Runs of both sequences, in order: equal ones, and ones that replace each other."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    old_end, new_end = len(old) - tail, len(new) - tail
    if head:
        yield 0, head, 0, head, True
    middle = _matches(old[head:old_end], new[head:new_end], budget)
    here, there = head, head
    for start, new_start, length in [*middle, (old_end - head, new_end - head, 0)]:
        if head + start > here or head + new_start > there:
            yield here, head + start, there, head + new_start, False
        here, there = head + start + length, head + new_start + length
        if length:
            yield head + start, here, head + new_start, there, True
    if tail:
        yield old_end, len(old), new_end, len(new), True


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many of both begin alike."""
    for number, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return number
    return min(len(old), len(new))


def _matches(old: Sequence[str], new: Sequence[str], budget: _Budget) -> list[tuple[int, int, int]]:
    """(start in old, start in new, length) of what stayed: a longest common subsequence.

    Quadratic on purpose: its time depends on the lengths alone, never on how the words repeat.
    """
    if not old or not new or not budget.pays(len(old) * len(new)):
        return []
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        row, below, word = lengths[i], lengths[i + 1], old[i]
        for j in range(len(new) - 1, -1, -1):
            if word == new[j]:
                row[j] = below[j + 1] + 1
            else:
                row[j] = max(below[j], row[j + 1])
    found: list[tuple[int, int, int]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            start, new_start = i, j
            while i < len(old) and j < len(new) and old[i] == new[j]:
                i, j = i + 1, j + 1
            found.append((start, new_start, i - start))
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return found
