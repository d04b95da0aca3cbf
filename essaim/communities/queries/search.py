"""The place of the search page: what each kind of thing answers to what a reader looks for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from markupsafe import Markup

from essaim.communities import rules
from essaim.communities.models import SEARCHED_COMMUNITY, Community, kind_label
from essaim.communities.readers import ANONYMOUS, Reader
from essaim.foundation.panels import Place
from essaim.foundation.search import Fields, Found, find
from essaim.foundation.text import found_excerpt, marked

Row = TypeVar("Row")

EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader looks for, and within which limits; without `text`, all that is in the limits.

    `kind` names the one kind whose further pages are wanted. `community_id` counts what is below
    it, `place_id` what is in it.
    """

    text: str
    kind: str = ""
    community_id: int | None = None
    place_id: int | None = None
    language: str = ""
    only_open: bool = False
    after: str = ""
    size: int = 20

    def wants(self, kind: str, *, has_place: bool = False, has_stages: bool = False) -> bool:
        """Whether this kind of thing can be within these limits."""
        return (
            self.kind in {"", kind}
            and (has_place or self.place_id is None)
            and (has_stages or not self.only_open)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. Title and excerpt are safe HTML with the words found in `<mark>`."""

    title: Markup
    url: str
    excerpt: Markup | None = None
    lang: str | None = None
    community: str = ""
    meta: str = ""
    badge: str = ""
    tone: str = "plain"
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found of one kind; `total` is known on a first page, `near` is nearly so."""

    kind: str
    label: str
    hits: tuple[Hit, ...]
    near: tuple[Hit, ...] = ()
    total: int | None = None
    next: str | None = None


# Key: what is asked. Each filler gives one kind, costs one query, or two where little is found,
# and reads through `visible_to`.
SEARCH: Place[Asked, Hits] = Place("search")


def in_limits(asked: Asked, subplatform: str, *, community: str = "community") -> Q:
    """Of the community asked for or below it, where this sub-platform is not switched off."""
    path = f"{community}__" if community else ""
    limits = rules.on(subplatform, path=path)
    if asked.community_id is not None:
        limits &= Q(**{f"{path}id": asked.community_id}) | Q(
            **{f"{path}ancestor_ids__contains": [asked.community_id]}
        )
    return limits


def in_place(asked: Asked) -> Q:
    """What concerns the place asked for, or one inside it."""
    if asked.place_id is None:
        return Q()
    return Q(place=asked.place_id) | Q(place__ancestor_ids__contains=[asked.place_id])


def found_title(row: object) -> Markup:
    return marked(getattr(row, "found_title", ""))


def found_text(row: object) -> Markup:
    """The excerpt, without the marks of Markdown."""
    found, whole = getattr(row, "found_text", ""), getattr(row, "found_body", "")
    return marked(found_excerpt(found, whole, EXCERPT))


def hits_of(
    asked: Asked,
    *,
    kind: str,
    label: str,
    rows: QuerySet[Any, Row],
    fields: Fields,
    make: Callable[[Sequence[Row]], Iterable[Hit]],
) -> Hits:
    """The hits of one kind among rows that this reader may see; `make` words them, in order."""
    if asked.language:
        rows = rows.filter(**{str(fields.language): asked.language})
    found: Found[Row] = find(rows, fields, asked.text, after=asked.after, size=asked.size)
    return Hits(
        kind=kind,
        label=label,
        hits=tuple(make(found.page.items)),
        near=tuple(make(found.near)),
        total=found.total,
        next=found.page.next,
    )


def communities_found(reader: Reader, asked: Asked) -> Hits | None:
    """Communities by their name and what they say of themselves; None: not within the limits."""
    if not asked.wants("community", has_place=True):
        return None
    communities = rules.communities_visible_to(reader).filter(
        in_limits(asked, "communities", community=""), in_place(asked)
    )
    return hits_of(
        asked,
        kind="community",
        label=_("Communities"),
        rows=communities.select_related("place"),
        fields=SEARCHED_COMMUNITY,
        make=lambda rows: map(_hit, rows),
    )


def words_of_communities() -> Iterator[str]:
    """What communities that everyone may see say of themselves."""
    communities = rules.communities_visible_to(ANONYMOUS)
    for said in communities.values_list("name", "tagline", "purpose").iterator():
        yield " ".join(said)


def _hit(community: Community) -> Hit:
    return Hit(
        title=found_title(community),
        url=reverse("community", args=[community.slug]),
        excerpt=found_text(community),
        lang=community.language,
        meta=" · ".join(
            filter(
                None,
                [capfirst(kind_label(community)), community.place.name if community.place else ""],
            )
        ),
        badge=capfirst(_state(community)),
        tone="now" if community.opened_at is None else "plain",
        date=community.opened_at,
    )


def _state(community: Community) -> str:
    if community.opened_at is None:
        return _("not open yet")
    if community.is_archive:
        return _("archive")
    return _("closed") if community.closed_at else ""
