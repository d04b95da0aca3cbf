from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Founder, Kind, Mandate, Membership, Role, Visibility
from essaim.communities.tests.factories import (
    community_factory,
    founder_factory,
    in_role,
    manifesto_factory,
    member_of,
)
from essaim.foundation.clock import now
from essaim.members.models import Consent, Member
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db


def signed_in(member: Member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    return client


@pytest.fixture
def anonymous() -> Client:
    return Client(headers={"accept-language": "en"})


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_landing_page_reads_like_a_poster_and_offers_one_button(anonymous: Client) -> None:
    movement = manifesto_factory(
        community_factory(kind=Kind.MOVEMENT, name="Béarn en commun")
    ).community
    page = text_of(anonymous.get(reverse("community", args=[movement.slug])))
    for words in ("Béarn en commun", "Nobody answers.", "Many know what to do.", "We do not wait."):
        assert words in page
    assert page.count("button-primary") == 1
    assert reverse("community_join", args=[movement.slug]) in page
    assert "fewer than 11 members" in page.lower()
    assert "/definitions/#active" in page


def test_anonymous_pages_set_no_cookie(anonymous: Client) -> None:
    movement = manifesto_factory().community
    for address in (
        reverse("communities"),
        reverse("community", args=[movement.slug]),
        reverse("manifesto", args=[movement.slug]),
        reverse("community_groups", args=[movement.slug]),
    ):
        response = anonymous.get(address)
        assert response.status_code == 200
        assert not response.cookies


def test_a_draft_and_a_hidden_community_do_not_exist_for_outsiders(anonymous: Client) -> None:
    draft = community_factory(opened_at=None)
    hidden = community_factory(visibility=Visibility.MEMBERS)
    stranger = signed_in(member_factory())
    for community in (draft, hidden):
        for client in (anonymous, stranger):
            for name in ("community", "community_groups"):
                assert client.get(reverse(name, args=[community.slug])).status_code == 404
        inside = signed_in(member_of(community))
        assert inside.get(reverse("community", args=[community.slug])).status_code == 200


def test_an_archive_names_its_source_and_offers_nothing_to_join(anonymous: Client) -> None:
    archive = community_factory(
        kind=Kind.ORGANISATION,
        archived_at=now(),
        source_name="A consultation",
        source_url="https://example.org/",
    )
    page = text_of(anonymous.get(reverse("community", args=[archive.slug])))
    assert "A consultation" in page
    assert reverse("community_join", args=[archive.slug]) not in page


def test_the_list_shows_what_stands_on_its_own_and_filters_by_kind(anonymous: Client) -> None:
    movement = community_factory(kind=Kind.MOVEMENT, name="Alpha")
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement, name="Beta")
    in_role(committee, Role.HOST, name="Karim A.")
    assert "Beta" not in text_of(anonymous.get(reverse("communities")))
    page = text_of(anonymous.get(reverse("communities"), {"kind": "committee"}))
    assert "Beta" in page
    assert "hosted by Karim A." in page
    assert anonymous.get(reverse("communities"), {"kind": "party"}).status_code == 404


def test_founding_goes_from_the_form_to_the_open_page() -> None:
    founder = member_factory(language="en", name="Ana")
    client = signed_in(founder)
    assert client.get(reverse("community_found")).status_code == 200
    response = client.post(
        reverse("community_found"),
        {"kind": "movement", "name": "Us", "visibility": "public", "agree": "on"},
    )
    assert response.status_code == 302
    founding = reverse("community_founding", args=["us"])
    assert response["Location"] == founding
    assert "political opinion" in Consent.objects.get(member=founder).text
    page = text_of(client.get(founding))
    assert "the manifesto: the positive momentum" in page

    refused = client.post(reverse("community_open", args=["us"]))
    assert refused.status_code == 422
    assert "the rules to break" in text_of(refused)

    client.post(founding, {"frustration": "F", "momentum": "M", "rules_to_break": "R"})
    client.post(
        reverse("founder_invite", args=["us"]),
        {"founder-name": "Ben", "founder-email": "ben@example.org"},
    )
    token = Founder.objects.get(email="ben@example.org").token
    second = signed_in(member_factory(email="ben@example.org", language="en"))
    answer = reverse("founder_answer", args=[token])
    assert "Us" in text_of(second.get(answer))
    assert Founder.objects.get(token=token).confirmed_at is None
    assert second.post(answer, {"answer": "yes"}).status_code == 302

    assert client.post(reverse("community_open", args=["us"])).status_code == 302
    assert "Ben" in text_of(Client().get(reverse("community", args=["us"])))


