import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from essaim.communities.models import Membership, Visibility
from essaim.communities.tests.factories import community_factory
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.members.actions import erase_member
from essaim.members.tests.factories import HOSTILE_NAMES, member_factory
from essaim.outreach import actions, queries, tasks
from essaim.outreach.models import MailPreference, Notice
from essaim.outreach.tests.factories import notice_factory

pytestmark = pytest.mark.django_db


def test_the_same_thing_is_told_once_to_each(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ids = [member_factory().pk for _ in range(3)]
    with django_assert_num_queries(3):  # savepoint, one INSERT for all, release
        told = actions.notify(member_ids=ids, kind="a.b", key="1", details={"idea_id": 7})
    assert told == 3
    assert actions.notify(member_ids=ids, kind="a.b", key="1") == 0
    assert actions.notify(member_ids=ids[:1], kind="a.b", key="2") == 1
    assert actions.notify(member_ids=[], kind="a.b", key="3") == 0
    assert Notice.objects.get(member=ids[0], key="1").details == {"idea_id": 7}


def test_the_erased_and_the_unknown_are_told_nothing() -> None:
    member = member_factory()
    erase_member(member=member)
    assert actions.notify(member_ids=[member.pk, 0], kind="a.b", key="1") == 0


@pytest.mark.django_db(transaction=True)
def test_telling_many_at_once_from_many_places_tells_each_once() -> None:
    ids = [member_factory().pk for _ in range(20)]

    def tell(_number: int) -> int:
        try:
            return actions.notify(member_ids=ids, kind="a.b", key="1")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tell, range(16))) == 20


def test_marking_as_read_stops_at_what_was_shown() -> None:
    member, other = member_factory(), member_factory()
    shown, later = notice_factory(member), notice_factory(member)
    theirs = notice_factory(other)
    actions.mark_notices_read(member=member, up_to=shown.pk)
    assert Notice.objects.get(pk=shown.pk).read_at
    assert not Notice.objects.get(pk=later.pk).read_at
    assert not Notice.objects.get(pk=theirs.pk).read_at


def test_a_choice_of_mail_is_kept_and_told_once() -> None:
    member = member_factory()
    for wants in (True, False, False, True):
        actions.choose_digest(member=member, wants=wants)
    assert MailPreference.objects.get(member=member).wants_digest
    assert FactRow.objects.filter(kind="outreach.DigestChosen").count() == 2


def test_one_mail_groups_what_is_new_by_community_newest_first() -> None:
    member = member_factory(language="fr")
    bearn, bulle = (community_factory(name=name) for name in ("Béarn en commun", "La Bulle"))
    for minutes, community, words in (
        (3, bearn, "first"),
        (2, bulle, "second"),
        (1, bearn, "third"),
    ):
        moment = now() - timedelta(minutes=minutes)
        notice_factory(member, words, community_id=community.pk, created_at=moment)
    notice_factory(member, "of no community", created_at=now() - timedelta(hours=1))
    assert actions.send_digest(member_id=member.pk)
    (message,) = mail.outbox
    body = str(message.body)
    order = ["BÉARN EN COMMUN", "third", "first", "LA BULLE", "second", "of no community"]
    assert [words for words in order if words in body] == order
    assert sorted(order, key=body.index) == order
    assert "http://testserver/communities/bearn/" in body
    assert message.to == [member.email]
    assert str(message.subject).startswith("4")
    assert Notice.objects.filter(mailed_at__isnull=False).count() == 4


def test_nothing_is_mailed_twice_nor_twice_a_day() -> None:
    member = member_factory()
    notice_factory(member)
    assert actions.send_digest(member_id=member.pk)
    assert not actions.send_digest(member_id=member.pk)
    notice_factory(member)
    assert not actions.send_digest(member_id=member.pk)
    assert queries.members_to_mail() == []
    with at(now() + timedelta(days=1)):
        assert queries.members_to_mail() == [member.pk]
        assert actions.send_digest(member_id=member.pk)
        assert str(mail.outbox[-1].subject).startswith("1 ")
        assert queries.members_to_mail() == []


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_one_mail() -> None:
    member = member_factory()
    for _ in range(5):
        notice_factory(member)

    def send(_number: int) -> bool:
        try:
            return actions.send_digest(member_id=member.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(send, range(12))) == 1
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_fails_leaves_everything_for_the_next_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    member = member_factory()
    notice_factory(member)
    with monkeypatch.context() as broken:
        backend = "django.core.mail.backends.smtp.EmailBackend"
        broken.setattr("django.conf.settings.EMAIL_BACKEND", backend)
        broken.setattr("django.conf.settings.EMAIL_PORT", 1)
        with pytest.raises(ConnectionRefusedError):
            actions.send_digest(member_id=member.pk)
    assert not Notice.objects.filter(mailed_at__isnull=False).exists()
    assert queries.members_to_mail() == [member.pk]
    assert actions.send_digest(member_id=member.pk)


