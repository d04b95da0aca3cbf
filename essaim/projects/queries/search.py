"""What of projects answers a search: their words; their names are found with communities."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from essaim.communities.queries import Asked, Hit, Hits, found_text, hits_of, in_limits
from essaim.communities.readers import ANONYMOUS, Reader
from essaim.projects import rules
from essaim.projects.models import LIVE, SEARCHED_PROJECT, ProjectQuerySet
from essaim.projects.queries.names import state_badge
from essaim.projects.queries.projects import in_place


def projects_found(reader: Reader, asked: Asked) -> Hits | None:
    """Projects by their words; None: not within the limits."""
    if not asked.wants("project", has_stages=True, has_place=True):
        return None
    projects = _projects(reader, asked)
    if asked.only_open:
        projects = projects.filter(state__in=LIVE)
    return hits_of(
        asked,
        kind="project",
        label=_("Projects"),
        rows=projects.select_related("community"),
        fields=SEARCHED_PROJECT,
        make=lambda rows: map(_project, rows),
    )


def words_of_projects() -> Iterator[str]:
    """What projects say that everyone may read."""
    rows = _projects(ANONYMOUS, Asked("")).values_list("problem", "for_whom", "smallest_version")
    for said in rows.iterator():
        yield " ".join(said)


def _projects(reader: Reader, asked: Asked) -> ProjectQuerySet:
    seen = rules.projects_visible_to(reader).standing()
    seen = seen.filter(in_limits(asked, "projects"))
    return seen.filter(in_place(asked.place_id)) if asked.place_id is not None else seen


def _project(one: Any) -> Hit:
    badge = state_badge(one)
    return Hit(
        title=Markup.escape(one.community.name),
        url=reverse("project", args=[one.public_id]),
        excerpt=found_text(one),
        lang=one.language,
        badge=badge.label,
        tone=badge.tone,
        date=one.created_at,
    )
