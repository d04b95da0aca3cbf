"""The pages for hosts and for what follows them, as browsers see them without JavaScript."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities import actions, queries
from essaim.communities.models import (
    Community,
    Kind,
    Mandate,
    Merge,
    Role,
    RoleOffer,
    Split,
    Welcome,
)
from essaim.communities.queries import adoption
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.foundation.clock import at, now
from essaim.members.models import Member
from essaim.places.models import Place
from essaim.places.tests.factories import small_france

pytestmark = pytest.mark.django_db


@pytest.fixture
def movement() -> Community:
    return community_factory(kind=Kind.MOVEMENT)


@pytest.fixture
def hamlet(movement: Community) -> Community:
    return community_factory(kind=Kind.COMMITTEE, parent=movement, name="Hamlet")


@pytest.fixture
def river(movement: Community) -> Community:
    return community_factory(kind=Kind.COMMITTEE, parent=movement, name="River")


def host_of(community: Community, name: str = "Hana") -> Member:
    assert community.parent
    host = member_of(community.parent, community, name=name)
    Mandate.objects.create(community=community, member=host, role=Role.HOST)
    return host


def client_of(member: Member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    return client


def shown(client: Client, name: str, *args: object, status: int = 200) -> str:
    response = client.get(reverse(name, args=args), follow=True)
    assert response.status_code == status
    return response.content.decode()


def sent(client: Client, address: str, status: int = 200, **body: object) -> str:
    response = client.post(address, body, follow=True)
    assert response.status_code == status
    return response.content.decode()


def test_a_newcomer_waits_on_the_desk_and_is_welcomed_in_one_click(
    movement: Community, hamlet: Community
) -> None:
    client, newcomer = client_of(host_of(hamlet)), member_of(movement, hamlet, name="Noé")
    assert "Newcomers to welcome" in shown(client, "community_desk", hamlet.slug)
    page = shown(client, "community_hosting", hamlet.slug)
    assert "Welcome Noé" in page
    page = sent(
        client,
        reverse("newcomer_welcome", args=[hamlet.slug]),
        newcomer=newcomer.public_id,
        words="",
    )
    assert "Everybody was welcomed" in page
    assert Welcome.objects.get().member == newcomer
    assert "Newcomers to welcome" not in shown(client, "community_desk", hamlet.slug)
    sent(client, reverse("newcomer_welcome", args=[hamlet.slug]), 404, newcomer="nobody")


def test_hosting_is_shared_by_a_yes_on_the_page_of_the_offer(
    movement: Community, hamlet: Community
) -> None:
    host, other = host_of(hamlet), member_of(movement, hamlet, name="Ove")
    address = reverse("hosting_offer", args=[hamlet.slug])
    member_of(movement, hamlet)
    sent(client_of(host), address, 422, asked="", way="share")  # nobody is asked by default
    page = sent(client_of(host), address, asked=other.public_id, way="share")
    assert "asked" in page
    assert "already" in sent(client_of(host), address, 422, asked=other.public_id, way="share")
    offer = RoleOffer.objects.get()
    assert "with them" in shown(client_of(other), "offer", offer.public_id)
    shown(client_of(member_of(movement, hamlet)), "offer", offer.public_id, status=404)
    sent(client_of(other), reverse("offer", args=[offer.public_id]), answer="yes")
    assert fresh_reader(other).holds_here(hamlet, Role.HOST)
    second = actions.offer_hosting(member=host, community=hamlet, asked=member_of(movement, hamlet))
    sent(client_of(host), reverse("offer", args=[second.public_id]), answer="withdraw")
    assert not RoleOffer.objects.filter(ended_at=None).exists()


def test_the_last_host_goes_in_two_clicks_and_says_what_becomes_of_it(
    movement: Community, hamlet: Community
) -> None:
    host, other = host_of(hamlet), member_of(movement, hamlet, name="Ove")
    client, address = client_of(host), reverse("community_leave", args=[hamlet.slug])
    page = shown(client, "community_leave", hamlet.slug)
    assert "You are the last one who runs Hamlet" in page
    assert 'value="offer"' in page
    assert "Choose to whom" in sent(client, address, 422, succession="ask", asked="")
    sent(client, address, succession="ask", asked=other.public_id)
    assert not fresh_reader(host).belongs_to(hamlet.pk)
    assert RoleOffer.objects.get().member == other
    assert "looks for a host" in shown(client_of(other), "community", hamlet.slug)


def test_whoever_becomes_the_last_one_meanwhile_is_shown_the_choice(
    movement: Community, hamlet: Community
) -> None:
    host, other = host_of(hamlet), host_of(hamlet, "Ove")
    address = reverse("community_leave", args=[hamlet.slug])
    assert "last one" not in shown(client_of(host), "community_leave", hamlet.slug)
    sent(client_of(other), address, reason="")
    page = sent(client_of(host), address, 422, reason="")
    assert "You are the last one who runs Hamlet" in page
    sent(client_of(host), address, succession="offer", reason="")
    assert not fresh_reader(host).belongs_to(hamlet.pk)


def test_the_last_role_is_laid_down_on_the_page_of_hosting(hamlet: Community) -> None:
    host = host_of(hamlet)
    client, mandate = client_of(host), host.mandates.get()
    address = reverse("mandate_end", args=[hamlet.slug])
    page = sent(client, address, mandate=mandate.pk)
    assert "Lay down the role" in page
    sent(client, address, mandate=mandate.pk, without_host="yes")
    assert not fresh_reader(host).roles


def test_what_looks_for_somebody_is_on_the_page_of_groups_and_taken_over(
    movement: Community, hamlet: Community
) -> None:
    member = member_of(movement, hamlet)
    outsider, far = member_of(movement), member_of()
    assert "They look for somebody" in shown(client_of(member), "community_groups", movement.slug)
    assert "They look for" not in shown(client_of(far), "community_groups", movement.slug)
    assert "Join, to take it over" in shown(client_of(outsider), "community_adoption", hamlet.slug)
    address = reverse("community_adoption", args=[hamlet.slug])
    sent(client_of(outsider), address, 403, act="adopt")
    assert "You host it now" in sent(client_of(member), address, act="adopt")
    assert fresh_reader(member).holds_here(hamlet, Role.HOST)
    Community.objects.filter(pk=hamlet.pk).update(opened_at=now() - timedelta(days=91))
    other = client_of(member_of(movement, hamlet))  # it sleeps still, but is in new hands
    assert "They look for" not in shown(other, "community_groups", movement.slug)
    sent(other, address, 403, act="adopt")


def test_what_opened_recently_is_not_called_asleep(movement: Community, hamlet: Community) -> None:
    client = client_of(member_of(movement))
    Community.objects.filter(pk=hamlet.pk).update(opened_at=now() - timedelta(days=89))
    assert "opened recently" in shown(client, "community_groups", movement.slug)
    Community.objects.filter(pk=hamlet.pk).update(opened_at=now() - timedelta(days=91))
    assert "opened recently" not in shown(client, "community_groups", movement.slug)


def test_a_host_says_that_it_is_alive(movement: Community, hamlet: Community) -> None:
    host, member = host_of(hamlet), member_of(movement, hamlet, name="Ove")
    address = reverse("community_adoption", args=[hamlet.slug])
    sent(client_of(member), address, act="adopt")
    assert "Ove would like to host it" in shown(client_of(host), "community_adoption", hamlet.slug)
    assert "Somebody wants to take it over" in shown(client_of(host), "community_desk", hamlet.slug)
    assert "stays in your hands" in sent(client_of(host), address, act="alive")
    sent(client_of(host), address, 404, act="alive")


def test_a_merge_is_previewed_proposed_accepted_and_undone(
    movement: Community, hamlet: Community, river: Community
) -> None:
    host, other = host_of(hamlet), host_of(river, "Rita")
    member = member_of(movement, hamlet, name="Mia")
    client = client_of(host)
    address = reverse("merging", args=[hamlet.slug])
    page = client.get(address, {"into": river.slug}).content.decode()
    for words in ("2 people arrive in River", "Nobody belongs to both", "Hana", "Mia"):
        assert words in page
    sent(client, address, into=river.slug)
    merge = Merge.objects.get()
    page = shown(client_of(other), "merge", merge.public_id)
    assert "Fewer than 11 people arrive in River" in page  # she does not belong to it
    assert "Mia" not in page
    assert "Hamlet would like to merge into yours" in shown(
        client_of(other), "community_desk", river.slug
    )
    shown(client_of(member), "merge", merge.public_id, status=404)
    sent(client_of(other), reverse("merge", args=[merge.public_id]), act="accept")

    response = client_of(member).get(reverse("community", args=[hamlet.slug]))
    assert response.headers["Location"] == reverse("community", args=[river.slug])
    kept = client_of(member).get(reverse("community", args=[hamlet.slug]), {"kept": "1"})
    assert "it went up in another community" in kept.content.decode()
    assert "What went up in it" in shown(client_of(member), "community_groups", river.slug)
    shown(client_of(member), "community_members", hamlet.slug)

    assert "two again" in sent(
        client_of(host), reverse("merge", args=[merge.public_id]), act="undo"
    )
    assert client.get(reverse("community", args=[hamlet.slug])).status_code == 200


def test_where_it_went_is_not_told_to_who_may_not_see_it(
    movement: Community, hamlet: Community, river: Community
) -> None:
    river.visibility = "members"
    river.name = "Secret river"
    river.save()
    host = host_of(hamlet)
    member_of(river)
    Mandate.objects.create(community=river, member=host, role=Role.HOST)
    merge = actions.propose_merge(member=host, source=hamlet, target=river)
    actions.accept_merge(member=host, merge=merge)
    page = shown(client_of(member_of(movement)), "community", hamlet.slug)
    assert "Secret" not in page
    assert "Closed since" in page


def test_members_choose_their_side(movement: Community, hamlet: Community) -> None:
    host, member = host_of(hamlet), member_of(movement, hamlet)
    address = reverse("dividing", args=[hamlet.slug])
    assert "Fill" not in shown(client_of(host), "dividing", hamlet.slug)
    sent(client_of(host), address, 422, name="", purpose="", host=host.public_id)
    page = sent(client_of(host), address, name="Upstream", purpose="Ours.", host=host.public_id)
    assert "1 person goes so far" in page
    split = Split.objects.get()
    page = shown(client_of(member), "dividing_now", hamlet.slug)
    assert "As it stands, you stay" in page
    choice = reverse("split", args=[hamlet.slug, split.public_id])
    assert "2 people go so far" in sent(client_of(member), choice, act="go")
    assert "1 person goes so far" in sent(client_of(member), choice, act="stay")
    sent(client_of(member), choice, act="go")
    shown(client_of(member_of(movement)), "split", hamlet.slug, split.public_id, status=404)
    sent(client_of(member), choice, 403, act="call_off")
    with at(split.closes_at + timedelta(minutes=1)):
        made = actions.complete_split(split=split)
        assert made
    assert "Upstream is open" in shown(
        client_of(host_of(hamlet)), "split", hamlet.slug, split.public_id
    )
    assert Mandate.objects.filter(community=made, role=Role.HOST).exists()


def test_of_many_only_what_is_theirs_or_near_them_is_asked_about(
    movement: Community, hamlet: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list stays short and its price the same, however many committees there are."""
    monkeypatch.setattr(adoption, "MOST_ASKED", 1)
    small_france()
    pau, strasbourg = (Place.objects.get(name=name) for name in ("Pau", "Strasbourg"))
    near, far = (
        community_factory(kind=Kind.COMMITTEE, parent=movement, place=place)
        for place in (pau, strasbourg)
    )
    reader = member_of(movement, hamlet)

    def looking() -> set[str]:
        return {one.slug for one in queries.looking_below(fresh_reader(reader), movement)}

    assert looking() == {hamlet.slug}
    Member.objects.filter(pk=reader.pk).update(place=pau)
    assert looking() == {hamlet.slug, near.slug}
    Member.objects.filter(pk=reader.pk).update(place=strasbourg)
    assert looking() == {hamlet.slug, far.slug}
