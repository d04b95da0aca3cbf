from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from essaim.communities.readers import Reader
from essaim.discussions import rules
from essaim.discussions.models import Current, CurrentPost, Post, Thread
from essaim.discussions.queries.posts import author_name
from essaim.foundation.text import plain_excerpt

EXCERPT = 180
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


def currents_of(reader: Reader, thread: Thread) -> tuple[CurrentShown, ...]:
    """The thread's currents that somebody carries, oldest first; one query."""
    rows: dict[int, list[CurrentPost]] = defaultdict(list)
    for row in (
        _carrying(CurrentPost.objects.filter(current__thread=thread))
        .select_related("current", "post__author")
        .order_by("current__named_at", "current_id", "post__created_at", "post_id")
    ):
        rows[row.current_id].append(row)
    may_change = bool(rules.may_name_current(reader, thread))
    may_withdraw = bool(rules.may_withdraw_currents(reader, thread))
    return tuple(
        _shown(reader, carriers, may_change=may_change, may_withdraw=may_withdraw)
        for carriers in rows.values()
    )


def _carrying(rows: QuerySet[CurrentPost]) -> QuerySet[CurrentPost]:
    return rows.filter(
        left_at__isnull=True,
        current__withdrawn_at__isnull=True,
        post__withdrawn_at__isnull=True,
        post__hidden_at__isnull=True,
    )


def _shown(
    reader: Reader, rows: list[CurrentPost], *, may_change: bool, may_withdraw: bool
) -> CurrentShown:
    current = rows[0].current
    return CurrentShown(
        public_id=current.public_id,
        name=current.name,
        summary=current.summary,
        lang=current.language,
        carriers=tuple(_carrier(row.post) for row in rows),
        may_change=may_change,
        may_withdraw=may_withdraw,
        may_leave=reader.is_known and any(r.post.author_id == reader.member_id for r in rows),
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


def current_for_change(reader: Reader, public_id: str) -> Current | None:
    """A standing current in a thread that the reader may see."""
    return (
        Current.objects.filter(
            thread__in=rules.threads_visible_to(reader),
            public_id=public_id,
            withdrawn_at__isnull=True,
        )
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
