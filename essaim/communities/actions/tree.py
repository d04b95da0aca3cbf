"""Where a community stands and what it says of itself."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.decisions import record_decision
from essaim.communities.facts import (
    CommunityArchived,
    CommunityClosed,
    CommunityMoved,
    CommunityReopened,
    CommunityUpdated,
    OpeningWithdrawn,
)
from essaim.communities.models import (
    AskState,
    Community,
    Founder,
    Kind,
    OpeningAsk,
    Split,
    Verb,
    Visibility,
)
from essaim.communities.queries import role_in
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line, clean_text, unaccented
from essaim.members.actions import refuse_address
from essaim.members.models import Member
from essaim.places.models import Place

TREE_LOCK = 4_017_321  # any number, as long as nothing else locks it
TIMES = ("opened_at", "closed_at", "archived_at", "divided_at")  # set by actions, empty until then
THIS_KIND = "communities.community"  # what a decision about a community is about
RESERVED = frozenset({"new"})  # words that addresses below /communities/ need themselves
SLUG_LENGTH = 50
CHANGEABLE = frozenset(
    {
        "founded_on",
        "is_political",
        "language",
        "name",
        "place",
        "purpose",
        "tagline",
        "time_zone",
        "visibility",
    }
)


def lock_tree() -> None:
    """One at a time until the transaction ends: founding, moving, naming."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])


def locked(community: Community) -> Community:
    """The community as it is now, held until the transaction ends."""
    return Community.objects.select_for_update(no_key=True).get(pk=community.pk)


def void_asks(community: Community, member: Member | None) -> None:
    """It moves or closes: what it asked of the one above is void. Under its own lock."""
    for ask in OpeningAsk.objects.waiting().filter(community=community):
        end_ask(ask, AskState.WITHDRAWN, by=member)
        record(
            OpeningWithdrawn(
                actor_id=member.pk if member else None,
                community_id=ask.community_id,
                ask_id=ask.pk,
                parent_id=ask.parent_id,
            )
        )


def end_ask(ask: OpeningAsk, state: AskState, by: Member | None = None) -> None:
    """Under the lock of its community, by which all who end it take turns."""
    ask.state, ask.ended_at, ask.ended_by = state, now(), by
    ask.ended_role = role_in(ask.parent, by.pk) if by else ""
    ask.save(update_fields=["state", "ended_at", "ended_by", "ended_role", "decision"])


def set_lines_and_texts(thing: models.Model, values: Mapping[str, str]) -> None:
    """Clean and set what people wrote: one line where the field is short, else a text.

    Raises ValidationError by field, for what does not fit too: Django checks no text's length.
    """
    errors: dict[str, list[str]] = {}
    for name, value in values.items():
        field = thing._meta.get_field(name)
        try:
            clean = clean_text if isinstance(field, models.TextField) else clean_line
            text = clean(value)
        except ValidationError as error:
            errors[name] = error.messages
            continue
        most = getattr(field, "max_length", None)
        if most is not None and len(text) > most:
            errors[name] = [_("At most %(most)s characters.") % {"most": most}]
        setattr(thing, name, text)
    if errors:
        raise ValidationError(errors)


def set_name(thing: Community | Founder | Split, name: str) -> None:
    """Clean and set a name that stands in mails to strangers. Raises ValidationError by field."""
    set_lines_and_texts(thing, {"name": name})
    try:
        refuse_address(thing.name)
    except ValidationError as error:
        raise ValidationError({"name": error.messages}) from error


def set_texts(community: Community, **texts: str) -> None:
    """Clean and set name, tagline and purpose. Raises ValidationError by field."""
    set_lines_and_texts(community, texts)
    community.name_key = unaccented(community.name)[:160]
    community.clean_fields(exclude={"slug", "name_key", "parent", "place", "ancestor_ids", *TIMES})


