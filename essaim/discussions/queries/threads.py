from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Value
from django.urls import reverse
from markupsafe import Markup

from essaim.communities.readers import Reader
from essaim.discussions import rules
from essaim.discussions.models import Post, PostQuerySet, PostSupport, Thread, Waiting
from essaim.discussions.queries.currents import CARRIERS, CurrentShown, currents_in
from essaim.discussions.queries.positions import (
    STRONGEST,
    View,
    standings_in,
    views_in,
    with_standings,
)
from essaim.discussions.queries.posts import (
    ORDER,
    author_name,
    branch_address,
    cursor_of,
    post_address,
    short_position,
    state_of,
)
from essaim.foundation.counting import count_of
from essaim.foundation.http import keyset
from essaim.foundation.http.links import web_address
from essaim.foundation.panels import Place
from essaim.foundation.text import render_markdown
from essaim.foundation.written_once import WrittenOnce

ROOTS = 20  # on one page at most
FIRST_REPLIES = 3  # under each of them; more are read on the page of the message they answer
ROOM = 50_000  # bytes of messages on a page that holds a hundred thousand in all
MARKUP = 2_400  # bytes around the text of a message that has all its buttons


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
    """A message as `ui.comment` prints it; `id` is its anchor, `href` always shows it.

    `state`: shown, withdrawn, hidden by a decision, pending one, held for a first look. Whoever
    wrote what is hidden still reads it, and at `case_href` why, and what they can do.

    Where what it answers does not stand above it, `answers_href` leads there. `more` replies follow
    at `more_href`; `earlier_href` leads to the first one of those that begin in their middle.
    """

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
    case_href: str = ""
    answers: str = ""
    answers_href: str = ""
    earlier_href: str = ""
    more: int = 0
    more_href: str = ""
    replies: "tuple[Comment, ...]" = ()

    @property
    def id(self) -> str:
        return f"message-{self.public_id}"

    @property
    def href(self) -> str:
        return post_address(self.public_id)

    @property
    def weight(self) -> int:
        """About how many bytes of a page it takes, without its replies."""
        return MARKUP + len(self.text.encode())

    @property
    def history(self) -> str:
        """Where what it said before can be read."""
        return reverse("post", args=[self.public_id]) + "#changes" if self.edited else ""


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A page of a conversation: roots with their first replies. `total` counts what stands.

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

    @property
    def back(self) -> dict[str, str]:
        """What a button sends along to come back to this page."""
        return {"after": self.after}


def thread_if_any(reader: Reader, thread: Thread, *, after: str | None = None) -> ThreadPage | None:
    """One page of a thread whose subject is seen; None where there are no conversations."""
    if not rules.may_see_thread(reader, thread):
        return None
    return thread_for_page(reader, thread, after=after)


def thread_for_page(reader: Reader, thread: Thread, *, after: str | None = None) -> ThreadPage:
    """One page of a thread, oldest roots first; `thread.community` is loaded.

    Three queries: roots, first replies, and who stands where, with on the first page each view at
    its strongest and the currents.
    """
    comments, following = _roots(reader, thread, after)
    verdict = rules.may_write(reader, thread)
    known = _overview(reader, thread, is_first=not after)
    standings = standings_in(known)
    return ThreadPage(
        public_id=thread.public_id,
        comments=comments,
        next=following,
        total=standings.posts,
        after=after or "",
        views=() if after else views_in(known.strongest, reader, thread, standings),
        currents=() if after else currents_in(known.carriers, reader, thread),
        stance=short_position(standings.mine),
        may_write=bool(verdict),
        may_name_current=bool(rules.may_name_current(reader, thread)),
        why_not=str(verdict.reason),
    )


def _overview(reader: Reader, thread: Thread, *, is_first: bool) -> Any:
    """The thread with what is said above its first page, in one query."""
    threads = with_standings(Thread.objects.filter(pk=thread.pk), reader)
    if is_first:
        threads = threads.annotate(strongest=STRONGEST("pk"), carriers=CARRIERS("pk"))
    return threads.get()


def _replies() -> PostQuerySet:
    return Post.objects.filter(root=OuterRef("pk")).appeared()


_BELOW = WrittenOnce(lambda: count_of(_replies()), of=Post, by="pk")
_FIRST = WrittenOnce(
    lambda: ArraySubquery(_replies().order_by(*ORDER).values("pk")[:FIRST_REPLIES]),
    of=Post,
    by="pk",
)


def _roots(
    reader: Reader, thread: Thread, after: str | None
) -> tuple[tuple[Comment, ...], str | None]:
    """As many roots with their first replies as a page has room for, and what follows."""
    posts = with_supports(Post.objects.filter(thread=thread).appeared_to(reader.member_id), reader)
    roots = (
        posts.filter(parent__isnull=True)
        .select_related("author")
        .annotate(
            below=_BELOW("pk"),
            first=_FIRST("pk"),
        )
    )
    if reader.is_known:  # and their own that nobody else reads yet
        held = Post.objects.filter(root=OuterRef("pk"), waiting_for=Waiting.LOOK)
        roots = roots.annotate(own=ArraySubquery(held.filter(author=reader.member_id).values("pk")))
    page = keyset(roots, order=ORDER, after=after, size=ROOTS)
    replies: dict[int, list[Any]] = defaultdict(list)
    wanted = [pk for root in page.items for pk in (*root.first, *getattr(root, "own", ()))]
    first = posts.filter(pk__in=wanted)
    for reply in first.select_related("author", "parent__author").order_by(*ORDER):
        replies[reply.root_id].append(reply)
    comments: list[Comment] = []
    room = ROOM
    for position, root in enumerate(page.items):
        comment = _comment(reader, thread, root)
        room -= comment.weight
        if comments and room < 0:
            return tuple(comments), cursor_of(page.items[position - 1])
        kept = fitting(reader, thread, replies[root.pk], room)
        room -= sum(reply.weight for _post, reply in kept)
        last = kept[-1][0] if kept else None
        comments.append(
            replace(
                comment,
                replies=nested(root.pk, kept),
                more=root.below - sum(reply.state != "held" for _post, reply in kept),
                more_href=branch_address(root, after=last),
            )
        )
    return tuple(comments), page.next


