"""The clock makes evenings while others change, split and end the series."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Count

from essaim.communities.models import Community
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import Event, Registration, Series, State
from essaim.events.tests.factories import given, make_host
from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.needs.tests.test_slots_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def quietly(act: Callable[[], object]) -> Callable[[], None]:
    """Some of them come too late, and are told so."""

    def one() -> None:
        try:
            act()
        except (Refused, ValidationError):
            return

    return one


def planned(community: Community, host: Member) -> Series:
    series = actions.plan_series(
        member=host, community=community, is_published=True, repeat="weekly", **given()
    )
    later = series.evenings.order_by("-starts_at")[:8]
    Event.objects.filter(pk__in=[one.pk for one in later]).delete()
    Series.objects.filter(pk=series.pk).update(made_until=(now() + timedelta(days=60)).date())
    return series


def doubles() -> list[object]:
    rows = Event.objects.filter(series__isnull=False).values("community", "starts_at")
    counted = rows.annotate(n=Count("pk")).filter(n__gt=1, is_exception=False)
    return list(counted.order_by())


def test_evenings_made_at_once_are_made_once() -> None:
    community = community_factory()
    series = planned(community, make_host(community))
    at_once([partial(actions.make_evenings, series) for _ in range(6)])
    assert series.evenings.count() >= 17
    assert not doubles()


def test_splitting_changing_registering_and_making_at_once_lose_nobody() -> None:
    community = community_factory()
    hosts = [make_host(community) for _ in range(3)]
    series = planned(community, hosts[0])
    evenings = list(series.evenings.order_by("starts_at"))
    people = [member_of(community) for _ in range(4)]
    moved = evenings[3].starts_at + timedelta(days=1)
    acts: list[Callable[[], object]] = [
        partial(actions.make_evenings, series),
        partial(actions.make_evenings, series),
        partial(
            actions.change_following,
            member=hosts[0],
            event=evenings[2],
            repeat="weekly",
            **given(starts_at=evenings[2].starts_at + timedelta(hours=1)),
        ),
        partial(
            actions.change_following,
            member=hosts[1],
            event=evenings[4],
            repeat="fortnightly",
            **given(starts_at=evenings[4].starts_at, address="Town hall"),
        ),
        partial(actions.edit_event, member=hosts[2], event=evenings[3], **given(starts_at=moved)),
        *(
            partial(actions.register, member=one, event=evenings[place + 2])
            for place, one in enumerate(people)
        ),
    ]
    at_once([quietly(one) for one in acts])
    said = Registration.objects.expected()
    assert said.count() >= 3  # whoever came after an evening was called off was told so
    assert Event.objects.filter(pk__in=said.values("event")).count() == said.count()
    live = Event.objects.filter(series__isnull=False, state=State.PUBLISHED)
    assert len({(one.series_id, one.original_start) for one in live}) == live.count()
    assert not doubles()
    for one in Series.objects.all():
        actions.make_evenings(one)
    assert not doubles()


def test_what_ends_makes_no_more_evenings_however_they_meet() -> None:
    community = community_factory()
    host = make_host(community)
    series = planned(community, host)
    acts: list[Callable[[], object]] = [
        partial(actions.make_evenings, series),
        partial(actions.end_series, member=host, series=series, reason="Enough."),
        partial(actions.make_evenings, series),
    ]
    at_once([quietly(one) for one in acts])
    assert not series.evenings.filter(state=State.PUBLISHED, starts_at__gt=now()).exists()
