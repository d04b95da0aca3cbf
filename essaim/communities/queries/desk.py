"""The desk of a community: what waits for those who hold a role in it, then their tools."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.models import Community
from essaim.communities.queries.decisions import appeals_waiting
from essaim.communities.queries.hosting import hosting_items
from essaim.communities.queries.sections import COMMUNITY_DESK, DeskItem, collected
from essaim.communities.readers import Reader


@dataclass(frozen=True, slots=True)
class Desk:
    """`waiting` has a count above nothing, what is late first; `tools` are the pages to run it."""

    waiting: tuple[DeskItem, ...]
    tools: tuple[DeskItem, ...]


def desk_for_page(reader: Reader, community: Community) -> Desk:
    items = [
        *_second_looks(reader, community),
        *hosting_items(reader, community),
        *collected(COMMUNITY_DESK, reader, community),
        *_tools(reader, community),
    ]
    waiting = [one for one in items if one.count]
    return Desk(
        waiting=tuple(sorted(waiting, key=lambda one: not one.is_late)),
        tools=tuple(one for one in items if one.count is None),
    )


def _second_looks(reader: Reader, community: Community) -> Iterator[DeskItem]:
    for one in appeals_waiting(reader, community):
        yield DeskItem(
            title=_("A second look was asked for"),
            url=reverse("decision", args=[one.public_id]),
            note=one.reason,
            count=1,
        )


def _tools(reader: Reader, community: Community) -> Iterator[DeskItem]:
    at = [community.slug]
    if rules.may_divide(reader, community):
        yield DeskItem(
            title=_("Circles"),
            url=reverse("circles_divide", args=at),
            note=_("Divide a plenary into small circles, mixed by what people do."),
        )
    yield DeskItem(
        title=_("Roles"),
        url=reverse("mandates", args=at),
        note=_("Who does what, since when; give a role, end one."),
    )
    if rules.may_close_from_above(reader, community):
        yield DeskItem(
            title=_("Close it"),
            url=reverse("community_close_from_above", args=at),
            note=_("With a reason that everyone reads; its people may contest it."),
        )
    if rules.may_describe(reader, community):
        if community.needs_manifesto and community.opened_at:
            yield DeskItem(
                title=_("Write the manifesto’s next version"),
                url=reverse("manifesto_edit", args=at),
            )
        yield DeskItem(
            title=_("Settings"),
            url=reverse("community_settings", args=at),
            note=_("What it says of itself, who may see it, where it stands."),
        )
