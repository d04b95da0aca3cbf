"""What we show on pages of floors below."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.queries import COMMUNITY_DESK, COMMUNITY_ROOMS, DeskItem, Room
from essaim.communities.readers import Reader
from essaim.insights import queries
from essaim.outreach.queries import NOTICE_WORDING, TODAY_ACTS, Act, Wording, notice_details


@COMMUNITY_ROOMS.fills(subplatform="insights", order=70)
def figures_room(_reader: Reader, ids: Collection[int]) -> dict[int, list[Room]]:
    return {
        id_: [Room(_("Figures"), "community_figures", "figures", of_archives=False)] for id_ in ids
    }


@COMMUNITY_DESK.fills(subplatform="insights", order=70)
def figures_tools(reader: Reader, ids: Collection[int]) -> dict[int, list[DeskItem]]:
    """The ladder and the yearly rating, for those who run the community."""
    return {
        one.pk: [
            DeskItem(
                title=_("The ladder"),
                url=reverse("community_ladder", args=[one.slug]),
                note=_("How many stand where, the targets, the audience."),
            ),
            DeskItem(
                title=_("How we see ourselves"),
                url=reverse("community_rating", args=[one.slug]),
                note=_("The yearly self-rating."),
            ),
        ]
        for one in queries.communities_run_by(reader, ids)
    }


@TODAY_ACTS.fills(subplatform="insights", order=70)
def ratings_to_answer(_reader: Reader, ids: Collection[int]) -> dict[int, list[Act]]:
    """Three questions, where a member’s community asks them; Today asks for one member."""
    return {
        id_: [
            Act(
                minutes=1,
                title=_("How open, how autonomous are we? Three short questions."),
                url=reverse("community_rating", args=[slug]),
                why=name,
                key=f"rating.{rating.pk}",
            )
            for rating, slug, name in queries.ratings_to_answer(id_)
        ]
        for id_ in ids
    }


@NOTICE_WORDING.fills(subplatform="insights", order=70)
def about_rungs(_reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    told = notice_details(ids, "insights.rung_lapses")
    return {
        pk: [
            Wording(
                text=_(
                    "A year has passed since your last act of this kind: in thirty days your place"
                    " on the ladder is another. See which small step could come next."
                ),
                url=reverse("own_place"),
            )
        ]
        for pk in told
    }
