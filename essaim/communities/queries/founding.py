"""A community before it opens: what is there, what is missing, who was asked."""

from dataclasses import dataclass
from datetime import datetime

from essaim.communities import rules
from essaim.communities.models import PARTS, Community, Founder, Manifesto, kind_label
from essaim.communities.queries.mandates import name_of
from essaim.communities.queries.manifestos import ManifestoText, consent_words, text_of
from essaim.communities.queries.openings import (
    AskFate,
    Kit,
    PolicyLine,
    kit_of,
    last_try,
    policy_of,
)
from essaim.communities.queries.sections import Bar, bar_for_page
from essaim.communities.readers import Reader
from essaim.foundation.access import Verdict


@dataclass(frozen=True, slots=True)
class FounderLine:
    """A founder as the founding page shows them; `email` names them in forms."""

    name: str
    email: str
    words: str
    is_outside: bool
    invited_at: datetime
    confirmed_at: datetime | None
    declined_at: datetime | None


@dataclass(frozen=True, slots=True)
class Founding:
    """`missing` holds sentences; `draft` the manifesto's texts by field."""

    slug: str
    name: str
    kind: str
    bar: Bar
    needs_manifesto: bool
    founders: tuple[FounderLine, ...]
    founders_needed: int
    missing: tuple[str, ...]
    draft: dict[str, str]
    purpose: str
    may_open: Verdict
    parent_name: str
    check: PolicyLine | None
    last_try: AskFate | None
    kit: Kit | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """What somebody named as a founder is asked."""

    community_name: str
    community_slug: str
    kind: str
    lang: str
    purpose: str
    manifesto: ManifestoText | None
    others: tuple[str, ...]
    consent: str
    is_for_reader: bool
    is_confirmed: bool
    is_declined: bool


def draft_of(community: Community) -> Manifesto:
    """The draft, or an unsaved one that begins with what is in force."""
    drafted = Manifesto.objects.drafts().filter(community=community).first()
    if drafted:
        return drafted
    last = Manifesto.objects.published().filter(community=community).order_by("version").last()
    draft = Manifesto(community=community)
    if last:
        for part in PARTS:
            setattr(draft, part, getattr(last, part))
            setattr(draft, f"{part}_source", getattr(last, f"{part}_source"))
    return draft


def draft_texts(community: Community) -> dict[str, str]:
    draft = draft_of(community)
    fields = [*PARTS, *(f"{part}_source" for part in PARTS), "note"]
    return {field: getattr(draft, field) for field in fields}


def founding_for_page(reader: Reader, community: Community) -> Founding:
    founders = Founder.objects.filter(community=community).order_by("invited_at", "id")
    checked = rules.check_for(community)
    return Founding(
        slug=community.slug,
        name=community.name,
        kind=kind_label(community),
        bar=bar_for_page(reader, community, here="founding"),
        needs_manifesto=community.needs_manifesto,
        founders=tuple(
            FounderLine(
                name=name_of(one.name),
                email=one.email,
                words=one.words,
                is_outside=one.is_outside,
                invited_at=one.invited_at,
                confirmed_at=one.confirmed_at,
                declined_at=one.declined_at,
            )
            for one in founders
        ),
        founders_needed=rules.FOUNDERS_NEEDED if community.needs_manifesto else 1,
        missing=tuple(rules.missing_before_opening(community)),
        draft=draft_texts(community) if community.needs_manifesto else {},
        purpose=community.purpose,
        may_open=rules.may_open(reader, community),
        parent_name=community.parent.name if community.parent else "",
        check=policy_of(community.parent) if checked and community.parent else None,
        last_try=last_try(reader, community) if community.parent else None,
        kit=None if community.needs_manifesto else kit_of(community),
    )


def invitation_for_page(reader: Reader, email: str, token: str) -> Invitation | None:
    """What the holder of this link reads; `email` is the reader's own, empty when unknown."""
    founder = Founder.objects.select_related("community").filter(token=token).first()
    if founder is None or not founder.email or not rules.is_valid(founder):
        return None
    community = founder.community
    others = community.founders.filter(confirmed_at__isnull=False).exclude(pk=founder.pk)
    return Invitation(
        community_name=community.name,
        community_slug=community.slug,
        kind=kind_label(community),
        lang=community.language,
        purpose=community.purpose,
        manifesto=text_of(draft_of(community), community) if community.needs_manifesto else None,
        others=tuple(name_of(name) for name in others.values_list("name", flat=True)),
        consent=consent_words(community),
        is_for_reader=bool(email) and email == founder.email,
        is_confirmed=founder.confirmed_at is not None,
        is_declined=founder.declined_at is not None,
    )
