from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from essaim.foundation.access import Refused
from essaim.foundation.activity import Rung, all_kinds
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.members import actions
from essaim.members.models import Consent, Interest, InterestKind, Member, Purpose
from essaim.members.tests.factories import HOSTILE_NAMES, interest_factory, member_factory

pytestmark = pytest.mark.django_db


def test_an_account_is_opened_once_whatever_the_capitals() -> None:
    first = actions.open_account(email="Ana@Example.org", language="fr")
    again = actions.open_account(email=" ana@example.ORG ", language="en")
    assert first == again
    assert first.email == "ana@example.org"
    assert first.proved_at is None
    assert not first.has_usable_password()


def test_known_and_unknown_addresses_cost_the_same_statements(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    member = member_factory()
    for email in (member.email, "nobody@example.org"):
        with django_assert_num_queries(5):  # savepoint, the three, release
            actions.open_account(email=email, language="fr")


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a@b.org\nBcc: c@d.org", "a\u2028@b.org"])
def test_what_is_no_address_opens_no_account(email: str) -> None:
    with pytest.raises(ValidationError):
        actions.open_account(email=email, language="fr")
    assert not Member.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_people_opening_the_same_account_at_once_leave_one() -> None:
    def open_it(_number: int) -> int:
        try:
            return actions.open_account(email="one@example.org", language="fr").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(open_it, range(20)))) == 1


def test_an_address_is_proved_once_and_told_once() -> None:
    member = actions.open_account(email="ana@example.org", language="fr")
    assert actions.prove_address(member=member)
    assert not actions.prove_address(member=member)
    assert FactRow.objects.filter(kind="members.AddressProved", actor_id=member.pk).count() == 1


def test_accounts_never_proved_are_dropped_after_a_day_and_others_stay() -> None:
    with at(now() - timedelta(hours=25)):
        old = actions.open_account(email="old@example.org", language="fr")
        asked_again = actions.open_account(email="again@example.org", language="fr")
        proved = actions.open_account(email="proved@example.org", language="fr")
        actions.prove_address(member=proved)
    young = actions.open_account(email="young@example.org", language="fr")
    actions.open_account(email="again@example.org", language="fr")
    assert actions.drop_unproved_accounts() == 1
    assert not Member.objects.filter(pk=old.pk).exists()
    assert set(Member.objects.all()) == {asked_again, proved, young}


def test_a_name_is_kept_with_its_sorting_key() -> None:
    member = member_factory(name="")
    actions.name_member(member=member, name="  Élodie   D’Août ")
    member.refresh_from_db()
    assert member.name == "Élodie D’Août"
    assert member.name_key == "elodie d'aout"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "...",
        "A\r\nBcc: b@c.org",
        "A\nB",
        "A\u2028B",
        "A\u2029B",
        "A\x00B",
        "A\x1bB",
        "A\u202eB",
        "x" * 81,
        "Gagnez sur http://evil.example",
        "evil.example",
        "www.evil",
        "ana@example.org",
    ],
)
def test_a_name_that_could_forge_a_header_or_bring_a_link_is_refused_beside_the_field(
    name: str,
) -> None:
    member = member_factory(name="Ana")
    with pytest.raises(ValidationError) as error:
        actions.name_member(member=member, name=name)
    assert list(error.value.message_dict) == ["name"]
    member.refresh_from_db()
    assert member.name == "Ana"


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_kept_as_plain_words(name: str) -> None:
    member = member_factory()
    actions.name_member(member=member, name=name)
    assert Member.objects.get(pk=member.pk).name == name