def test_what_the_member_may_no_longer_see_is_left_out_and_not_marked() -> None:
    member = member_factory()
    hidden = notice_factory(member, "secret")
    assert not actions.send_digest(member_id=member.pk)
    notice_factory(member, "for all")
    actions.send_digest(member_id=member.pk)
    assert "secret" not in str(mail.outbox[0].body)
    assert not Notice.objects.get(pk=hidden.pk).mailed_at


def test_a_community_that_left_ones_sight_is_not_named() -> None:
    member = member_factory()
    inside = community_factory(name="Cercle discret", visibility=Visibility.MEMBERS)
    Membership.objects.create(member=member, community=inside, left_at=now())
    notice_factory(member, community_id=inside.pk)
    actions.send_digest(member_id=member.pk)
    assert "DISCRET" not in str(mail.outbox[0].body)


def test_who_wants_none_has_read_or_is_gone_gets_none() -> None:
    none, read, gone, unproved, old = (member_factory() for _ in range(5))
    for member in (none, gone, unproved):
        notice_factory(member)
    notice_factory(read, read_at=now())
    notice_factory(old, created_at=now() - timedelta(days=8))
    actions.choose_digest(member=none, wants=False)
    gone.is_active = False
    gone.save()
    unproved.proved_at = None
    unproved.save()
    assert queries.members_to_mail() == []
    for member in (none, read, gone, unproved, old):
        assert not actions.send_digest(member_id=member.pk)
    assert not mail.outbox


def test_who_stops_between_the_asking_and_the_sending_gets_none() -> None:
    member = member_factory()
    notice_factory(member)
    assert queries.members_to_mail() == [member.pk]
    actions.choose_digest(member=member, wants=False)
    tasks.send_digest(member_id=member.pk)
    assert not mail.outbox


def test_the_mail_carries_the_one_click_way_out_and_no_other_header() -> None:
    member = member_factory()
    notice_factory(member)
    actions.send_digest(member_id=member.pk)
    raw = mail.outbox[0].message()
    token = MailPreference.objects.get(member=member).stop_token
    assert raw["List-Unsubscribe"] == f"<http://testserver/mail/stop/{token}/>"
    assert raw["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert raw.get_content_type() == "text/plain"
    expected = (
        "Auto-Submitted Content-Transfer-Encoding Content-Type Date From List-Unsubscribe"
        " List-Unsubscribe-Post MIME-Version Message-ID Precedence Subject To"
    )
    assert sorted(raw.keys()) == sorted(expected.split())
    assert len(token) >= 43


@pytest.mark.parametrize(
    "name", [*HOSTILE_NAMES, "A\r\nBcc: b@c.org\r\n\r\nDear friend", "A\u2028B"]
)
def test_hostile_words_stay_words_on_their_line(name: str) -> None:
    member = member_factory(language="en")
    community = community_factory(name=name)
    notice_factory(member, f"{name} answered you", community_id=community.pk)
    actions.send_digest(member_id=member.pk)
    body = str(mail.outbox[0].body)
    line = " ".join(name.split())
    assert f"\n{line} answered you\nhttp://testserver/" in body
    assert "Bcc" not in mail.outbox[0].message()
    # Links carry a chance token: only the words around them could tell an evaluated template.
    assert "49" not in re.sub(r"http://\S+", "", body)


def test_a_mail_of_many_lines_ends_with_where_the_others_are() -> None:
    member = member_factory(language="en")
    for number in range(45):
        notice_factory(member, f"Notice number {number}")
    actions.send_digest(member_id=member.pk)
    body = str(mail.outbox[0].body)
    assert body.count("Notice number") == 40
    assert "And 5 more:\nhttp://testserver/notices/" in body
