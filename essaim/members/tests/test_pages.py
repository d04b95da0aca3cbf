from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from essaim.foundation.models import FactRow
from essaim.members import actions
from essaim.members.models import Member
from essaim.members.tests.door import confirmed
from essaim.members.tests.factories import HOSTILE_NAMES, interest_factory, member_factory
from essaim.places.tests.factories import place_factory

pytestmark = pytest.mark.django_db

PAGES = ["me", "me_name", "my_data", "erase", "confirm", "security", "password", "factor_app"]
PAGES += ["factor_passkeys", "recovery_codes", "sessions"]


@pytest.fixture
def member() -> Member:
    return member_factory(name="Ana")


@pytest.fixture
def signed_in(client: Client, member: Member) -> Client:
    client.force_login(member)
    return confirmed(client)


def profile(**changes: str) -> dict[str, str]:
    said = {"name": "Ana B", "language": "fr", "motive": "", "place": "", "minutes_a_week": ""}
    return {**said, "skills": "", "topics": "", **changes}


@pytest.mark.parametrize("page", PAGES)
def test_pages_about_oneself_ask_to_enter_first(client: Client, page: str) -> None:
    response = client.get(reverse(page))
    assert response["Location"].startswith("/enter/?next=")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_open_in_both_languages_and_change_nothing(
    signed_in: Client, member: Member, page: str, language: str
) -> None:
    Member.objects.filter(pk=member.pk).update(language=language)
    before = Member.objects.filter(pk=member.pk).values().get()
    response = signed_in.get(reverse(page))
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text
    assert Member.objects.filter(pk=member.pk).values().get() == before
    assert not FactRow.objects.exists()


def test_a_profile_is_saved_with_its_place_and_words(signed_in: Client, member: Member) -> None:
    place = place_factory()
    said = profile(motive="La rivière", place="Nay", minutes_a_week="30", skills="droit, jardin")
    assert signed_in.post("/me/", {**said, "language": "en"})["Location"] == "/me/"
    member.refresh_from_db()
    assert (member.name, member.language, member.place) == ("Ana B", "en", place)
    assert (member.minutes_a_week, member.motive) == (30, "La rivière")
    page = signed_in.get("/me/").text
    assert 'value="droit, jardin"' in page
    assert "Nay (64800)" in page
    assert "Your profile is saved." in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "A\r\nBcc: b@c.org"),
        ("name", "A\u2028B"),
        ("name", "x" * 81),
        ("name", "http://evil.example"),
        ("language", "de"),
        ("motive", "x" * 601),
        ("motive", "a\x00b"),
        ("place", "Nowhere at all"),
        ("minutes_a_week", "-1"),
        ("minutes_a_week", "many"),
        ("minutes_a_week", "10081"),
        ("minutes_a_week", "9" * 400),
        ("skills", "x" * 61),
        ("skills", ",".join(map(str, range(21)))),
        ("topics", "a\x07b"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field_and_nothing_is_saved(
    signed_in: Client, member: Member, field: str, value: str
) -> None:
    response = signed_in.post("/me/", profile(**{field: value, "motive_": "x"}))
    assert response.status_code == 422
    assert f'href="#id_{field}"' in response.text
    member.refresh_from_db()
    assert member.name == "Ana"
    assert not FactRow.objects.exists()


def test_only_the_profiles_own_fields_can_be_changed(signed_in: Client, member: Member) -> None:
    kept = ("email", "public_id", "is_active", "proved_at", "erased_at", "password", "created_at")
    before = [getattr(member, name) for name in kept]
    more = dict.fromkeys([*kept, "is_staff", "is_superuser", "id", "pk"], "1")
    signed_in.post("/me/", profile() | more)
    member.refresh_from_db()
    assert member.name == "Ana B"
    assert [getattr(member, name) for name in kept] == before


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_shows_as_plain_words(signed_in: Client, name: str) -> None:
    assert signed_in.post("/me/name/", {"name": name}).status_code == 302
    page = signed_in.get("/me/").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert name in unescape(page)


def test_choosing_another_language_wins_over_the_device(signed_in: Client) -> None:
    signed_in.cookies["language"] = "en"
    response = signed_in.post("/me/", profile(language="fr"))
    assert response.cookies["language"].value == "fr"


def test_words_are_completed_for_members_only(signed_in: Client) -> None:
    for _ in range(5):
        interest_factory(member_factory(), "Comptabilité")
    address = reverse("interests_complete", args=["skill"])
    assert signed_in.get(address, {"q": "droit, comp"}).json() == {
        "items": [{"value": "droit, Comptabilité", "label": "droit, Comptabilité"}]
    }
    assert signed_in.get(address, {"q": "\0"}).json() == {"items": []}
    assert Client().get(address, {"q": "comp"}).status_code == 302


def test_what_one_agreed_to_stands_with_its_words_and_the_way_out(
    signed_in: Client, member: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in.get("/me/data/")
    counts = []
    for about in ("bearn", "bulle", "nay"):
        actions.give_consent(
            member=member, purpose="membership", about=about, text=f"Yes <b>to</b> {about}."
        )
        with django_assert_num_queries(4):  # session, member, consents, reader
            page = signed_in.get("/me/data/").text
        counts.append(page.count(reverse("community_leave", args=[about])))
    assert counts == [1, 1, 1]
    assert "Yes &lt;b&gt;to&lt;/b&gt; bearn." in page
