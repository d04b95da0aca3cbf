import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from essaim.communities.models import Membership
from essaim.communities.tests.factories import community_factory
from essaim.foundation.models import FactRow
from essaim.members.models import Member
from essaim.members.tests.factories import HOSTILE_NAMES, member_factory
from essaim.outreach import actions
from essaim.outreach.models import MailPreference, Notice
from essaim.outreach.tests.factories import notice_factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    return member_factory(name="Ana Zwitscher", email="zwitscher@example.org", language="en")


@pytest.fixture
def signed_in(client: Client, member: Member) -> Client:
    client.force_login(member)
    return client


@pytest.fixture
def token(member: Member) -> str:
    return MailPreference.objects.create(member=member).stop_token


@pytest.mark.parametrize("many", [1, 3])
def test_notices_cost_the_same_queries_however_many(
    signed_in: Client, member: Member, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(many):
        notice_factory(member)
    with django_assert_num_queries(4):  # session, member, what they hold, notices
        page = signed_in.get("/notices/").text
    assert page.count("Something was said") == many


def test_only_ones_own_and_visible_notices_are_shown_newest_first(
    signed_in: Client, member: Member
) -> None:
    notice_factory(member, "first")
    notice_factory(member, "secret")
    notice_factory(member, "second")
    notice_factory(member_factory(), "of somebody else")
    page = signed_in.get("/notices/").text
    assert page.index("second") < page.index("first")
    assert "secret" not in page
    assert "somebody else" not in page


def test_reading_marks_nothing_and_the_button_marks_what_was_shown(
    signed_in: Client, member: Member
) -> None:
    notice = notice_factory(member)
    assert f'name="up_to" value="{notice.pk}"' in signed_in.get("/notices/").text
    later = notice_factory(member)
    assert signed_in.get("/notices/read/").status_code == 405
    assert not Notice.objects.filter(read_at__isnull=False).exists()
    assert signed_in.post("/notices/read/", {"up_to": notice.pk})["Location"] == "/notices/"
    assert list(Notice.objects.filter(read_at__isnull=False)) == [notice]
    assert Notice.objects.get(read_at__isnull=True) == later


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 40])
def test_nonsense_marks_nothing(signed_in: Client, member: Member, up_to: str) -> None:
    notice_factory(member)
    assert signed_in.post("/notices/read/", {"up_to": up_to}).status_code == 302
    assert not Notice.objects.filter(read_at__isnull=False).exists()


def test_older_notices_follow_on_the_next_page(signed_in: Client, member: Member) -> None:
    for number in range(31):
        notice_factory(member, f"Notice {number:02}")
    first = signed_in.get("/notices/")
    assert "Notice 30" in first.text
    assert "Notice 00" not in first.text
    address = re.search(r'rel="next"\s+href="([^"]+)"', first.text)
    assert address
    assert "Notice 00" in signed_in.get(f"/notices/{address[1]}").text


def test_without_notices_the_page_says_what_will_stand_there(signed_in: Client) -> None:
    assert "Nothing to tell yet" in signed_in.get("/notices/").text


@pytest.mark.parametrize("words", HOSTILE_NAMES)
def test_hostile_words_stay_words(signed_in: Client, member: Member, words: str) -> None:
    notice_factory(member, words)
    page = signed_in.get("/notices/").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("path", ["/notices/", "/me/mail/"])
def test_pages_of_ones_own_ask_to_enter_first(client: Client, path: str) -> None:
    assert client.get(path)["Location"].startswith("/enter/?next=")


def test_the_daily_mail_is_chosen_on_its_page(signed_in: Client, member: Member) -> None:
    assert 'value="yes" id="id_wants_digest_0" checked' in _tidy(signed_in.get("/me/mail/").text)
    assert not MailPreference.objects.exists()
    assert signed_in.post("/me/mail/", {"wants_digest": "no"})["Location"] == "/me/mail/"
    assert not MailPreference.objects.get(member=member).wants_digest
    response = signed_in.post("/me/mail/", {"wants_digest": "maybe"})
    assert response.status_code == 422
    assert "Choose one." in response.text


def test_the_link_of_the_mail_only_shows_a_button(client: Client, token: str) -> None:
    for method in (client.get, client.head):
        response = method(f"/mail/stop/{token}/")
        assert response.status_code == 200
        assert not response.cookies
    page = client.get(f"/mail/stop/{token}/").text
    assert "Zwitscher" not in page
    assert "example.org" not in page
    assert MailPreference.objects.get().wants_digest
    assert not FactRow.objects.exists()


def test_one_click_of_a_mail_program_stops_it_without_session_or_page(
    member: Member, token: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        response = client.post(f"/mail/stop/{token}/", {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert "zwitscher" not in response.text.lower()
    assert not MailPreference.objects.get(member=member).wants_digest
    notice_factory(member)
    assert not actions.send_digest(member_id=member.pk)
    assert FactRow.objects.filter(kind="outreach.DigestChosen", actor_id=member.pk).count() == 1


@pytest.mark.parametrize("guess", ["1", "x" * 43, "x" * 500, "%00"])
def test_a_guessed_token_is_no_page(client: Client, token: str, guess: str) -> None:
    assert client.get(f"/mail/stop/{guess}/").status_code == 404
    assert client.post(f"/mail/stop/{guess}/").status_code == 404
    assert MailPreference.objects.get().wants_digest


def _tidy(page: str) -> str:
    """Attributes in the order that the test expects, whoever formats them."""
    return page.replace(' class="input"', "").replace(" required", "")


def _unread(page: str) -> set[str]:
    return set(re.findall(r'class="visually-hidden"\s*>(\d+) unread<', page))


def test_every_page_leads_to_the_notices_and_says_how_many_are_unread(
    signed_in: Client, member: Member
) -> None:
    """To whoever belongs to no community, too; nothing of somebody else's is counted."""
    page = signed_in.get("/me/").text
    assert page.count('href="/notices/"') >= 2  # beside the page, and below it on a phone
    assert not _unread(page)
    for _ in range(3):
        newest = notice_factory(member)
    notice_factory(member_factory(), "of somebody else")
    for _ in range(2):
        Membership.objects.create(community=community_factory(), member=member)
        assert _unread(signed_in.get("/me/").text) == {"3"}
    signed_in.post("/notices/read/", {"up_to": newest.pk - 1})
    assert _unread(signed_in.get("/me/").text) == {"1"}
    assert _unread(Client().get("/communities/").text) == set()


def test_what_may_no_longer_be_seen_does_not_stay_unread_for_ever(
    signed_in: Client, member: Member
) -> None:
    hidden = notice_factory(member, "secret")
    page = signed_in.get("/notices/").text
    assert "Nothing to tell yet" in page
    assert f'name="up_to" value="{hidden.pk}"' in page
    signed_in.post("/notices/read/", {"up_to": hidden.pk})
    assert not _unread(signed_in.get("/notices/").text)
