"""The board’s filters, alone and together, and the words of a need to those who cannot help."""

from itertools import combinations

import pytest
from django.test import Client

from essaim.communities.models import Community, Role
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.needs.models import Need, NeedKind, SavedSearch, State
from essaim.needs.tests.factories import (
    entrust,
    make_community,
    make_match,
    make_member,
    make_need,
    make_person,
)
from essaim.places.tests.factories import small_france

pytestmark = pytest.mark.django_db
FILTERS = {
    "skill": "law",
    "place": "Pau",
    "length": "hour",
    "kind": "official",
    "remote": "on",
}


def _as(member: Member | None) -> Client:
    client = Client()
    if member:
        client.force_login(member)
    return client


def _text(
    client: Client, address: str, asked: dict[str, str] | None = None, status: int = 200
) -> str:
    answer = client.get(address, asked or {})
    assert answer.status_code == status, (answer.status_code, asked, answer.content[:300])
    return answer.content.decode()


@pytest.fixture
def community() -> Community:
    return make_community()


def test_every_filter_alone_and_together_answers_everyone(community: Community) -> None:
    small_france()
    make_need(community, title="Read a lease", skills=("law",))
    clients = [_as(None), _as(make_member()), _as(make_person(community))]
    empty = dict.fromkeys(FILTERS, "") | {"place_id": ""}
    for size in range(len(FILTERS) + 1):
        for names in combinations(FILTERS, size):
            asked = empty | {name: FILTERS[name] for name in names}
            for client in clients:
                _text(client, f"/communities/{community.slug}/needs/", asked)
                _text(client, "/needs/", {name: FILTERS[name] for name in names})
    for client in clients:
        _text(client, "/needs/", {"kind": "offers", "skill": "law"})


def test_a_search_is_kept_as_the_board_offers_it(community: Community) -> None:
    small_france()
    client = _as(make_person(community))
    address = f"/communities/{community.slug}/needs/"
    assert 'action="/needs/searches/"' not in _text(client, address)
    page = _text(client, address, {"place": "Pau", "skill": "law"})
    assert 'action="/needs/searches/"' in page
    assert 'name="place" value="Pau' in page
    client.post("/needs/searches/", {"place": "Zzzzz"})
    assert not SavedSearch.objects.exists()


def test_a_place_that_nobody_knows_filters_nothing_and_is_said(community: Community) -> None:
    make_need(community, title="Read a lease")
    for client in (_as(None), _as(make_person(community))):
        page = _text(client, "/needs/", {"place": "Zzzzz", "skill": "law"}, 422)
        assert "We know no place called “Zzzzz”" in page
        assert 'value="Zzzzz"' in page
        assert 'value="law"' in page
        assert '<details class="details" open>' in page
        assert "Read a lease" not in page


def _for_the_elected(community: Community) -> Need:
    return make_need(community, kind=NeedKind.OFFICIAL, title="A crossing by the school")


def test_nobody_but_the_elected_is_invited_to_what_is_meant_for_them(community: Community) -> None:
    need = _for_the_elected(community)
    carrier = entrust(make_person(community), community, Role.FACILITATOR)
    Need.objects.filter(pk=need.pk).update(approved_at=now(), facilitator=carrier)
    elected = entrust(make_person(community), community, Role.ELECTED)
    page = f"/needs/{need.public_id}/"
    for reader in (None, make_person(community)):
        text = _text(_as(reader), page)
        assert "This need is meant for the elected." in text
        assert "I can help" not in text
    assert "I can help" in _text(_as(elected), page)


def test_who_posts_for_the_elected_reads_who_may_carry_it(community: Community) -> None:
    poster = make_person(community)
    need = make_need(community, poster, kind=NeedKind.OFFICIAL)
    page = f"/needs/{need.public_id}/"
    assert "nobody has that role" in _text(_as(poster), page)
    entrust(make_person(community, "Nora Carries"), community, Role.FACILITATOR)
    assert "Nora Carries" in _text(_as(poster), page)


def test_who_is_no_longer_in_touch_is_not_told_so(community: Community) -> None:
    helper = make_person(community)
    need = make_need(community)
    match = make_match(need, helper)
    page = f"/needs/{need.public_id}/"
    assert "You are in touch about this" in _text(_as(helper), page)
    match.delete()
    match = make_match(need, helper, state=State.WITHDRAWN)
    text = _text(_as(helper), page)
    assert "You are in touch about this" not in text
    assert f"/matches/{match.public_id}/" in text
    assert "I can help" in text
