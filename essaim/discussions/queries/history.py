from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from essaim.communities.readers import Reader
from essaim.discussions import rules
from essaim.discussions.models import Post, PostVersion
from essaim.discussions.queries.posts import ORDER, branch_address, cursor_before, cursor_of
from essaim.discussions.queries.threads import (
    ROOM,
    Comment,
    comment_alone,
    fitting,
    nested,
    with_supports,
)
from essaim.foundation.differences import Paragraph, difference
from essaim.foundation.http import keyset

MOST_CHANGES = 10
MOST_REPLIES = 30


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction changed, and when."""

    at: datetime
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class PostPage:
    """A message where it was said: `branch` is what it answers, or itself, with replies to that.

    `public_id` is its thread's, `after` where the replies that are shown begin.
    """

    public_id: str
    comment: Comment
    branch: Comment
    after: str
    next: str | None
    changes: tuple[Change, ...]
    may_write: bool

    @property
    def is_reply(self) -> bool:
        return self.comment.public_id != self.branch.public_id

    @property
    def back(self) -> dict[str, str]:
        """What a button sends along to come back to this page."""
        return {"after": self.after, "branch": self.branch.public_id}


def post_for_page(reader: Reader, post: Post, *, after: str = "") -> PostPage:
    """A message that `post_for_change` found, what was said around it, and its last corrections.

    Replies begin with the message itself, or after a cursor. One query; one more for a reply, and
    one for what was corrected.
    """
    root = _root_of(reader, post)
    begins = after or (cursor_before(post) if post.root_id else "")
    below = Post.objects.filter(root=root).appeared_to(reader.member_id)
    replies = with_supports(below, reader)
    page = keyset(
        replies.select_related("author", "parent__author"),
        order=ORDER,
        after=begins,
        size=MOST_REPLIES,
    )
    top = comment_alone(reader, root)
    kept = fitting(reader, post.thread, page.items, ROOM, least=1)
    return PostPage(
        public_id=post.thread.public_id,
        comment=comment_alone(reader, post),
        branch=replace(
            top,
            replies=nested(root.pk, kept),
            earlier_href=branch_address(root) if begins else "",
        ),
        after=begins,
        next=page.next if len(kept) == len(page.items) else cursor_of(kept[-1][0]),
        changes=() if post.withdrawn_at or post.hidden_at else changes_of(post),
        may_write=bool(rules.may_write(reader, post.thread)),
    )


def _root_of(reader: Reader, post: Post) -> Post:
    if post.root_id is None:
        return post
    roots = with_supports(Post.objects.filter(pk=post.root_id), reader).select_related("author")
    root: Post = roots.get()
    root.thread = post.thread
    return root


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
