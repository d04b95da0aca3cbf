"""Charts drawn here, as shapes of an SVG: no script, no colour but those of the stylesheet.

A chart never stands alone: `ui.chart` prints its numbers as a table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from essaim.design.typography import number

WIDTH, HEIGHT = 400, 210  # units of the viewBox; the stylesheet says how large it stands
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 26, 30
BESIDE = 84  # room on the right for the words of levels, which no bar stands behind
MOST_BARS = 12  # the newest; the table has them all
MOST_WORDS = 6  # labels that fit below
GAP = 0.28  # of a bar's place


@dataclass(frozen=True, slots=True)
class Bar:
    """One value; `words` is how it is written above it, empty where there is no room."""

    label: str
    words: str
    x: float
    y: float
    width: float
    height: float
    middle: float
    label_is_shown: bool


@dataclass(frozen=True, slots=True)
class Level:
    """A line across: where it was before, what is aimed at. `kind`: baseline, target."""

    kind: str
    words: str
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """`describes` says in a sentence what one sees; `rows` are the table: label, value."""

    id: str
    title: str
    describes: str
    headings: tuple[str, str]
    rows: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...]
    levels: tuple[Level, ...]
    ground: float


def bar_chart(
    *,
    id_: str,
    title: str,
    describes: str,
    headings: tuple[str, str],
    values: Sequence[tuple[str, Decimal]],
    levels: Sequence[tuple[str, str, Decimal]] = (),
) -> Chart:
    """Values in their order as bars from nought, also below it; levels: (kind, words, value)."""
    drawn = values[-MOST_BARS:]
    heights = [float(value) for _label, value in drawn]
    heights += [float(value) for _kind, _words, value in levels]
    highest, lowest = max([0.0, *heights]), min([0.0, *heights])
    reach = (highest - lowest) or 1.0

    def at(value: float) -> float:
        return round(TOP + (highest - value) / reach * (HEIGHT - TOP - BOTTOM), 1)

    right = BESIDE if levels else RIGHT
    place = (WIDTH - LEFT - right) / max(len(drawn), 3)
    every = -(-len(drawn) // MOST_WORDS)
    bars = []
    for index, (label, value) in enumerate(drawn):
        x = LEFT + place * (index + GAP / 2)
        top, bottom = sorted((at(float(value)), at(0)))
        bars.append(
            Bar(
                label=label,
                words=number(float(value)) if len(drawn) <= MOST_WORDS else "",
                x=round(x, 1),
                y=top,
                width=round(place * (1 - GAP), 1),
                height=max(round(bottom - top, 1), 1.0),
                middle=round(x + place * (1 - GAP) / 2, 1),
                label_is_shown=(len(drawn) - 1 - index) % every == 0,
            )
        )
    return Chart(
        id=id_,
        title=title,
        describes=describes,
        headings=headings,
        rows=tuple((label, number(float(value))) for label, value in values),
        bars=tuple(bars),
        levels=tuple(Level(kind, words, at(float(value))) for kind, words, value in levels),
        ground=at(0),
    )
