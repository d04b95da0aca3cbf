import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from essaim.communities import actions, rules
from essaim.communities.models import (
    Founder,
    Kind,
    Mandate,
    Manifesto,
    Membership,
    Role,
    Visibility,
)
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import (
    community_factory,
    founder_factory,
    in_role,
    member_of,
)
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.members.models import Consent
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

PARTS = {"frustration": "Nobody answers.", "momentum": "We can.", "rules_to_break": "We begin."}


def test_whoever_founds_a_community_runs_it_belongs_to_it_and_nobody_else_sees_it() -> None:
    founder, stranger = member_factory(), member_factory()

    community = actions.found_community(member=founder, kind=Kind.MOVEMENT, name="L’Été en commun")

    assert community.slug == "l-ete-en-commun"
    assert community.is_political
    assert Membership.objects.filter(community=community, member=founder).count() == 1
    assert Mandate.objects.get(community=community).role == Role.ADMINISTRATOR
    assert community.founders.get().confirmed_at is not None
    assert Manifesto.objects.get(community=community).published_at is None
    assert Consent.objects.get(member=founder).about == community.slug
    assert rules.may_see_community(fresh_reader(founder), community)
    assert not rules.may_see_community(fresh_reader(stranger), community)


def test_a_committee_begins_inside_what_its_founder_belongs_to_and_has_its_host() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    member, outsider = member_of(movement), member_factory()

    committee = actions.found_community(
        member=member, kind=Kind.COMMITTEE, name="Nay", parent=movement
    )

    assert committee.ancestor_ids == [movement.pk]
    assert committee.is_political
    assert set(committee.mandates.values_list("role", flat=True)) == {
        Role.ADMINISTRATOR,
        Role.HOST,
    }
    with pytest.raises(Refused, match="Join"):
        actions.found_community(member=outsider, kind=Kind.COMMITTEE, name="Pau", parent=movement)


def test_a_movement_cannot_begin_under_another_community() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    with pytest.raises(Refused, match="under no other"):
        actions.found_community(
            member=member_of(movement), kind=Kind.MOVEMENT, name="Two", parent=movement
        )


def test_two_communities_of_one_name_get_two_addresses_and_reserved_words_none() -> None:
    first, second, third = (
        actions.found_community(member=member_factory(), kind=Kind.CIRCLE, name=name)
        for name in ("Nay", "Nay", "New")
    )
    assert (first.slug, second.slug, third.slug) == ("nay", "nay-2", "new-2")


def test_the_same_form_sent_twice_founds_one_community() -> None:
    member = member_factory()
    first = actions.found_community(member=member, kind=Kind.CIRCLE, name="Nay")
    assert actions.found_community(member=member, kind=Kind.CIRCLE, name="Nay") == first
    assert first.founders.count() == 1


@pytest.mark.parametrize("name", ["", "  ", "Nay\nBcc: all", "x" * 81])
def test_a_wrong_name_is_told_beside_its_field_and_founds_nothing(name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        actions.found_community(member=member_factory(), kind=Kind.CIRCLE, name=name)
    assert list(caught.value.message_dict) == ["name"]
    assert not Founder.objects.exists()


def test_an_unknown_kind_is_refused_beside_its_field() -> None:
    with pytest.raises(ValidationError) as caught:
        actions.found_community(member=member_factory(), kind="party", name="Nay")
    assert list(caught.value.message_dict) == ["kind"]


def test_a_named_founder_gets_one_mail_whose_link_asks_them() -> None:
    community = community_factory(opened_at=None, language="en")
    administrator = in_role(community)
    founder = actions.invite_founder(
        member=administrator, community=community, name="Ana", email="Ana@example.org"
    )

    deliver_pending()
    actions.mail_invitation(founder_id=founder.pk)

    assert [message.to for message in mail.outbox] == [["ana@example.org"]]
    assert founder.token in str(mail.outbox[0].body)


def test_naming_the_same_founder_twice_is_told_beside_the_address() -> None:
    community = community_factory(opened_at=None)
    administrator = in_role(community)
    actions.invite_founder(member=administrator, community=community, name="A", email="a@b.org")
    with pytest.raises(ValidationError) as caught:
        actions.invite_founder(member=administrator, community=community, name="B", email="A@b.org")
    assert list(caught.value.message_dict) == ["email"]


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [("", "a@b.org", "name"), ("A", "no address", "email"), ("A\r\nBcc: x@y.z", "a@b.org", "name")],
)
def test_a_founder_needs_a_name_on_one_line_and_an_address(
    name: str, email: str, field: str
) -> None:
    community = community_factory(opened_at=None)
    with pytest.raises(ValidationError) as caught:
        actions.invite_founder(
            member=in_role(community), community=community, name=name, email=email
        )
    assert list(caught.value.message_dict) == [field]


def test_only_the_person_written_to_can_say_yes_and_then_belongs_to_it() -> None:
    founder = founder_factory(email="ana@example.org")
    ana, other = member_factory(email="ana@example.org"), member_factory()

    with pytest.raises(Refused, match="Sign in"):
        actions.confirm_founder(member=other, token=founder.token)
    actions.confirm_founder(member=ana, token=founder.token)
    actions.confirm_founder(member=ana, token=founder.token)

    founder.refresh_from_db()
    assert founder.member == ana
    assert Membership.objects.filter(community=founder.community, member=ana).count() == 1
    assert FactRow.objects.filter(kind="communities.FounderConfirmed").count() == 1


