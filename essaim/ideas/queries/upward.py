"""Debates at several levels: what came from below, what became of what was sent up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.design.typography import day
from essaim.discussions.models import Post
from essaim.discussions.queries import PostInBrief, in_brief, post_in, post_row
from essaim.discussions.rules import threads_visible_to
from essaim.foundation.counting import count_of
from essaim.ideas import rules
from essaim.ideas.models import ADOPTING, Debate, DebateQuerySet, Idea, Synthesis
from essaim.ideas.queries.fate import FateStep, after_the_debate, answer_of
from essaim.ideas.queries.ideas import (
    IdeaLine,
    lines_of,
    name_of_carrier,
    owed_of,
    with_counts,
    with_owed,
)
from essaim.ideas.queries.programme import step_of, with_step

MOST_HOPS = 10
MESSAGES_SHOWN = 3
MOST_OFFERED = 200


@dataclass(frozen=True, slots=True)
class CarriedFrom:
    """Where an idea came from, as far as the reader may see it."""

    community: str
    url: str
    language: str
    synthesis: str
    sent_at: datetime
    messages: tuple[PostInBrief, ...]
    more_messages: int


@dataclass(frozen=True, slots=True)
class IdeaCarried:
    """An idea as it stands in the debate above."""

    public_id: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class SynthesisShown:
    """A synthesis on the page of the debate it was sent from (`is_sent`) or to."""

    is_sent: bool
    community: str
    question: str
    url: str
    text: str
    language: str
    sent_at: datetime
    is_withdrawn: bool
    target: str
    may_withdraw: bool
    ideas: tuple[IdeaCarried, ...]


def with_origin(ideas: QuerySet[Any], reader: Reader) -> QuerySet[Any]:
    """With what `carried_from` reads: the synthesis that came along, what was said below."""
    sent = Synthesis.objects.filter(
        debate=OuterRef("carried_from__debate"), target=OuterRef("debate")
    )
    said = Post.objects.filter(
        thread=OuterRef("carried_from__thread"), thread__in=threads_visible_to(reader)
    ).standing()
    newest = said.order_by("-created_at", "-pk")[:MESSAGES_SHOWN]
    loaded: QuerySet[Any] = ideas.annotate(
        synthesis=Subquery(sent.values(row=JSONObject(text="text", language="language"))),
        said_below=ArraySubquery(newest.values(row=post_row())),
        said_below_count=count_of(said),
    )
    return loaded


def carried_from(reader: Reader, idea: Any) -> CarriedFrom | None:
    """The community that carried an idea here, its synthesis, and what was said there.

    All was loaded with the idea. An origin that is no longer shown keeps only what was sent; what
    was said about it is read by whoever reads it.
    """
    origin = idea.carried_from
    if origin is None:
        return None
    sent = idea.synthesis or {"text": "", "language": ""}
    is_seen = bool(rules.may_see_idea(reader, origin))
    return CarriedFrom(
        community=name_of_carrier(reader, origin.debate.community),
        url=reverse("idea", args=[origin.public_id]) if is_seen else "",
        language=sent["language"],
        synthesis=sent["text"],
        sent_at=idea.proposed_at,
        messages=tuple(in_brief(post_in(row)) for row in idea.said_below) if is_seen else (),
        more_messages=max(0, idea.said_below_count - MESSAGES_SHOWN) if is_seen else 0,
    )


def fate_above(reader: Reader, idea: Idea) -> tuple[FateStep, ...]:
    """What became of an idea where it was carried to, level after level; one query."""
    counting: list[Any] = list(
        with_step(
            with_owed(rules.ideas_visible_to(reader).counting([idea.pk]).exclude(pk=idea.pk)),
            reader,
        )
        .select_related(
            "answer__answered_by",
            "answer__appeal__first_answered_by",
            "answer__appeal__decided_by",
            "delivery_note",
            "debate__community",
        )
        .order_by("proposed_at", "pk")
    )
    by_id = {one.pk: one for one in counting}
    carried = {one.carried_from_id: one for one in counting if one.carried_from_id}
    steps: list[FateStep] = []
    end = at = idea.pk
    for _hop in range(MOST_HOPS):
        if above := carried.get(at):
            steps.append(_carried(above))
            end = at = above.pk
        elif (one := by_id.get(at)) and one.merged_into_id in by_id:
            end = at = one.merged_into_id
        else:
            break
    if end not in by_id:
        return (FateStep(_("Carried to a community above"), "done"),)
    return (*steps, *_became(by_id[end]))


def _carried(above: Idea) -> FateStep:
    label = _("Carried to %(name)s") % {"name": above.debate.community.name}
    url = reverse("idea", args=[above.public_id])
    return FateStep(label, "done", day(above.proposed_at), url)


def _became(end: Any) -> tuple[FateStep, ...]:
    if end.withdrawn_at or end.hidden_at:
        return (FateStep(_("No longer shown there"), "done"),)
    answer = answer_of(end)
    adopted = answer is not None and answer.decision in ADOPTING
    return tuple(after_the_debate(end, owed_of(end), step_of(end) if adopted else None))


def syntheses_for_page(reader: Reader, debate: Debate) -> tuple[SynthesisShown, ...]:
    """Sent from this debate, and received by it, the newest last; one query."""
    carried = rules.ideas_visible_to(reader).filter(
        debate=OuterRef("target"), carried_from__debate=OuterRef("debate")
    )
    row = JSONObject(public_id="public_id", title="title", language="language")
    found: QuerySet[Any] = (
        Synthesis.objects.filter(Q(debate=debate) | Q(target=debate))
        .select_related("debate__community", "target__community")
        .annotate(ideas=ArraySubquery(carried.order_by("pk").values(row=row)))
        .order_by("sent_at", "pk")
    )
    shown = []
    for one in found:
        is_sent = one.debate_id == debate.pk
        other = one.target if is_sent else one.debate
        if is_sent and not rules.may_see_debate(reader, other):
            continue  # what was said to those above is read where they are
        is_seen = bool(rules.may_see_debate(reader, other))
        url = reverse("debate", args=[other.community.slug, other.public_id])
        shown.append(
            SynthesisShown(
                is_sent=is_sent,
                community=name_of_carrier(reader, other.community),
                question=other.question if is_seen else "",
                url=url if is_seen else "",
                text=one.text,
                language=one.language,
                sent_at=one.sent_at,
                is_withdrawn=one.withdrawn_at is not None,
                target=one.target.public_id,
                may_withdraw=is_sent and bool(rules.may_withdraw_synthesis(reader, one)),
                ideas=tuple(IdeaCarried(**idea) for idea in one.ideas if idea["title"]),
            )
        )
    return tuple(shown)


def synthesis_sent(reader: Reader, debate: Debate, target: str) -> Synthesis | None:
    """What this debate sent to that one, when the reader may see both or wrote it."""
    sent = Synthesis.objects.filter(debate=debate, target__public_id=target)
    seen = Q(target__in=rules.debates_visible_to(reader)) | Q(sent_by=reader.member_id or 0)
    return sent.filter(seen).select_related("debate__community", "target").first()


def targets_of(reader: Reader, debate: Debate) -> DebateQuerySet:
    """Open debates above to which this one was not sent yet, the soonest closed first."""
    above = rules.debates_visible_to(reader).filter(
        community__in=debate.community.ancestor_ids,
        community_id__in=reader.community_ids,
        community__closed_at__isnull=True,
        withdrawn_at__isnull=True,
    )
    still = above.open().exclude(received__debate=debate).select_related("community")
    return still.order_by("closes_at", "pk")


def ideas_to_send(reader: Reader, debate: Debate) -> tuple[IdeaLine, ...]:
    """What can be chosen, the most supported first."""
    ideas = rules.ideas_visible_to(reader).current().filter(debate=debate)
    found = with_counts(ideas, reader).order_by("-supporters", "pk")[:MOST_OFFERED]
    chosen = []
    for idea in found:
        idea.debate = debate
        if rules.may_be_carried(idea):
            chosen.append(idea)
    return lines_of(reader, chosen)


def ideas_chosen(debate: Debate, public_ids: list[str]) -> list[Idea]:
    return list(Idea.objects.filter(debate=debate, public_id__in=public_ids))


def carried_by(synthesis: Synthesis) -> list[str]:
    """Public ids of the ideas that a synthesis brought to the debate above."""
    carried = Idea.objects.filter(
        debate=synthesis.target_id, carried_from__debate=synthesis.debate_id
    )
    return list(carried.order_by("pk").values_list("public_id", flat=True))