def test_a_wrong_founding_form_says_what_is_wrong_and_keeps_nothing() -> None:
    client = signed_in(member_factory(language="en"))
    response = client.post(reverse("community_found"), {"kind": "movement", "name": "x\ny"})
    assert response.status_code == 422
    assert "Without your agreement" in text_of(response)
    assert not Membership.objects.exists()


def test_a_founder_says_no_without_signing_in_and_cannot_say_yes(anonymous: Client) -> None:
    founder = founder_factory()
    answer = reverse("founder_answer", args=[founder.token])
    assert anonymous.get(answer).status_code == 200
    assert anonymous.post(answer, {"answer": "yes"}).status_code == 403
    assert anonymous.post(answer, {"answer": "no"}).status_code == 302
    founder.refresh_from_db()
    assert founder.declined_at is not None
    assert anonymous.get(reverse("founder_answer", args=["nothing"])).status_code == 404


def test_leaving_takes_two_clicks_and_says_what_happens() -> None:
    movement = manifesto_factory().community
    member = in_role(movement, Role.HOST, language="en")
    client = signed_in(member)
    leave = reverse("community_leave", args=[movement.slug])
    assert leave in text_of(client.get(reverse("community", args=[movement.slug])))
    page = text_of(client.get(leave))
    assert "signature of the manifesto ends" in page
    assert "Your roles end today: host" in page
    assert client.post(leave, {"reason": "x" * 601}).status_code == 422
    assert client.post(leave, {"reason": "", "succession": "offer"}).status_code == 302
    assert not Membership.objects.filter(left_at=None).exists()


def test_members_read_who_the_others_are_and_to_outsiders_there_is_no_such_page() -> None:
    community = community_factory()
    member_of(community, name="Zoé")
    page = signed_in(member_of(community, language="en")).get(
        reverse("community_members", args=[community.slug])
    )
    assert "Zoé" in text_of(page)
    outsider = signed_in(member_factory(language="en"))
    refused = outsider.get(reverse("community_members", args=[community.slug]))
    assert refused.status_code == 404
    assert "Zoé" not in text_of(refused)


def test_a_new_version_is_published_and_the_signature_renewed() -> None:
    movement = manifesto_factory().community
    host = in_role(movement, Role.HOST, language="en")
    client = signed_in(host)
    edit = reverse("manifesto_edit", args=[movement.slug])
    assert "Nobody answers." in text_of(client.get(edit))
    incomplete = client.post(edit, {"frustration": "F", "publish": "yes"})
    assert incomplete.status_code == 422
    texts = {"frustration": "F2", "momentum": "M2", "rules_to_break": "R2", "publish": "yes"}
    assert client.post(edit, texts).status_code == 302
    page = reverse("manifesto", args=[movement.slug])
    assert "F2" in text_of(client.get(page))
    assert "Nobody answers." in text_of(client.get(reverse("manifesto", args=[movement.slug, 1])))
    assert client.get(reverse("manifesto", args=[movement.slug, 9])).status_code == 404
    client.post(reverse("manifesto_sign", args=[movement.slug]))
    assert "You stand behind this version" in text_of(client.get(page))


def test_an_outsider_is_shown_no_page_of_those_who_run_it() -> None:
    community = manifesto_factory().community
    outsider = signed_in(member_factory())
    for name in ("community_settings", "manifesto_edit", "community_leave"):
        assert outsider.get(reverse(name, args=[community.slug])).status_code == 403
    for name in ("community_members", "mandates"):
        assert outsider.get(reverse(name, args=[community.slug])).status_code == 404
    for name in ("community_close", "community_open", "community_move"):
        assert outsider.post(reverse(name, args=[community.slug])).status_code == 403
    assert outsider.post(reverse("mandate_end", args=[community.slug])).status_code == 404


