from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.utils.translation import gettext as _

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.commitments.queries import commitments_about, lines_in
from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.communities.rules import may_see_community
from essaim.discussions.queries import POSTS_SAID
from essaim.discussions.rules import has_conversations
from essaim.foundation.http import Page, keyset
from essaim.foundation.search import similar_titles
from essaim.foundation.text import plain_excerpt
from essaim.ideas import rules
from essaim.ideas.models import (
    ADOPTING,
    IS_CARRIED,
    Debate,
    Decision,
    Idea,
    IdeaQuerySet,
    is_carried,
)
from essaim.ideas.queries.fate import Badge, Owed, badge_of, owed_about
from essaim.members.queries import display_name
from essaim.places.queries import place_path

ORDERS = {
    "new": ("-proposed_at", "-id"),
    "supported": ("-supporters", "-proposed_at", "-id"),
    "source": ("-source_supports", "-proposed_at", "-id"),
}
LIST_SIZE = 20
SHORTEST_TITLE = 4
EXCERPT = 180


@dataclass(frozen=True, slots=True)
class IdeaLine:
    """An idea as a list shows it. `source_supports` is the source's own count, on its own date."""

    public_id: str
    title: str
    excerpt: str
    language: str
    author: str
    place: str
    category: str
    proposed_at: datetime
    supports: int
    posts: int
    is_supported: bool
    is_mine: bool
    badge: Badge | None
    source_supports: int | None
    source_supports_on: date | None
    debate_public_id: str
    question: str
    community_slug: str
    decision: str
    answered_at: datetime | None
    carried_by: str


@dataclass(frozen=True, slots=True)
class SimilarIdea:
    public_id: str
    title: str
    language: str
    excerpt: str
    supports: int


def author_name(idea: Idea) -> str:
    """The member's name, « former member », or the source's label: nothing when it gave none."""
    if idea.source_ref and not idea.author:
        return idea.author_label
    return display_name(idea.author)


def with_counts(ideas: IdeaQuerySet, reader: Reader) -> QuerySet[Any]:
    """With all that a line shows, in the one query."""
    behind = Idea.objects.supported_by(reader.member_id or 0).values("pk")
    mine = (
        ExpressionWrapper(Q(pk__in=behind), BooleanField())
        if reader.is_known
        else Value(value=False)
    )
    counted: QuerySet[Any] = ideas.select_related("author", "place__parent", "answer").annotate(
        support_count=F("supporters"),
        post_count=POSTS_SAID("thread_id"),
        is_supported=mine,
        is_carried=IS_CARRIED("pk"),
    )
    return with_owed(counted)


def with_owed(ideas: QuerySet[Any]) -> QuerySet[Any]:
    """With the commitments about each idea and about its debate's group; `owed_of` reads them."""
    loaded: QuerySet[Any] = ideas.annotate(
        about_idea=commitments_about("idea", "pk"),
        about_debate=commitments_about("debate", "debate_id"),
    )
    return loaded


def owed_of(idea: Any) -> Owed:
    """What is owed about an idea that `with_owed` loaded."""
    return owed_about(idea, lines_in(idea.about_idea), lines_in(idea.about_debate))


def lines_of(reader: Reader, ideas: Iterable[Any]) -> tuple[IdeaLine, ...]:
    """The lines of ideas that `with_counts` loaded with their debates."""
    return tuple(_line(reader, idea) for idea in ideas)


def _line(reader: Reader, idea: Any) -> IdeaLine:
    answer = getattr(idea, "answer", None)
    return IdeaLine(
        public_id=idea.public_id,
        title=idea.title,
        excerpt=plain_excerpt(idea.text, EXCERPT),
        language=idea.language,
        author=author_name(idea),
        place=place_path(idea.place) if idea.place else "",
        category=idea.category,
        proposed_at=idea.proposed_at,
        supports=idea.support_count,
        posts=idea.post_count if has_conversations(idea.debate.community) else 0,
        is_supported=idea.is_supported,
        is_mine=reader.is_known and idea.author_id == reader.member_id,
        badge=badge_of(idea, owed_of(idea)),
        source_supports=idea.source_supports,
        source_supports_on=idea.source_supports_on,
        debate_public_id=idea.debate.public_id,
        question=idea.debate.question,
        community_slug=idea.debate.community.slug,
        decision=answer.decision if answer else "",
        answered_at=answer.answered_at if answer else None,
        carried_by=_carried_by(reader, idea),
    )


def _carried_by(reader: Reader, idea: Any) -> str:
    """Where the origin was loaded along; else the line does not say it."""
    origin = idea.carried_from if "carried_from" in idea._state.fields_cache else None
    return name_of_carrier(reader, origin.debate.community) if origin else ""


