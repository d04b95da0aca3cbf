from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject, TruncDate

from essaim.communities.models import Community, Mandate, Role
from essaim.communities.readers import Reader
from essaim.discussions.queries import POSTS_SAID
from essaim.discussions.rules import has_conversations
from essaim.foundation.clock import now
from essaim.ideas import rules
from essaim.ideas.models import Debate, Idea, RegroupedIdea, Regrouping, Support, Way
from essaim.ideas.queries.audiences import concerned_by_ideas
from essaim.ideas.queries.candidates import Candidate, candidate_of
from essaim.ideas.queries.ideas import author_name
from essaim.ideas.rules.regrouping import REGROUPING

MOMENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do: `people` behind the group, each once, `told` of it, each once."""

    ideas: tuple[Candidate, ...]
    people: int
    told: int
    most_supported: str


@dataclass(frozen=True, slots=True)
class Related:
    """Another idea's name and place."""

    public_id: str
    title: str
    language: str
    supports: int = 0


@dataclass(frozen=True, slots=True)
class MergedIdea:
    """An idea of the group as the surviving one's page shows it, in its author's words."""

    public_id: str
    title: str
    text: str
    language: str
    author: str
    proposed_at: datetime
    withdrawn_at: datetime | None
    posts: int
    is_mine: bool
    may_leave: bool
    may_take_out: bool
    may_edit: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """An idea that left a group, and when."""

    title: str
    left_at: datetime


@dataclass(frozen=True, slots=True)
class RegroupingLine:
    """One act of the public history: who by their role, when, why, and what became of it.

    `is_here`: it still tells of the idea whose page it is, which did not leave.
    """

    public_id: str
    way: str
    made_at: datetime
    by: str
    reason: str
    idea: Related
    others: tuple[Related, ...]
    gone: tuple[Gone, ...]
    undone_at: datetime | None
    is_here: bool
    may_undo: bool


@dataclass(frozen=True, slots=True)
class RegroupingPart:
    """All that an idea's page says of merging and splitting."""

    merged: tuple[MergedIdea, ...] = ()
    parts: tuple[Related, ...] = ()
    whole: Related | None = None
    merged_into: Related | None = None
    history: tuple[RegroupingLine, ...] = ()
    may_merge: bool = False
    may_split: bool = False

    @property
    def just_done(self) -> RegroupingLine | None:
        """What was done a moment ago and can still be undone: offered before anything else."""
        newest = next((line for line in self.history if line.may_undo and line.is_here), None)
        return newest if newest and now() - newest.made_at < MOMENT else None


def ideas_named(reader: Reader, debate: Debate, public_ids: Collection[str]) -> list[Idea]:
    """The visible ideas of this debate with these public ids."""
    ideas = rules.ideas_visible_to(reader).filter(debate=debate, public_id__in=public_ids)
    found = list(ideas.select_related("author").order_by("-supporters", "pk"))
    for idea in found:
        idea.debate = debate
    return found


def merge_for_page(ideas: Collection[Idea]) -> MergePreview:
    """Before one decides, for ideas that `ideas_named` found."""
    ids = [idea.pk for idea in ideas]
    behind = Idea.objects.behind(ids)
    authors = behind.filter(author__isnull=False).values("author")
    people = Support.objects.filter(idea__in=behind).exclude(member__in=authors)
    lines = tuple(map(candidate_of, ideas))
    return MergePreview(
        ideas=lines,
        people=people.values("member").distinct().count(),
        told=len(concerned_by_ideas(ids)),
        most_supported=lines[0].public_id if lines else "",
    )


def regrouping_for_page(reader: Reader, idea: Any) -> RegroupingPart:
    """Of the page of an idea that `idea_to_read` loaded: no query if it was never regrouped."""
    debate = idea.debate
    history = _history(reader, idea) if idea.was_regrouped else ()
    near = list(_merged_or_parts(reader, idea)) if history else []
    merged = [one for one in near if one.merged_into_id == idea.pk]
    parts = [one for one in near if one.part_of_id == idea.pk] if idea.divided_at else []
    may = bool(rules.may_regroup(reader, debate)) and idea.is_by_itself
    stands = not (idea.withdrawn_at or idea.hidden_at)
    return RegroupingPart(
        merged=tuple(_merged(reader, one, debate) for one in merged),
        parts=tuple(map(related, sorted(parts, key=lambda one: one.pk))),
        whole=_if_seen(reader, idea.part_of, debate),
        merged_into=_if_seen(reader, idea.merged_into, debate),
        history=history,
        may_merge=may and stands,
        may_split=may and stands,
    )


def related(idea: Idea) -> Related:
    return Related(idea.public_id, idea.title, idea.language, idea.supporters)


def _if_seen(reader: Reader, idea: Idea | None, debate: Debate) -> Related | None:
    if idea is None:
        return None
    idea.debate = debate
    return related(idea) if rules.may_see_idea(reader, idea) else None


