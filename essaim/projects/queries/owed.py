"""What waits for one reader about projects, and which project a promise is about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Subquery, Value, When

from essaim.commitments.models import Commitment
from essaim.communities.readers import Reader
from essaim.communities.rules import entitled, on
from essaim.foundation.clock import today
from essaim.members.models import Member
from essaim.projects import rules
from essaim.projects.models import FOLLOW_UP, TEAM_ROLES, Project, SupportLine, Validation
from essaim.projects.queries.projects import gates_waiting

# What commitments are about, and how a project leads to it.
OWED_ABOUT = {
    rules.VALIDATION: "validations",
    rules.SUPPORT_LINE: "support_lines",
    rules.OBJECTION: "objections",
    rules.GATE: "gates",
    rules.GATE_CONDITION: "gates__conditions",
    FOLLOW_UP: "follow_ups",
}


@dataclass(frozen=True, slots=True)
class Owing:
    """What waits for one reader: a validation, a gate, a line of support, an objection."""

    kind: str
    project: str
    name: str
    due_on: date

    @property
    def is_late(self) -> bool:
        return self.due_on < today()


_HOST = "project__community__parent__"


def _to_validate(reader: Reader) -> QuerySet[Validation]:
    own = [pk for pk, role in reader.roles if role in TEAM_ROLES]
    return (
        Validation.objects.waiting()
        .filter(entitled(reader, rules.VALIDATE, path=_HOST), project__withdrawn_at__isnull=True)
        .filter(on(rules.SUBPLATFORM, path=_HOST))
        .exclude(project__community__in=own)
        .exclude(decided_by=reader.member_id)
    )


def _promised(reader: Reader) -> QuerySet[SupportLine]:
    return SupportLine.objects.filter(owner=reader.member_id, done_at__isnull=True).filter(
        on(rules.SUBPLATFORM, path=_HOST), project__hidden_at__isnull=True
    )


def _offered(reader: Reader) -> QuerySet[Project]:
    offered = Project.objects.filter(offered_to=reader.member_id, withdrawn_at__isnull=True)
    return offered.filter(on(rules.SUBPLATFORM, path="community__parent__"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether anything waits for one reader, by what it is."""

    is_offered: bool
    is_owed: bool
    is_at_gate: bool


def what_waits(reader: Reader) -> Waiting:
    """One query, of which most people’s day needs no other."""
    kinds = (_offered, _to_validate, _promised, gates_waiting)
    told = Member.objects.filter(pk=reader.member_id or 0).values_list(
        *(Exists(of(reader)) for of in kinds)
    )
    offered, validates, promised, gates = told.first() or (False,) * len(kinds)
    return Waiting(bool(offered), bool(validates or promised), bool(gates))


def owed_by(reader: Reader, hosts: Collection[int] | None = None) -> list[Owing]:
    """Validations to give and support to keep, the soonest due first; two queries."""
    waiting, promised = _to_validate(reader), _promised(reader)
    if hosts is not None:
        waiting = waiting.filter(project__community__parent__in=hosts)
        promised = promised.filter(project__community__parent__in=hosts)
    columns = ("project__public_id", "project__community__name", "due_on")
    found = [Owing("validation", *row) for row in waiting.values_list(*columns)]
    found += [Owing("support", *row) for row in promised.values_list(*columns)]
    return sorted(found, key=lambda one: one.due_on)


def parts_on_offer(reader: Reader) -> list[Project]:
    """Drafts of adopted ideas that wait for this reader; one query."""
    return list(_offered(reader).select_related("community").order_by("created_at"))


def owed_subjects(reader: Reader, ids: Collection[int]) -> list[tuple[int, str, str]]:
    """(commitment, project's name, its public id) of these; one query.

    What a community owes about a project that nobody else sees yet is named to nobody else.
    """
    if not ids:
        return []
    seen = rules.projects_visible_to(reader)
    by_subject = {
        kind: seen.filter(**{path: OuterRef("subject_id")}) for kind, path in OWED_ABOUT.items()
    }
    rows: QuerySet[Any] = Commitment.objects.filter(pk__in=ids, subject_kind__in=list(by_subject))
    whens = [
        (
            kind,
            Subquery(projects.values("public_id")[:1]),
            Subquery(projects.values("community__name")[:1]),
        )
        for kind, projects in by_subject.items()
    ]
    rows = rows.annotate(
        project_ref=Case(
            *(When(subject_kind=kind, then=ref) for kind, ref, _name in whens),
            default=Value(""),
            output_field=CharField(null=True),
        ),
        project_name=Case(
            *(When(subject_kind=kind, then=name) for kind, _ref, name in whens),
            default=Value(""),
            output_field=CharField(null=True),
        ),
    )
    return [(one.pk, one.project_name, one.project_ref) for one in rows if one.project_ref]
