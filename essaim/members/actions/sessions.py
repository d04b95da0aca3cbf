"""The devices on which an account is signed in. No network address is kept, only what browser."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members import rules
from essaim.members.facts import SessionsEnded
from essaim.members.models import Member

NOWHERE = "0.0.0.0"  # noqa: S104  a value for a column that may not be empty, nothing is bound
BROWSER_LENGTH = 200


@transaction.atomic
def open_session(*, member: Member, session_key: str, browser: str) -> None:
    """Somebody signed in on a device; `browser` is what it says of itself."""
    require(rules.may_keep_account(member))
    UserSession.objects.update_or_create(
        session_key=session_key,
        defaults={
            "user": member,
            "ip": NOWHERE,
            "user_agent": browser.replace("\0", "")[:BROWSER_LENGTH],
            "created_at": now(),
            "last_seen_at": now(),
        },
    )


def note_session(*, session_key: str) -> None:
    """It is still used; noted once an hour."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=now())


def move_session(*, before: str, after: str) -> None:
    """A session goes on under another key."""
    UserSession.objects.filter(session_key=before).update(session_key=after, last_seen_at=now())


@transaction.atomic
def end_session(*, member: Member, session_id: int) -> bool:
    """Sign one's own account out on one device. False when that was over already."""
    return _end(member, UserSession.objects.filter(user=member, pk=session_id)) > 0


@transaction.atomic
def end_other_sessions(*, member: Member, but: str) -> int:
    """Sign the account out everywhere but in the session with this key. Returns in how many."""
    return _end(member, UserSession.objects.filter(user=member).exclude(session_key=but))


def _end(member: Member, ended: QuerySet[UserSession]) -> int:
    keys = list(ended.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    ended.delete()
    if keys:
        record(SessionsEnded(actor_id=member.pk, session_count=len(keys)))
    return len(keys)


def drop_ended_sessions() -> int:
    """Delete sessions whose time is over; every night. Returns how many."""
    deleted, _by_model = Session.objects.filter(expire_date__lt=now()).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.exclude(Exists(alive)).delete()
    return deleted
