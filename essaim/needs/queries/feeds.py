"""What readers of Atom feeds are told: only what everyone may read."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import ANONYMOUS
from essaim.communities.rules import communities_visible_to, may_see_community
from essaim.foundation.clock import now
from essaim.foundation.text import render_markdown
from essaim.needs import rules
from essaim.needs.queries.board import Filters, line_of, listed_skills, needs_of_board

ENTRIES = 30


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    path: str
    html: str
    at: datetime
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """`begun_at` dates a feed without entries."""

    title: str
    path: str
    begun_at: datetime
    entries: tuple[Entry, ...]


def has_feed(community: Community) -> bool:
    return bool(may_see_community(ANONYMOUS, community, subplatform=rules.SUBPLATFORM))


def community_for_feed(slug: str) -> Community | None:
    visible = communities_visible_to(ANONYMOUS, subplatform=rules.SUBPLATFORM)
    return visible.filter(slug=slug).first()


def feed_of(community: Community | None) -> Feed:
    """Open needs, the newest first; two queries."""
    found = needs_of_board(ANONYMOUS, community, Filters())
    rows = found.select_related("community", "place").prefetch_related(listed_skills("need"))
    newest = list(rows.order_by("-created_at", "-pk")[:ENTRIES])
    title = (
        _("What is looked for in %(name)s") % {"name": community.name}
        if community
        else _("What is looked for")
    )
    return Feed(
        title=title,
        path=reverse("needs", args=[community.slug]) if community else reverse("needs_all"),
        begun_at=(community.opened_at if community else None) or now(),
        entries=tuple(
            Entry(
                title=need.title,
                path=reverse("need", args=[need.public_id]),
                html=render_markdown(line_of(need).meta) + render_markdown(need.what_for),
                at=need.created_at,
                skills=line_of(need).skills,
            )
            for need in newest
        ),
    )