def test_settings_are_changed_and_a_wrong_move_is_refused() -> None:
    community = community_factory(name="Before")
    client = signed_in(in_role(community, language="en"))
    settings = reverse("community_settings", args=[community.slug])
    assert "Before" in text_of(client.get(settings))
    values = {"name": "After", "purpose": "P", "language": "en", "visibility": "public"}
    assert client.post(settings, values).status_code == 302
    assert client.post(settings, {**values, "name": ""}).status_code == 422
    community.refresh_from_db()
    assert community.name == "After"
    move = reverse("community_move", args=[community.slug])
    assert client.post(move, {"parent": "nowhere"}).status_code == 422
    assert client.post(move, {"parent": ""}).status_code == 302


def test_a_role_is_given_and_ended_on_the_page() -> None:
    community = community_factory()
    client = signed_in(in_role(community, language="en"))
    holder = member_of(community, name="Hélène D.")
    mandates = reverse("mandates", args=[community.slug])
    given = {"holder": holder.public_id, "role": "decider", "title": "Councillor"}
    assert client.post(mandates, given).status_code == 302
    page = text_of(client.get(mandates))
    assert "Hélène D." in page
    assert "Councillor" in page
    again = client.post(mandates, given)
    assert again.status_code == 422
    assert "already holds" in text_of(again)
    reference = str(holder.mandates.get().pk)
    client.post(reverse("mandate_end", args=[community.slug]), {"mandate": reference})
    assert "Held before" in text_of(client.get(mandates))
    assert client.get(mandates).status_code == 200


def test_a_holder_is_found_by_name_among_many() -> None:
    community = community_factory()
    client = signed_in(in_role(community, language="en", name="Aa"))
    for number in range(51):
        member_of(community, name=f"B{number:02}")
    last = member_of(community, name="Zoé")
    mandates = reverse("mandates", args=[community.slug])
    assert "Zoé" not in text_of(client.get(mandates))
    assert "Zoé" in text_of(client.get(mandates, {"who": "zoe"}))
    assert "No member has this name" in text_of(client.get(mandates, {"who": "nobody"}))
    given = {"holder": last.public_id, "role": "coach"}
    assert client.post(mandates, given).status_code == 302
    stranger = {"holder": member_factory().public_id, "role": "coach"}
    assert client.post(mandates, stranger).status_code == 422


def test_closing_ends_what_comes_in_and_keeps_what_is_there(anonymous: Client) -> None:
    community = community_factory()
    client = signed_in(in_role(community, language="en"))
    assert client.post(reverse("community_close", args=[community.slug])).status_code == 302
    page = text_of(anonymous.get(reverse("community", args=[community.slug])))
    assert "nothing new comes in" in page
    assert reverse("community_join", args=[community.slug]) not in page


def test_hostile_words_are_shown_harmless(anonymous: Client) -> None:
    evil = "<script>alert(1)</script>[x](javascript:alert(1))"
    movement = manifesto_factory(
        community_factory(kind=Kind.MOVEMENT, name="<b>Us</b>"),
        frustration=evil,
        frustration_source=evil,
    ).community
    page = text_of(anonymous.get(reverse("community", args=[movement.slug])))
    assert "<script>alert" not in page
    assert "<b>Us" not in page
    assert 'href="javascript' not in page


@pytest.mark.usefixtures("read_only_gets")
def test_looking_at_any_page_changes_nothing() -> None:
    movement = manifesto_factory().community
    draft = community_factory(opened_at=None, kind=Kind.MOVEMENT)
    founder = founder_factory(community=draft)
    administrator = in_role(movement)
    Mandate.objects.create(community=draft, member=administrator, role=Role.ADMINISTRATOR)
    client = signed_in(administrator)
    for name in (
        "community",
        "community_groups",
        "community_members",
        "community_leave",
        "manifesto",
        "manifesto_edit",
        "mandates",
        "community_settings",
    ):
        assert client.get(reverse(name, args=[movement.slug])).status_code == 200
    assert client.get(reverse("community_founding", args=[draft.slug])).status_code == 200
    assert client.get(reverse("founder_answer", args=[founder.token])).status_code == 200
    assert client.get(reverse("communities")).status_code == 200
