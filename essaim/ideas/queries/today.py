"""What a member's own page says of debates and ideas."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import MD5, Cast, Coalesce, Concat, Greatest

from essaim.communities.readers import Reader
from essaim.foundation.clock import now, today
from essaim.ideas import rules
from essaim.ideas.models import Idea, Support
from essaim.ideas.queries.fate import Badge, badge_of
from essaim.ideas.queries.ideas import owed_of, with_owed
from essaim.members.models import Member


@dataclass(frozen=True, slots=True)
class OpenIdea:
    public_id: str
    title: str
    question: str
    community: str
    place: str
    is_near: bool


@dataclass(frozen=True, slots=True)
class OpenDebate:
    public_id: str
    question: str
    community: str
    slug: str
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class FateSeen:
    public_id: str
    title: str
    badge: Badge
    is_mine: bool
    happened_at: datetime


def ideas_to_read(reader: Reader, *, most: int) -> tuple[OpenIdea, ...]:
    """Ideas the reader can still support: those of their place first, then a daily shuffle.

    Shuffled, not the most supported first: what is little seen gets its chance. Two queries.
    """
    place = Member.objects.filter(pk=reader.member_id or 0).values_list(
        "place_id", "place__parent_id"
    )
    place_id, parent_id = place.first() or (None, None)
    near = Q(place=place_id) if place_id else Q(pk__in=[])
    around = Q(place__parent=parent_id) if parent_id else Q(pk__in=[])
    ideas = (
        rules.ideas_visible_to(reader)
        .current()
        .filter(
            debate__community__in=reader.community_ids,
            debate__opened_at__isnull=False,
            debate__closed_at__isnull=True,
            debate__withdrawn_at__isnull=True,
            debate__archived_at__isnull=True,
            debate__closes_at__gt=now(),
        )
        .exclude(pk__in=Idea.objects.concerning(reader.member_id or 0))
        .annotate(
            distance=Case(
                When(near, then=0), When(around, then=1), default=2, output_field=IntegerField()
            ),
            shuffled=MD5(
                Concat(
                    Cast("pk", CharField()),
                    Value(f" {today().isoformat()} {reader.member_id}"),
                    output_field=CharField(),
                )
            ),
        )
        .select_related("debate__community", "place")
        .order_by("distance", "shuffled")[:most]
    )
    return tuple(
        OpenIdea(
            public_id=idea.public_id,
            title=idea.title,
            question=idea.debate.question,
            community=idea.debate.community.name,
            place=idea.place.name if idea.place else "",
            is_near=place_id is not None and idea.place_id == place_id,
        )
        for idea in ideas
    )


def debates_to_answer(reader: Reader, *, most: int) -> tuple[OpenDebate, ...]:
    """Open questions of the reader's communities without an idea of theirs; one query."""
    mine = Idea.objects.filter(debate=OuterRef("pk"), author=reader.member_id)
    rows = (
        rules.debates_visible_to(reader)
        .open()
        .filter(community__in=reader.community_ids, closes_at__gt=now())
        .exclude(Exists(mine))
        .order_by("closes_at", "pk")
        .values_list("public_id", "question", "community__name", "community__slug", "closes_at")
    )
    return tuple(
        OpenDebate(public_id, question, name, slug, closes_at)
        for public_id, question, name, slug, closes_at in rows[:most]
        if closes_at is not None
    )


def fates_for_today(reader: Reader, *, most: int) -> tuple[FateSeen, ...]:
    """The latest answers and deliveries about what the reader proposed or supported."""
    ideas: list[Any] = list(
        with_owed(
            rules.ideas_visible_to(reader)
            .concerning(reader.member_id or 0)
            .standing()
            .filter(answer__isnull=False)
        )
        .annotate(
            happened_at=Greatest(
                F("answer__answered_at"),
                Coalesce(F("delivery_note__delivered_at"), F("answer__answered_at")),
                Coalesce(F("answer__appeal__decided_at"), F("answer__answered_at")),
            )
        )
        .select_related("answer", "debate")
        .order_by("-happened_at", "-pk")[:most]
    )
    seen = []
    for idea in ideas:
        badge = badge_of(idea, owed_of(idea))
        if badge:
            seen.append(
                FateSeen(
                    public_id=idea.public_id,
                    title=idea.title,
                    badge=badge,
                    is_mine=idea.author_id == reader.member_id,
                    happened_at=idea.happened_at,
                )
            )
    return tuple(seen)


def ideas_by_community(reader: Reader, ids: Collection[int]) -> dict[int, int]:
    """How many standing ideas the reader has in each of these communities."""
    ideas = Idea.objects.standing().filter(author=reader.member_id or 0, debate__community__in=ids)
    rows = ideas.order_by().values_list("debate__community_id").annotate(n=Count("pk"))
    return dict(rows)


def debates_held(reader: Reader, ids: Collection[int]) -> dict[int, int]:
    """How many debates that the reader may see each of these communities has."""
    debates = rules.debates_visible_to(reader).filter(community__in=ids)
    rows = debates.order_by().values_list("community_id").annotate(n=Count("pk"))
    return dict(rows)


def communities_supported_in(reader: Reader, ids: Collection[int]) -> set[int]:
    """Those of these communities in which the reader stands behind an idea."""
    mine = Support.objects.filter(member=reader.member_id or 0, idea__debate__community__in=ids)
    return set(mine.values_list("idea__debate__community_id", flat=True))
