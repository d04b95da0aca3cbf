"""One person who did everything there is to do, erased: no table names them, all else stands."""

import re

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.actions import give_mandate, join_community
from essaim.communities.models import Community, Founder, Kind, Mandate, Membership, Role, Signature
from essaim.communities.tests.factories import community_factory, in_role, manifesto_factory
from essaim.discussions import actions as talk
from essaim.discussions.models import Post, Report
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import today
from essaim.foundation.privacy import REGISTER, Erasure
from essaim.ideas import actions as ideas
from essaim.ideas.models import Idea, Support
from essaim.ideas.tests.factories import make_debate, make_host, propose
from essaim.members import actions
from essaim.members.models import Member, Purpose
from essaim.members.queries import archive_of
from essaim.members.tests.factories import member_factory
from essaim.outreach.actions import choose_digest, notify
from essaim.outreach.models import MailPreference, Notice

pytestmark = pytest.mark.django_db

NAME, EMAIL = "Canary Zwitscher", "canary-zwitscher@example.org"
CANARY = re.compile("zwitscher", re.IGNORECASE)


def everything() -> dict[str, str]:
    """Every row of every table as text, and what sessions hold."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM {table} t"  # noqa: S608  the catalogue names it
            )
            found[table] = cursor.fetchone()[0]
    found["sessions, decoded"] = str([row.get_decoded() for row in Session.objects.all()])
    return found


def tables_with_the_canary() -> set[str]:
    return {table for table, text in everything().items() if CANARY.search(text)}


def counts() -> dict[type[models.Model], int]:
    return {model: model._default_manager.count() for model in apps.get_models()}


@pytest.fixture
def canary() -> Member:
    """Somebody of whom every kind of row exists."""
    movement = community_factory(kind=Kind.MOVEMENT)
    manifesto_factory(movement)
    elsewhere = community_factory(opened_at=None)
    administrator = in_role(movement)
    member = member_factory(name=NAME, email=EMAIL, language="en")
    actions.update_profile(
        member=member, language="en", place=None, minutes_a_week=30, motive=f"I am {NAME}."
    )
    actions.set_interests(member=member, kind="skill", labels=[NAME])
    join_community(member=member, community=movement, consent_text=f"{NAME} agrees.")
    give_mandate(member=administrator, community=movement, holder=member, role=Role.REFERENT)
    Founder.objects.create(community=movement, member=member, name=NAME, email=EMAIL)
    Founder.objects.create(community=elsewhere, name=NAME, email=EMAIL.title())
    debate = make_debate(movement, make_host(movement))
    idea = propose(debate, member)
    ideas.support_idea(member=member, idea=propose(debate))
    post = talk.write_post(member=administrator, thread=idea.thread, text="Spam.")
    talk.write_post(member=member, thread=idea.thread, text="Why is this here?")
    talk.report_post(member=member, post=post, reason="spam", note=f"Says {NAME}.")
    notify(member_ids=[member.pk], kind="tests.said", key="1")
    choose_digest(member=member, wants=False)
    Commitment.objects.create(
        community=movement,
        kind=CommitmentKind.DELIVERY,
        subject_kind="tests",
        subject_id=1,
        owner=member,
        owner_role=Role.REFERENT,
        due_on=today(),
    )
    deliver_pending()
    return member


def test_no_table_names_who_was_erased_and_what_others_rely_on_stands(canary: Member) -> None:
    assert tables_with_the_canary() == {
        "public.communities_founder",
        "public.discussions_report",
        "public.members_consent",
        "public.members_interest",
        "public.members_member",
    }
    before, old_id = counts(), canary.public_id
    actions.erase_member(member=canary)
    deliver_pending()
    assert tables_with_the_canary() == set()
    assert not Member.objects.filter(public_id=old_id).exists()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # every reference still leads somewhere
    after = counts()
    for model in (Idea, Post, Report, Founder, Membership, Mandate, Commitment, Community, Member):
        assert after[model] == before[model], model
    assert after[Support] == before[Support] - 1
    assert after[Signature] == before[Signature] - 1
    assert after[MailPreference] == before[MailPreference] - 1
    assert after[Notice] < before[Notice]


def test_every_row_about_the_person_met_its_declared_fate(canary: Member) -> None:
    actions.erase_member(member=canary)
    deliver_pending()
    for model, declared in REGISTER.items():
        if not declared.subject or model is Member:
            continue
        left = model._default_manager.filter(**{declared.subject: canary.pk})
        if declared.on_erasure is Erasure.DELETE:
            assert not left.exists(), model
        for row in left if declared.on_erasure is Erasure.ANONYMISE else ():
            assert not any(getattr(row, name) for name in declared.blanked), model


def test_an_erased_member_belongs_nowhere_and_holds_nothing(canary: Member) -> None:
    actions.erase_member(member=canary)
    deliver_pending()
    assert not Membership.objects.filter(member=canary, left_at__isnull=True).exists()
    assert not Mandate.objects.filter(member=canary, ends_on__isnull=True).exists()


@pytest.mark.parametrize(
    "kind", ["members.Consent", "communities.Founder", "ideas.Idea", "discussions.Post"]
)
def test_the_archive_reaches_every_floor(canary: Member, kind: str) -> None:
    archive = archive_of(canary)
    assert kind in {record["kind"] for record in archive["records"]}


def test_the_archive_tells_nothing_of_others(canary: Member) -> None:
    other = member_factory(name="Other Zaunkönig", email="zaunkoenig@example.org")
    actions.give_consent(
        member=other, purpose=Purpose.MEMBERSHIP, about="x", text="Zaunkönig agrees."
    )
    assert "zaunk" not in str(archive_of(canary)).lower()
