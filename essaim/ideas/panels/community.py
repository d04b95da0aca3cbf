from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.queries import (
    COMMUNITY_ROOMS,
    COMMUNITY_SECTIONS,
    LEAVING_EFFECTS,
    MERGE_STAYS,
    Line,
    Room,
    Section,
)
from essaim.communities.readers import Reader
from essaim.design.typography import number
from essaim.ideas import queries
from essaim.ideas.queries import DebateLine, IdeaLine


@COMMUNITY_SECTIONS.fills(subplatform="ideas", order=10)
def what_was_asked(reader: Reader, ids: Collection[int]) -> dict[int, list[Section]]:
    """« What was asked, and what became of it »; nothing where nothing was asked."""
    return {
        pk: [
            Section(
                title=_("What was asked, and what became of it"),
                lines=(*map(_debate, asked.debates), *map(_idea, asked.ideas)),
                url=reverse("debates", args=[asked.community_slug]),
                link=_("All debates"),
                id="asked",
            )
        ]
        for pk, asked in queries.asked_for_landing(reader, ids).items()
    }


def _debate(line: DebateLine) -> Line:
    return Line(
        title=line.question,
        url=reverse("debate", args=[line.community_slug, line.public_id]),
        badge=line.badge.label,
        tone=line.badge.tone,
        meta=line.meta,
        lang=line.language,
    )


def _idea(line: IdeaLine) -> Line:
    supports = ngettext("%(count)s support", "%(count)s supports", line.supports)
    return Line(
        title=line.title,
        url=reverse("idea", args=[line.public_id]),
        badge=line.badge.label if line.badge else "",
        tone=line.badge.tone if line.badge else "plain",
        meta=f"{line.question} · {supports % {'count': number(line.supports)}}",
        lang=line.language,
    )


@COMMUNITY_ROOMS.fills(subplatform="ideas", order=10)
def debates_room(_reader: Reader, ids: Collection[int]) -> dict[int, list[Room]]:
    return {pk: [Room(label=_("Debates"), url_name="debates", key="debates")] for pk in ids}


@COMMUNITY_ROOMS.fills(subplatform="ideas", order=20)
def programme_and_answers(reader: Reader, ids: Collection[int]) -> dict[int, list[Room]]:
    """The programme once there is something to read; the desk for those whose role answers here."""
    programme = Room(label=_("Programme"), url_name="programme", key="programme")
    desk = Room(label=_("Your answers"), url_name="answers", key="answers")
    return {
        pk: [
            *([programme] if here.has_programme else ()),
            *([desk] if reader.roles and here.owes_something else ()),
        ]
        for pk, here in queries.rooms_here(reader, ids).items()
    }


@LEAVING_EFFECTS.fills(subplatform="ideas", order=10)
def what_leaving_does(reader: Reader, ids: Collection[int]) -> dict[int, list[str]]:
    """To ideas and supports, only where there are any."""
    found: dict[int, list[str]] = {pk: [] for pk in ids}
    for pk, ideas in queries.ideas_by_community(reader, ids).items():
        found[pk].append(
            ngettext(
                "Your idea stays, under your name, with what others said about it.",
                "Your %(count)s ideas stay, under your name, with what others said about them.",
                ideas,
            )
            % {"count": number(ideas)}
        )
    for pk in queries.communities_supported_in(reader, ids):
        found[pk].append(
            _(
                "Your supports in open debates are withdrawn; those in closed debates stay"
                " counted, without your name."
            )
        )
    return {pk: effects for pk, effects in found.items() if effects}


@MERGE_STAYS.fills(subplatform="ideas", order=10)
def what_a_merge_leaves(reader: Reader, ids: Collection[int]) -> dict[int, list[str]]:
    """Debates belong to where they were held, and stay readable there."""
    return {
        pk: [
            ngettext(
                "%(count)s debate stays where it was held, readable and closed to new words.",
                "%(count)s debates stay where they were held, readable and closed to new words.",
                debates,
            )
            % {"count": number(debates)}
        ]
        for pk, debates in queries.debates_held(reader, ids).items()
    }
