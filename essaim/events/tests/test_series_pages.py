"""Pages of series: planning one, changing it, what each reader sees of it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions, rules
from essaim.events.models import Event, Series, State
from essaim.events.tests.factories import make_host
from essaim.events.tests.test_series import BEFORE, days, evening, plan
from essaim.foundation import clock
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def host(community: Community) -> Member:
    return make_host(community)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def typed(**values: Any) -> dict[str, Any]:
    return {
        "title": "Thursdays",
        "kind": "meeting",
        "openness": "everyone",
        "starts_at": "2027-01-07T19:30",
        "ends_at": "2027-01-07T21:30",
        "address": "12 rue Serviez",
        "guests": "0",
        "language": "en",
    } | values


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == status
    return answer.content.decode()


def test_a_gathering_is_planned_again_and_again_on_the_same_form(
    host: Member, community: Community
) -> None:
    client = signed_in(host)
    address = reverse("event_new", args=[community.slug])
    with clock.at(BEFORE):
        assert "Repeat it" in text(client, address)
        body = typed(repeat="fortnightly", until="2027-06-30", holidays="FR", publish="1")
        answer = client.post(address, body)
        series = Series.objects.get()
        first = evening(series, date(2027, 1, 7))
        assert answer["Location"] == reverse("event", args=[first.public_id])
        assert (series.interval, series.last_day, series.holidays) == (2, date(2027, 6, 30), "FR")
        page = text(Client(), answer["Location"])
        assert "Every second Thursday, 19:30, until 30" in page
        assert "not on public holidays" in page
        assert "next: 21" in page
        once = client.post(address, typed(title="Once", publish="1"))
        assert once.status_code == 302
        assert Event.objects.get(title="Once").series is None


def test_what_is_wrong_stands_beside_its_field(host: Member, community: Community) -> None:
    address = reverse("event_new", args=[community.slug])
    with clock.at(BEFORE):
        for body, said in (
            (typed(repeat="weekly", until="2027-01-01"), "After the first evening."),
            (typed(repeat="weekly", until="soon"), "Write a day"),
            (typed(repeat="hourly"), "hourly"),
        ):
            answer = signed_in(host).post(address, body)
            assert answer.status_code == 422
            assert said in answer.content.decode()
    assert not Series.objects.exists()


def test_one_evening_or_it_and_all_that_follow(host: Member, community: Community) -> None:
    client = signed_in(host)
    with clock.at(BEFORE):
        series = plan(host, community, title="Thursdays")
        one = evening(series, date(2027, 1, 21))
        address = reverse("event_edit", args=[one.public_id])
        page = text(client, address)
        assert "this one alone" in page
        assert '<option value="weekly" selected>' in page
        at = {"starts_at": "2027-01-21T19:30", "ends_at": "2027-01-21T21:30", "repeat": "weekly"}
        alone = typed(**at, title="Special", reach="this")
        assert client.post(address, alone).status_code == 302
        assert series.evenings.filter(title="Special").count() == 1
        assert Series.objects.count() == 1
        following = typed(**at, title="All", reach="following")
        assert client.post(address, following).status_code == 302
        new = Series.objects.get(title="All")
        assert new.evenings.filter(title="All").count() == 15
        assert len(days(series)) == 2


def test_a_draft_is_published_and_deleted_from_the_page_of_its_evening(
    host: Member, community: Community
) -> None:
    client = signed_in(host)
    with clock.at(BEFORE):
        series = plan(host, community, is_published=False)
        one = series.evenings.get()
        assert "this one alone" not in text(client, reverse("event_edit", args=[one.public_id]))
        assert client.post(reverse("event_publish", args=[one.public_id])).status_code == 302
        assert len(days(series, state=State.PUBLISHED)) == 17
        other = plan(host, community, is_published=False).evenings.get()
        page = text(client, reverse("event", args=[other.public_id]))
        assert reverse("event_publish", args=[other.public_id]) in page
        assert client.post(reverse("event_delete", args=[other.public_id])).status_code == 302
        assert not Event.objects.filter(pk=other.pk).exists()


def test_who_holds_an_evening_with_others_changes_that_one_alone(
    host: Member, community: Community
) -> None:
    other = community_factory()
    guest = make_host(other)
    with clock.at(BEFORE):
        series = plan(host, community)
        one = evening(series, date(2027, 1, 21))
        asked = actions.ask_to_hold(member=host, event=one, community=other)
        actions.accept_holding(member=guest, asked=asked)
        address = reverse("event_edit", args=[one.public_id])
        page = text(signed_in(guest), address)
        assert "this one alone" not in page
        assert 'name="repeat"' not in page
        body = typed(
            starts_at="2027-01-21T19:30",
            ends_at="2027-01-21T21:30",
            reach="following",
            repeat="weekly",
            title="With us",
        )
        assert signed_in(guest).post(address, body).status_code == 302
        assert list(Event.objects.filter(title="With us")) == [one]
        assert Series.objects.count() == 1


def test_the_page_of_a_series_and_what_its_hosts_do_there(
    host: Member, community: Community
) -> None:
    client = signed_in(host)
    with clock.at(BEFORE):
        series = plan(host, community, title="Thursdays", is_published=False)
        address = reverse("series", args=[series.public_id])
        assert text(Client(), address, 404)
        assert client.post(reverse("series_publish", args=[series.public_id])).status_code == 302
        shown = text(Client(), address)
        assert "Every Thursday, 19:30" in shown
        assert "Leave a day out" not in shown
        assert "Leave a day out" in text(client, address)
        skip = reverse("series_skip", args=[series.public_id])
        assert "11 November 2027" in text(client, skip).replace("\xa0", " ")
        assert client.post(skip, {"day": "2027-11-11"}).status_code == 302
        assert "11 November 2027" in text(Client(), address).replace("\xa0", " ")
        assert client.post(skip, {"day": "2027-01-14"}).status_code == 422
        assert client.post(skip, {"day": "2027-01-14", "reason": "Snow."}).status_code == 302
        assert client.post(skip, {"day": "2027-01-15", "reason": "Snow."}).status_code == 422
        end = reverse("series_end", args=[series.public_id])
        assert client.get(end).status_code == 200
        assert client.post(end, {"reason": ""}).status_code == 422
        assert client.post(end, {"reason": "Enough."}).status_code == 302
        assert "This series has ended" in text(Client(), address)
        assert client.post(end, {"reason": "Enough."}).status_code == 403
        draft = plan(host, community, is_published=False)
        assert client.post(reverse("series_delete", args=[draft.public_id])).status_code == 302
        assert not Series.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("name", ["series_publish", "series_skip", "series_end", "series_delete"])
def test_nobody_else_may(host: Member, community: Community, name: str) -> None:
    with clock.at(BEFORE):
        series = plan(host, community)
        draft = plan(host, community, is_published=False)
        member = signed_in(member_of(community))
        address = reverse(name, args=[series.public_id])
        assert member.post(address, {"reason": "No."}).status_code == 403
        hidden = reverse(name, args=[draft.public_id])
        assert member.post(hidden, {"reason": "No."}).status_code == 404
        assert Client().post(address).status_code == 302
    series.refresh_from_db()
    assert series.ended_at is None


@pytest.mark.parametrize("openness", ["everyone", "members", "invited", "link"])
def test_the_rule_and_its_list_agree(host: Member, community: Community, openness: str) -> None:
    child = community_factory(parent=community, ancestor_ids=[community.pk])
    readers = [
        ANONYMOUS,
        *map(fresh_reader, (host, member_of(community), member_of(child), make_host(child))),
        fresh_reader(member_of(community_factory())),
    ]
    with clock.at(BEFORE):
        made = [
            plan(host, community, openness=openness),
            plan(host, community, openness=openness, kind="plenary"),
            plan(host, community, openness=openness, is_published=False),
        ]
        ended = plan(host, community, openness=openness)
        actions.end_series(member=host, series=ended, reason="Enough.")
    for series in Series.objects.select_related("community"):
        for reader in readers:
            listed = rules.series_visible_to(reader).filter(pk=series.pk).exists()
            assert bool(rules.may_see_series(reader, series)) is listed
    assert len(made) == 3


def test_a_page_asks_as_much_for_any_number_of_evenings(
    host: Member, community: Community, django_assert_num_queries: Any
) -> None:
    asked = []
    with clock.at(BEFORE):
        for repeat in ("quarterly", "weekly"):
            series = plan(host, community, repeat=repeat)
            with django_assert_num_queries(40, exact=False) as counted:
                text(Client(), reverse("series", args=[series.public_id]))
            asked.append(len(counted))
    assert asked[0] == asked[1]
