"""Conversations: read as far as whoever asks may, written with a token."""

from datetime import datetime
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from essaim.communities.readers import Reader, member_of, reader_of
from essaim.discussions import actions, queries, rules
from essaim.discussions.models import (
    CURRENT_LENGTHS,
    POST_LENGTH,
    Post,
    Thread,
)
from essaim.discussions.queries.listing import (
    CurrentLine,
    PostLine,
    current_for_list,
    currents_for_list,
    post_for_list,
    posts_for_list,
)
from essaim.foundation.access import require
from essaim.foundation.http.api import Body, next_of
from essaim.foundation.http.missing import or_404
from essaim.members.bearer import Bearer
from essaim.members.models import Scope

MOST = 100
WRITES = Bearer(Scope.DISCUSSIONS)
READS = Bearer(Scope.READ)
Position = Literal["for", "against", "another_way"]

router = Router(tags=["discussions"])


class Asked(Schema):
    after: str = ""
    limit: int = Field(20, ge=1, le=MOST)


class PostOut(Schema):
    """A message that was withdrawn or hidden says so in `state`: no text, author or position.

    `pending` is hidden until the moderators decide; `held` waits for a first look. Whoever wrote
    what is hidden still reads it.
    """

    public_id: str
    reply_to: str | None
    author: str
    text: str
    language: str
    position: Position | None
    state: Literal["shown", "withdrawn", "hidden", "pending", "held"]
    supports: int
    is_supported: bool
    written_at: datetime
    edited_at: datetime | None


class PostsOut(Schema):
    items: list[PostOut]
    next: str | None


class CurrentOut(Schema):
    """`posts` are the public_ids of the messages that carry it; their authors may leave it."""

    public_id: str
    name: str
    summary: str
    language: str
    named_at: datetime
    posts: list[str]


class CurrentsOut(Schema):
    items: list[CurrentOut]
    next: str | None


class PostIn(Body):
    """A reply takes no position: it answers a message, which has its own."""

    text: str = Field(min_length=1, max_length=POST_LENGTH, description="Markdown works.")
    reply_to: str | None = Field(None, description="The public_id of the message it answers.")
    position: Position | None = None


class CurrentIn(Body):
    """`posts` are the public_ids of the messages that carry it; their authors are told."""

    name: str = Field(min_length=1, max_length=CURRENT_LENGTHS["name"])
    summary: str = Field("", max_length=CURRENT_LENGTHS["summary"])
    posts: list[str] = Field(min_length=1, max_length=actions.MOST_CARRIERS)


class CurrentChanges(Body):
    """Only what is given changes; `posts` are then all that carry it."""

    name: str = Field("", min_length=1, max_length=CURRENT_LENGTHS["name"])
    summary: str = Field("", max_length=CURRENT_LENGTHS["summary"])
    posts: list[str] = Field([], min_length=1, max_length=actions.MOST_CARRIERS)


class PostChanges(Body):
    text: str = Field(min_length=1, max_length=POST_LENGTH)


class StanceIn(Body):
    position: Position


@router.get(
    "/threads/{public_id}/posts",
    response=PostsOut,
    url_name="api_posts",
    summary="What is said in a conversation, oldest first, replies among the others",
)
def list_posts(request: HttpRequest, public_id: str, asked: Query[Asked]) -> dict[str, Any]:
    reader = reader_of(request)
    thread = _thread(reader, public_id)
    page = posts_for_list(reader, thread, after=asked.after, size=asked.limit)
    return {"items": page.items, "next": next_of(request, page.next, limit=asked.limit)}


@router.post(
    "/threads/{public_id}/posts",
    response={201: PostOut},
    auth=WRITES,
    url_name="api_posts",
    summary="Say something in a conversation, or reply to a message",
)
def write_post(
    request: HttpRequest, public_id: str, post: PostIn, response: HttpResponse
) -> PostLine:
    reader = reader_of(request)
    thread = _thread(reader, public_id)
    parent = post_or_404(reader, post.reply_to) if post.reply_to is not None else None
    made = actions.write_post(
        member=member_of(request),
        thread=thread,
        text=post.text,
        parent=parent,
        position=post.position or "",
    )
    response.headers["Location"] = reverse("api:api_post", args=[made.public_id])
    return post_for_list(reader, made)


@router.put(
    "/threads/{public_id}/stance",
    response={204: None},
    auth=WRITES,
    url_name="api_stance",
    summary="Say where one stands in a conversation, without a message",
)
def take_stance(request: HttpRequest, public_id: str, stance: StanceIn) -> None:
    thread = _thread(reader_of(request), public_id)
    actions.take_stance(member=member_of(request), thread=thread, position=stance.position)


@router.delete(
    "/threads/{public_id}/stance",
    response={204: None},
    auth=WRITES,
    url_name="api_stance",
    summary="Take one's stance back",
)
def withdraw_stance(request: HttpRequest, public_id: str) -> None:
    thread = _thread(reader_of(request), public_id)
    actions.take_stance(member=member_of(request), thread=thread, position="")


