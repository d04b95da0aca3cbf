"""Another program's calendar is taken over as drafts: all of it or nothing, each once."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.events import rules
from essaim.events.actions.locks import about
from essaim.events.actions.repeating import fill
from essaim.events.facts import CalendarTaken, EventDrafted, SeriesPlanned
from essaim.events.models import (
    SHORT_LENGTH,
    TEXT_LENGTH,
    Event,
    Imported,
    Kind,
    Openness,
    Series,
    rule_fields,
)
from essaim.events.queries.imports import Draft, drafts_of, known_keys
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.text import clean_line, clean_text
from essaim.members.models import Member

SHORTEST = timedelta(minutes=1)


@transaction.atomic
def import_calendar(*, member: Member, community: Community, content: bytes) -> int:
    """Make drafts of what is to come, and publish nothing; returns how many.

    Who takes the same file twice at once waits here: what one made the other finds.
    """
    drafts, _refused = drafts_of(content, community)
    community = Community.objects.select_for_update().get(pk=community.pk)
    require(rules.may_hold(fresh_reader(member), community))
    known = known_keys(community, drafts)
    made = sum(_take(member, community, draft, known) for draft in drafts)
    if not made:
        raise ValidationError(_("There is nothing new to take in this file."))
    record(CalendarTaken(actor_id=member.pk, community_id=community.pk, events=made))
    return made


def _take(member: Member, community: Community, draft: Draft, known: set[str]) -> int:
    values = _values(community, draft)
    if draft.rule:
        (key,) = draft.keys
        if key in known:
            return 0
        known.add(key)
        series = Series.objects.create(
            community=community, created_by=member, **rule_fields(draft.rule), **values
        )
        fill(series)
        Imported.objects.create(community=community, key=key, series=series)
        record(SeriesPlanned(actor_id=member.pk, community_id=community.pk, series_id=series.pk))
        return 1
    made = 0
    for key, time in zip(draft.keys, draft.times, strict=True):
        if key in known:
            continue
        known.add(key)
        event = Event.objects.create(
            community=community,
            created_by=member,
            zone=draft.found.zone,
            starts_at=time.starts_at,
            ends_at=max(time.ends_at, time.starts_at + SHORTEST),
            **values,
        )
        Imported.objects.create(community=community, key=key, event=event)
        record(EventDrafted(actor_id=member.pk, **about(event)))
        made += 1
    return made


def _values(community: Community, draft: Draft) -> dict[str, Any]:
    """What another program says of it, cut to what fits; its address stands in the text."""
    found = draft.found
    parts = (_cleaned(found.description), found.url)
    text = "\n\n".join(one for one in parts if one)
    return {
        "kind": Kind.MEETING,
        "openness": Openness.EVERYONE,
        "title": _line(draft.title) or _("A gathering"),
        "text": text[:TEXT_LENGTH],
        "language": community.language,
        "address": _line(found.place)[:SHORT_LENGTH],
    }


def _cleaned(text: str) -> str:
    try:
        return clean_text(text).strip()
    except ValidationError:
        return ""


def _line(text: str) -> str:
    try:
        return clean_line(text).strip()
    except ValidationError:
        return ""
