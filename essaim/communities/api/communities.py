"""Communities: read as far as whoever asks may, joined and left with a token."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import Field

from essaim.communities import actions, queries
from essaim.communities.models import LEAVING_REASON_LENGTH, Kind
from essaim.communities.readers import member_of, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.foundation.http.api import Body, next_of
from essaim.members.bearer import Bearer
from essaim.members.models import Scope

router = Router(tags=["communities"])

MOST = 100
WRITES = Bearer(Scope.COMMUNITIES)
READS = Bearer(Scope.READ)


class Figures(Schema):
    """Active of all members over 90 days; null when they are too few to be told."""

    active: int | None
    members: int | None
    as_of: date


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
    """`consent` is what joining agrees to. `is_joined` is about whoever asks."""

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
    consent: str
    is_joined: bool
    url: str


class MembershipIn(Body):
    agrees: Literal[True] = Field(description="Yes to the words in the community's `consent`.")


class MembershipOut(Schema):
    community: str
    joined_at: datetime


Reason = Annotated[
    str, Query(max_length=LEAVING_REASON_LENGTH, description="Why; read by those who run it.")
]


@router.get("/communities", response=CommunitiesOut, summary="Communities, by name")
def list_communities(
    request: HttpRequest,
    kind: Kind | None = None,
    parent: str = "",
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
) -> Any:
    """Those that stand on their own, those of one kind, or those right under a parent."""
    reader = reader_of(request)
    visible = communities_visible_to(reader)
    above = visible.filter(slug=parent).first() if parent else None
    if parent and above is None:
        raise Http404
    page = queries.communities_for_list(
        reader, kind=kind.value if kind else "", parent=above, after=after or None, size=limit
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
        "next": next_of(
            request, page.next, kind=kind.value if kind else "", parent=parent, limit=limit
        ),
    }


@router.get("/communities/{slug}", response=CommunityDetailOut, summary="One community")
def read_community(request: HttpRequest, slug: str) -> Any:
    reader = reader_of(request)
    visible = communities_visible_to(reader).select_related("place")
    community = get_object_or_404(visible, slug=slug)
    figures = None
    if not community.is_archive:
        figure = queries.member_figures(reader, [community])[community.pk]
        active, members = figure.counts or (None, None)
        figures = {"active": active, "members": members, "as_of": figure.on}
    manifesto = None if community.is_archive else queries.manifesto_to_sign(reader, community)
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
        "consent": queries.consent_words(community),
        "is_joined": reader.belongs_to(community.pk),
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


@router.put(
    "/communities/{slug}/membership",
    response=MembershipOut,
    auth=WRITES,
    url_name="api_membership",
    summary="Join a community and all above it, and sign its manifesto",
)
def join_community(request: HttpRequest, slug: str, membership: MembershipIn) -> Any:
    community = get_object_or_404(communities_visible_to(reader_of(request)), slug=slug)
    made = actions.join_community(
        member=member_of(request),
        community=community,
        consent_text=queries.consent_words(community),
    )
    return {"community": slug, "joined_at": made.joined_at}


@router.delete(
    "/communities/{slug}/membership",
    response={204: None},
    auth=WRITES,
    url_name="api_membership",
    summary="Leave a community and all below it; the last one who runs it says `without_host`",
)
def leave_community(
    request: HttpRequest, slug: str, reason: Reason = "", without_host: bool = False
) -> None:
    community = get_object_or_404(communities_visible_to(reader_of(request)), slug=slug)
    actions.leave_community(
        member=member_of(request), community=community, reason=reason, without_host=without_host
    )
