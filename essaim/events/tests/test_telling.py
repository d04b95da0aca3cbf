"""Who is told of what, by mail and on the site: each once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from essaim.communities.actions import leave_community
from essaim.communities.models import Community
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions, tasks
from essaim.events.models import Announcement, Registration, Standing
from essaim.events.tests.factories import given, invite, make_event, make_host, make_registration
from essaim.foundation import clock
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return community_factory(name="Nay")


@pytest.fixture
def host(community: Community) -> Member:
    return make_host(community)


def told() -> list[tuple[str, str]]:
    """To whom and what, in the order in which it was sent."""
    return [(one.to[0], str(one.subject)) for one in mail.outbox]


def noticed(member: Member | None) -> list[str]:
    rows = Notice.objects.filter(member=member).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def _guest(event: Any, name: str = "Zoé", **values: Any) -> Registration:
    return make_registration(
        event,
        email=f"{name.lower().replace('é', 'e')}@example.org",
        name=name,
        language="fr",
        **values,
    )


def test_a_ticket_says_where_one_stands_and_how_one_changes_it(community: Community) -> None:
    event = make_event(community, title="Soirée", online_url="https://live.example/room")
    mine = actions.register_by_mail(event=event, name="Zoé", email="zoe@example.org", language="fr")
    deliver_pending()
    assert told() == [("zoe@example.org", "Vous venez\u00a0: Soirée")]
    sent = mail.outbox[0]
    text = str(sent.body)
    assert f"/registrations/{mine.token}/" in text
    assert "https://live.example/room" in text
    (part,) = sent.attachments
    assert part[2] == "text/calendar; charset=utf-8; method=REQUEST"
    assert "BEGIN:VEVENT" in part[1]
    assert "live.example" not in part[1]


def test_whoever_waits_is_told_of_the_line_and_gets_no_link_and_no_calendar(
    community: Community,
) -> None:
    event = make_event(community, capacity=1, online_url="https://live.example/room")
    make_registration(event)
    member = member_of(community, language="en", proved_at=now())
    actions.register(member=member, event=event)
    deliver_pending()
    (sent,) = mail.outbox
    assert sent.subject == f"You are in line: {event.title}"
    assert "live.example" not in str(sent.body)
    assert not sent.attachments


def test_moving_tells_everybody_registered_once_with_the_calendar(
    community: Community, host: Member
) -> None:
    event = make_event(community, title="Evening")
    going = make_registration(event, member_of(community, language="en", proved_at=now()))
    guest = _guest(event, standing=Standing.MAYBE)
    waits = _guest(event, "Yan", standing=Standing.WAITING)
    _guest(event, "Non", standing=Standing.NOT)
    before = event.sequence
    values = given(title="Evening", starts_at=event.starts_at + timedelta(days=1))
    actions.edit_event(member=host, event=event, **values)
    tasks.tell_what_changed()
    tasks.tell_what_changed()
    assert going.member
    assert {one.to[0] for one in mail.outbox} == {
        going.member.email,
        str(guest.email),
        str(waits.email),
    }
    assert len(mail.outbox) == 3
    by_mail = {one.to[0]: one for one in mail.outbox}
    part = by_mail[going.member.email].attachments[0][1]
    assert f"SEQUENCE:{before + 1}" in part
    assert f"UID:{event.public_id}@essaim" in part
    assert noticed(going.member) == ["events.moved"]
    assert Notice.objects.get(member=going.member).mailed_at  # not again in the daily mail
    assert Announcement.objects.get().done_at


def test_words_alone_tell_nobody(community: Community, host: Member) -> None:
    event = make_event(community, title="Evening")
    make_registration(event, member_of(community, proved_at=now()))
    values = given(
        title="Another name", starts_at=event.starts_at, ends_at=event.ends_at, text="And why."
    )
    actions.edit_event(member=host, event=event, **values)
    tasks.tell_what_changed()
    assert not mail.outbox
    event.refresh_from_db()
    assert event.sequence == 0


def test_cancelling_tells_why_and_cancels_in_calendars(community: Community, host: Member) -> None:
    event = make_event(community, title="Evening", online_url="https://live.example/room")
    going = make_registration(event, member_of(community, language="en", proved_at=now()))
    actions.cancel_event(member=host, event=event, reason="The hall is flooded.")
    tasks.tell_what_changed()
    (sent,) = mail.outbox
    assert sent.subject == "It is cancelled: Evening"
    assert "The hall is flooded." in str(sent.body)
    assert "live.example" not in str(sent.body)
    assert sent.attachments[0][2].endswith("method=CANCEL")
    assert "STATUS:CANCELLED" in sent.attachments[0][1]
    assert noticed(going.member) == ["events.cancelled"]


def test_of_two_changes_the_last_is_told_and_nobody_hears_what_is_no_longer_so(
    community: Community, host: Member
) -> None:
    event = make_event(community, title="Evening")
    make_registration(event, member_of(community, language="en", proved_at=now()))
    values = given(title="Evening", starts_at=event.starts_at + timedelta(days=1))
    actions.edit_event(member=host, event=event, **values)
    actions.cancel_event(member=host, event=event, reason="Nobody can.")
    tasks.tell_what_changed()
    assert [one.subject for one in mail.outbox] == ["It is cancelled: Evening"]


def test_whoever_registers_after_a_change_is_not_told_of_it(
    community: Community, host: Member
) -> None:
    event = make_event(community)
    values = given(title=event.title, starts_at=event.starts_at + timedelta(days=1))
    actions.edit_event(member=host, event=event, **values)
    actions.register(member=member_of(community, proved_at=now()), event=event)
    tasks.tell_what_changed()
    assert not mail.outbox


def test_a_reminder_comes_once_and_not_to_who_just_registered(community: Community) -> None:
    event = make_event(community, title="Evening", starts_at=now() + timedelta(hours=24))
    make_registration(
        event,
        member_of(community, language="en", proved_at=now()),
        registered_at=now() - timedelta(days=3),
    )
    tasks.remind_of_tomorrow()
    tasks.remind_of_tomorrow()
    tasks.tell_what_changed()
    assert [one.subject for one in mail.outbox] == ["Soon: Evening"]
    assert not mail.outbox[0].attachments
    later = make_event(community, starts_at=now() + timedelta(days=3))
    make_registration(later, registered_at=now() - timedelta(days=3))
    tasks.remind_of_tomorrow()
    assert not later.announcements.exists()


def test_one_whom_no_mail_reaches_does_not_keep_the_others_from_hearing(
    community: Community, host: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mailbox that refuses is tried again, until a day has passed."""
    event = make_event(community, title="Evening")
    for number in range(3):
        _guest(event, f"Guest{number}")
    real = EmailMessage.send

    def send(self: EmailMessage, *args: Any, **kwargs: Any) -> int:
        if self.to == ["guest1@example.org"]:
            raise OSError("no such mailbox")
        return int(real(self, *args, **kwargs))

    monkeypatch.setattr(EmailMessage, "send", send)
    actions.cancel_event(member=host, event=event, reason="No hall.")
    tasks.tell_what_changed()
    assert {one.to[0] for one in mail.outbox} == {"guest0@example.org", "guest2@example.org"}
    assert Announcement.objects.get().done_at is None
    with clock.at(now() + timedelta(days=1, hours=1)):
        tasks.tell_what_changed()
    assert len(mail.outbox) == 2
    assert Announcement.objects.get().done_at


