"""The parts of a gathering that lasts."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.readers import fresh_reader
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.actions.locks import about, locked
from essaim.events.facts import EventEdited
from essaim.events.models import MOST_SESSIONS, TITLE_LENGTH, Event, Session
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line
from essaim.members.models import Member
from essaim.needs.actions.values import Checks


@transaction.atomic
def add_session(
    *,
    member: Member,
    event: Event,
    title: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    room: str = "",
    speaker: str = "",
) -> Session:
    """A part of it, within its time; several may go on at once, in different rooms."""
    event = locked(event.pk)
    require(rules.may_change(fresh_reader(member), event))
    checks = Checks()
    checks.line("title", title, longest=TITLE_LENGTH)
    for name, given, longest in (("room", room, 80), ("speaker", speaker, 120)):
        checks.text(name, given, longest=longest, needed=False, clean=clean_line, is_open=False)
    checks.values |= {"starts_at": starts_at, "ends_at": ends_at}
    if starts_at is None or not event.starts_at <= starts_at < event.ends_at:
        checks.say("starts_at", _("Within the time of the gathering."))
    elif ends_at is None or not starts_at < ends_at <= event.ends_at:
        checks.say("ends_at", _("After it begins, and within the time of the gathering."))
    values: dict[str, Any] = checks.done()
    if event.sessions.count() >= MOST_SESSIONS:
        said = _("At most %(most)s parts.")
        raise ValidationError(said % {"most": number(MOST_SESSIONS)})
    made = Session.objects.create(event=event, **values)
    record(EventEdited(actor_id=member.pk, **about(event)))
    bump_generation()
    return made


@transaction.atomic
def remove_session(*, member: Member, event: Event, session_id: int) -> bool:
    event = locked(event.pk)
    require(rules.may_change(fresh_reader(member), event))
    deleted, _by_model = event.sessions.filter(pk=session_id).delete()
    if deleted:
        record(EventEdited(actor_id=member.pk, **about(event)))
        bump_generation()
    return bool(deleted)
