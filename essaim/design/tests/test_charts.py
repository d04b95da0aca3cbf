"""Charts: the drawing agrees with its numbers, and its table has them all."""

from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from essaim.design.charts import BOTTOM, HEIGHT, MOST_BARS, TOP, WIDTH, Chart, bar_chart
from essaim.design.typography import money

VALUES = st.lists(st.decimals(-(10**9), 10**9, places=2), max_size=30)


def chart(*values: Decimal, target: Decimal | None = None) -> Chart:
    return bar_chart(
        id_="c",
        title="Meals <b>",
        describes="Meals served.",
        headings=("Month", "Meals"),
        values=[(f"m{number}", value) for number, value in enumerate(values)],
        levels=[("target", "aim", target)] if target is not None else [],
    )


@given(VALUES, st.one_of(st.none(), st.decimals(-(10**9), 10**9, places=2)))
def test_every_shape_stands_inside_and_the_table_has_every_number(
    values: list[Decimal], target: Decimal | None
) -> None:
    drawn = chart(*values, target=target)
    assert len(drawn.rows) == len(values)
    assert len(drawn.bars) == min(len(values), MOST_BARS)
    for bar in drawn.bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= WIDTH
        assert bar.y >= TOP - 0.1
        assert bar.y + bar.height <= HEIGHT - BOTTOM + 1.1
    assert TOP <= drawn.ground <= HEIGHT - BOTTOM
    assert all(TOP <= level.y <= HEIGHT - BOTTOM for level in drawn.levels)


def test_a_larger_value_is_a_taller_bar_and_what_is_below_nought_hangs() -> None:
    small, large, below = chart(Decimal(2), Decimal(8), Decimal(-4)).bars
    assert large.height == pytest.approx(4 * small.height, abs=0.2)
    assert below.y == pytest.approx(small.y + small.height, abs=0.2)


def test_a_chart_is_a_picture_with_a_name_words_and_its_table() -> None:
    engine = engines["jinja2"]
    assert isinstance(engine, Jinja2)
    source = "{{ ui.chart(chart) }}"
    html = engine.env.from_string(source).render(chart=chart(Decimal(3), target=Decimal(5)))
    svg = ET.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])  # noqa: S314  our own
    assert svg.get("role") == "img"
    named = (svg.get("aria-labelledby") or "").split()
    assert [child.get("id") for child in svg if child.get("id")] == named
    assert "Meals &lt;b&gt;" in html
    assert "<table" in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("cents", "currency", "english", "french"),
    [
        (150_000, "EUR", "€1,500", "1\u202f500\u202f€"),
        (99, "EUR", "€0.99", "0,99\u202f€"),
        (123_456_789, "CHF", "CHF1,234,567.89", "1\u202f234\u202f567,89\u202fCHF"),
    ],
)
def test_amounts_are_written_from_whole_cents(
    cents: int, currency: str, english: str, french: str
) -> None:
    with translation.override("en"):
        assert money(cents, currency).replace("\u202f", "") == english.replace("\u202f", "")
    with translation.override("fr"):
        assert money(cents, currency) == french
