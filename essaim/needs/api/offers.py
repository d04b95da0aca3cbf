from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Schema, Status
from pydantic import Field

from essaim.communities.readers import Reader, member_of, reader_of
from essaim.foundation.http.api import Body, next_of
from essaim.foundation.http.missing import or_404
from essaim.needs import actions
from essaim.needs.actions.offers import FURTHEST_KM
from essaim.needs.api.lists import (
    WRITES,
    BoardAsked,
    Language,
    community_or_404,
    given_of,
    router,
)
from essaim.needs.api.needs import Remote
from essaim.needs.models import LONGEST, MOST_SLOTS, TEXT_LENGTH
from essaim.needs.queries import pages
from essaim.needs.queries.board import OfferLine, offers_on_board


class HelpOfferOut(Schema):
    public_id: str
    name: str
    excerpt: str
    language: str
    skills: list[str]
    minutes_a_month: int
    remote: str
    place: str
    created_at: datetime


class HelpOffersOut(Schema):
    items: list[HelpOfferOut]
    next: str | None


class WholeHelpOfferOut(HelpOfferOut):
    """`left` of its `slots` are free; nobody’s address is ever told."""

    community: str
    words: str
    slots: int
    left: int
    radius_km: int | None
    languages: list[str]
    since_on: date
    expires_on: date
    state: str


class HelpOfferIn(Body):
    """`skills` by their names; without `radius_km` one goes anywhere."""

    words: str = Field(min_length=1, max_length=TEXT_LENGTH)
    skills: list[str] = Field(default=[], max_length=12)
    minutes_a_month: int = Field(ge=1, le=LONGEST)
    slots: int = Field(1, ge=1, le=MOST_SLOTS)
    remote: Remote = "either"
    place: str | None = None
    radius_km: int | None = Field(None, ge=1, le=FURTHEST_KM)
    languages: list[Language] = []
    wants: str = Field("", max_length=TEXT_LENGTH)
    since_on: date | None = None
    audience: Literal["public", "members"] = "members"
    language: Language = "fr"


class HeldHelpOfferOut(Schema):
    """It waits for a first look of the moderators, as its author’s account is new."""

    public_id: str
    state: Literal["held"]


@router.get(
    "/communities/{slug}/offers",
    response=HelpOffersOut,
    url_name="api_help_offers",
    summary="What people offer in a community and above it, the newest first",
)
def list_offers(request: HttpRequest, slug: str, asked: Query[BoardAsked]) -> dict[str, Any]:
    reader = reader_of(request)
    community = community_or_404(reader, slug)
    page = offers_on_board(reader, community, asked.filters, after=asked.after, size=asked.limit)
    return {
        "items": [_line(one) for one in page.items],
        "next": next_of(request, page.next, limit=asked.limit, **asked.filters.params),
    }


@router.get(
    "/offers/{public_id}",
    response=WholeHelpOfferOut,
    url_name="api_help_offer",
    summary="What somebody offers",
)
def one_offer(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return whole_offer(reader_of(request), public_id)


@router.post(
    "/communities/{slug}/offers",
    response={201: WholeHelpOfferOut, 202: HeldHelpOfferOut},
    auth=WRITES,
    url_name="api_help_offers",
    summary="Say what one can give",
)
def make_offer(
    request: HttpRequest, slug: str, offer: HelpOfferIn, response: HttpResponse
) -> Status[dict[str, Any]]:
    community = community_or_404(reader_of(request), slug)
    made = actions.make_offer(member=member_of(request), community=community, **given_of(offer))
    if made.waiting_for:
        return Status(202, {"public_id": made.public_id, "state": "held"})
    response.headers["Location"] = reverse("api:api_help_offer", args=[made.public_id])
    return Status(201, whole_offer(reader_of(request), made.public_id))


@router.delete(
    "/offers/{public_id}",
    response={204: None},
    auth=WRITES,
    url_name="api_help_offer",
    summary="Take one’s own offer back; what was agreed goes on",
)
def withdraw_offer(request: HttpRequest, public_id: str) -> None:
    found = or_404(pages.offer_for_change(reader_of(request), public_id))
    actions.withdraw_offer(member=member_of(request), offer=found)


def whole_offer(reader: Reader, public_id: str) -> dict[str, Any]:
    page = pages.offer_for_page(reader, or_404(pages.offer_to_read(reader, public_id)))
    return {
        **_line(page.line),
        "community": page.community_slug,
        "words": page.words,
        "slots": page.slots,
        "left": page.left,
        "radius_km": page.radius_km,
        "languages": page.languages,
        "since_on": page.since_on,
        "expires_on": page.expires_on,
        "state": page.state,
    }


def _line(one: OfferLine) -> dict[str, Any]:
    return {
        "public_id": one.public_id,
        "name": one.name,
        "excerpt": one.excerpt,
        "language": one.lang,
        "skills": one.skills,
        "minutes_a_month": one.minutes_a_month,
        "remote": one.remote,
        "place": one.place,
        "created_at": one.created_at,
    }