def name_of_carrier(reader: Reader, community: Community) -> str:
    """One that became private after it sent something is named to its own people only."""
    return community.name if may_see_community(reader, community) else _("a community below")


def ideas_for_list(
    reader: Reader,
    debate: Debate,
    *,
    order: str = "new",
    category: str = "",
    fate: str = "",
    has_carried: bool = False,
    after: str | None = None,
    size: int = LIST_SIZE,
) -> Page[IdeaLine]:
    """One page of a debate's ideas in one query, whatever their number.

    `has_carried`: some were sent from below, and their lines say by whom.
    """
    ideas = rules.ideas_visible_to(reader).by_itself().filter(debate=debate)
    if category:
        ideas = ideas.filter(category=category)
    if fate:
        ideas = ideas.filter(_with_fate(fate))
    counted = with_counts(ideas, reader)
    if has_carried:
        counted = counted.select_related("carried_from__debate__community")
    page = keyset(counted, order=ORDERS.get(order, ORDERS["new"]), after=after, size=size)
    for idea in page.items:
        idea.debate = debate
    return Page(lines_of(reader, page.items), page.next)


def group_for_page(reader: Reader, debate: Debate) -> tuple[IdeaLine, ...]:
    """The ideas below the threshold that wait for the grouped answer, most supported first."""
    ideas = rules.ideas_visible_to(reader).current()
    below = ideas.staying().filter(debate=debate, passed_threshold=False, answer__isnull=True)
    below = below.select_related("debate__community")
    return lines_of(reader, with_counts(below, reader).order_by("-supporters", "pk"))


def ideas_of_community(
    reader: Reader, community: Community, *, after: str | None = None, size: int = LIST_SIZE
) -> Page[IdeaLine]:
    """All that stands by itself in a community, newest first: for the API."""
    ideas = rules.ideas_visible_to(reader).current().filter(debate__community=community)
    ideas = ideas.select_related("debate__community")
    page = keyset(with_counts(ideas, reader), order=ORDERS["new"], after=after, size=size)
    return Page(lines_of(reader, page.items), page.next)


def fates() -> dict[str, str]:
    """What a list can be narrowed to, and how it is said."""
    return {
        "waiting": _("waiting for an answer"),
        "late": _("answer late"),
        "adopted": _("adopted"),
        "not_adopted": _("not adopted"),
        "needs_more": _("needs more"),
    }


def _with_fate(fate: str) -> Q:
    waiting = Q(
        debate__closed_at__isnull=False,
        debate__archived_at__isnull=True,
        answer__isnull=True,
        withdrawn_at__isnull=True,
        hidden_at__isnull=True,
    ) & ~Q(is_carried())
    late = Commitment.objects.late()
    alone = late.filter(kind=CommitmentKind.ANSWER, subject_kind="idea", subject_id=OuterRef("pk"))
    grouped = late.filter(
        kind=CommitmentKind.GROUPED_ANSWER, subject_kind="debate", subject_id=OuterRef("debate_id")
    )
    return {
        "waiting": waiting,
        "late": waiting & (Q(Exists(alone)) | (Q(passed_threshold=False) & Q(Exists(grouped)))),
        "adopted": Q(answer__decision__in=ADOPTING),
        "not_adopted": Q(answer__decision=Decision.NOT_ADOPTED),
        "needs_more": Q(answer__decision=Decision.NEEDS_MORE),
    }.get(fate, Q())


def categories_of(debate: Debate) -> tuple[str, ...]:
    """As the source named them; ours have none, so nobody asks."""
    if debate.archived_at is None:
        return ()
    found = Idea.objects.filter(debate=debate).exclude(category="").order_by("category")
    return tuple(found.values_list("category", flat=True).distinct())


def similar_ideas(
    reader: Reader, debate: Debate, title: str, *, but: Idea | None = None
) -> tuple[SimilarIdea, ...]:
    """Ideas of the same debate whose title says nearly the same, the nearest first; one query."""
    if len(title.strip()) < SHORTEST_TITLE:
        return ()
    ideas = rules.ideas_visible_to(reader).current().filter(debate=debate)
    if but is not None:
        ideas = ideas.exclude(pk=but.pk)
    near: list[Idea] = similar_titles(ideas, "title", title, language=debate.language)
    return tuple(
        SimilarIdea(
            public_id=idea.public_id,
            title=idea.title,
            language=idea.language,
            excerpt=plain_excerpt(idea.text, EXCERPT),
            supports=idea.supporters,
        )
        for idea in near
    )
