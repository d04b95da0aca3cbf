"""Which messages answer a search."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from markupsafe import Markup

from essaim.communities.queries import Asked, Hit, Hits, found_text, hits_of, in_limits
from essaim.communities.readers import ANONYMOUS, Reader
from essaim.communities.rules import off_in
from essaim.discussions import rules
from essaim.discussions.models import SEARCHED_POST, Post, PostQuerySet
from essaim.discussions.queries.posts import author_name, post_address
from essaim.discussions.queries.threads import THREAD_SUBJECTS


def posts_found(reader: Reader, asked: Asked) -> Hits | None:
    """Messages that stand, the newest first, each under what it is about; None: out of limits.

    Three queries: the messages, and the ideas and debates that their threads are about.
    """
    if not asked.wants("post"):
        return None
    return hits_of(
        asked,
        kind="post",
        label=_("Messages"),
        rows=_posts(reader, asked).select_related("author", "thread__community"),
        fields=SEARCHED_POST,
        make=lambda rows: _hits(reader, rows),
    )


def words_of_posts() -> Iterator[str]:
    """What stands in conversations that everyone may read."""
    posts = _posts(ANONYMOUS, Asked(""))
    return posts.values_list("text", flat=True).iterator()


def _posts(reader: Reader, asked: Asked) -> PostQuerySet:
    return Post.objects.filter(
        in_limits(asked, "discussions", community="thread__community"),
        thread__in=rules.threads_visible_to(reader),
    ).standing()


def _hits(reader: Reader, posts: Sequence[Post]) -> list[Hit]:
    off = {post.thread_id: off_in(post.thread.community) for post in posts}
    subjects = THREAD_SUBJECTS.collect(reader, list(off), off=off)
    return [
        Hit(
            title=Markup.escape(subject.title),
            url=post_address(post.public_id),
            excerpt=found_text(post),
            lang=post.language,
            community=post.thread.community.name,
            meta=author_name(post),
            date=post.created_at,
        )
        for post in posts
        for subject in subjects.get(post.thread_id, ())[:1]
    ]
