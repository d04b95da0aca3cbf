"""After an erasure nothing in the database names the person, and everything else still stands."""

import json
import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from essaim.foundation.models import FactRow
from essaim.members import actions
from essaim.members.models import Consent, Interest, Member, MemberInterest
from essaim.members.tests.door import confirmed
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

NAME, EMAIL = "Canary Zwitscher", "canary-zwitscher@example.org"
CANARY = re.compile("zwitscher", re.IGNORECASE)


def everything() -> dict[str, str]:
    """Every row of every table as text, with what sessions hold."""
    from django.contrib.sessions.models import Session

    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        tables = [row[0] for row in cursor.fetchall()]
        assert len(tables) > 10
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM {table} t")  # noqa: S608  the catalogue names it
            found[table] = cursor.fetchone()[0]
    found["sessions, decoded"] = str([row.get_decoded() for row in Session.objects.all()])
    return found


def tables_with_the_canary() -> set[str]:
    return {table for table, text in everything().items() if CANARY.search(text)}


@pytest.fixture
def canary() -> Member:
    member = member_factory(name=NAME, email=EMAIL)
    actions.update_profile(
        member=member, language="en", place=None, minutes_a_week=30, motive=f"I am {NAME}."
    )
    actions.set_interests(member=member, kind="skill", labels=["droit", NAME])
    actions.give_consent(member=member, purpose="membership", about="bearn", text=f"{NAME} agrees.")
    actions.add_passkey(member=member, name=f"{NAME}'s phone", credential={})
    actions.open_session(member=member, session_key="canary", browser=f"{NAME}'s browser")
    return member


def test_after_an_erasure_no_table_names_the_person(canary: Member, client: Client) -> None:
    client.post("/enter/", {"email": EMAIL})  # a session that waits for a code
    before = {"public.members_member", "public.members_interest", "sessions, decoded"}
    before |= {"public.mfa_authenticator", "public.usersessions_usersession"}
    assert before <= tables_with_the_canary()
    actions.erase_member(member=canary)
    assert tables_with_the_canary() == set()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_account_stays_as_nobody_and_its_rows_are_gone_or_anonymous(canary: Member) -> None:
    before = canary.public_id
    facts = FactRow.objects.count()
    actions.erase_member(member=canary)
    canary.refresh_from_db()
    assert canary.erased_at
    assert not canary.is_active
    assert canary.public_id != before
    assert (canary.name, canary.name_key, canary.motive, canary.place) == ("", "", "", None)
    assert not Consent.objects.exists()
    assert not MemberInterest.objects.exists()
    assert not Interest.objects.exists()
    assert FactRow.objects.count() == facts + 1
    assert FactRow.objects.filter(kind="members.MemberErased", actor_id=canary.pk).exists()


def test_others_keep_everything(canary: Member) -> None:
    other = member_factory(name="Ana")
    actions.set_interests(member=other, kind="skill", labels=["droit"])
    actions.give_consent(member=other, purpose="membership", about="bearn", text="Yes.")
    actions.erase_member(member=canary)
    other.refresh_from_db()
    assert other.name == "Ana"
    assert other.is_active
    assert other.interests.get().interest.label == "droit"
    assert other.consents.get().text == "Yes."


def test_every_session_of_the_account_ends_and_the_address_may_come_back_as_somebody_new(
    canary: Member,
) -> None:
    here, elsewhere = Client(), Client()
    for device in (here, elsewhere):
        device.force_login(canary)
    confirmed(here)
    page = here.get(reverse("erase")).content.decode()
    assert "former member" in page
    response = here.post(reverse("erase"), {"understood": "on"})
    assert response["Location"] == "/erased/"
    assert here.get("/erased/").status_code == 200
    for device in (here, elsewhere):
        assert device.get("/me/")["Location"] == "/enter/?next=%2Fme%2F"
    here.post("/enter/", {"email": EMAIL})
    assert mail.outbox[-1].to == [EMAIL]
    assert Member.objects.get(email=EMAIL).pk != canary.pk


def test_erasing_needs_the_box_and_a_post(canary: Member, client: Client) -> None:
    client.force_login(canary)
    confirmed(client)
    client.get(reverse("erase"), {"understood": "on"})
    response = client.post(reverse("erase"))
    assert response.status_code == 422
    assert "nothing has been erased" in response.content.decode()
    canary.refresh_from_db()
    assert canary.erased_at is None


def test_the_archive_is_one_file_made_on_the_fly(canary: Member, client: Client) -> None:
    client.force_login(canary)
    confirmed(client)
    assert client.get(reverse("my_archive")).status_code == 405
    response = client.post(reverse("my_archive"))
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="essaim-')
    assert response["Cache-Control"] == "private, no-store"
    archive = json.loads(response.content)
    assert {record["kind"] for record in archive["records"]} >= {
        "members.Member",
        "members.MemberInterest",
        "members.Consent",
    }


def test_the_archive_can_be_had_five_times_an_hour(canary: Member, client: Client) -> None:
    client.force_login(canary)
    confirmed(client)
    statuses = [client.post(reverse("my_archive")).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
