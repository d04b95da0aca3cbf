from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from essaim.communities.readers import Reader
from essaim.discussions.models import Post, PostVersion
from essaim.discussions.queries.threads import Comment, comment_alone
from essaim.foundation.differences import Paragraph, difference

MOST_CHANGES = 10


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction changed, and when."""

    at: datetime
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class PostPage:
    comment: Comment
    changes: tuple[Change, ...]


def post_for_page(reader: Reader, post: Post) -> PostPage:
    """A message that `post_for_change` found, and its last corrections, newest first."""
    return PostPage(
        comment=comment_alone(reader, post),
        changes=() if post.withdrawn_at or post.hidden_at else changes_of(post),
    )


def changes_of(post: Post) -> tuple[Change, ...]:
    """One query; none for whoever never corrected it."""
    if post.edited_at is None:
        return ()
    versions = PostVersion.objects.filter(post=post).order_by("-number")[:MOST_CHANGES]
    said = [(version.text, version.replaced_at) for version in versions][::-1]
    texts = [text for text, _replaced_at in said] + [post.text]
    changes = [
        Change(at=replaced_at, paragraphs=difference(before, after))
        for (before, after), (_text, replaced_at) in zip(pairwise(texts), said, strict=True)
    ]
    return tuple(reversed(changes))
