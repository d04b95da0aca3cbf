from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from essaim.communities.readers import Reader, member_of, reader_of
from essaim.foundation.http.api import Body, next_of
from essaim.foundation.http.missing import or_404
from essaim.needs import actions
from essaim.needs.api.lists import READS, WRITES, MatchesAsked, router
from essaim.needs.api.needs import need_or_404
from essaim.needs.models import LONGEST, MESSAGE_LENGTH, TEXT_LENGTH, Match, State
from essaim.needs.queries import pages
from essaim.needs.queries.matches import MatchLine, match_for_page, match_to_read, matches_of
from essaim.needs.queries.suggestions import codes_between

TOKEN_ONLY = {"x-needs-token": True}


class MatchOut(Schema):
    """As one of its two sides sees it: `name` is the other one’s. `side`: helper or need."""

    public_id: str
    need: str
    title: str
    name: str
    side: str
    asked_by: str
    state: str
    asked_at: datetime
    waits_for_me: bool


class MatchesOut(Schema):
    items: list[MatchOut]
    next: str | None


class MatchMessageOut(Schema):
    public_id: str
    name: str
    text: str
    at: datetime
    is_mine: bool


class WholeMatchOut(MatchOut):
    minutes_said: int | None
    minutes_confirmed: int | None
    messages: list[MatchMessageOut]


class MatchWordsIn(Body):
    """First words that hold an address need `gives_address`: one can talk here without."""

    text: str = Field(min_length=1, max_length=MESSAGE_LENGTH)
    gives_address: bool = False


class AskIn(MatchWordsIn):
    need: str = Field(description="The public_id of the need it is asked for.")


class HoursIn(Body):
    minutes: int = Field(ge=1, le=LONGEST)
    thanks: str = Field("", max_length=TEXT_LENGTH)


@router.get(
    "/matches",
    response=MatchesOut,
    url_name="api_matches",
    openapi_extra=TOKEN_ONLY,
    auth=READS,
    summary="One’s own matches on either side, the newest question first",
)
def list_matches(request: HttpRequest, asked: Query[MatchesAsked]) -> dict[str, Any]:
    page = matches_of(reader_of(request), states=State.values, after=asked.after, size=asked.limit)
    return {
        "items": [_line(one) for one in page.items],
        "next": next_of(request, page.next, limit=asked.limit),
    }


@router.get(
    "/matches/{public_id}",
    response=WholeMatchOut,
    url_name="api_match",
    openapi_extra=TOKEN_ONLY,
    auth=READS,
    summary="A match of one’s own, with its conversation",
)
def one_match(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return whole_match(reader_of(request), public_id)


@router.post(
    "/needs/{public_id}/matches",
    response={201: WholeMatchOut},
    auth=WRITES,
    url_name="api_need_matches",
    summary="Offer to help with a need",
)
def offer_help(request: HttpRequest, public_id: str, words: MatchWordsIn) -> dict[str, Any]:
    need = need_or_404(reader_of(request), public_id)
    match = actions.offer_help(
        member=member_of(request),
        need=need,
        words=words.text,
        gives_address=words.gives_address,
    )
    return whole_match(reader_of(request), match.public_id)


@router.post(
    "/offers/{public_id}/matches",
    response={201: WholeMatchOut},
    auth=WRITES,
    url_name="api_help_offer_matches",
    summary="Ask whoever offers this, for a need of one’s own",
)
def ask_for_help(request: HttpRequest, public_id: str, asked: AskIn) -> dict[str, Any]:
    reader = reader_of(request)
    offer = or_404(pages.offer_for_change(reader, public_id))
    need = need_or_404(reader, asked.need)
    match = actions.ask_helper(
        member=member_of(request),
        need=need,
        offer=offer,
        words=asked.text,
        gives_address=asked.gives_address,
        reasons=codes_between(need, offer),
    )
    return whole_match(reader_of(request), match.public_id)


@router.post(
    "/matches/{public_id}/messages",
    response={201: WholeMatchOut},
    auth=WRITES,
    url_name="api_match_messages",
    summary="Write to the other side of a match",
)
def write_message(request: HttpRequest, public_id: str, words: MatchWordsIn) -> dict[str, Any]:
    found = match_or_404(reader_of(request), public_id)
    actions.write_message(member=member_of(request), match=found, **words.model_dump())
    return whole_match(reader_of(request), public_id)


@router.post(
    "/matches/{public_id}/acceptance",
    response=WholeMatchOut,
    auth=WRITES,
    url_name="api_match_acceptance",
    summary="Say yes to what one was asked",
)
def accept_match(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return _act(request, public_id, actions.accept)


@router.post(
    "/matches/{public_id}/refusal",
    response=WholeMatchOut,
    auth=WRITES,
    url_name="api_match_refusal",
    summary="Say no to what one was asked",
)
def decline_match(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return _act(request, public_id, actions.decline)


@router.post(
    "/matches/{public_id}/withdrawal",
    response=WholeMatchOut,
    auth=WRITES,
    url_name="api_match_withdrawal",
    summary="Take back what one asked",
)
def withdraw_match(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return _act(request, public_id, actions.withdraw)


@router.post(
    "/matches/{public_id}/calling-off",
    response=WholeMatchOut,
    auth=WRITES,
    url_name="api_match_calling_off",
    summary="Call off what was agreed",
)
def call_match_off(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return _act(request, public_id, actions.call_off)


@router.post(
    "/matches/{public_id}/undoing",
    response=WholeMatchOut,
    auth=WRITES,
    url_name="api_match_undoing",
    summary="Undo one’s own last act, within a day",
)
def undo_match(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return _act(request, public_id, actions.undo)


@router.post(
    "/matches/{public_id}/hours",
    response=WholeMatchOut,
    auth=WRITES,
    url_name="api_match_hours",
    summary="Confirm how long one was helped, with a word of thanks",
)
def confirm_hours(request: HttpRequest, public_id: str, hours: HoursIn) -> dict[str, Any]:
    found = match_or_404(reader_of(request), public_id)
    actions.confirm_help(member=member_of(request), match=found, **hours.model_dump())
    return whole_match(reader_of(request), public_id)


def _act(request: HttpRequest, public_id: str, act: Callable[..., Match]) -> dict[str, Any]:
    found = match_or_404(reader_of(request), public_id)
    act(member=member_of(request), match=found)
    return whole_match(reader_of(request), public_id)


def match_or_404(reader: Reader, public_id: str) -> Match:
    return or_404(match_to_read(reader, public_id))


def whole_match(reader: Reader, public_id: str) -> dict[str, Any]:
    page = match_for_page(reader, match_or_404(reader, public_id))
    return {
        **_line(page.line),
        "minutes_said": page.help.said_minutes if page.help else None,
        "minutes_confirmed": page.help.confirmed_minutes if page.help else None,
        "messages": [
            {
                "public_id": one.public_id,
                "name": one.name,
                "text": one.text,
                "at": one.at,
                "is_mine": one.is_mine,
            }
            for one in page.messages
        ],
    }


def _line(one: MatchLine) -> dict[str, Any]:
    return {
        "public_id": one.public_id,
        "need": one.need,
        "title": one.need_title,
        "name": one.name,
        "side": one.side,
        "asked_by": one.asked_by,
        "state": one.state,
        "asked_at": one.asked_at,
        "waits_for_me": one.waits_for_me,
    }