def free_slug(name: str) -> str:
    """An address made of the name, not taken and not reserved; call it under the tree's lock."""
    words = unaccented(name).replace("'", " ")
    slug = slugify(words)[:SLUG_LENGTH].strip("-") or "community"
    taken = set(Community.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    candidate, number = slug, 1
    while candidate in taken or candidate in RESERVED:
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


@transaction.atomic
def update_community(*, member: Member, community: Community, **changes: Any) -> Community:
    """Change what it says of itself and who may see it; fields of `CHANGEABLE` only."""
    if unknown := changes.keys() - CHANGEABLE:
        raise TypeError(f"Not to be changed here: {', '.join(sorted(unknown))}")
    community = locked(community)
    require(rules.may_describe(fresh_reader(member), community))
    before = community.visibility
    texts = {
        field: changes.pop(field) for field in ("name", "tagline", "purpose") if field in changes
    }
    for field, value in changes.items():
        setattr(community, field, value)
    if community.visibility != Visibility.MEMBERS and rules.is_divided_circle(community):
        raise ValidationError({"visibility": [_("A circle is seen by its own people alone.")]})
    if community.kind == Kind.MOVEMENT:
        community.is_political = True
    if "name" in texts:
        set_name(community, texts["name"])
    set_texts(community, **texts)
    if community.opened_at and not community.needs_manifesto and not community.purpose.strip():
        raise ValidationError({"purpose": [_("An open community says its purpose.")]})
    community.save()
    if "is_political" in changes:
        Community.objects.below(community).update(is_political=community.is_political)
    if community.visibility != before:
        bump_generation()
    record(
        CommunityUpdated(
            actor_id=member.pk,
            community_id=community.pk,
            is_public=community.visibility == Visibility.PUBLIC,
        )
    )
    return community


@transaction.atomic
def move_community(*, member: Member, community: Community, parent: Community | None) -> Community:
    """Put it, with all below it, under another community or at the top.

    Nobody becomes a member of the new parent by this, and nobody stops being one of the old.
    """
    lock_tree()
    community = locked(community)
    if parent is not None:
        parent = Community.objects.get(pk=parent.pk)
    reader = fresh_reader(member)
    require(rules.may_move(reader, community, parent))
    require(rules.may_move_under(reader, community, parent))
    void_asks(community, member)
    old_parent_id = community.parent_id
    community = place_under(community, parent)
    bump_generation()
    record(
        CommunityMoved(
            actor_id=member.pk,
            community_id=community.pk,
            from_parent_id=old_parent_id,
            to_parent_id=parent.pk if parent else None,
        )
    )
    return community


def place_under(community: Community, parent: Community | None) -> Community:
    """Set its parent and the lineage of all below it; under the lock of the tree, in no circle."""
    depth = len(community.ancestor_ids)
    above = [*parent.ancestor_ids, parent.pk] if parent else []
    subtree = list(Community.objects.below(community))
    for one in subtree:
        # Below the moved community the lineage stays as it is: only what stood above it changes.
        one.ancestor_ids = [*above, *one.ancestor_ids[depth:]]
    Community.objects.bulk_update(subtree, ["ancestor_ids"])
    community.refresh_from_db()
    community.parent = parent
    community.save(update_fields=["parent"])
    return community


@transaction.atomic
def close_community(*, member: Member, community: Community) -> Community:
    """End it: nothing new comes in, what it holds stays readable."""
    community = locked(community)
    require(rules.may_close(fresh_reader(member), community))
    void_asks(community, member)
    community.closed_at = now()
    community.save(update_fields=["closed_at"])
    bump_generation()
    record(CommunityClosed(actor_id=member.pk, community_id=community.pk))
    return community


@transaction.atomic
def close_from_above(*, member: Member, community: Community, reason: str) -> Community:
    """End a community that one looks after from above: a decision, which its people may contest."""
    community = locked(community)
    require(rules.may_close_from_above(fresh_reader(member), community))
    record_decision(
        member=member,
        community=community,
        verb=Verb.CLOSED,
        subject=(THIS_KIND, community.pk),
        reason=reason,
        is_central=True,
    )
    community.closed_at = now()
    community.save(update_fields=["closed_at"])
    record(CommunityClosed(actor_id=member.pk, community_id=community.pk))
    return community


@transaction.atomic
def reopen_community(*, community_id: int) -> None:
    """Undo a closing that a second look overturned; heard twice, it is done once."""
    community = Community.objects.select_for_update(no_key=True).get(pk=community_id)
    if community.closed_at is None or community.merged_into_id:
        return
    community.closed_at = None
    community.save(update_fields=["closed_at"])
    bump_generation()
    record(CommunityReopened(community_id=community.pk))


@transaction.atomic
def create_archive(
    *,
    slug: str,
    name: str,
    source_name: str,
    source_url: str,
    language: str = "fr",
    place: Place | None = None,
    tagline: str = "",
) -> Community:
    """A public archive of what was said elsewhere, made once: asking again returns it.

    ValidationError when the address belongs to a living community.
    """
    lock_tree()
    if found := Community.objects.filter(slug=slug).first():
        if not found.is_archive:
            raise ValidationError(
                {"slug": [_("“%(slug)s” is a living community, not an archive.") % {"slug": slug}]}
            )
        return found
    if slug in RESERVED or slug != slugify(slug):
        raise ValidationError({"slug": [_("Write letters without accents, digits and hyphens.")]})
    archive = Community(
        slug=slug,
        kind=Kind.ORGANISATION,
        language=language,
        place=place,
        opened_at=now(),
        archived_at=now(),
        source_url=source_url,
    )
    try:
        archive.source_name = clean_line(source_name)
    except ValidationError as error:
        raise ValidationError({"source_name": error.messages}) from error
    if not archive.source_name:
        raise ValidationError({"source_name": [_("An archive names its source.")]})
    set_texts(archive, name=name, tagline=tagline)
    archive.save()
    record(CommunityArchived(community_id=archive.pk))
    return archive
