"""How many belong is never told without how many are active: not by a page, not by the API."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import nodes

from config.api import api
from config.jinja2 import environment
from essaim.communities.queries import MemberFigure
from tests.architecture.test_catalogue import extracted

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "essaim").rglob("jinja2/**/*.html"))
# What holds a number of people who belong, wherever it is called so.
TOTALS = {"members", "registered", "member_count", "members_count", "number_of_members", "_members"}
COUNTED = {"length", "count", "number"}
# « 12 members » in a sentence, however the number is called; « 3 new members » are an event.
SAID = re.compile(r"(?:%\(\w+\)[sd]|\{\w+\}) members?\b", re.IGNORECASE)
WITHHELD = "fewer than %(number)s members"  # that there are few, and not how many
OTHERS = {
    # A threshold of a definition, and how many did something: no counts of who belongs.
    "at least %(number)s members did something there in %(days)s days",
    "%(num)s member asked to be left out.",
    "%(num)s members asked to be left out.",
}


def totals_in(source: str) -> list[str]:
    """Totals that a template takes out of something, or counts itself."""
    tree = environment().parse(source)
    read = [one.attr for one in tree.find_all(nodes.Getattr)]
    read += [str(getattr(one.arg, "value", "")) for one in tree.find_all(nodes.Getitem)]
    counted = [one for one in tree.find_all(nodes.Filter) if one.name in COUNTED]
    read += [str(getattr(one.node, "name", getattr(one.node, "attr", ""))) for one in counted]
    return [name for name in read if name in TOTALS]


@pytest.mark.parametrize(
    "guilty",
    [
        "{{ page.figure.members }}",
        "{{ figure.members }}",
        "{{ figure['registered'] }}",
        "{{ members|length }}",
        "{{ page.members|count }}",
        "{{ page.registered|number }}",
    ],
)
def test_a_bare_total_in_a_template_is_noticed(guilty: str) -> None:
    assert totals_in(guilty)


def test_no_template_prints_how_many_belong_by_itself() -> None:
    found = {
        str(path.relative_to(ROOT)): totals
        for path in TEMPLATES
        if (totals := totals_in(path.read_text(encoding="utf-8")))
    }
    assert not found


def test_a_figure_of_members_has_no_open_door_to_its_total() -> None:
    public = {
        name
        for name in dir(MemberFigure)
        if not name.startswith("_") and name not in {"smallest", "on", "is_withheld"}
    }
    assert public == {"active", "share", "counts", "sentence", "in_full"}
    total = next(one for one in dataclasses.fields(MemberFigure) if "members" in one.name)
    assert total.name.startswith("_")


def test_no_sentence_says_how_many_belong_without_how_many_are_active() -> None:
    bare = [
        sentence
        for forms in extracted().values()
        for sentence in forms
        if SAID.search(sentence)
        and "active" not in sentence
        and sentence != WITHHELD
        and sentence not in OTHERS
    ]
    assert not bare


def schemas(part: Any) -> Iterator[dict[str, Any]]:
    """Every object that the document of the API describes."""
    if isinstance(part, dict):
        if isinstance(part.get("properties"), dict):
            yield part
        for one in part.values():
            yield from schemas(one)
    elif isinstance(part, list):
        for one in part:
            yield from schemas(one)


def bare(schema: dict[str, Any]) -> list[str]:
    """Numbers of those who belong that come without the active ones beside them."""
    told = [name for name in schema["properties"] if name in TOTALS and _is_number(schema, name)]
    has_active = "active" in schema["properties"] and "active" in schema.get("required", [])
    return [] if has_active else told


def _is_number(schema: dict[str, Any], name: str) -> bool:
    shape = schema["properties"][name]
    shapes = [shape, *shape.get("anyOf", [])]
    return any(one.get("type") in {"integer", "number"} for one in shapes)


def test_no_answer_of_the_api_says_how_many_belong_without_how_many_are_active() -> None:
    number = {"type": "integer"}
    assert bare({"properties": {"members": number}}) == ["members"]
    assert bare({"properties": {"members": number, "active": number}}) == [
        "members"
    ]  # may be left out
    found = list(schemas(api.get_openapi_schema()))
    assert any("members" in one["properties"] for one in found)
    assert [name for one in found for name in bare(one)] == []