def test_a_profile_is_changed_as_a_whole() -> None:
    member = member_factory()
    actions.update_profile(
        member=member, language="en", place=None, minutes_a_week=0, motive="A river.\r\nA town.\n"
    )
    member.refresh_from_db()
    assert (member.language, member.minutes_a_week, member.motive) == ("en", 0, "A river.\nA town.")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"language": "de"}, "language"),
        ({"minutes_a_week": -1}, "minutes_a_week"),
        ({"minutes_a_week": 10081}, "minutes_a_week"),
        ({"motive": "x" * 601}, "motive"),
        ({"motive": "a\x00b"}, "motive"),
    ],
)
def test_a_wrong_value_stands_beside_its_field(change: dict[str, Any], field: str) -> None:
    values: dict[str, Any] = {
        "language": "fr",
        "place": None,
        "minutes_a_week": 5,
        "motive": "",
    } | change
    with pytest.raises(ValidationError) as error:
        actions.update_profile(member=member_factory(), **values)
    assert list(error.value.message_dict) == [field]


def test_a_word_is_stored_once_however_it_is_written() -> None:
    ana, ben = member_factory(), member_factory()
    actions.set_interests(member=ana, kind="skill", labels=["Comptabilité", "droit"])
    actions.set_interests(member=ben, kind="skill", labels=["COMPTABILITE", "comptabilité", ""])
    actions.set_interests(member=ben, kind="topic", labels=["Comptabilité"])
    assert Interest.objects.filter(kind=InterestKind.SKILL).count() == 2
    assert ben.interests.count() == 2
    actions.set_interests(member=ana, kind="skill", labels=["jardin"])
    assert [said.interest.label for said in ana.interests.all()] == ["jardin"]


@pytest.mark.parametrize(
    "labels", [["x" * 61], [str(number) for number in range(21)], ["a\nb"], ["a\x07b"]]
)
def test_too_many_or_too_long_words_are_refused_and_nothing_changes(labels: list[str]) -> None:
    member = member_factory()
    interest_factory(member, "droit")
    with pytest.raises(ValidationError) as error:
        actions.set_interests(member=member, kind="skill", labels=labels)
    assert list(error.value.message_dict) == ["skill"]
    assert member.interests.count() == 1


def test_words_nobody_says_are_forgotten() -> None:
    member = member_factory()
    interest_factory(member, "droit")
    Interest.objects.create(kind=InterestKind.SKILL, label="seul", key="seul")
    assert actions.drop_unused_interests() == 1
    assert Interest.objects.get().label == "droit"


def test_a_consent_stands_once_with_its_words_and_can_be_withdrawn_and_given_again() -> None:
    member = member_factory()
    words = {"purpose": Purpose.MEMBERSHIP, "about": "bearn"}
    first = actions.give_consent(member=member, text="I agree to this.", **words)
    again = actions.give_consent(member=member, text="Other words.", **words)
    assert first == again
    assert Consent.objects.get().text == "I agree to this."
    assert FactRow.objects.filter(kind="members.ConsentGiven").count() == 1
    assert actions.withdraw_consent(member=member, **words)
    assert not actions.withdraw_consent(member=member, **words)
    later = actions.give_consent(member=member, text="Other words.", **words)
    assert later != first
    assert Consent.objects.filter(withdrawn_at__isnull=True).count() == 1


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_consent_without_its_words_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        actions.give_consent(
            member=member_factory(), purpose=Purpose.MEMBERSHIP, about="bearn", text=text
        )


def test_nothing_can_be_done_with_an_erased_account() -> None:
    member = member_factory()
    actions.erase_member(member=member)
    for act in (
        lambda: actions.name_member(member=member, name="Back"),
        lambda: actions.set_interests(member=member, kind="skill", labels=["droit"]),
        lambda: actions.prove_address(member=member),
        lambda: actions.give_consent(
            member=member, purpose=Purpose.MEMBERSHIP, about="bearn", text="Yes."
        ),
        lambda: actions.erase_member(member=member),
    ):
        with pytest.raises(Refused):
            act()


def test_facts_about_accounts_are_for_nobody_and_count_for_nothing() -> None:
    kinds = [kind for name, kind in all_kinds().items() if name.startswith("members.")]
    assert len(kinds) > 7
    assert {kind.rung for kind in kinds} == {Rung.NONE}
    assert {kind.__dataclass_fields__["audience"].default for kind in kinds} == {"nobody"}
