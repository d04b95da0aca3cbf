import pytest
from django.utils import translation

from essaim.members import actions, queries
from essaim.members.tests.factories import interest_factory, member_factory

pytestmark = pytest.mark.django_db


def test_whoever_has_no_name_is_a_former_member() -> None:
    named, erased = member_factory(name="Ana"), member_factory(name="")
    assert queries.display_name(named) == "Ana"
    assert queries.display_name(erased) == "former member"
    assert queries.display_name(None) == "former member"


def test_a_word_is_suggested_once_five_people_say_it() -> None:
    for number in range(5):
        member = member_factory()
        interest_factory(member, "Comptabilité")
        if number < 4:
            interest_factory(member, "Compostage")
    assert queries.interests_matching("skill", "compta") == ["Comptabilité"]
    assert queries.interests_matching("skill", "comp") == ["Comptabilité"]
    assert queries.interests_matching("skill", "droit, COMPTÀ") == ["droit, Comptabilité"]
    assert queries.interests_matching("skill", "Comptabilite, comp") == []
    assert queries.interests_matching("topic", "comp") == []
    assert queries.interests_matching("password", "comp") == []
    assert queries.interests_matching("skill", " , ") == []


def test_the_archive_holds_what_the_person_said_and_nobody_elses() -> None:
    member, other = member_factory(name="Ana"), member_factory(name="Ben")
    for person in (member, other):
        actions.set_interests(member=person, kind="skill", labels=[f"de {person.name}"])
        actions.give_consent(
            member=person, purpose="membership", about="bearn", text=f"Yes, says {person.name}."
        )
    with translation.override("fr"):
        archive = queries.archive_of(member)
    rows = {record["kind"]: record["rows"] for record in archive["records"]}
    assert rows["members.Member"][0]["email"] == member.email
    assert rows["members.Member"][0]["name"] == "Ana"
    assert "password" not in rows["members.Member"][0]
    assert rows["members.MemberInterest"] == [{"interest": "de Ana"}]
    assert [row["text"] for row in rows["members.Consent"]] == ["Yes, says Ana."]
    assert "Ben" not in str(archive)
