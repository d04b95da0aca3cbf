from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from essaim.communities.readers import Reader
from essaim.discussions import rules
from essaim.discussions.models import Post
from essaim.foundation.text import plain_excerpt
from essaim.members.queries import display_name


def author_name(post: Post) -> str:
    """The member's name, the source's label, or « former member »."""
    return (not post.author and post.author_label) or display_name(post.author)


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
