"""Plenaries: every member is called, of the communities below too; how many came is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community, Membership
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions, rules, tasks
from essaim.events.models import Event, Invitation, Kind, Openness, Series, State
from essaim.events.queries import plenaries
from essaim.events.queries.plenaries import attendance_of
from essaim.events.tests.factories import given, make_event, make_host, make_registration
from essaim.foundation import clock
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.members.models import Member
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Community:
    return community_factory()


def below(root: Community) -> Community:
    return community_factory(parent=root, ancestor_ids=[root.pk])


def plenary(root: Community, **values: Any) -> Event:
    given: dict[str, Any] = {"kind": Kind.PLENARY, "openness": Openness.MEMBERS}
    return make_event(root, **(given | values))


def told() -> list[int]:
    rows = Notice.objects.filter(kind="events.plenary").order_by("member")
    return list(rows.values_list("member_id", flat=True))


def test_each_active_member_of_all_below_is_called_once(root: Community) -> None:
    circle, other = below(root), community_factory()
    here, there, both = member_of(root), member_of(circle), member_of(root, circle)
    member_of(other)
    member_of(root, is_active=False)
    left = member_of(circle)
    Membership.objects.filter(member=left).update(left_at=now())
    event = plenary(root)
    for _ in range(2):
        tasks.call_to_plenaries()
    assert told() == sorted([here.pk, there.pk, both.pk])
    event.refresh_from_db()
    assert event.called_at
    assert not Invitation.objects.exists()
    facts = FactRow.objects.filter(kind="events.MembersCalled")
    assert [one.details["people"] for one in facts] == [3]


def test_members_are_called_a_month_ahead_and_not_when_it_is_published(root: Community) -> None:
    member, host = member_of(root), make_host(root)
    far = given(kind=Kind.PLENARY, openness=Openness.MEMBERS, starts_at=now() + timedelta(days=60))
    actions.plan_event(member=host, community=root, is_published=True, **far)
    deliver_pending()
    tasks.call_to_plenaries()
    assert not Notice.objects.filter(member=member).exists()
    with clock.at(now() + timedelta(days=31)):
        tasks.call_to_plenaries()
    assert told() == sorted([member.pk, host.pk])


def test_each_plenary_of_a_series_calls_once(root: Community) -> None:
    member, host = member_of(root), make_host(root)
    starts_at = now() + timedelta(days=20)
    said = given(kind=Kind.PLENARY, openness=Openness.MEMBERS, starts_at=starts_at)
    series = actions.plan_series(
        member=host, community=root, is_published=True, repeat="quarterly", **said
    )
    deliver_pending()
    assert not Notice.objects.filter(member=member).exists()
    for days in (0, 70, 95):
        with clock.at(now() + timedelta(days=days)):
            actions.make_evenings(series)
            tasks.call_to_plenaries()
    assert told().count(member.pk) == 2


def test_lots_of_members_are_called_in_a_few_statements(
    root: Community, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(plenaries, "CALLED_AT_ONCE", 3)
    members = [member_of(root) for _ in range(7)]
    lots = list(plenaries.members_to_call(plenary(root)))
    assert [len(one) for one in lots] == [3, 3, 1]
    assert sorted(one for lot in lots for one in lot) == sorted(one.pk for one in members)
    monkeypatch.setattr(plenaries, "CALLED_AT_ONCE", 20_000)
    event = Event.objects.select_related("community").get()
    with django_assert_num_queries(12, exact=False) as asked:
        actions.call_members(event)
    assert sum("outreach_notice" in one["sql"] for one in asked.captured_queries) == 1


@pytest.mark.parametrize(
    ("kind", "openness", "is_theirs"),
    [
        (Kind.PLENARY, Openness.MEMBERS, True),
        (Kind.PLENARY, Openness.INVITED, False),
        (Kind.MEETING, Openness.MEMBERS, False),
    ],
)
def test_a_plenary_for_members_is_for_those_below_too(
    root: Community, kind: str, openness: str, is_theirs: bool
) -> None:
    reader = fresh_reader(member_of(below(root)))
    stranger = fresh_reader(member_of(community_factory()))
    event = plenary(root, kind=kind, openness=openness)
    assert bool(rules.may_see_event(reader, event)) is is_theirs
    assert rules.events_visible_to(reader).filter(pk=event.pk).exists() is is_theirs
    assert not rules.may_see_event(stranger, event)
    assert not rules.events_visible_to(stranger).filter(pk=event.pk).exists()
    Event.objects.filter(pk=event.pk).update(state=State.DRAFT)
    assert not rules.events_visible_to(reader).filter(pk=event.pk).exists()


def test_of_all_members_at_that_time_how_many_came(root: Community) -> None:
    event = plenary(root, state=State.HELD, starts_at=now() - timedelta(days=1))
    circle = below(root)
    people = [member_of(root) for _ in range(6)] + [member_of(circle) for _ in range(6)]
    Membership.objects.update(joined_at=now() - timedelta(days=9))
    newcomer = member_of(root)
    Membership.objects.filter(member=newcomer).update(joined_at=now())
    for one in (*people[:6], newcomer, member_of(community_factory())):
        make_registration(event, one, checked_in_at=now())
    make_registration(event, people[7])
    make_registration(event, email="guest@example.org", checked_in_at=now())
    event.attended = 9
    found = attendance_of(event)
    assert found
    assert (found.came, found.members, found.share) == (6, 12, 0.5)
    assert found.words == "6 of the 12 people called to it came (50%)."


@pytest.mark.parametrize(("came", "members"), [(1, 12), (11, 12), (2, 3)])
def test_small_numbers_are_not_told(root: Community, came: int, members: int) -> None:
    event = plenary(root, state=State.HELD, starts_at=now() - timedelta(days=1))
    people = [member_of(root) for _ in range(members)]
    Membership.objects.update(joined_at=now() - timedelta(days=9))
    for one in people[:came]:
        make_registration(event, one, checked_in_at=now())
    event.attended = came
    found = attendance_of(event)
    assert found
    assert (found.came, found.members, found.share) == (None, None, None)
    assert str(members) not in found.words


def test_nothing_is_told_of_what_is_no_plenary_or_not_over(root: Community) -> None:
    assert attendance_of(plenary(root)) is None
    assert attendance_of(make_event(root, state=State.HELD)) is None
    assert attendance_of(plenary(root, state=State.HELD)) is None  # nobody stood at its door


def _page(member: Member, address: str) -> str:
    client = Client()
    client.force_login(member)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_community_at_the_top_begins_them_with_one_button(root: Community) -> None:
    host, circle = make_host(root), below(root)
    button = f"{reverse('event_new', args=[root.slug])}?kind=plenary"
    address = reverse("events", args=[root.slug])
    assert button in _page(host, address)
    assert button not in _page(member_of(root), address)
    assert "?kind=plenary" not in _page(make_host(circle), reverse("events", args=[circle.slug]))
    form = _page(host, button)
    assert '<option value="quarterly" selected>' in form
    assert "T09:00" in form
    assert "T17:00" in form
    assert '<option value="plenary" selected>' in form
    client = Client()
    client.force_login(host)
    starts_at = now() + timedelta(days=40)
    answer = client.post(
        button,
        {
            "title": "Plenary",
            "kind": "plenary",
            "openness": "members",
            "starts_at": starts_at.strftime("%Y-%m-%dT10:00"),
            "ends_at": starts_at.strftime("%Y-%m-%dT17:00"),
            "address": "Town hall",
            "guests": "0",
            "language": "en",
            "repeat": "quarterly",
            "publish": "1",
        },
    )
    assert answer.status_code == 302
    series = Series.objects.get()
    assert (series.kind, series.frequency, series.interval) == ("plenary", "monthly", 3)
    assert button not in _page(host, address)
