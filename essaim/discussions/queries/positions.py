"""Where people stand in a conversation, and each view at its strongest: never a vote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.queries import smallest_told
from essaim.communities.readers import Reader
from essaim.communities.rules import may_see_members
from essaim.design.typography import number
from essaim.discussions.models import (
    Position,
    Post,
    PostQuerySet,
    PostSupport,
    Stance,
    Thread,
    ThreadQuerySet,
)
from essaim.discussions.queries.posts import author_name, post_in, post_row, short_position
from essaim.foundation.counting import count_of
from essaim.foundation.text import plain_excerpt
from essaim.foundation.written_once import WrittenOnce

EXCERPT = 320


@dataclass(frozen=True, slots=True)
class View:
    """A position and the message that makes its case best to those who hold another."""

    position: str
    public_id: str
    author: str
    excerpt: str
    lang: str
    convinced: str
    held: str

    @property
    def href(self) -> str:
        return reverse("post", args=[self.public_id])


@dataclass(frozen=True, slots=True)
class Standings:
    """How many messages stand, how many people hold each position, and which is the reader's."""

    posts: int
    held: Mapping[str, int]
    mine: str


# How many messages of a thread stand; by its number, in any query.
POSTS_SAID = WrittenOnce(
    lambda: count_of(Post.objects.filter(thread=OuterRef("pk")).standing()), of=Thread, by="pk"
)


def _held(side: str) -> WrittenOnce:
    """How many people hold a position in a thread."""
    stances = Stance.objects.filter(thread=OuterRef("pk"), position=side)
    return WrittenOnce(lambda: count_of(stances), of=Thread, by="pk")


_HELD = {side: _held(side) for side in Position.values}


def with_standings(threads: ThreadQuerySet, reader: Reader) -> QuerySet[Any]:
    """With the columns that `standings_in` reads."""
    stances = Stance.objects.filter(thread=OuterRef("pk"), member=reader.member_id or 0)
    mine = stances.values("position")
    counted: QuerySet[Any] = threads.annotate(
        post_count=POSTS_SAID("pk"),
        mine=Subquery(mine, output_field=CharField()) if reader.is_known else Value(""),
        **{side: held("pk") for side, held in _HELD.items()},
    )
    return counted


def standings_in(thread: Any) -> Standings:
    held = {side: getattr(thread, side) for side in Position.values}
    return Standings(posts=thread.post_count, held=held, mine=thread.mine or "")


def _strongest() -> ArraySubquery:
    """One message for each position that was taken, as a column of the query of a thread.

    First counts how many people who hold another position find it convincing, then how many do in
    all; what was said first decides between equals. `views_in` reads the column.
    """
    posts = (
        with_strength(Post.objects.filter(thread=OuterRef("pk")).standing())
        .exclude(position="")
        .order_by("position", "-convinced_others", "-support_count", "created_at", "pk")
        .distinct("position")
    )
    row = post_row(supports="support_count", others="convinced_others")
    return ArraySubquery(posts.values(row=row))


STRONGEST = WrittenOnce(_strongest, of=Thread, by="pk")


def views_in(
    column: Iterable[dict[str, Any]], reader: Reader, thread: Thread, standings: Standings
) -> tuple[View, ...]:
    """The messages in a column of `STRONGEST`."""
    told = 0 if may_see_members(reader, thread.community) else smallest_told(thread.community)
    return tuple(_view(row, standings, told) for row in in_order(column))


def with_strength(posts: PostQuerySet) -> Any:
    """With how many find each convincing, and how many of these hold another position."""
    supports = PostSupport.objects.filter(post=OuterRef("pk"))
    elsewhere = Stance.objects.filter(
        thread=OuterRef("post__thread"), member=OuterRef("member")
    ).exclude(position=OuterRef("post__position"))
    return posts.annotate(
        support_count=count_of(supports),
        convinced_others=count_of(supports.filter(Exists(elsewhere))),
    )


def in_order(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """For, against, another way: always the same order, whoever is more."""
    return sorted(rows, key=lambda row: Position.values.index(row["position"]))


def _view(row: dict[str, Any], standings: Standings, told: int) -> View:
    post = post_in(row)
    return View(
        position=short_position(post.position),
        public_id=post.public_id,
        author=author_name(post),
        excerpt=plain_excerpt(post.text, EXCERPT),
        lang=post.language,
        convinced=convinced_words(row["supports"], row["others"], told),
        held=held_words(standings.held[post.position], told),
    )


def convinced_words(supports: int, others: int, told: int) -> str:
    """« Convinced 3 people who see it differently, 9 in all »; `told`: the smallest number told."""
    if not supports:
        return _("Nobody has called it convincing yet.")
    if not others:
        said = ngettext("Convinced %(count)s person.", "Convinced %(count)s people.", supports)
        return said % {"count": number(supports)}
    if others < told:
        said = _("Convinced people who see it differently; %(all)s in all.")
        return said % {"all": number(supports)}
    if others == supports:
        said = ngettext(
            "Convinced %(count)s person who sees it differently.",
            "Convinced %(count)s people who see it differently.",
            others,
        )
        return said % {"count": number(others)}
    said = ngettext(
        "Convinced %(count)s person who sees it differently, %(all)s in all.",
        "Convinced %(count)s people who see it differently, %(all)s in all.",
        others,
    )
    return said % {"count": number(others), "all": number(supports)}


def held_words(people: int, told: int) -> str:
    """How many hold a position; nothing where the number would tell outsiders who."""
    if not people or people < told:
        return ""
    said = ngettext(
        "%(count)s person says they see it so.", "%(count)s people say they see it so.", people
    )
    return said % {"count": number(people)}
