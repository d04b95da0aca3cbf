"""Keyset pages, on rows of the foundation's own tables."""

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.foundation.http import Cursor, Page, keyset
from essaim.foundation.models import Delivery, FactRow, RateLimit

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, tzinfo=UTC)


def fact(
    *, actor: int | None, community: int | None = None, days: int = 0, kind: str = "a"
) -> None:
    FactRow.objects.create(
        kind=kind,
        rung="none",
        audience="public",
        actor_id=actor,
        community_id=community,
        happened_at=START + timedelta(days=days),
    )


def all_pages(queryset: Any, order: tuple[str, ...], size: int) -> list[Any]:
    rows: list[Any] = []
    after: str | None = None
    while True:
        page = keyset(queryset, order=order, after=after, size=size)
        assert len(page.items) <= size
        rows.extend(page.items)
        assert len(rows) < 1000, "the list goes round in circles"
        if page.next is None:
            return rows
        assert len(page.items) == size
        after = page.next


ORDERS = [
    ("-happened_at", "-id"),
    ("happened_at", "-id"),
    ("kind", "-happened_at", "id"),
    ("-kind", "happened_at", "-id"),
    ("actor_id", "id"),
    ("-actor_id", "community_id", "id"),
    ("-id",),
]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 2, 5, 40])
def test_pages_one_after_the_other_are_the_whole_list_in_order(
    order: tuple[str, ...], size: int
) -> None:
    for number in range(12):
        fact(
            actor=[None, 3, 1][number % 3],
            community=[None, 7][number % 2],
            days=number // 4,
            kind="ab"[number % 2],
        )
    queryset = FactRow.objects.all()
    pages = all_pages(queryset, order, size)
    assert pages == all_pages(queryset, order, 100)
    assert len({row.pk for row in pages}) == 12
    values = queryset.values("id", "kind", "happened_at", "actor_id", "community_id")
    assert [row["id"] for row in all_pages(values, order, size)] == [row.pk for row in pages]


@given(
    rows=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.none() | st.integers(0, 1))),
    size=st.integers(1, 4),
    order=st.sampled_from(ORDERS),
)
@settings(max_examples=30, deadline=None)
def test_nothing_is_skipped_or_repeated_whatever_the_ties(
    rows: list[tuple[int, int, int | None]], size: int, order: tuple[str, ...]
) -> None:
    before = set(FactRow.objects.values_list("pk", flat=True))
    for days, kind, actor in rows:
        fact(actor=actor, days=days, kind=str(kind))
    queryset = FactRow.objects.exclude(pk__in=before)
    found = [row.pk for row in all_pages(queryset, order, size)]
    assert sorted(found) == sorted(queryset.values_list("pk", flat=True))


def test_rows_without_a_value_come_last_in_both_directions() -> None:
    for actor in (None, 1, 2):
        fact(actor=actor)
    for order, expected in (("actor_id", [1, 2, None]), ("-actor_id", [2, 1, None])):
        rows = all_pages(FactRow.objects.all(), (order, "id"), 1)
        assert [row.actor_id for row in rows] == expected


def test_lists_are_ordered_by_annotations_and_through_relations_too() -> None:
    for number in range(5):
        fact(actor=number, kind="ab"[number % 2])
    for row in FactRow.objects.all():
        Delivery.objects.create(fact=row, listener=f"x.{row.pk % 2}")
    annotated = FactRow.objects.annotate(half=F("actor_id") / 2)
    assert [row.actor_id for row in all_pages(annotated, ("-half", "id"), 2)] == [4, 2, 3, 0, 1]
    related = Delivery.objects.select_related("fact")
    kinds = [row.fact.kind for row in all_pages(related, ("fact__kind", "-id"), 2)]
    assert kinds == ["a", "a", "a", "b", "b"]


def test_a_page_is_one_query(django_assert_num_queries: Any) -> None:
    for number in range(3):
        fact(actor=number)
    with django_assert_num_queries(1):
        first = keyset(FactRow.objects.all(), order=("-happened_at", "-id"), size=2)
    with django_assert_num_queries(1):
        keyset(FactRow.objects.all(), order=("-happened_at", "-id"), after=first.next, size=2)


def test_a_row_added_at_the_top_does_not_move_the_next_page() -> None:
    for number in range(4):
        fact(actor=number, days=number)
    first = keyset(FactRow.objects.all(), order=("-happened_at", "-id"), size=2)
    fact(actor=9, days=9)
    second = keyset(FactRow.objects.all(), order=("-happened_at", "-id"), after=first.next, size=2)
    assert [row.actor_id for row in second.items] == [1, 0]
    assert second.next is None


def test_a_cursor_is_of_url_safe_characters_and_holds_the_last_row_s_values() -> None:
    for days in range(3):
        fact(actor=1, days=days)
    order = ("-happened_at", "-id")
    page = keyset(FactRow.objects.all(), order=order, size=2)
    assert page.next is not None
    assert re.fullmatch(r"[\w-]+", page.next)
    cursor = Cursor.decode(page.next, order)
    assert cursor is not None
    assert cursor.values == (page.items[-1].happened_at, page.items[-1].pk)


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "x",
        "%%%",
        "é",
        "\x00",
        "A" * 12,
        "A" * 100_000,
        base64.urlsafe_b64encode(b'[["-id"], [1]]').decode(),
        "' OR 1=1 --",
    ],
)
def test_a_cursor_we_did_not_write_begins_at_the_beginning(nonsense: str) -> None:
    fact(actor=1)
    assert len(keyset(FactRow.objects.all(), order=("-id",), after=nonsense).items) == 1


def test_a_cursor_changed_by_one_character_or_of_another_order_begins_at_the_beginning() -> None:
    for number in range(3):
        fact(actor=number)
    order = ("-happened_at", "-id")
    after = keyset(FactRow.objects.all(), order=order, size=1).next
    assert after is not None
    for position in range(len(after)):
        other = "A" if after[position] != "A" else "B"
        changed = after[:position] + other + after[position + 1 :]
        decoded = Cursor.decode(changed, order)
        assert decoded is None or decoded == Cursor.decode(after, order)
    assert Cursor.decode(after, ("happened_at", "-id")) is None
    assert len(keyset(FactRow.objects.all(), order=("id",), after=after).items) == 3


def test_a_page_of_rows_becomes_a_page_of_what_is_shown() -> None:
    page = Page((1, 2), "next").map(str)
    assert page == Page(("1", "2"), "next")


def test_moments_of_every_kind_survive_the_cursor() -> None:
    moment = START + timedelta(microseconds=1)
    RateLimit.objects.create(key="a", moments=[moment], was_allowed=True, expires_at=moment)
    RateLimit.objects.create(key="b", moments=[moment], was_allowed=True, expires_at=moment)
    order = ("-expires_at", "was_allowed", "key")
    assert [row.key for row in all_pages(RateLimit.objects.all(), order, 1)] == ["a", "b"]