def test_a_free_seat_is_told_at_once_to_the_first_in_line(community: Community) -> None:
    event = make_event(community, title="Evening", capacity=1)
    goes = member_of(community, proved_at=now())
    waits = member_of(community, language="en", proved_at=now())
    actions.register(member=goes, event=event)
    actions.register(member=waits, event=event)
    deliver_pending()
    mail.outbox.clear()
    actions.register(member=goes, event=event, answer="not")
    deliver_pending()
    assert told() == [(waits.email, "A seat is free for you: Evening")]
    assert noticed(waits) == ["events.seat_offered"]
    with clock.at(now() + timedelta(days=2)):
        tasks.pass_seats_on()
        deliver_pending()
    assert told()[1:] == [(waits.email, "The seat went to the next in line: Evening")]


def test_members_are_told_of_what_is_for_them_and_nobody_of_what_is_not(
    community: Community, host: Member
) -> None:
    member, outside = member_of(community), member_of(community_factory())
    for openness in ("everyone", "members", "link", "invited"):
        draft = actions.draft_event(
            member=host, community=community, **given(title=openness, openness=openness)
        )
        actions.publish_event(member=host, event=draft)
    deliver_pending()
    assert noticed(member) == ["events.published", "events.published"]
    assert noticed(outside) == []
    assert noticed(host) == []


def test_who_is_invited_is_told_once_however_often_others_are(
    community: Community, host: Member
) -> None:
    event = make_event(community, openness="invited")
    first, second = member_of(community), member_of(community)
    actions.invite(member=host, event=event, people=[first])
    deliver_pending()
    actions.invite(member=host, event=event, people=[first, second])
    deliver_pending()
    assert (noticed(first), noticed(second)) == (["events.invited"], ["events.invited"])


def test_a_leaver_loses_what_was_for_members_and_keeps_what_is_for_everyone(
    community: Community,
) -> None:
    member = member_of(community)
    open_one, inner = make_event(community), make_event(community, openness="members", capacity=1)
    called = make_event(community, openness="invited")
    invite(called, member)
    for event in (open_one, inner, called):
        make_registration(event, member)
    waits = make_registration(inner, standing=Standing.WAITING)
    leave_community(member=member, community=community)
    deliver_pending()
    standing = dict(member.registrations.values_list("event", "standing"))
    assert standing == {open_one.pk: "going", inner.pk: "not", called.pk: "not"}
    waits.refresh_from_db()
    assert waits.standing == "offered"
    assert not called.invitations.exists()


def test_an_erased_account_frees_its_seat_and_leaves_no_word(community: Community) -> None:
    member = member_of(community)
    event = make_event(community, capacity=1)
    mine = make_registration(event, member, access="A ramp", answers={"Why?": "Because"})
    waits = make_registration(event, standing=Standing.WAITING)
    erase_member(member=member)
    deliver_pending()
    mine.refresh_from_db()
    waits.refresh_from_db()
    assert (mine.member_id, mine.access, mine.answers) == (None, "", None)
    assert (mine.standing, waits.standing) == ("not", "offered")


def test_what_people_without_an_account_gave_is_forgotten_some_months_after(
    community: Community,
) -> None:
    past = now() - timedelta(days=91)
    old = make_event(community, starts_at=past - timedelta(hours=2), ends_at=past)
    new = make_event(community, starts_at=now() - timedelta(days=80))
    gone, stays = _guest(old, access="A ramp"), _guest(new)
    with_account = make_registration(old, access="A lift")
    tasks.forget_who_came_without_an_account()
    for one in (gone, stays, with_account):
        one.refresh_from_db()
    assert (gone.email, gone.name, gone.access) == (None, "", "")
    assert gone.standing == "going"
    assert with_account.access == ""
    assert with_account.member_id
    assert (stays.email, stays.name) == ("zoe@example.org", "Zoé")