def test_an_invitation_is_no_back_door_into_a_hidden_community() -> None:
    hidden = community_factory(visibility=Visibility.MEMBERS)
    draft = community_factory(parent=hidden, opened_at=None)
    founder = founder_factory(draft, email="ana@example.org")
    with pytest.raises(Refused, match="Only members of"):
        actions.confirm_founder(member=member_factory(email="ana@example.org"), token=founder.token)


def test_a_founder_may_say_no_without_an_account_and_then_yes() -> None:
    founder = founder_factory(email="ana@example.org")
    actions.decline_founder(token=founder.token)
    assert Founder.objects.get(pk=founder.pk).declined_at is not None

    ana = member_factory(email="ana@example.org")
    actions.confirm_founder(member=ana, token=founder.token)
    assert Founder.objects.get(pk=founder.pk).declined_at is None
    with pytest.raises(Refused, match="said yes"):
        actions.decline_founder(token=founder.token)


def test_an_invitation_can_be_taken_back_until_it_is_confirmed() -> None:
    community = community_factory(opened_at=None)
    administrator = in_role(community)
    founder_factory(community=community, email="a@b.org")
    actions.withdraw_founder(member=administrator, community=community, email="a@b.org")
    assert not community.founders.exists()


def test_a_movement_opens_only_with_its_whole_manifesto_and_the_action_names_what_is_missing() -> (
    None
):
    founder = member_factory()
    community = actions.found_community(member=founder, kind=Kind.MOVEMENT, name="Us")
    founder_factory(community=community, confirmed_at=community.created_at)
    actions.write_manifesto(
        member=founder, community=community, frustration="Nobody answers.", momentum="We can."
    )

    with pytest.raises(Refused) as caught:
        actions.open_community(member=founder, community=community)
    assert "the rules to break" in str(caught.value.reason)
    assert "the frustration" not in str(caught.value.reason)

    actions.write_manifesto(member=founder, community=community, **PARTS)
    opened = actions.open_community(member=founder, community=community)
    assert opened.is_open
    assert Manifesto.objects.published().get(community=community).version == 1


def test_a_movement_needs_a_second_founder_who_has_confirmed() -> None:
    founder = member_factory()
    community = actions.found_community(member=founder, kind=Kind.MOVEMENT, name="Us")
    actions.write_manifesto(member=founder, community=community, **PARTS)
    named = founder_factory(community=community)

    with pytest.raises(Refused, match="second founder"):
        actions.open_community(member=founder, community=community)

    actions.confirm_founder(member=member_factory(email=named.email), token=named.token)
    assert actions.open_community(member=founder, community=community).is_open


def test_other_kinds_open_on_their_purpose_alone() -> None:
    founder = member_factory()
    circle = actions.found_community(member=founder, kind=Kind.CIRCLE, name="Eight")
    with pytest.raises(Refused, match="the purpose"):
        actions.open_community(member=founder, community=circle)
    actions.update_community(member=founder, community=circle, purpose="To learn to weld.")
    assert actions.open_community(member=founder, community=circle).is_open


def test_nothing_opens_under_what_is_not_open() -> None:
    parent = community_factory()
    member = member_of(parent)
    child = actions.found_community(
        member=member, kind=Kind.CIRCLE, name="In", parent=parent, purpose="To try."
    )
    parent.opened_at = None
    parent.save()
    with pytest.raises(Refused, match="has to open first"):
        actions.open_community(member=member, community=child)


def test_only_those_who_run_it_open_it() -> None:
    circle = community_factory(opened_at=None)
    with pytest.raises(Refused, match="Only those who run"):
        actions.open_community(member=member_of(circle), community=circle)


@pytest.mark.parametrize(
    "name", ["Prize at https://evil.example", "www.evil.example", "e@evil.org"]
)
def test_an_invitation_carries_no_address_but_its_own(name: str) -> None:
    community = community_factory(opened_at=None)
    member = in_role(community)
    with pytest.raises(ValidationError, match="web or e-mail address"):
        actions.invite_founder(member=member, community=community, name=name, email="a@example.org")
    with pytest.raises(ValidationError, match="web or e-mail address"):
        actions.found_community(member=member, kind=Kind.CIRCLE, name=name, consent_text="Yes.")
    with pytest.raises(ValidationError, match="web or e-mail address"):
        actions.update_community(member=member, community=community, name=name)
    assert not community.founders.exists()


def test_one_address_is_not_written_to_again_and_again(client: Client) -> None:
    community = community_factory(opened_at=None)
    client.force_login(in_role(community))
    answers = []
    for _ in range(4):
        given = {"founder-name": "Anne", "founder-email": "anne@example.org"}
        answers.append(
            client.post(reverse("founder_invite", args=[community.slug]), given).status_code
        )
        client.post(
            reverse("founder_withdraw", args=[community.slug]), {"email": "anne@example.org"}
        )
    assert answers == [302, 302, 302, 403]


def test_a_founder_takes_back_their_words_and_keeps_their_name() -> None:
    community = community_factory(kind=Kind.MOVEMENT)
    member = member_of(community, name="Ada")
    founder = founder_factory(
        community, member=member, name="Ada", words="I dreamt of it.", confirmed_at=now()
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    page = reverse("community", args=[community.slug])
    assert "I dreamt of it." in client.get(page).content.decode()
    other = member_factory()
    assert not actions.withdraw_founder_words(member=other, community=community)
    client.post(reverse("founder_words_withdraw", args=[community.slug]))
    founder.refresh_from_db()
    assert (founder.words, founder.name) == ("", "Ada")
    assert "I dreamt of it." not in client.get(page).content.decode()
    assert not actions.withdraw_founder_words(member=member, community=community)