def _merged_or_parts(reader: Reader, idea: Idea) -> QuerySet[Any]:
    near = rules.ideas_visible_to(reader).filter(Q(merged_into=idea) | Q(part_of=idea))
    counted: QuerySet[Any] = near.select_related("author", "answer").annotate(
        post_count=POSTS_SAID("thread_id")
    )
    return counted.order_by("proposed_at", "pk")


def _merged(reader: Reader, idea: Any, debate: Debate) -> MergedIdea:
    idea.debate = debate
    is_mine = reader.is_known and idea.author_id == reader.member_id
    may_leave = bool(rules.may_leave_group(reader, idea))
    return MergedIdea(
        public_id=idea.public_id,
        title=idea.title,
        text=idea.text,
        language=idea.language,
        author=author_name(idea),
        proposed_at=idea.proposed_at,
        withdrawn_at=idea.withdrawn_at,
        posts=idea.post_count if has_conversations(debate.community) else 0,
        is_mine=is_mine,
        may_leave=may_leave and is_mine,
        may_take_out=may_leave and not is_mine,
        may_edit=bool(rules.may_edit_idea(reader, idea)),
        may_withdraw=bool(rules.may_withdraw_idea(reader, idea)),
    )


def _history(reader: Reader, idea: Idea) -> tuple[RegroupingLine, ...]:
    """What was done to this idea, newest first; one query."""
    acts = _acts(reader, idea)
    for act in acts:
        if act.idea_id == idea.pk:
            act.idea = idea
        act.debate = act.idea.debate = idea.debate
    return tuple(
        RegroupingLine(
            public_id=act.public_id,
            way=Way(act.way).value,
            made_at=act.made_at,
            by=str(Role(act.made_as).label) if act.made_as else "",
            reason=act.reason,
            idea=related(act.idea),
            others=tuple(Related(**other) for other in act.others),
            gone=tuple(
                Gone(one["title"], datetime.fromisoformat(one["left_at"])) for one in act.gone
            ),
            undone_at=act.undone_at,
            is_here=act.way == Way.SPLIT or act.idea_id == idea.pk or act.holds_this,
            may_undo=reader.is_known and bool(rules.may_undo(reader, act)),
        )
        for act in acts
        if rules.may_see_idea(reader, act.idea)
    )


def _acts(reader: Reader, idea: Idea) -> list[Any]:
    """With the role in which each was done, and the other ideas as far as the reader sees them."""
    lines = RegroupedIdea.objects.filter(regrouping=OuterRef("pk"))
    seen = lines.filter(idea__in=rules.ideas_visible_to(reader)).order_by("idea")
    other = JSONObject(
        public_id="idea__public_id",
        title="idea__title",
        language="idea__language",
        supports="idea__supporters",
    )
    acts = Regrouping.objects.filter(Q(idea=idea) | Q(Exists(lines.filter(idea=idea))))
    return list(
        acts.select_related("idea__merged_into__answer", "idea__answer")
        .annotate(made_on=TruncDate("made_at"))
        .annotate(
            made_as=_made_as(idea.debate.community),
            others=ArraySubquery(seen.values(row=other)),
            gone=ArraySubquery(
                seen.filter(_left()).values(row=JSONObject(title="idea__title", left_at="ended_at"))
            ),
            holds_this=Exists(lines.filter(idea=idea, ended_at__isnull=True)),
            is_held=Exists(lines.filter(ended_at__isnull=True)),
        )
        .order_by("-made_at", "-pk")
    )


def _left() -> Q:
    """Lines that ended by leaving: not with their act, nor as the whole group was handed on."""
    undone_at = F("regrouping__undone_at")
    handed_on = Regrouping.objects.filter(
        debate=OuterRef("regrouping__debate"), made_at=OuterRef("ended_at")
    )
    of_merge = Q(regrouping__way=Way.MERGE) & (
        Q(regrouping__undone_at__isnull=True) | Q(ended_at__lt=undone_at)
    )
    of_split = Q(regrouping__way=Way.SPLIT) & Q(ended_at__gt=undone_at)
    return (of_merge | of_split) & Q(ended_at__isnull=False) & ~Q(Exists(handed_on))


def _made_as(community: Community) -> Subquery:
    """The role in which somebody acted, `made_on` that day; that of the community itself first."""
    on = OuterRef("made_on")
    held = Mandate.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on),
        starts_on__lte=on,
        member=OuterRef("made_by"),
        community__in=[community.pk, *community.ancestor_ids],
        role__in=REGROUPING,
    )
    nearest = Case(When(community=community, then=Value(0)), default=Value(1))
    return Subquery(held.order_by(nearest, "pk").values("role")[:1])


def surviving(reader: Reader, idea: Idea) -> Idea:
    """The idea that speaks for this one, as far as the reader may see it; else itself."""
    survivor = idea.merged_into
    if survivor is None:
        return idea
    survivor.debate = idea.debate
    return survivor if rules.may_see_idea(reader, survivor) else idea


def regrouping_for_change(reader: Reader, public_id: str) -> Regrouping | None:
    """An act on ideas that the reader may see, with all that its rules ask for."""
    return (
        Regrouping.objects.filter(public_id=public_id, idea__in=rules.ideas_visible_to(reader))
        .select_related("debate__community", "idea__merged_into")
        .first()
    )
