"""What moderators, and whoever planned it, read of a gathering that was reported."""

from collections.abc import Collection
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.urls import reverse

from essaim.communities.readers import Reader
from essaim.discussions.queries import ThingShown
from essaim.discussions.rules import may_moderate
from essaim.events import rules
from essaim.events.models import EVENT, Event
from essaim.foundation.text import render_markdown
from essaim.members.queries import display_name


def shown(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[ThingShown]]:
    """One query, none where there is nothing of ours."""
    wanted = [pk for kind, pk in ids if kind == EVENT]
    if not wanted:
        return {}
    seen = Q(created_by=reader.member_id or 0) | Q(pk__in=rules.events_visible_to(reader))
    rows: Any = Event.objects.filter(pk__in=wanted).select_related("community", "created_by")
    rows = rows.annotate(is_seen=ExpressionWrapper(seen, output_field=BooleanField()))
    return {
        (EVENT, one.pk): [
            ThingShown(
                name=one.title,
                stands_in=one.community.name,
                url=reverse("event", args=[one.public_id]),
                author=display_name(one.created_by),
                source=one.text,
                text=render_markdown(one.text),
                lang=one.language,
                written_at=one.published_at or one.created_at,
            )
        ]
        for one in rows
        if one.is_seen or may_moderate(reader, one.community)
    }