def fitting(
    reader: Reader, thread: Thread, posts: Sequence[Any], room: int, *, least: int = 0
) -> list[tuple[Any, Comment]]:
    """The first of these posts that there is room for, each with how it is shown."""
    kept: list[tuple[Any, Comment]] = []
    for post in posts:
        comment = _comment(reader, thread, post)
        room -= comment.weight
        if room < 0 and len(kept) >= least:
            break
        kept.append((post, comment))
    return kept


def nested(root_id: int, kept: Sequence[tuple[Any, Comment]]) -> tuple[Comment, ...]:
    """Replies each below what it answers; directly below the root where that is elsewhere."""
    known = {root_id}
    below: dict[int, list[tuple[Any, Comment]]] = defaultdict(list)
    for post, comment in kept:
        if post.parent_id in known:
            below[post.parent_id].append((post, comment))
        else:
            below[root_id].append((post, _with_what_it_answers(post, comment)))
        known.add(post.pk)

    def under(pk: int) -> tuple[Comment, ...]:
        return tuple(replace(comment, replies=under(post.pk)) for post, comment in below[pk])

    return under(root_id)


def _with_what_it_answers(post: Any, comment: Comment) -> Comment:
    parent = post.parent
    stands = not (parent.withdrawn_at or parent.hidden_at)
    return replace(
        comment,
        answers=author_name(parent) if stands else "",
        answers_href=post_address(parent.public_id),
    )


_SUPPORTS = WrittenOnce(
    lambda: count_of(PostSupport.objects.filter(post=OuterRef("pk"))), of=Post, by="pk"
)


def with_supports(posts: PostQuerySet, reader: Reader) -> Any:
    """With how many find each convincing, and whether the reader does."""
    supports = PostSupport.objects.filter(post=OuterRef("pk"))
    mine = (
        Exists(supports.filter(member=reader.member_id)) if reader.is_known else Value(value=False)
    )
    return posts.annotate(support_count=_SUPPORTS("pk"), is_supported=mine)


def _comment(reader: Reader, thread: Thread, post: Any) -> Comment:
    post.thread = thread
    state = state_of(post)
    is_mine = reader.is_known and post.author_id == reader.member_id
    is_read = state == "shown" or (is_mine and state != "withdrawn")
    return Comment(
        public_id=post.public_id,
        author=author_name(post),
        text=render_markdown(post.text) if is_read else Markup(),
        at=post.created_at,
        state=state,
        position=short_position(post.position),
        lang=post.language,
        edited=post.edited_at is not None,
        reason=post.hiding_reason,
        source_url=web_address(post.source_url),
        supports=getattr(post, "support_count", 0),
        is_supported=getattr(post, "is_supported", False),
        is_mine=is_mine,
        may_support=bool(rules.may_support_post(reader, post)),
        may_edit=bool(rules.may_edit(reader, post)),
        may_withdraw=bool(rules.may_withdraw(reader, post)),
        may_report=bool(rules.may_report(reader, post)),
        may_restore=bool(post.withdrawn_at and rules.may_restore(reader, post)),
        case_href=(
            reverse("post_case", args=[post.public_id])
            if is_mine and state in {"hidden", "pending", "held"}
            else ""
        ),
    )


def comment_alone(reader: Reader, post: Post) -> Comment:
    """One message without its replies, for the page that answers, corrects or reports it."""
    return _comment(reader, post.thread, post)


def post_for_change(reader: Reader, public_id: str, *, or_own: bool = False) -> Post | None:
    """A post the reader may see, with its thread and community; None for all others.

    `or_own`: also what they wrote where they may no longer read, for they may take it back.
    """
    found_by = Q(thread__in=rules.threads_visible_to(reader))
    if or_own and reader.is_known:
        found_by |= Q(author=reader.member_id)
    posts = Post.objects.filter(found_by).appeared_to(reader.member_id)
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


def place_of(reader: Reader, post: Post) -> str | None:
    """Where one reads a message: in its conversation if that begins with it, else on its page."""
    subject = subject_of(reader, post.thread)
    if subject is None:
        return None
    comments, _following = _roots(reader, post.thread, None)
    shown = [*comments]
    for comment in shown:
        if comment.public_id == post.public_id:
            return f"{subject.url}#{comment.id}"
        shown += comment.replies
    return post_address(post.public_id)


def subject_of(reader: Reader, thread: Thread) -> Subject | None:
    found = THREAD_SUBJECTS.collect(reader, [thread.pk]).get(thread.pk)
    return found[0] if found else None
