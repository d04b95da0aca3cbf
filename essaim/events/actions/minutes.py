"""Minutes: written while people talk or afterwards, published once there is something to read."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.readers import fresh_reader
from essaim.events import rules
from essaim.events.actions.locks import about, locked, unseen
from essaim.events.actions.typed import at_most, check_lines
from essaim.events.facts import MinutesCorrected, MinutesPublished, MinutesWritten
from essaim.events.models import (
    MINUTES_LENGTH,
    MOST_DECISIONS,
    MOST_LESSONS,
    SAID_LENGTH,
    TITLE_LENGTH,
    Announcement,
    Change,
    Event,
    Minutes,
)
from essaim.events.queries.minutes import minutes_of
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import NAME_LENGTH, Member
from essaim.needs.actions.values import Checks


@transaction.atomic
def write_minutes(*, member: Member, event: Event, version: int, **given: Any) -> Minutes:
    """What was said: kept for those who hold it until it is published, corrected from then on.

    `version` is the one that was on the page (0 where there was none): what somebody else wrote
    meanwhile is never written over.
    """
    event = locked(event.pk)
    require(rules.may_write_minutes(fresh_reader(member), event))
    values = minutes_values(**given)
    minutes = minutes_of(event) or Minutes(event=event, version=0)
    if version != minutes.version:
        raise ValidationError(
            _("Somebody else has changed the minutes meanwhile: read theirs, then save yours.")
        )
    for name, value in values.items():
        setattr(minutes, name, value)
    if minutes.published_at:
        _says_something(minutes)
    minutes.version += 1
    minutes.written_by, minutes.changed_at = member, now()
    minutes.save()
    if minutes.published_at:
        record(MinutesCorrected(actor_id=member.pk, **about(event)))
        bump_generation()
    else:
        record(MinutesWritten(actor_id=member.pk, **unseen(event)))
    return minutes


@transaction.atomic
def publish_minutes(*, member: Member, event: Event) -> Minutes:
    """Whoever reads the gathering reads them; everybody registered is told, once."""
    event = locked(event.pk)
    require(rules.may_write_minutes(fresh_reader(member), event))
    minutes = minutes_of(event) or Minutes(event=event)
    if minutes.published_at:
        return minutes
    _says_something(minutes)
    minutes.published_at = now()
    minutes.save(update_fields=["published_at"])
    told = Announcement.objects.create(event=event, change=Change.MINUTES, sequence=event.sequence)
    record(MinutesPublished(actor_id=member.pk, announcement_id=told.pk, **about(event)))
    bump_generation()
    return minutes


def _says_something(minutes: Minutes) -> None:
    if not (minutes.text or minutes.lessons or minutes.decisions):
        raise ValidationError(
            {"text": _("Write what was said, a lesson or a decision before others read it.")}
        )


def minutes_values(
    *, speaker: str, talk: str, text: str, lessons: list[str], decisions: list[str], wish: str
) -> dict[str, Any]:
    """The values of minutes, or a ValidationError by field."""
    checks = Checks()
    checks.line("speaker", speaker, longest=NAME_LENGTH, needed=False)
    checks.line("talk", talk, longest=TITLE_LENGTH, needed=False)
    checks.text("text", text, longest=MINUTES_LENGTH, needed=False, is_open=False)
    checks.line("wish", wish, longest=SAID_LENGTH, needed=False)
    said = at_most(SAID_LENGTH)
    check_lines(checks, "lessons", lessons, said, most=MOST_LESSONS, needed=False)
    check_lines(checks, "decisions", decisions, said, most=MOST_DECISIONS, needed=False)
    return checks.done()
