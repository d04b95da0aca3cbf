from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from essaim.communities.readers import Reader
from essaim.discussions.models import Current, CurrentPost, Post, PostQuerySet, Thread
from essaim.discussions.queries.posts import author_name, state_of
from essaim.discussions.queries.threads import with_supports
from essaim.foundation.http import Page, keyset

LIST_SIZE = 20
_CARRYING = (
    CurrentPost.objects.filter(
        left_at__isnull=True, post__withdrawn_at__isnull=True, post__hidden_at__isnull=True
    )
    .select_related("post")
    .order_by("post__created_at", "post_id")
)


@dataclass(frozen=True, slots=True)
class PostLine:
    """A message as programs read it.

    Of one that was taken away they learn no more than its page says: neither its words nor whose
    they were, nor on which side. Its author reads on what moderators hid or hold.
    """

    public_id: str
    reply_to: str | None
    author: str
    text: str
    language: str
    position: str | None
    state: str
    supports: int
    is_supported: bool
    written_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class CurrentLine:
    """A current of thought and the messages that carry it, as programs read it."""

    public_id: str
    name: str
    summary: str
    language: str
    named_at: datetime
    posts: tuple[str, ...]


def posts_for_list(
    reader: Reader, thread: Thread, *, after: str | None = None, size: int = LIST_SIZE
) -> Page[PostLine]:
    """One page of a conversation, oldest first, replies among the others; one query."""
    posts = Post.objects.filter(thread=thread).appeared_to(reader.member_id)
    page = keyset(_loaded(posts, reader), order=("created_at", "id"), after=after, size=size)
    return page.map(lambda post: _line(post, reader))


def post_for_list(reader: Reader, post: Post) -> PostLine:
    """One message, as it is now."""
    return _line(_loaded(Post.objects.filter(pk=post.pk), reader).get(), reader)


def currents_for_list(
    thread: Thread, *, after: str | None = None, size: int = LIST_SIZE
) -> Page[CurrentLine]:
    """One page of a conversation's currents that somebody carries, oldest first; two queries."""
    carried = Exists(_CARRYING.filter(current=OuterRef("pk")))
    currents = Current.objects.filter(carried, thread=thread, withdrawn_at__isnull=True)
    with_carriers = currents.prefetch_related(Prefetch("carriers", _CARRYING))
    page = keyset(with_carriers, order=("named_at", "id"), after=after, size=size)
    return page.map(_current_line)


def current_for_list(current: Current) -> CurrentLine:
    """One current, as it is now."""
    found = Current.objects.prefetch_related(Prefetch("carriers", _CARRYING))
    return _current_line(found.get(pk=current.pk))


def _current_line(current: Current) -> CurrentLine:
    return CurrentLine(
        public_id=current.public_id,
        name=current.name,
        summary=current.summary,
        language=current.language,
        named_at=current.named_at,
        posts=tuple(carrier.post.public_id for carrier in current.carriers.all()),
    )


def _loaded(posts: PostQuerySet, reader: Reader) -> Any:
    return with_supports(posts, reader).select_related("author", "parent")


def _line(post: Any, reader: Reader) -> PostLine:
    state = state_of(post)
    is_mine = reader.is_known and post.author_id == reader.member_id
    shown = state == "shown" or (is_mine and state != "withdrawn")
    return PostLine(
        public_id=post.public_id,
        reply_to=post.parent.public_id if post.parent else None,
        author=author_name(post) if shown else "",
        text=post.text if shown else "",
        language=post.language,
        position=(post.position or None) if shown else None,
        state=state,
        supports=post.support_count,
        is_supported=post.is_supported,
        written_at=post.created_at,
        edited_at=post.edited_at,
    )
