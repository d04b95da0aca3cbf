from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from essaim.communities.queries import (
    COMMUNITY_DESK,
    COMMUNITY_FIGURES,
    COMMUNITY_ROOMS,
    COMMUNITY_SECTIONS,
    DECIDED,
    LEAVING_EFFECTS,
    MERGE_STAYS,
    SWITCH_EFFECTS,
    Decided,
    DeskItem,
    Effect,
    Figure,
    Line,
    Room,
    Section,
    names_subject,
    tells_presence,
)
from essaim.communities.readers import Reader
from essaim.design.typography import number
from essaim.foundation.clock import today
from essaim.needs import rules
from essaim.needs.models import MESSAGE, NEED, OFFER, STORY
from essaim.needs.queries import community as queries
from essaim.needs.queries import needs_now
from essaim.needs.queries.pages import needs_read

tells_presence(rules.SUBPLATFORM, queries.all_needs)
names_subject(NEED, gettext_lazy("a need"), refused=gettext_lazy("not carried"))
names_subject(OFFER, gettext_lazy("an offer"))
names_subject(MESSAGE, gettext_lazy("a private message"))
names_subject(STORY, gettext_lazy("a story of help"))


@COMMUNITY_SECTIONS.fills(subplatform="needs", order=20)
def what_is_looked_for(reader: Reader, ids: Collection[int]) -> dict[int, list[Section]]:
    """Nothing where nothing is looked for just now."""
    found = needs_now(reader, ids)
    return {
        pk: [
            Section(
                title=_("What people look for"),
                lines=tuple(
                    Line(
                        title=one.title,
                        url=reverse("need", args=[one.public_id]),
                        meta=one.meta,
                        lang=one.lang,
                    )
                    for one in lines
                ),
                url=reverse("needs", args=[lines[0].community_slug]),
                link=_("All needs and offers"),
                id="needs",
            )
        ]
        for pk, lines in found.items()
    }


@COMMUNITY_ROOMS.fills(subplatform="needs", order=15)
def needs_room(_reader: Reader, ids: Collection[int]) -> dict[int, list[Room]]:
    room = Room(label=_("Needs"), url_name="needs", key="needs", of_archives=False)
    return {pk: [room] for pk in ids}


@COMMUNITY_FIGURES.fills(subplatform="needs", order=30)
def hours_of_help(reader: Reader, ids: Collection[int]) -> dict[int, list[Figure]]:
    """Confirmed by those who were helped; nothing where nobody did yet, or too few to be told."""
    found: dict[int, list[Figure]] = {}
    for pk, hours in queries.hours_figures(reader, ids).items():
        if not hours.helpers or hours.is_withheld:
            continue
        href = reverse("definitions") + "#help"
        by = ngettext("by %(count)s person", "by %(count)s people", hours.helpers)
        found[pk] = [
            Figure(
                label=_("Hours of help, confirmed"),
                value=hours.minutes // 60,
                note=by % {"count": number(hours.helpers)},
                href=href,
                as_of=today(),
            )
        ]
        if hours.joy is not None:
            found[pk].append(_joy(hours, href))
    return found


def _joy(hours: queries.HoursFigure, href: str) -> Figure:
    said = ngettext("said by %(count)s person", "said by %(count)s people", hours.joyful)
    return Figure(
        label=_("Joy of helping, from 0 to 10"),
        value=hours.joy,
        note=said % {"count": number(hours.joyful)},
        href=href,
        as_of=today(),
    )


@COMMUNITY_DESK.fills(subplatform="needs", order=40)
def needs_for_the_elected(reader: Reader, ids: Collection[int]) -> dict[int, list[DeskItem]]:
    """What waits for a facilitator, where the reader is one."""
    return {
        pk: [
            DeskItem(
                title=_("Needs meant for the elected"),
                url=reverse("needs_to_carry", args=[slug]),
                note=_("Read them, and carry them or say why not."),
                count=count,
            )
        ]
        for slug, (pk, count) in queries.needs_to_carry(reader, ids).items()
    }


@LEAVING_EFFECTS.fills(subplatform="needs", order=20)
def what_leaving_does(reader: Reader, ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for pk, (needs, offers, matches) in queries.mine_in(reader, ids).items():
        said = []
        if needs:
            said.append(_("What you look for here ends, and those who offered are told."))
        if offers:
            said.append(_("What you offer here is taken back."))
        if matches:
            said.append(_("Help you had agreed to here is called off; the other side is told."))
        if said:
            found[pk] = said
    return found


@MERGE_STAYS.fills(subplatform="needs", order=20)
def what_a_merge_leaves(_reader: Reader, ids: Collection[int]) -> dict[int, list[str]]:
    return {
        pk: [
            ngettext(
                "%(count)s need stays where it was posted, readable and closed to new offers.",
                "%(count)s needs stay where they were posted, readable and closed to new offers.",
                count,
            )
            % {"count": number(count)}
        ]
        for pk, count in queries.needs_posted(ids).items()
    }


@SWITCH_EFFECTS.fills(subplatform="needs", order=30)
def what_is_held(_reader: Reader, ids: Collection[int]) -> dict[int, list[Effect]]:
    found: dict[int, list[Effect]] = {}
    for pk, held in queries.held_by(ids).items():
        effects = []
        if held.needs:
            words = ngettext("%(count)s need", "%(count)s needs", held.needs)
            effects.append(Effect(rules.SUBPLATFORM, words % {"count": number(held.needs)}))
        if held.offers:
            words = ngettext("%(count)s offer", "%(count)s offers", held.offers)
            effects.append(Effect(rules.SUBPLATFORM, words % {"count": number(held.offers)}))
        if held.agreed:
            words = ngettext(
                "%(count)s help is asked or agreed: nobody can go on with it meanwhile",
                "%(count)s helps are asked or agreed: nobody can go on with them meanwhile",
                held.agreed,
            )
            said = words % {"count": number(held.agreed)}
            effects.append(Effect(rules.SUBPLATFORM, said, is_promise=True))
        if effects:
            found[pk] = effects
    return found


@DECIDED.fills(subplatform="needs", order=20)
def needs_decided_about(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Decided]]:
    wanted = [pk for kind, pk in ids if kind == NEED]
    if not wanted:
        return {}
    return {
        (NEED, pk): [Decided(one.title, reverse("need", args=[one.public_id]))]
        for pk, one in needs_read(reader, wanted).items()
    }
