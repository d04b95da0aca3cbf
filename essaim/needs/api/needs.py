from datetime import date, datetime
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Schema, Status
from pydantic import Field

from essaim.communities.models import Community
from essaim.communities.readers import Reader, member_of, reader_of
from essaim.foundation.http.api import Body, next_of
from essaim.foundation.http.missing import or_404
from essaim.needs import actions
from essaim.needs.api.lists import (
    WRITES,
    BoardAsked,
    Language,
    community_or_404,
    given_of,
    router,
)
from essaim.needs.models import LONGEST, MOST_PEOPLE, TEXT_LENGTH, TITLE_LENGTH, Need
from essaim.needs.queries import pages
from essaim.needs.queries.board import NeedLine, board

Remote = Literal["either", "remote", "onsite"]


class NeedOut(Schema):
    """`left` of `people` are still looked for."""

    public_id: str
    community: str
    title: str
    excerpt: str
    language: str
    kind: str
    state: str
    minutes: int
    remote: str
    place: str
    skills: list[str]
    by_on: date | None
    people: int
    left: int
    created_at: datetime


class NeedsOut(Schema):
    items: list[NeedOut]
    next: str | None


class WholeNeedOut(NeedOut):
    """`contact` is the name of who answers; nobody’s address is ever told."""

    what_for: str
    deliverable: str
    must: list[str]
    nice: list[str]
    contact: str
    expires_on: date
    closing: str


class NeedIn(Body):
    """`must` and `nice` are skills by their names; `contact` is the public_id of who answers."""

    title: str = Field(min_length=1, max_length=TITLE_LENGTH)
    what_for: str = Field(min_length=1, max_length=TEXT_LENGTH, description="Markdown works.")
    deliverable: str = Field(min_length=1, max_length=TEXT_LENGTH)
    minutes: int = Field(ge=1, le=LONGEST)
    must: list[str] = Field(default=[], max_length=12)
    nice: list[str] = Field(default=[], max_length=12)
    remote: Remote = "either"
    place: str | None = None
    by_on: date | None = None
    people: int = Field(1, ge=1, le=MOST_PEOPLE)
    kind: Literal["help", "official"] = "help"
    contact: str | None = None
    audience: Literal["public", "members"] = "public"
    language: Language | None = None


class HeldNeedOut(Schema):
    """It waits for a first look of the moderators, as its author’s account is new."""

    public_id: str
    title: str
    state: Literal["held"]


class NeedClosingIn(Body):
    closing: Literal["done", "no_longer"] = "done"


@router.get(
    "/needs",
    response=NeedsOut,
    url_name="api_all_needs",
    summary="What is looked for anywhere, under an hour first",
)
def list_all_needs(request: HttpRequest, asked: Query[BoardAsked]) -> dict[str, Any]:
    return _list(request, None, asked)


@router.get(
    "/communities/{slug}/needs",
    response=NeedsOut,
    url_name="api_needs",
    summary="What is looked for in a community and below it, under an hour first",
)
def list_needs(request: HttpRequest, slug: str, asked: Query[BoardAsked]) -> dict[str, Any]:
    return _list(request, community_or_404(reader_of(request), slug), asked)


def _list(request: HttpRequest, community: Community | None, asked: BoardAsked) -> dict[str, Any]:
    page = board(reader_of(request), community, asked.filters, after=asked.after, size=asked.limit)
    return {
        "items": [_line(one) for one in page.items],
        "next": next_of(request, page.next, limit=asked.limit, **asked.filters.params),
    }


@router.get("/needs/{public_id}", response=WholeNeedOut, url_name="api_need", summary="A need")
def one_need(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return whole_need(reader_of(request), public_id)


@router.post(
    "/communities/{slug}/needs",
    response={201: WholeNeedOut, 202: HeldNeedOut},
    auth=WRITES,
    url_name="api_needs",
    summary="Say what one looks for",
)
def post_need(
    request: HttpRequest, slug: str, need: NeedIn, response: HttpResponse
) -> Status[dict[str, Any]]:
    reader = reader_of(request)
    community = community_or_404(reader, slug)
    given = given_of(need)
    contact = given.pop("contact")
    answers = pages.member_named(contact) if contact else None
    if contact and answers is None:
        raise ValidationError({"contact": [_("Somebody of this community answers.")]})
    made = actions.post_need(
        member=member_of(request), community=community, contact=answers, **given
    )
    if made.waiting_for:
        return Status(202, {"public_id": made.public_id, "title": made.title, "state": "held"})
    response.headers["Location"] = reverse("api:api_need", args=[made.public_id])
    return Status(201, whole_need(reader_of(request), made.public_id))


@router.post(
    "/needs/{public_id}/renewal",
    response=WholeNeedOut,
    auth=WRITES,
    url_name="api_need_renewal",
    summary="Keep a need on the board for another month, or put it back",
)
def renew_need(request: HttpRequest, public_id: str) -> dict[str, Any]:
    found = need_or_404(reader_of(request), public_id)
    actions.renew_need(member=member_of(request), need=found)
    return whole_need(reader_of(request), public_id)


@router.post(
    "/needs/{public_id}/closing",
    response=WholeNeedOut,
    auth=WRITES,
    url_name="api_need_closing",
    summary="End a need: whoever still waits is thanked and free",
)
def close_need(request: HttpRequest, public_id: str, closing: NeedClosingIn) -> dict[str, Any]:
    found = need_or_404(reader_of(request), public_id)
    actions.close_need(member=member_of(request), need=found, closing=closing.closing)
    return whole_need(reader_of(request), public_id)


def need_or_404(reader: Reader, public_id: str) -> Need:
    return or_404(pages.need_for_change(reader, public_id))


def whole_need(reader: Reader, public_id: str) -> dict[str, Any]:
    """A need as the answer of an operation; 404 for what the reader may not see."""
    page = pages.need_for_page(reader, or_404(pages.need_to_read(reader, public_id)))
    return {
        **_line(page.line),
        "what_for": page.what_for,
        "deliverable": page.deliverable,
        "must": page.must,
        "nice": page.nice,
        "contact": page.contact,
        "expires_on": page.expires_on,
        "closing": page.closing,
    }


def _line(one: NeedLine) -> dict[str, Any]:
    return {
        "public_id": one.public_id,
        "community": one.community_slug,
        "title": one.title,
        "excerpt": one.excerpt,
        "language": one.lang,
        "kind": one.kind,
        "state": one.state,
        "minutes": one.minutes,
        "remote": one.remote,
        "place": one.place,
        "skills": one.skills,
        "by_on": one.by_on,
        "people": one.people,
        "left": one.left,
        "created_at": one.created_at,
    }
