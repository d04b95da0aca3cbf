from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from essaim.communities.readers import Reader, member_of, reader_of
from essaim.foundation.http.api import Body
from essaim.ideas import actions, queries
from essaim.ideas.actions import FEWEST_PARTS, MOST_MERGED, MOST_PARTS, Part
from essaim.ideas.api.debates import WRITES, debate_or_404
from essaim.ideas.api.ideas import idea_or_404
from essaim.ideas.api.lists import router
from essaim.ideas.models import Debate, Idea, Regrouping, Way, length_of


class MergeIn(Body):
    """`survivor` speaks for all of them; nobody's words, supports or messages change."""

    survivor: str = Field(description="The public_id of one of the debate's ideas.")
    ideas: list[str] = Field(min_length=1, max_length=MOST_MERGED)
    reason: str = Field(min_length=1, max_length=length_of(Regrouping, "reason"))


class PartIn(Body):
    title: str = Field(min_length=1, max_length=length_of(Idea, "title"))
    text: str = Field(min_length=1, max_length=length_of(Idea, "text"))


class SplitIn(Body):
    """The parts are in the author's name; whoever stood behind the idea stands behind each."""

    parts: list[PartIn] = Field(min_length=FEWEST_PARTS, max_length=MOST_PARTS)
    reason: str = Field(min_length=1, max_length=length_of(Regrouping, "reason"))


class RegroupingOut(Schema):
    """`idea` is the one that survives a merge, or the one that was split."""

    public_id: str
    way: Way
    idea: str
    reason: str
    made_at: datetime
    undone_at: datetime | None


@router.post(
    "/debates/{public_id}/merges",
    response={201: RegroupingOut},
    auth=WRITES,
    url_name="api_merges",
    summary="Merge ideas of a debate that say the same; undone within thirty days",
)
def merge_ideas(request: HttpRequest, public_id: str, merge: MergeIn) -> dict[str, Any]:
    reader = reader_of(request)
    debate = debate_or_404(reader, public_id)
    (survivor,) = named_ideas(reader, debate, "survivor", [merge.survivor])
    made = actions.merge_ideas(
        member=member_of(request),
        survivor=survivor,
        ideas=named_ideas(reader, debate, "ideas", merge.ideas),
        reason=merge.reason,
    )
    return _said(made)


@router.post(
    "/ideas/{public_id}/split",
    response={201: RegroupingOut},
    auth=WRITES,
    url_name="api_split",
    summary="Split an idea that says several things; undone within thirty days",
)
def split_idea(request: HttpRequest, public_id: str, split: SplitIn) -> dict[str, Any]:
    made = actions.split_idea(
        member=member_of(request),
        idea=idea_or_404(reader_of(request), public_id),
        parts=[Part(title=part.title, text=part.text) for part in split.parts],
        reason=split.reason,
    )
    return _said(made)


@router.delete(
    "/regroupings/{public_id}",
    response=RegroupingOut,
    auth=WRITES,
    url_name="api_regrouping",
    summary="Undo a merge or a split: supports given since stay where they were given",
)
def undo_regrouping(request: HttpRequest, public_id: str) -> dict[str, Any]:
    found = queries.regrouping_for_change(reader_of(request), public_id)
    if found is None:
        raise Http404
    return _said(actions.undo_regrouping(member=member_of(request), regrouping=found))


@router.delete(
    "/ideas/{public_id}/group",
    response={204: None},
    auth=WRITES,
    url_name="api_group",
    summary="Take one's idea out of the group it was merged into",
)
def leave_group(request: HttpRequest, public_id: str) -> None:
    found = idea_or_404(reader_of(request), public_id)
    actions.leave_group(member=member_of(request), idea=found)


def named_ideas(reader: Reader, debate: Debate, field: str, public_ids: list[str]) -> list[Idea]:
    """These ideas of the debate, or what is wrong: one that the reader may not see is none."""
    found = queries.ideas_named(reader, debate, public_ids)
    if len(found) < len(set(public_ids)):
        raise ValidationError({field: [_("There is no such idea in this debate.")]})
    return found


def _said(regrouping: Regrouping) -> dict[str, Any]:
    return {
        "public_id": regrouping.public_id,
        "way": regrouping.way,
        "idea": regrouping.idea.public_id,
        "reason": regrouping.reason,
        "made_at": regrouping.made_at,
        "undone_at": regrouping.undone_at,
    }
