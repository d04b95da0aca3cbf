"""What is signed, and what is agreed to when joining."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.models import (
    PART_TITLES,
    PARTS,
    SELF_STANDING_KINDS,
    Community,
    Kind,
    Manifesto,
    Signature,
)
from essaim.communities.queries.figures import smallest_told
from essaim.communities.readers import Reader
from essaim.foundation.access import Verdict
from essaim.foundation.counting import count_of
from essaim.foundation.text import render_markdown


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One of the three parts; `text` is safe HTML."""

    key: str
    title: str
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ManifestoText:
    """One version as it is read."""

    id: int
    community_name: str
    community_slug: str
    version: int
    published_at: datetime | None
    note: str
    lang: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class VersionLine:
    version: int
    published_at: datetime
    note: str
    signatures: int | None  # None when too few to be told to outsiders
    is_shown: bool


@dataclass(frozen=True, slots=True)
class ManifestoPage:
    text: ManifestoText
    versions: tuple[VersionLine, ...]
    is_in_force: bool
    signed_version: int | None  # the version this reader stands behind, if any
    may_sign: Verdict
    may_edit: Verdict


def text_of(manifesto: Manifesto, community: Community) -> ManifestoText:
    return ManifestoText(
        id=manifesto.pk,
        community_name=community.name,
        community_slug=community.slug,
        version=manifesto.version,
        published_at=manifesto.published_at,
        note=manifesto.note,
        lang=manifesto.language,
        parts=tuple(
            Part(
                key=part,
                title=str(PART_TITLES[part]),
                text=render_markdown(getattr(manifesto, part)),
                sources=_sources(getattr(manifesto, f"{part}_source")),
            )
            for part in PARTS
        ),
    )


def _sources(lines: str) -> tuple[Source, ...]:
    """One source a line: words, an address, or words that end with one."""
    sources = []
    for line in filter(None, (line.strip() for line in lines.split("\n"))):
        words, _space, last = line.rpartition(" ")
        if last.startswith(("https://", "http://")):
            sources.append(Source(words.rstrip(" :,-") or last, last))
        else:
            sources.append(Source(line))
    return tuple(sources)


def manifesto_to_sign(reader: Reader, community: Community) -> ManifestoText | None:
    """The version in force in the community or in the nearest one above it; at most two queries.

    None also where it is inherited from a community that this reader may not see.
    """
    return _in_words(reader, community, Manifesto.objects.in_force(community))


def manifesto_and_signature(
    reader: Reader, community: Community
) -> tuple[ManifestoText | None, int | None]:
    """What `manifesto_to_sign` and `signed_version` say, the latter for its own; the same cost."""
    signed = _signatures(reader, community).values("manifesto__version")[:1]
    manifesto: Any = Manifesto.objects.annotate(signed=Subquery(signed)).in_force(community)
    return _in_words(reader, community, manifesto), manifesto.signed if manifesto else None


def _in_words(
    reader: Reader, community: Community, manifesto: Manifesto | None
) -> ManifestoText | None:
    if manifesto is None:
        return None
    if manifesto.community_id == community.pk:
        return text_of(manifesto, community)
    if not rules.may_see_community(reader, manifesto.community):
        return None
    return text_of(manifesto, manifesto.community)


def consent_words(community: Community) -> str:
    """The sentence somebody agrees to when they join: shown, and recorded as it was shown."""
    if community.is_political:
        reveals = (
            _("Belonging to a movement can reveal a political opinion.")
            if community.kind == Kind.MOVEMENT
            else _("Belonging to %(name)s can reveal a political opinion.")
        )
        return (
            reveals
            + " "
            + _(
                "I join %(name)s and agree that my membership is recorded here, shown to its"
                " members only and passed on to nobody, until I leave."
            )
        ) % {"name": community.name}
    if community.kind in SELF_STANDING_KINDS:
        return _(
            "I follow %(name)s and agree that this is recorded here and shown to its members,"
            " until I stop."
        ) % {"name": community.name}
    return _(
        "I join %(name)s and agree that my membership is recorded here and shown to its members,"
        " until I leave."
    ) % {"name": community.name}


def manifesto_for_page(
    reader: Reader, community: Community, version: int | None = None
) -> ManifestoPage | None:
    """A published version (the one in force when none is named) among all; four queries."""
    manifestos = Manifesto.objects.published().filter(community=community)
    published = list(manifestos.order_by("-version"))
    in_force = Signature.objects.filter(manifesto=OuterRef("pk"), ended_at__isnull=True)
    counted = count_of(in_force)  # of an index that holds no others
    standing = dict(manifestos.annotate(standing=counted).values_list("pk", "standing"))
    shown = next((one for one in published if version in (None, one.version)), None)
    if shown is None:
        return None
    smallest = 0 if rules.may_see_members(reader, community) else smallest_told(community)
    return ManifestoPage(
        text=text_of(shown, community),
        versions=tuple(
            VersionLine(
                version=one.version,
                published_at=one.published_at,
                note=one.note,
                signatures=None if standing[one.pk] < smallest else standing[one.pk],
                is_shown=one.pk == shown.pk,
            )
            for one in published
            if one.published_at is not None
        ),
        is_in_force=shown.pk == published[0].pk,
        signed_version=signed_version(reader, community),
        may_sign=rules.may_sign(reader, community),
        may_edit=rules.may_edit(reader, community),
    )


def signed_version(reader: Reader, community: Community) -> int | None:
    """Which version of this community's manifesto the reader stands behind."""
    if reader.member_id is None:
        return None
    return _signatures(reader, community).values_list("manifesto__version", flat=True).first()


def _signatures(reader: Reader, community: Community) -> QuerySet[Signature]:
    return Signature.objects.filter(
        member=reader.member_id or 0, ended_at__isnull=True, manifesto__community=community
    )
