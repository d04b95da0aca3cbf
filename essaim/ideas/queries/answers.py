from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from essaim.commitments.models import Commitment, CommitmentKind, CommitmentQuerySet, State
from essaim.communities.models import REACHING_ROLES, Community
from essaim.communities.readers import Reader
from essaim.communities.rules import is_on, on
from essaim.foundation.clock import today
from essaim.foundation.written_once import WrittenOnce
from essaim.ideas import rules
from essaim.ideas.models import Appeal, Debate, Idea, ProgrammeVersion

DESK_SIZE = 200


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One thing the reader owes; `slug` and `debate` find a debate, `idea` an idea."""

    kind: CommitmentKind
    title: str
    language: str
    promise: str
    due_on: date
    is_late: bool
    days_late: int
    idea: str
    debate: str
    slug: str


@dataclass(frozen=True, slots=True)
class RoomsHere:
    """What a community's menu leads to, for one reader."""

    has_programme: bool
    owes_something: bool


_HAS_PROGRAMME = WrittenOnce(
    lambda: Exists(
        ProgrammeVersion.objects.filter(
            programme__community=OuterRef("pk"), published_at__isnull=False
        )
    ),
    of=Community,
    by="pk",
)
_ANSWERING = WrittenOnce(
    lambda: ArraySubquery(
        Debate.objects.filter(community=OuterRef("pk"))
        .exclude(answering_role="")
        .order_by()
        .values("answering_role")
        .distinct()
    ),
    of=Community,
    by="pk",
)


def rooms_here(reader: Reader, ids: Collection[int]) -> dict[int, RoomsHere]:
    """What these communities have to show this reader, in one query."""
    found: QuerySet[Any] = Community.objects.filter(pk__in=ids).annotate(
        has_programme=_HAS_PROGRAMME("pk"),
        answering=_ANSWERING("pk"),
        owes=Exists(_owed_by(reader).filter(community=OuterRef("pk"))),
    )
    return {
        one.pk: RoomsHere(
            has_programme=one.has_programme and is_on(one, rules.PROGRAMME),
            owes_something=one.owes or any(reader.holds(one, role) for role in one.answering),
        )
        for one in found
    }


def has_desk(reader: Reader, community: Community) -> bool:
    """Whether the reader's roles answer debates of the community or look at answers again."""
    if reader.may(community, rules.LOOK_AT_ANSWER):
        opened = Debate.objects.filter(community=community, opened_at__isnull=False)
        if opened.exclude(answering_role="").exists():
            return True
    return rooms_here(reader, [community.pk])[community.pk].owes_something


def answers_for_page(reader: Reader, community: Community) -> tuple[DeskLine, ...]:
    """The decider's desk: all that the reader's roles owe here, the oldest date first."""
    return _lines(_owed_by(reader).filter(community=community))


def answers_owed(reader: Reader, *, most: int) -> tuple[DeskLine, ...]:
    """What the reader's roles owe anywhere, the oldest date first."""
    return _lines(_owed_by(reader), most=most)


def _owed_by(reader: Reader) -> CommitmentQuerySet:
    """What the roles of this reader still owe about ideas and debates, and what they promised.

    A second look is on the desk of everyone who may take it.
    """
    if not reader.is_known:
        return Commitment.objects.none()
    second_look = Q(kind=CommitmentKind.APPEAL)
    owed = Q(owner=reader.member_id, kind=CommitmentKind.DELIVERY)
    for community_id, role in reader.roles:
        here = Q(community=community_id)
        if role in REACHING_ROLES:
            here |= Q(community__ancestor_ids__contains=[community_id])
        as_role = Q(owner_role=role)
        owed |= here & (as_role | second_look if role in rules.SECOND_LOOKERS else as_role)
    party = Q(first_answered_by=reader.member_id) | Q(appellant=reader.member_id)
    party |= Q(answer__idea__author=reader.member_id)
    own = Appeal.objects.filter(party, answer__idea=OuterRef("subject_id"))
    used = on(rules.SUBPLATFORM, path="community__")
    standing = Commitment.objects.standing().filter(owed, used, subject_kind__in=["idea", "debate"])
    return standing.exclude(second_look & Q(Exists(own)))


def _lines(commitments: CommitmentQuerySet, *, most: int = DESK_SIZE) -> tuple[DeskLine, ...]:
    """In three queries: what is owed, the ideas, the debates."""
    owed = list(commitments.select_related("community").order_by("due_on", "pk")[:most])
    idea_ids = [one.subject_id for one in owed if one.subject_kind == "idea"]
    debate_ids = [one.subject_id for one in owed if one.subject_kind == "debate"]
    ideas = Idea.objects.select_related("debate").in_bulk(idea_ids)
    debates = Debate.objects.in_bulk(debate_ids)
    day = today()
    lines = []
    for one in owed:
        idea = ideas.get(one.subject_id) if one.subject_kind == "idea" else None
        debate = idea.debate if idea else debates.get(one.subject_id)
        if debate is None:
            continue
        lines.append(
            DeskLine(
                kind=CommitmentKind(one.kind),
                title=idea.title if idea else debate.question,
                language=idea.language if idea else debate.language,
                promise=one.promise,
                due_on=one.due_on,
                is_late=one.state_on(day) == State.LATE,
                days_late=max(0, (day - one.due_on).days),
                idea=idea.public_id if idea else "",
                debate=debate.public_id,
                slug=one.community.slug,
            )
        )
    return tuple(lines)


def promise_about(idea: Idea) -> Commitment | None:
    """The promise that came with the idea's adoption, kept or not."""
    return (
        Commitment.objects.filter(
            kind=CommitmentKind.DELIVERY,
            subject_kind="idea",
            subject_id=idea.pk,
            cancelled_at__isnull=True,
        )
        .select_related("community")
        .first()
    )
