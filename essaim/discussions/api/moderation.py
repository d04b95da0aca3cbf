"""Reports and what moderators decide about; decisions and appeals are the communities’."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from essaim.communities.readers import member_of, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.discussions import actions, queries, rules
from essaim.discussions.api.posts import READS, WRITES, Asked, post_or_404, router
from essaim.discussions.models import NOTE_LENGTH, Case, ReportReason
from essaim.discussions.queries import CaseLine
from essaim.foundation.access import require
from essaim.foundation.http.api import Body, next_of
from essaim.foundation.http.missing import or_404


class ReportIn(Body):
    reason: ReportReason
    note: str = Field("", max_length=NOTE_LENGTH, description="What the moderators should know.")


class CaseOut(Schema):
    """Something before the moderators; who reported it is told to nobody.

    `held` waits for a first look and is shown at `release_at` if nobody decides.
    """

    public_id: str
    kind: str
    author: str
    text: str
    url: str
    reports: int
    reasons: list[str]
    notes: list[str]
    signs: list[str]
    held: bool
    hidden_meanwhile: bool
    waiting_since: datetime
    due_at: datetime
    release_at: datetime | None
    late: bool
    looked_at_by: str


class CasesOut(Schema):
    items: list[CaseOut]
    next: str | None


class CaseDecisionIn(Body):
    """`reason` is public; `word` is for the author alone."""

    decision: Literal["keep", "hide"]
    reason: str = Field(min_length=1, max_length=NOTE_LENGTH)
    word: str = Field("", max_length=NOTE_LENGTH)


class PutBackIn(Body):
    reason: str = Field(min_length=1, max_length=NOTE_LENGTH)


class CaseDecisionOut(Schema):
    """`counted` is false when another decision was there first: that one stands."""

    counted: bool


@router.post(
    "/posts/{public_id}/reports",
    response={204: None},
    auth=WRITES,
    url_name="api_reports",
    summary="Ask the moderators to look at a message",
)
def report_post(request: HttpRequest, public_id: str, report: ReportIn) -> None:
    found = post_or_404(reader_of(request), public_id)
    actions.report_post(member=member_of(request), post=found, **report.dict())


@router.delete(
    "/posts/{public_id}/reports",
    response={204: None},
    auth=WRITES,
    url_name="api_reports",
    summary="Take one's report of a message back, while nobody has decided",
)
def take_report_back(request: HttpRequest, public_id: str) -> None:
    found = post_or_404(reader_of(request), public_id)
    actions.withdraw_report(member=member_of(request), post=found)


@router.get(
    "/communities/{slug}/cases",
    response=CasesOut,
    auth=READS,
    openapi_extra={"x-needs-token": True},
    url_name="api_cases",
    summary="What waits for the moderators of a community, oldest first, for those who moderate",
)
def list_cases(request: HttpRequest, slug: str, asked: Query[Asked]) -> dict[str, Any]:
    reader = reader_of(request)
    visible = communities_visible_to(reader, subplatform=rules.SUBPLATFORM)
    community = get_object_or_404(visible, slug=slug)
    require(rules.may_moderate(reader, community))
    page = queries.queue_for_page(reader, community, after=asked.after, size=asked.limit)
    return {
        "items": list(map(_case, page.items)),
        "next": next_of(request, page.next, limit=asked.limit),
    }


@router.post(
    "/cases/{public_id}/decision",
    response=CaseDecisionOut,
    auth=WRITES,
    url_name="api_case_decision",
    summary="Hide something or let it stand, with a public reason; the first decision counts",
)
def decide_case(request: HttpRequest, public_id: str, decision: CaseDecisionIn) -> dict[str, Any]:
    counted = actions.decide_case(
        member=member_of(request),
        case=_found(request, public_id),
        hide=decision.decision == "hide",
        reason=decision.reason,
        word=decision.word,
    )
    return {"counted": counted}


@router.put(
    "/cases/{public_id}/owner",
    response={204: None},
    auth=WRITES,
    url_name="api_case_owner",
    summary="Take a case: others leave it to you for some hours",
)
def take_case(request: HttpRequest, public_id: str) -> None:
    actions.take_case(member=member_of(request), case=_found(request, public_id))


@router.delete(
    "/cases/{public_id}/owner",
    response={204: None},
    auth=WRITES,
    url_name="api_case_owner",
    summary="Give a case back that one had taken",
)
def give_case_back(request: HttpRequest, public_id: str) -> None:
    actions.give_case_back(member=member_of(request), case=_found(request, public_id))


@router.post(
    "/cases/{public_id}/put-back",
    response={204: None},
    auth=WRITES,
    url_name="api_case_put_back",
    summary="Show again what a decision hid, with a reason",
)
def put_back(request: HttpRequest, public_id: str, why: PutBackIn) -> None:
    actions.put_back(member=member_of(request), case=_found(request, public_id), reason=why.reason)


def _found(request: HttpRequest, public_id: str) -> Case:
    return or_404(queries.case_for_change(reader_of(request), public_id))


def _case(line: CaseLine) -> dict[str, Any]:
    thing = line.thing
    return {
        "public_id": line.public_id,
        "kind": line.kind,
        "author": thing.author if thing else "",
        "text": thing.source if thing else "",
        "url": thing.url if thing else "",
        "reports": line.reporters,
        "reasons": [reason for reason, _count in line.reasons],
        "notes": list(line.notes),
        "signs": list(line.signs),
        "held": line.is_held,
        "hidden_meanwhile": line.is_hidden_meanwhile,
        "waiting_since": line.opened_at,
        "due_at": line.due_at,
        "release_at": line.release_at,
        "late": line.is_overdue,
        "looked_at_by": line.owner,
    }
