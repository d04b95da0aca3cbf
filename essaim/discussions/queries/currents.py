from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse

from essaim.communities.readers import Reader
from essaim.discussions import rules
from essaim.discussions.models import Current, CurrentPost, Post, Thread
from essaim.discussions.queries.posts import author_name, post_in, post_row
from essaim.foundation.text import plain_excerpt
from essaim.foundation.written_once import WrittenOnce

EXCERPT = 180
_CURRENT = ("id", "public_id", "name", "summary", "language")
CHOICES = 80  # messages to choose from; those already chosen come on top of them


@dataclass(frozen=True, slots=True)
class Carrier:
    """A message that carries a current."""

    public_id: str
    author: str
    excerpt: str
    lang: str

    @property
    def href(self) -> str:
        return reverse("post", args=[self.public_id])


@dataclass(frozen=True, slots=True)
class CurrentShown:
    """A current of thought and its messages; whoever wrote one of them may leave."""

    public_id: str
    name: str
    summary: str
    lang: str
    carriers: tuple[Carrier, ...]
    may_change: bool
    may_withdraw: bool
    may_leave: bool

    @property
    def id(self) -> str:
        return f"current-{self.public_id}"


def _carriers() -> ArraySubquery:
    """The messages that carry a thread's currents, as a column of its query, oldest current first.

    `currents_in` reads the column.
    """
    rows = _carrying(CurrentPost.objects.filter(current__thread=OuterRef("pk"))).order_by(
        "current__named_at", "current_id", "post__created_at", "post_id"
    )
    current = {name: f"current__{name}" for name in _CURRENT}
    row = JSONObject(current=JSONObject(**current), post=post_row("post__"))
    return ArraySubquery(rows.values(row=row))


CARRIERS = WrittenOnce(_carriers, of=Thread, by="pk")


def currents_in(
    column: Iterable[dict[str, Any]], reader: Reader, thread: Thread
) -> tuple[CurrentShown, ...]:
    """The currents that somebody carries, from a column of `CARRIERS`."""
    currents: dict[int, Current] = {}
    posts: dict[int, list[Post]] = defaultdict(list)
    for row in column:
        current = Current(**row["current"])
        currents[current.pk] = current
        posts[current.pk].append(post_in(row["post"]))
    may_change = bool(rules.may_name_current(reader, thread))
    may_withdraw = bool(rules.may_withdraw_currents(reader, thread))
    return tuple(
        CurrentShown(
            public_id=current.public_id,
            name=current.name,
            summary=current.summary,
            lang=current.language,
            carriers=tuple(map(_carrier, posts[pk])),
            may_change=may_change,
            may_withdraw=may_withdraw,
            may_leave=reader.is_known and any(p.author_id == reader.member_id for p in posts[pk]),
        )
        for pk, current in currents.items()
    )


def _carrying(rows: QuerySet[CurrentPost]) -> QuerySet[CurrentPost]:
    return rows.filter(
        left_at__isnull=True,
        current__withdrawn_at__isnull=True,
        post__withdrawn_at__isnull=True,
        post__hidden_at__isnull=True,
    )


def _carrier(post: Post) -> Carrier:
    return Carrier(
        public_id=post.public_id,
        author=author_name(post),
        excerpt=plain_excerpt(post.text, EXCERPT),
        lang=post.language,
    )


def messages_for_choice(
    thread: Thread, *, current: Current | None = None, words: str = ""
) -> tuple[Carrier, ...]:
    """What a host chooses from: the current's messages, then the newest (that hold the words)."""
    posts = Post.objects.filter(thread=thread).standing().select_related("author")
    chosen = Q(pk__in=chosen_in(current)) if current else Q(pk__in=[])
    left = CurrentPost.objects.filter(
        current__thread=thread, left_at__isnull=False, post__author__isnull=False
    )
    others = posts.exclude(chosen).exclude(author__in=left.values("post__author"))
    if words:
        others = others.filter(text__icontains=words)
    found = [*posts.filter(chosen).order_by("created_at", "pk")]
    found += others.order_by("-created_at", "-pk")[:CHOICES]
    return tuple(_carrier(post) for post in found)


def chosen_in(current: Current) -> QuerySet[CurrentPost, int]:
    """Ids of the posts that carry a current now."""
    rows = _carrying(CurrentPost.objects.filter(current=current))
    return rows.values_list("post_id", flat=True)


def posts_in(current: Current) -> list[str]:
    """Public ids of the posts that carry a current now."""
    chosen = Post.objects.filter(pk__in=chosen_in(current))
    return list(chosen.values_list("public_id", flat=True))


def posts_named(thread: Thread, public_ids: Collection[str]) -> list[Post]:
    """The thread's posts that a form names."""
    return list(Post.objects.filter(thread=thread, public_id__in=public_ids))


def current_for_change(reader: Reader, public_id: str, *, or_own: bool = False) -> Current | None:
    """A standing current where the reader may read; `or_own`: or that words of theirs carry."""
    found_by = Q(thread__in=rules.threads_visible_to(reader))
    if or_own and reader.is_known:
        mine = CurrentPost.objects.filter(post__author=reader.member_id, left_at__isnull=True)
        found_by |= Q(pk__in=mine.values("current"))
    return (
        Current.objects.filter(found_by, public_id=public_id, withdrawn_at__isnull=True)
        .select_related("thread__community")
        .first()
    )


@dataclass(frozen=True, slots=True)
class CurrentInBrief:
    """A current as a notice names it."""

    public_id: str
    name: str
    thread_id: int


def currents_in_brief(reader: Reader, ids: set[int]) -> dict[int, CurrentInBrief]:
    """Those of these currents that stand, that the reader sees and still carries, in one query."""
    mine = CurrentPost.objects.filter(post__author=reader.member_id or 0)
    found = Current.objects.filter(
        pk__in=ids,
        thread__in=rules.threads_visible_to(reader),
        carriers__in=_carrying(mine),
    ).distinct()
    return {one.pk: CurrentInBrief(one.public_id, one.name, one.thread_id) for one in found}


def authors_who_carry(current_id: int) -> list[int]:
    """Ids of the members whose messages carry a current."""
    rows = _carrying(CurrentPost.objects.filter(current=current_id, post__author__isnull=False))
    return sorted(set(rows.values_list("post__author", flat=True)))