@router.get(
    "/threads/{public_id}/currents",
    response=CurrentsOut,
    url_name="api_currents",
    summary="The currents of thought that hosts named in a conversation, oldest first",
)
def list_currents(request: HttpRequest, public_id: str, asked: Query[Asked]) -> dict[str, Any]:
    thread = _thread(reader_of(request), public_id)
    page = currents_for_list(thread, after=asked.after, size=asked.limit)
    return {"items": page.items, "next": next_of(request, page.next, limit=asked.limit)}


@router.post(
    "/threads/{public_id}/currents",
    response={201: CurrentOut},
    auth=WRITES,
    url_name="api_currents",
    summary="Name a current of thought, for the hosts of a conversation",
)
def name_current(request: HttpRequest, public_id: str, current: CurrentIn) -> CurrentLine:
    reader = reader_of(request)
    thread = _thread(reader, public_id)
    require(rules.may_name_current(reader, thread))
    made = actions.name_current(
        member=member_of(request),
        thread=thread,
        name=current.name,
        summary=current.summary,
        posts=_posts(thread, current.posts),
    )
    return current_for_list(made)


@router.patch(
    "/currents/{public_id}",
    response=CurrentOut,
    auth=WRITES,
    url_name="api_current",
    summary="Say a current better, or choose its messages anew",
)
def change_current(request: HttpRequest, public_id: str, changes: CurrentChanges) -> CurrentLine:
    reader = reader_of(request)
    current = or_404(queries.current_for_change(reader, public_id))
    require(rules.may_change_current(reader, current))
    given = {"name": current.name, "summary": current.summary, **changes.dict(exclude_unset=True)}
    named = given.pop("posts", None)
    posts = _posts(current.thread, named) if named is not None else None
    actions.change_current(member=member_of(request), current=current, posts=posts, **given)
    return current_for_list(current)


@router.delete(
    "/currents/{public_id}",
    response={204: None},
    auth=WRITES,
    url_name="api_current",
    summary="Withdraw a current: its words go, the messages stay",
)
def withdraw_current(request: HttpRequest, public_id: str) -> None:
    current = or_404(queries.current_for_change(reader_of(request), public_id))
    actions.withdraw_current(member=member_of(request), current=current)


@router.delete(
    "/currents/{public_id}/posts",
    response={204: None},
    auth=WRITES,
    url_name="api_current_posts",
    summary="Take one's own messages out of a current, for good",
)
def leave_current(request: HttpRequest, public_id: str) -> None:
    reader = reader_of(request)
    current = or_404(queries.current_for_change(reader, public_id, or_own=True))
    actions.leave_current(member=member_of(request), current=current)


@router.get("/posts/{public_id}", response=PostOut, url_name="api_post", summary="One message")
def one_post(request: HttpRequest, public_id: str) -> PostLine:
    reader = reader_of(request)
    return post_for_list(reader, post_or_404(reader, public_id))


@router.patch(
    "/posts/{public_id}",
    response=PostOut,
    auth=WRITES,
    url_name="api_post",
    summary="Correct one's own message for as long as that is possible",
)
def edit_post(request: HttpRequest, public_id: str, post: PostChanges) -> PostLine:
    reader = reader_of(request)
    found = post_or_404(reader, public_id)
    actions.edit_post(member=member_of(request), post=found, text=post.text)
    return post_for_list(reader, found)


@router.delete(
    "/posts/{public_id}",
    response={204: None},
    auth=WRITES,
    url_name="api_post",
    summary="Withdraw one's own message: its words go, the replies stay",
)
def withdraw_post(request: HttpRequest, public_id: str) -> None:
    found = post_or_404(reader_of(request), public_id, or_own=True)
    actions.withdraw_post(member=member_of(request), post=found)


@router.put(
    "/posts/{public_id}/support",
    response=PostOut,
    auth=WRITES,
    url_name="api_post_support",
    summary="Say that a message convinces; a second time changes nothing",
)
def support_post(request: HttpRequest, public_id: str) -> PostLine:
    reader = reader_of(request)
    found = post_or_404(reader, public_id)
    actions.support_post(member=member_of(request), post=found)
    return post_for_list(reader, found)


@router.delete(
    "/posts/{public_id}/support",
    response=PostOut,
    auth=WRITES,
    url_name="api_post_support",
    summary="Take that back",
)
def withdraw_post_support(request: HttpRequest, public_id: str) -> PostLine:
    reader = reader_of(request)
    found = post_or_404(reader, public_id)
    actions.withdraw_post_support(member=member_of(request), post=found)
    return post_for_list(reader, found)


def _posts(thread: Thread, public_ids: list[str]) -> list[Post]:
    """These messages of the thread, or what is wrong."""
    found = queries.posts_named(thread, public_ids)
    if len(found) < len(set(public_ids)):
        raise ValidationError({"posts": [_("There is no such message in this conversation.")]})
    return found


def _thread(reader: Reader, public_id: str) -> Thread:
    return or_404(queries.thread_for_writing(reader, public_id))


def post_or_404(reader: Reader, public_id: str, *, or_own: bool = False) -> Post:
    return or_404(queries.post_for_change(reader, public_id, or_own=or_own))
