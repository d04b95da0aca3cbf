from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Community, Kind
from essaim.communities.queries import (
    BEGINS_AT,
    COMMUNITY_DESK,
    COMMUNITY_FIGURES,
    COMMUNITY_ROOMS,
    COMMUNITY_SECTIONS,
    LEADS_TO,
    LEAVING_EFFECTS,
    MERGE_STAYS,
    SWITCH_EFFECTS,
    DeskItem,
    Effect,
    Figure,
    Line,
    Room,
    Section,
    tells_presence,
)
from essaim.communities.readers import Reader
from essaim.design.typography import number
from essaim.foundation.clock import today
from essaim.projects import rules
from essaim.projects.queries import hosted as queries
from essaim.projects.queries.hosted import Hosted
from essaim.projects.queries.projects import ProjectLine, gates_to_decide

tells_presence(rules.SUBPLATFORM, queries.beyond_drafts)


@LEADS_TO.fills(subplatform="projects", order=10)
def to_the_project(reader: Reader, ids: Collection[int]) -> dict[int, list[str]]:
    found = queries.projects_of(reader, ids)
    return {pk: [reverse("project", args=[public_id])] for pk, public_id in found.items()}


@BEGINS_AT.fills(subplatform="projects", order=10)
def where_projects_begin(_reader: Reader, kinds: Collection[str]) -> dict[str, list[str]]:
    return {kind: ["project_new"] for kind in kinds if kind == Kind.PROJECT}


@COMMUNITY_SECTIONS.fills(subplatform="projects", order=20)
def what_is_undertaken(reader: Reader, ids: Collection[int]) -> dict[int, list[Section]]:
    """The latest projects under way; nothing where there is none."""
    return {
        pk: [
            Section(
                title=_("What people undertake"),
                lines=tuple(map(_line, lines)),
                url=reverse("projects", args=[slug]),
                link=_("All projects"),
                id="projects",
            )
        ]
        for pk, (slug, lines) in queries.projects_on_landing(reader, ids).items()
    }


def _line(one: ProjectLine) -> Line:
    return Line(
        title=one.name,
        url=one.url,
        badge=one.badge.label,
        tone=one.badge.tone,
        meta=one.meta,
        lang=one.lang,
    )


@COMMUNITY_ROOMS.fills(subplatform="projects", order=30)
def projects_room(_reader: Reader, ids: Collection[int]) -> dict[int, list[Room]]:
    """Of whoever hosts projects; a project’s own community leads to its page."""
    projects = Room(label=_("Projects"), url_name="projects", key="projects", of_projects=False)
    return {pk: [projects] for pk in ids}


@COMMUNITY_FIGURES.fills(subplatform="projects", order=40)
def how_many_projects(_reader: Reader, ids: Collection[int]) -> dict[int, list[Figure]]:
    """Under way among those told, where there are any; one query."""
    found = queries.hosted_in(ids)
    return {
        pk: [
            Figure(
                label=_("Projects under way"),
                value=hosted.live,
                of=hosted.told,
                note=_late(hosted.late),
                href=reverse("definitions") + "#projects",
                as_of=today(),
            )
        ]
        for pk, hosted in found.items()
        if hosted.told or hosted.late
    }


def _late(late: int) -> str:
    said = ngettext(
        "%(count)s waits too long for its validation",
        "%(count)s wait too long for their validation",
        late,
    )
    return said % {"count": number(late)} if late else ""


@COMMUNITY_DESK.fills(subplatform="projects", order=30)
def what_waits(reader: Reader, ids: Collection[int]) -> dict[int, list[DeskItem]]:
    """Validations and gates for those who answer, support for those who promised it; tools."""
    found: dict[int, list[DeskItem]] = {pk: [] for pk in ids}
    seen = queries.where_the_queue_is_seen(reader, ids)
    hosted = queries.hosted_in([one.pk for one in seen]) if seen else {}
    for community in seen:
        found[community.pk] = _queue(reader, community, hosted[community.pk])
    for gate in gates_to_decide(reader, ids):
        found[gate.host_id].append(
            DeskItem(
                title=_("Answer at a gate: %(name)s") % {"name": gate.project},
                url=reverse("gate", args=[gate.public_id, gate.gate]),
                note=gate.name,
                count=1,
                is_late=gate.is_late,
            )
        )
    return found


def _queue(reader: Reader, community: Community, hosted: Hosted) -> list[DeskItem]:
    at = [community.slug]
    items = [
        DeskItem(
            title=_("Projects to validate"),
            url=reverse("projects_queue", args=at),
            note=_("The oldest first, each with its date."),
            count=hosted.waiting,
            is_late=hosted.late > 0,
        )
    ]
    if rules.may_set_policy(reader, community):
        items.append(
            DeskItem(
                title=_("How projects are validated"),
                url=reverse("projects_policy", args=at),
                note=_("Whether, by what and by when; who answers at gates."),
            )
        )
    return items


@LEAVING_EFFECTS.fills(subplatform="projects", order=30)
def what_leaving_does(reader: Reader, ids: Collection[int]) -> dict[int, list[str]]:
    return {
        pk: [
            _("Somebody else of the team bears the project from then on, if there is anybody.")
            if bears
            else _("You hear no more of this project; what you wrote in it stays.")
        ]
        for pk, bears in queries.leaving(reader, ids).items()
    }


@MERGE_STAYS.fills(subplatform="projects", order=30)
def what_a_merge_leaves(_reader: Reader, ids: Collection[int]) -> dict[int, list[str]]:
    """Projects belong to who bears them: they stay where they were filed."""
    return {
        pk: [
            ngettext(
                "%(count)s project stays where it was filed, and goes on.",
                "%(count)s projects stay where they were filed, and go on.",
                hosted.told,
            )
            % {"count": number(hosted.told)}
        ]
        for pk, hosted in queries.hosted_in(ids).items()
        if hosted.told
    }


@SWITCH_EFFECTS.fills(subplatform="projects", order=30)
def what_is_held(_reader: Reader, ids: Collection[int]) -> dict[int, list[Effect]]:
    """Projects and needs seen, and what is under way; one query."""
    return {
        pk: [
            Effect(rules.SUBPLATFORM, words % {"count": number(count)}, is_promise)
            for count, is_promise, words in (
                (
                    projects,
                    False,
                    ngettext("%(count)s project", "%(count)s projects", projects),
                ),
                (
                    seen,
                    False,
                    ngettext("%(count)s need seen", "%(count)s needs seen", seen),
                ),
                (
                    live,
                    True,
                    ngettext(
                        "%(count)s project is under way: nobody sees it meanwhile",
                        "%(count)s projects are under way: nobody sees them meanwhile",
                        live,
                    ),
                ),
            )
            if count
        ]
        for pk, (projects, seen, live) in queries.held_by(ids).items()
    }
