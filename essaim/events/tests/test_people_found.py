"""People of a gathering by name: whom to invite, and who comes."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community, Membership
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events.models import Event, Invitation, Registration, Standing
from essaim.events.queries import events as queries
from essaim.events.queries import registrations
from essaim.events.queries.events import MOST_TO_INVITE
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.events.tests.rooms import signed_in
from essaim.foundation.clock import now
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def event(community: Community) -> Event:
    return make_event(community)


@pytest.fixture
def host(community: Community) -> Client:
    return signed_in(make_host(community, name="Zoé Hôte"))


def named(community: Community, *names: str) -> list[Member]:
    return [member_of(community, name=name) for name in names]


def boxes(page: str, field: str) -> list[str]:
    """The names that this field of the page shows."""
    found = re.findall(rf'type="checkbox" name="{field}" value="(\w+)"', page)
    by_id = dict(Member.objects.values_list("public_id", "name"))
    return [by_id[one] for one in found]


def ticked(page: str) -> list[str]:
    """Those chosen before; each box is ticked."""
    found = re.findall(r'<input[^>]* name="chosen"[^>]*>', page)
    assert all("checked" in one for one in found)
    return boxes(page, "chosen")


def shown(host: Client, event: Event, q: str = "") -> list[str]:
    """The names that can be ticked."""
    page = host.get(reverse("event_invite", args=[event.public_id]), {"q": q} if q else {})
    assert page.status_code == 200
    return boxes(page.content.decode(), "people")


def test_members_to_invite_are_found_by_the_beginning_of_a_name(
    community: Community, event: Event, host: Client
) -> None:
    named(community, "Émile Durand", "Ada Martin", "Noémie Martel", "Jean-Marc Petit")
    assert shown(host, event, "mart") == ["Ada Martin", "Noémie Martel"]
    assert shown(host, event, "EMI") == ["Émile Durand"]
    assert shown(host, event, "  ada   martin ") == ["Ada Martin"]
    assert shown(host, event, "xyz") == []
    assert shown(host, event, "%") == []


def test_at_most_sixty_names_are_shown_at_once(
    community: Community, event: Event, host: Client
) -> None:
    named(community, *(f"Ada {number:03}" for number in range(MOST_TO_INVITE + 1)))
    assert len(shown(host, event)) == MOST_TO_INVITE
    last = f"Ada {MOST_TO_INVITE:03}"
    assert last not in shown(host, event)
    assert shown(host, event, last) == [last]
    page = host.get(reverse("event_invite", args=[event.public_id])).content.decode()
    assert "Find a member by name" in page
    assert "At most 60 names are shown" in page


def test_who_was_found_is_invited_with_the_search_in_the_address(
    community: Community, event: Event, host: Client
) -> None:
    names = [f"Ada {number:03}" for number in range(MOST_TO_INVITE)]
    *_others, found = named(community, *names, "Zoé Last")
    address = reverse("event_invite", args=[event.public_id]) + "?q=last"
    assert f'action="{address}"' in host.get(address).content.decode()
    assert host.post(address, {"people": [found.public_id]}).status_code == 302
    assert Invitation.objects.get().member == found
    # What is not shown is not ticked.
    elsewhere = reverse("event_invite", args=[event.public_id]) + "?q=nobody"
    assert host.post(elsewhere, {"people": [names[0]]}).status_code == 422


def test_who_is_ticked_stays_ticked_while_one_looks_for_others(
    community: Community, event: Event, host: Client
) -> None:
    ada, noemie, jean = named(community, "Ada Martin", "Noémie Petit", "Jean Durand")
    address = reverse("event_invite", args=[event.public_id])
    page = host.post(address, {"people": [ada.public_id], "q": "petit", "find": "1"})
    assert page.status_code == 200
    assert not Invitation.objects.exists()
    assert ticked(page.text) == ["Ada Martin"]
    assert boxes(page.text, "people") == ["Noémie Petit"]
    given = {"chosen": [ada.public_id], "people": [noemie.public_id], "q": "", "find": "1"}
    page = host.post(address + "?q=petit", given)
    assert ticked(page.text) == ["Ada Martin", "Noémie Petit"]
    assert boxes(page.text, "people") == ["Jean Durand"]
    assert "Chosen so far" in page.text
    given = {"chosen": [noemie.public_id], "people": [jean.public_id], "q": "durand"}
    assert host.post(address, given).status_code == 302
    invited = set(Invitation.objects.values_list("member__name", flat=True))
    assert invited == {"Noémie Petit", "Jean Durand"}


def test_a_form_names_nobody_whom_one_may_not_find(
    community: Community, event: Event, host: Client
) -> None:
    (ada,) = named(community, "Ada Martin")
    (stranger,) = named(community_factory(), "Stranger Elsewhere")
    gone = member_of(community, name="Gone Away")
    Membership.objects.filter(member=gone).update(left_at=now())
    address = reverse("event_invite", args=[event.public_id])
    for other in (stranger, gone):
        given = {"chosen": [ada.public_id, other.public_id], "q": ""}
        page = host.post(address, given | {"find": "1"})
        assert ticked(page.text) == ["Ada Martin"]
        assert other.name not in page.text
        page = host.post(address, given)
        assert page.status_code == 422
        assert other.name not in page.text
        assert host.post(address, {"chosen": [other.public_id]}).status_code == 422
    assert host.post(address, {"q": "Ada"}).status_code == 422
    assert not Invitation.objects.exists()


def test_a_bounded_number_is_ticked(
    community: Community, event: Event, host: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_CHOSEN", 2)
    people = named(community, "Ada 1", "Ada 2", "Ada 3")
    ids = [one.public_id for one in people]
    address = reverse("event_invite", args=[event.public_id])
    page = host.post(address, {"people": [ids[0], ids[0], *ids], "find": "1", "q": ""})
    assert ticked(page.text) == ["Ada 1", "Ada 2"]
    assert "At most 2 people" in page.text


def test_a_few_members_need_no_search(community: Community, event: Event, host: Client) -> None:
    named(community, "Ada Martin")
    page = host.get(reverse("event_invite", args=[event.public_id])).content.decode()
    assert "Find a member by name" not in page
    assert shown(host, event) == ["Ada Martin"]


def _come(event: Event) -> list[str]:
    """Registered in another order than that of their names, which is told."""
    zoe, emile, ada = named(event.community, "Zoé", "Émile", "ada")
    for one in (zoe, emile):
        make_registration(event, one)
    make_registration(event, name="éric sans compte", email="eric@example.org")
    make_registration(event, ada, standing=Standing.MAYBE)
    make_registration(event, name="Eva", email="eva@example.org")
    return ["ada", "Émile", "éric sans compte", "Eva", "Zoé"]


def test_who_comes_is_in_the_order_of_the_names(event: Event) -> None:
    names = _come(event)
    assert [one.name for one in registrations.people_page(event).items] == names


def test_pages_of_who_comes_leave_nobody_out_and_tell_nobody_twice(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = _come(event)
    for number in range(2):  # the same name twice, between two pages
        make_registration(event, name="Eva", email=f"eva{number}@example.org")
    monkeypatch.setattr(registrations, "PEOPLE_A_PAGE", 2)
    told: list[str] = []
    after, pages = None, 0
    while pages == 0 or after:
        page = registrations.people_page(event, after=after)
        told += [one.name for one in page.items]
        after, pages = page.next, pages + 1
    assert told == [*names[:3], "Eva", "Eva", "Eva", "Zoé"]
    assert pages == 4


def test_the_file_tells_who_comes_first_by_name(event: Event, host: Client) -> None:
    _come(event)
    answer = host.post(reverse("event_people_file", args=[event.public_id]))
    lines = answer.content.decode("utf-8-sig").splitlines()[1:]
    assert [one.partition(",")[0] for one in lines] == [
        *("Émile", "éric sans compte", "Eva", "Zoé"),
        "ada",
    ]
    assert Registration.objects.count() == 5
