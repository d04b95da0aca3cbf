from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Expression, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from essaim.commitments.models import Commitment, CommitmentKind, State
from essaim.commitments.rules import commitments_visible_to
from essaim.communities.models import Community
from essaim.communities.queries import Figure
from essaim.communities.readers import Reader
from essaim.foundation.clock import today
from essaim.foundation.http import Page, keyset
from essaim.foundation.panels import Place
from essaim.foundation.written_once import WrittenOnce
from essaim.members.models import Member

ANSWERS = (CommitmentKind.ANSWER, CommitmentKind.GROUPED_ANSWER)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a commitment is about, as its owner words it."""

    title: str
    url: str


# Key: kind of the subject, commitment id; at most one subject each, absent when the reader may not
# see it. Whoever knows other kinds need not ask.
COMMITMENT_SUBJECTS: Place[tuple[str, int], Subject] = Place("commitments.subjects")

# What a register says above its list, by community.
REGISTER_FIGURES: Place[int, Figure] = Place("commitments.figures")


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """One commitment on one day. `days_late` counts from the day after the date; 0: not late."""

    id: int
    public_id: str
    kind: str
    kind_label: str
    promise: str
    owner_title: str
    owner_name: str
    due_on: date
    kept_on: date | None
    state: State
    days_late: int
    subject_id: int
    subject: Subject | None = None


def _line(commitment: Commitment, day: date, subject: Subject | None = None) -> CommitmentLine:
    state = commitment.state_on(day)
    until = commitment.kept_on or day
    return CommitmentLine(
        id=commitment.pk,
        public_id=commitment.public_id,
        kind=commitment.kind,
        kind_label=commitment.get_kind_display(),
        promise=commitment.promise,
        owner_title=commitment.owner_title or commitment.get_owner_role_display(),
        owner_name=commitment.owner.name if commitment.owner else "",
        due_on=commitment.due_on,
        kept_on=commitment.kept_on,
        state=state,
        days_late=max(0, (until - commitment.due_on).days),
        subject_id=commitment.subject_id,
        subject=subject,
    )


_FIELDS = (
    *("id", "public_id", "kind", "promise", "owner_title", "owner_role"),
    *("due_on", "kept_at", "kept_on", "subject_id", "community_id", "owner_id"),
)


def commitments_about(subject_kind: str, subject_id: str) -> Expression:
    """What is owed or was owed about a subject, as a column of the query that loads it.

    `subject_id` names the subject's number in that query; `lines_in` reads the column. Whoever
    shows the subject has judged who may see it.
    """
    return _about(subject_kind)(subject_id)


@cache
def _about(subject_kind: str) -> WrittenOnce:
    rows = Commitment.objects.filter(
        subject_kind=subject_kind, subject_id=OuterRef("subject_id"), cancelled_at__isnull=True
    ).order_by("made_at", "id")
    row = JSONObject(**{name: name for name in _FIELDS}, owner_name="owner__name")
    return WrittenOnce(lambda: ArraySubquery(rows.values(row=row)), of=Commitment, by="subject_id")


def lines_in(column: Iterable[dict[str, Any]]) -> list[CommitmentLine]:
    """The commitments in a column of `commitments_about`, as a page shows them."""
    day = today()
    return [_line(commitment, day) for commitment in commitments_in(column)]


def commitments_in(column: Iterable[dict[str, Any]]) -> list[Commitment]:
    """The same as rules judge them."""
    return [_commitment_in(dict(row)) for row in column]


def _commitment_in(row: dict[str, Any]) -> Commitment:
    name, owner_id = row.pop("owner_name"), row.pop("owner_id")
    dates = {key: date.fromisoformat(row[key]) for key in ("due_on", "kept_on") if row[key]}
    owner = Member(pk=owner_id, name=name) if owner_id else None
    kept_at = row.pop("kept_at")
    moment = datetime.fromisoformat(kept_at) if kept_at else None
    return Commitment(**row | dates, kept_at=moment, owner=owner)


@dataclass(frozen=True, slots=True)
class AnswerFigure:
    """Answers whose day has come or that were given; `late` are those still missing."""

    on_time: int
    due: int
    late: int

    @property
    def share(self) -> float | None:
        return self.on_time / self.due if self.due else None


def answers_counted(reader: Reader, ids: Collection[int]) -> QuerySet[Commitment, Any]:
    """The rows that `figures_in` adds up: community, ancestors, due, on time, late."""
    day = today()
    return (
        commitments_visible_to(reader)
        .filter(
            Q(community__in=ids) | Q(community__ancestor_ids__overlap=list(ids)),
            Q(due_on__lt=day) | Q(kept_on__isnull=False),
            kind__in=ANSWERS,
            cancelled_at__isnull=True,
        )
        .values_list("community_id", "community__ancestor_ids")
        .annotate(
            due=Count("id"),
            on_time=Count("id", filter=Q(kept_on__lte=F("due_on"))),
            late=Count("id", filter=Q(kept_on__isnull=True)),
        )
        .order_by()
    )


def figures_in(rows: Iterable[Any], ids: Collection[int]) -> dict[int, AnswerFigure]:
    """Answers given on time among those due, for each community and what is below it."""
    totals: dict[int, list[int]] = {id_: [0, 0, 0] for id_ in ids}
    for community_id, ancestor_ids, due, on_time, late in rows:
        for id_ in {community_id, *ancestor_ids} & totals.keys():
            totals[id_] = [a + b for a, b in zip(totals[id_], (on_time, due, late), strict=True)]
    return {id_: AnswerFigure(*counts) for id_, counts in totals.items()}


STATES = ("late", "due", "kept")


def _in_state(state: str, day: date) -> Q:
    """Nothing but these three narrows the list."""
    if state == "late":
        return Q(kept_at__isnull=True, due_on__lt=day)
    if state == "due":
        return Q(kept_at__isnull=True, due_on__gte=day)
    return Q(kept_at__isnull=False) if state == "kept" else Q()


def commitments_for_list(
    reader: Reader, community: Community, *, state: str = "", after: str | None = None
) -> Page[CommitmentLine]:
    """What a community and those below it owe, soonest first; two queries."""
    day = today()
    commitments = (
        commitments_visible_to(reader)
        .filter(
            _in_state(state, day),
            Q(community=community) | Q(community__ancestor_ids__contains=[community.pk]),
            cancelled_at__isnull=True,
        )
        .select_related("owner")
    )
    order = ("-due_on", "-id") if state == "kept" else ("due_on", "id")
    page = keyset(commitments, order=order, after=after)
    subjects = COMMITMENT_SUBJECTS.collect(reader, [c.subject_key for c in page.items])
    return page.map(lambda c: _line(c, day, next(iter(subjects.get(c.subject_key, ())), None)))


def commitment_for_keeping(reader: Reader, public_id: str) -> Commitment | None:
    return (
        commitments_visible_to(reader)
        .filter(public_id=public_id)
        .select_related("community")
        .first()
    )
