from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models.functions import JSONObject
from django.urls import reverse

from essaim.communities.readers import Reader
from essaim.discussions import rules
from essaim.discussions.models import Post, Waiting
from essaim.foundation.http import Cursor
from essaim.foundation.text import plain_excerpt
from essaim.members.models import Member
from essaim.members.queries import display_name

ORDER = ("created_at", "id")


def post_address(public_id: str) -> str:
    """Where a message is shown for good, however long its conversation grows."""
    return reverse("post", args=[public_id]) + f"#message-{public_id}"


def branch_address(root: Post, *, after: Post | None = None) -> str:
    """The replies under a message, from the first one or after a given one."""
    asked = f"?{urlencode({'after': cursor_of(after)})}" if after else ""
    return reverse("post", args=[root.public_id]) + asked


def cursor_of(post: Post) -> str:
    """What follows a message in its list."""
    return Cursor(ORDER, (post.created_at, post.pk)).encode()


def cursor_before(post: Post) -> str:
    """A message and what follows it."""
    return Cursor(ORDER, (post.created_at, post.pk - 1)).encode()


def author_name(post: Post) -> str:
    """The member's name, the source's label, or « former member »."""
    return (not post.author and post.author_label) or display_name(post.author)


_COLUMNS = ("public_id", "thread_id", "text", "language", "position", "author_label")


def post_row(path: str = "", **more: str) -> JSONObject:
    """A post's words and author in a column of another query; `path` leads to the post."""
    columns = {name: path + name for name in _COLUMNS}
    return JSONObject(
        **columns,
        author_id=f"{path}author_id",
        author_name=f"{path}author__name",
        created_at=f"{path}created_at",
        **more,
    )


def post_in(row: dict[str, Any]) -> Post:
    """The post of a `post_row`."""
    author_id, name = row["author_id"], row["author_name"]
    return Post(
        **{column: row[column] for column in _COLUMNS},
        created_at=datetime.fromisoformat(row["created_at"]),
        author=Member(pk=author_id, name=name) if author_id else None,
    )


def state_of(post: Post) -> str:
    """shown, withdrawn, hidden by a decision, pending: hidden until one, held for a first look."""
    if post.withdrawn_at:
        return "withdrawn"
    if not post.hidden_at:
        return "shown"
    return {Waiting.LOOK.value: "held", Waiting.DECISION.value: "pending"}.get(
        post.waiting_for, "hidden"
    )


def short_position(position: str) -> str:
    """As `ui.position` wants it."""
    return position.replace("another_way", "other")


@dataclass(frozen=True, slots=True)
class PostInBrief:
    """A post as a notice or a list of sources names it."""

    public_id: str
    author: str
    excerpt: str
    thread_id: int
    written_at: datetime

    @property
    def href(self) -> str:
        return post_address(self.public_id)


def posts_in_brief(reader: Reader, post_ids: Collection[int]) -> dict[int, PostInBrief]:
    """Those of these posts that stand and that the reader may see, in one query."""
    posts = (
        Post.objects.filter(pk__in=post_ids, thread__in=rules.threads_visible_to(reader))
        .standing()
        .select_related("author")
    )
    return {post.pk: in_brief(post) for post in posts}


def in_brief(post: Post) -> PostInBrief:
    return PostInBrief(
        public_id=post.public_id,
        author=author_name(post),
        excerpt=plain_excerpt(post.text, 140),
        thread_id=post.thread_id,
        written_at=post.created_at,
    )
