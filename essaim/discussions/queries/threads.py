from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Value
from django.urls import reverse
from markupsafe import Markup

from essaim.communities.readers import Reader
from essaim.discussions import rules
from essaim.discussions.models import Post, PostQuerySet, PostSupport, Thread
from essaim.discussions.queries.currents import CurrentShown, currents_of
from essaim.discussions.queries.positions import View, standings_of, strongest_of
from essaim.discussions.queries.posts import author_name, short_position
from essaim.foundation.counting import count_of
from essaim.foundation.http import keyset
from essaim.foundation.http.links import web_address
from essaim.foundation.panels import Place
from essaim.foundation.text import render_markdown


@dataclass(frozen=True, slots=True)
class Subject:
    """What a thread is about, as its owner words it."""

    kind: str
    title: str
    url: str


# Key: thread id; at most one subject each, absent when the reader may not see it.
THREAD_SUBJECTS: Place[int, Subject] = Place("discussions.subjects")


@dataclass(frozen=True, slots=True)
class Comment:
    """A message as `ui.comment` prints it; `id` is its anchor."""

    public_id: str
    author: str
    text: Markup
    at: datetime
    state: str
    position: str
    lang: str
    edited: bool
    reason: str
    source_url: str
    supports: int
    is_supported: bool
    is_mine: bool
    may_support: bool
    may_edit: bool
    may_withdraw: bool
    may_report: bool
    may_restore: bool
    replies: "tuple[Comment, ...]" = ()

    @property
    def id(self) -> str:
        return f"message-{self.public_id}"

    @property
    def history(self) -> str:
        """Where what it said before can be read."""
        return reverse("post", args=[self.public_id]) + "#changes" if self.edited else ""


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A page of a conversation: some roots with all their replies. `total` counts what stands.

    `views` and `currents` are shown once, above the first page. `stance` is the reader's own.
    """

    public_id: str
    comments: tuple[Comment, ...]
    next: str | None
    total: int
    after: str
    views: tuple[View, ...]
    currents: tuple[CurrentShown, ...]
    stance: str
    may_write: bool
    may_name_current: bool
    why_not: str


def thread_for_page(reader: Reader, thread: Thread, *, after: str | None = None) -> ThreadPage:
    """One page of a thread, oldest roots first; `thread.community` is loaded.

    Five queries: roots, replies, who stands where, and on the first page each view at its
    strongest and the currents.
    """
    posts = with_supports(Post.objects.filter(thread=thread), reader).select_related("author")
    page = keyset(posts.filter(parent__isnull=True), order=("created_at", "id"), after=after)
    replies: dict[int, list[Any]] = defaultdict(list)
    for reply in posts.filter(root__in=[post.pk for post in page.items]).order_by(
        "created_at", "id"
    ):
        replies[reply.parent_id or 0].append(reply)
    verdict = rules.may_write(reader, thread)
    standings = standings_of(reader, thread)
    return ThreadPage(
        public_id=thread.public_id,
        comments=tuple(_comment(reader, thread, post, replies) for post in page.items),
        next=page.next,
        total=standings.posts,
        after=after or "",
        views=() if after else strongest_of(reader, thread, standings),
        currents=() if after else currents_of(reader, thread),
        stance=short_position(standings.mine),
        may_write=bool(verdict),
        may_name_current=bool(rules.may_name_current(reader, thread)),
        why_not=str(verdict.reason),
    )


def with_supports(posts: PostQuerySet, reader: Reader) -> Any:
    """With how many find each convincing, and whether the reader does."""
    supports = PostSupport.objects.filter(post=OuterRef("pk"))
    mine = (
        Exists(supports.filter(member=reader.member_id)) if reader.is_known else Value(value=False)
    )
    return posts.annotate(support_count=count_of(supports), is_supported=mine)


def _comment(reader: Reader, thread: Thread, post: Any, replies: dict[int, list[Any]]) -> Comment:
    post.thread = thread
    shown = not (post.withdrawn_at or post.hidden_at)
    return Comment(
        public_id=post.public_id,
        author=author_name(post),
        text=render_markdown(post.text) if shown else Markup(),
        at=post.created_at,
        state="withdrawn" if post.withdrawn_at else "hidden" if post.hidden_at else "shown",
        position=short_position(post.position),
        lang=post.language,
        edited=post.edited_at is not None,
        reason=post.hiding_reason,
        source_url=web_address(post.source_url),
        supports=getattr(post, "support_count", 0),
        is_supported=getattr(post, "is_supported", False),
        is_mine=reader.is_known and post.author_id == reader.member_id,
        may_support=bool(rules.may_support_post(reader, post)),
        may_edit=bool(rules.may_edit(reader, post)),
        may_withdraw=bool(rules.may_withdraw(reader, post)),
        may_report=bool(rules.may_report(reader, post)),
        may_restore=bool(post.withdrawn_at and rules.may_restore(reader, post)),
        replies=tuple(_comment(reader, thread, reply, replies) for reply in replies[post.pk]),
    )


def comment_alone(reader: Reader, post: Post) -> Comment:
    """One message without its replies, for the page that answers, corrects or reports it."""
    return _comment(reader, post.thread, post, defaultdict(list))


def post_for_change(reader: Reader, public_id: str) -> Post | None:
    """A post the reader may see, with its thread and community; None for all others."""
    posts = Post.objects.filter(thread__in=rules.threads_visible_to(reader))
    found: Post | None = (
        with_supports(posts.filter(public_id=public_id), reader)
        .select_related("thread__community", "author")
        .first()
    )
    return found


def thread_for_writing(reader: Reader, public_id: str) -> Thread | None:
    return (
        rules.threads_visible_to(reader)
        .filter(public_id=public_id)
        .select_related("community")
        .first()
    )


def subject_of(reader: Reader, thread: Thread) -> Subject | None:
    found = THREAD_SUBJECTS.collect(reader, [thread.pk]).get(thread.pk)
    return found[0] if found else None
