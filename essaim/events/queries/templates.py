"""What gatherings of a kind begin with: as a community says, one above it, or as it comes."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.events import rules
from essaim.events.kinds import KINDS, Asked, Beginning, Part
from essaim.events.models import Event, ItemKind, Kind, KindTemplate
from essaim.foundation.clock import now


@dataclass(frozen=True, slots=True)
class KindLine:
    kind: str
    label: str
    purpose: str
    badge: str  # whose it is, where it is not the one that comes with the site
    is_own: bool


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """One kind, and what its form begins with."""

    kind: str
    label: str
    is_own: bool
    is_from_above: bool
    initial: dict[str, Any]


def beginning_of(community: Community, kind: str) -> Beginning:
    """The nearest community's that has its own, from this one upwards; one query."""
    found = _nearest(community, KindTemplate.objects.filter(kind=kind)).get(kind)
    return _beginning(found) if found else KINDS[Kind(kind)]


def afterwards(reader: Reader, event: Event) -> tuple[str, ...]:
    """What is to be done once it is over, for those who hold it; no query for anybody else."""
    if not event.is_told or event.ends_at > now() or not rules.holds(reader, event):
        return ()
    return tuple(str(one) for one in beginning_of(event.community, event.kind).follow_up)


def templates_for_page(community: Community) -> list[KindLine]:
    """All kinds, in one query."""
    found = _nearest(community, KindTemplate.objects.all())
    return [_kind_line(community, kind, found.get(kind)) for kind in Kind]


def template_for_page(community: Community, kind: Kind) -> TemplatePage:
    """In the language of the community: gatherings begin with these words."""
    found = _nearest(community, KindTemplate.objects.filter(kind=kind)).get(kind)
    beginning = _beginning(found) if found else KINDS[kind]
    marks = {one: str(one.label) for one in (ItemKind.BREAK, ItemKind.QUESTION)}
    with override(community.language):
        initial = _initial(beginning, marks)
    is_own = found is not None and found.community_id == community.pk
    return TemplatePage(
        kind=kind.value,
        label=str(kind.label).capitalize(),
        is_own=is_own,
        is_from_above=found is not None and not is_own,
        initial=initial,
    )


def marks_of_parts() -> dict[str, ItemKind]:
    """« break », « pause », …: what stands in brackets behind a part, in every language."""
    known = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            for kind in ItemKind:
                known[str(kind.label).casefold()] = kind
    return known


def _nearest(community: Community, rows: Any) -> dict[str, KindTemplate]:
    """By kind; of several the one that is nearest to this community."""
    lineage = community.lineage
    found = sorted(
        rows.filter(community__in=lineage),
        key=lambda one: lineage.index(one.community_id),
        reverse=True,
    )
    return {one.kind: one for one in found}


def _beginning(own: KindTemplate) -> Beginning:
    return Beginning(
        purpose=own.purpose,
        agenda=tuple(
            Part(one["title"], one["minutes"], ItemKind(one["kind"])) for one in own.agenda
        ),
        asked=tuple(Asked(one["text"], one["is_agenda"]) for one in own.asked),
        roles=tuple(own.roles),
        follow_up=tuple(own.follow_up),
    )


def _initial(beginning: Beginning, marks: dict[ItemKind, str]) -> dict[str, Any]:
    """As it is typed: one part, one question, one thing a line."""
    parts = [
        f"{one.minutes} {one.title}" + (f" ({marks[one.kind]})" if one.kind in marks else "")
        for one in beginning.agenda
    ]
    return {
        "purpose": str(beginning.purpose),
        "agenda": "\n".join(parts),
        "asked": "\n".join(str(one.text) for one in beginning.asked),
        "agenda_question": next(
            (place for place, one in enumerate(beginning.asked, start=1) if one.is_agenda), 0
        ),
        "roles": "\n".join(map(str, beginning.roles)),
        "follow_up": "\n".join(map(str, beginning.follow_up)),
    }


def _kind_line(community: Community, kind: Kind, found: KindTemplate | None) -> KindLine:
    is_own = found is not None and found.community_id == community.pk
    above = _("from a community above") if found and not is_own else ""
    return KindLine(
        kind=kind.value,
        label=str(kind.label).capitalize(),
        purpose=found.purpose if found else str(KINDS[kind].purpose),
        badge=_("its own") if is_own else above,
        is_own=is_own,
    )
