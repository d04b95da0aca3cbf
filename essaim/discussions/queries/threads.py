from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from essaim.communities.readers import Reader
from essaim.discussions import rules
from essaim.discussions.models import Post, Thread
from essaim.foundation.http import keyset
from essaim.foundation.panels import Place
from essaim.foundation.text import plain_excerpt, render_markdown
from essaim.members.queries import display_name


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
    may_edit: bool
    may_withdraw: bool
    may_report: bool
    replies: "tuple[Comment, ...]" = ()

    @property
    def id(self) -> str:
        return f"message-{self.public_id}"


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A page of a conversation: some roots with all their replies. `total` counts what stands."""

    public_id: str
    comments: tuple[Comment, ...]
    next: str | None
    total: int
    may_write: bool
    why_not: str


def thread_for_page(reader: Reader, thread: Thread, *, after: str | None = None) -> ThreadPage:
    """One page of a thread, oldest roots first, in three queries; `thread.community` is loaded."""
    posts = Post.objects.filter(thread=thread).select_related("author")
    page = keyset(posts.filter(parent__isnull=True), order=("created_at", "id"), after=after)
    replies: dict[int, list[Post]] = defaultdict(list)
    for reply in posts.filter(root__in=[post.pk for post in page.items]).order_by(
        "created_at", "id"
    ):
        replies[reply.parent_id or 0].append(reply)
    verdict = rules.may_write(reader, thread)
    return ThreadPage(
        public_id=thread.public_id,
        comments=tuple(_comment(reader, thread, post, replies) for post in page.items),
        next=page.next,
        total=Post.objects.filter(thread=thread).standing().count(),
        may_write=bool(verdict),
        why_not=str(verdict.reason),
    )


def _comment(reader: Reader, thread: Thread, post: Post, replies: dict[int, list[Post]]) -> Comment:
    post.thread = thread
    shown = not (post.withdrawn_at or post.hidden_at)
    return Comment(
        public_id=post.public_id,
        author=author_name(post),
        text=render_markdown(post.text) if shown else Markup(),
        at=post.created_at,
        state="withdrawn" if post.withdrawn_at else "hidden" if post.hidden_at else "shown",
        position=post.position.replace("another_way", "other"),
        lang=post.language,
        edited=post.edited_at is not None,
        reason=post.hiding_reason,
        source_url=post.source_url,
        may_edit=bool(rules.may_edit(reader, post)),
        may_withdraw=bool(rules.may_withdraw(reader, post)),
        may_report=bool(rules.may_report(reader, post)),
        replies=tuple(_comment(reader, thread, reply, replies) for reply in replies[post.pk]),
    )


def comment_alone(reader: Reader, post: Post) -> Comment:
    """One message without its replies, for the page that answers, corrects or reports it."""
    return _comment(reader, post.thread, post, defaultdict(list))


def author_name(post: Post) -> str:
    """The member's name, the source's label, or « former member »."""
    return (not post.author and post.author_label) or display_name(post.author)


def post_for_change(reader: Reader, public_id: str) -> Post | None:
    """A post the reader may see, with its thread and community; None for all others."""
    return (
        Post.objects.filter(thread__in=rules.threads_visible_to(reader), public_id=public_id)
        .select_related("thread__community", "author")
        .first()
    )


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


@dataclass(frozen=True, slots=True)
class PostInBrief:
    """A post as a notice or a list of sources names it."""

    public_id: str
    author: str
    excerpt: str
    thread_id: int
    written_at: datetime


def posts_in_brief(reader: Reader, post_ids: Collection[int]) -> dict[int, PostInBrief]:
    """Those of these posts that stand and that the reader may see, in one query."""
    posts = (
        Post.objects.filter(pk__in=post_ids, thread__in=rules.threads_visible_to(reader))
        .standing()
        .select_related("author")
    )
    return {
        post.pk: PostInBrief(
            public_id=post.public_id,
            author=author_name(post),
            excerpt=plain_excerpt(post.text, 140),
            thread_id=post.thread_id,
            written_at=post.created_at,
        )
        for post in posts
    }
