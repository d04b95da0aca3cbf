"""What everyone may read of communities, as JSON. Nobody signs in here: what is hidden is 404."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Query, Router, Schema

from essaim.communities import queries
from essaim.communities.models import Kind
from essaim.communities.readers import ANONYMOUS
from essaim.communities.rules import communities_visible_to

router = Router(tags=["communities"])

MOST = 100


class Figures(Schema):
    """Active of all members over 90 days; null when they are too few to be told."""

    active: int | None
    members: int | None


class CommunityOut(Schema):
    slug: str
    name: str
    kind: str
    language: str
    words: str
    place: str
    is_archive: bool
    is_closed: bool
    url: str


class CommunitiesOut(Schema):
    items: list[CommunityOut]
    next: str | None


class PartOut(Schema):
    title: str
    html: str
    sources: list[str]


class ManifestoOut(Schema):
    version: int
    published_at: datetime | None
    parts: list[PartOut]


class CommunityDetailOut(Schema):
    slug: str
    name: str
    kind: str
    language: str
    tagline: str
    purpose: str
    place: str
    opened_at: datetime | None
    closed_at: datetime | None
    archived_at: datetime | None
    source_name: str
    source_url: str
    figures: Figures | None
    manifesto: ManifestoOut | None
    url: str


@router.get("/communities", response=CommunitiesOut, summary="Communities, by name")
def list_communities(
    request: HttpRequest,
    kind: Kind | None = None,
    parent: str = "",
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
) -> Any:
    """Those that stand on their own, those of one kind, or those right under a parent."""
    visible = communities_visible_to(ANONYMOUS)
    above = visible.filter(slug=parent).first() if parent else None
    if parent and above is None:
        raise Http404
    page = queries.communities_for_list(
        ANONYMOUS, kind=kind.value if kind else "", parent=above, after=after or None, size=limit
    )
    following = None
    if page.next:
        asked = {"kind": kind.value if kind else "", "parent": parent, "limit": limit}
        given = {name: value for name, value in asked.items() if value}
        following = request.build_absolute_uri(
            f"{request.path}?{urlencode({**given, 'after': page.next})}"
        )
    return {
        "items": [
            {
                "slug": one.slug,
                "name": one.name,
                "kind": one.kind_value,
                "language": one.lang,
                "words": one.words,
                "place": one.place,
                "is_archive": one.is_archive,
                "is_closed": one.is_closed,
                "url": request.build_absolute_uri(reverse("community", args=[one.slug])),
            }
            for one in page.items
        ],
        "next": following,
    }


@router.get("/communities/{slug}", response=CommunityDetailOut, summary="One community")
def read_community(request: HttpRequest, slug: str) -> Any:
    community = communities_visible_to(ANONYMOUS).select_related("place").filter(slug=slug).first()
    if community is None:
        raise Http404
    figures = None
    if not community.is_archive:
        figure = queries.member_figures(ANONYMOUS, [community])[community.pk]
        told = not figure.is_withheld
        figures = {
            "active": figure.active if told else None,
            "members": figure.members if told else None,
        }
    manifesto = None if community.is_archive else queries.manifesto_to_sign(ANONYMOUS, community)
    return {
        **{
            field: getattr(community, field)
            for field in (
                "slug",
                "name",
                "kind",
                "language",
                "tagline",
                "purpose",
                "opened_at",
                "closed_at",
                "archived_at",
                "source_name",
                "source_url",
            )
        },
        "place": community.place.name if community.place else "",
        "figures": figures,
        "manifesto": manifesto
        and {
            "version": manifesto.version,
            "published_at": manifesto.published_at,
            "parts": [
                {
                    "title": part.title,
                    "html": part.text,
                    "sources": [source.title for source in part.sources],
                }
                for part in manifesto.parts
            ],
        },
        "url": request.build_absolute_uri(reverse("community", args=[community.slug])),
    }
