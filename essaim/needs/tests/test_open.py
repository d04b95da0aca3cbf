"""What is open is so by its row and by its table alike, in every state there is."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from essaim.communities.models import Community
from essaim.foundation.clock import now, today
from essaim.needs.models import Closing, Need, NeedKind, Offer, State
from essaim.needs.tests.factories import (
    make_community,
    make_match,
    make_need,
    make_offer,
    make_person,
)

pytestmark = pytest.mark.django_db
DAYS = (-1, 0, 1)


def _communities() -> list[Community]:
    archived: dict[str, Any] = {"archived_at": now(), "source_name": "decidim"}
    states: list[dict[str, Any]] = [{}, {"closed_at": now()}, {"opened_at": None}, archived]
    return [make_community(**one) for one in states]


def test_a_need_is_open_by_its_row_where_it_is_by_its_table() -> None:
    poster = make_person(make_community())
    kinds: list[dict[str, Any]] = [
        {},
        {"kind": NeedKind.OFFICIAL},
        {"kind": NeedKind.OFFICIAL, "approved_at": now()},
    ]
    ends: list[dict[str, Any]] = [{}, {"closed_at": now(), "closing": Closing.DONE}]
    for community, kind, end, hidden, filled, days in product(
        _communities(), kinds, ends, (None, now()), (False, True), DAYS
    ):
        expires_on = today() + timedelta(days=days)
        need = make_need(community, poster, expires_on=expires_on, hidden_at=hidden, **kind, **end)
        if filled:
            make_match(need, poster, state=State.ACCEPTED)
            Need.objects.filter(pk=need.pk).update(filled_at=now())
    is_open = {one.pk: one.is_open for one in Need.objects.select_related("community")}
    assert len(is_open) == 288
    assert {pk for pk, one in is_open.items() if one} == set(
        Need.objects.open().values_list("pk", flat=True)
    )
    assert sum(is_open.values()) == 4  # a hand, or carried; today or tomorrow


def test_an_offer_is_open_by_its_row_where_it_is_by_its_table() -> None:
    member = make_person(make_community())
    moments = (None, now())
    for community, withdrawn, hidden, paused, is_gone, is_full in product(
        _communities(), moments, moments, moments, (False, True), (False, True)
    ):
        for since, until in product(DAYS, DAYS):
            offer = make_offer(
                community,
                member,
                withdrawn_at=withdrawn,
                hidden_at=hidden,
                paused_at=paused,
                since_on=today() + timedelta(days=since),
                expires_on=today() + timedelta(days=until),
            )
            changes = {"taken": 2 if is_full else 0} | ({"member": None} if is_gone else {})
            Offer.objects.filter(pk=offer.pk).update(**changes)
    is_open = {one.pk: one.is_open for one in Offer.objects.select_related("community")}
    assert len(is_open) == 1152
    assert {pk for pk, one in is_open.items() if one} == set(
        Offer.objects.open().values_list("pk", flat=True)
    )
    assert sum(is_open.values()) == 4  # since yesterday or today; until today or tomorrow
