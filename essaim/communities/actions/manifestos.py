"""Writing, publishing and signing a manifesto."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.belonging import lock_member, sign
from essaim.communities.actions.tree import locked, set_lines_and_texts
from essaim.communities.facts import ManifestoPublished
from essaim.communities.models import PARTS, Community, Manifesto, Signature
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members.models import Member


@transaction.atomic
def write_manifesto(
    *,
    member: Member,
    community: Community,
    frustration: str = "",
    momentum: str = "",
    rules_to_break: str = "",
    frustration_source: str = "",
    momentum_source: str = "",
    rules_to_break_source: str = "",
    note: str = "",
) -> Manifesto:
    """Keep the draft of the next version; it may still lack parts. Sources stand one a line."""
    community = locked(community)
    require(rules.may_edit(fresh_reader(member), community))
    draft = Manifesto.objects.drafts().filter(community=community).first() or Manifesto(
        community=community, version=next_version(community)
    )
    texts = {
        "frustration": frustration,
        "momentum": momentum,
        "rules_to_break": rules_to_break,
        "frustration_source": frustration_source,
        "momentum_source": momentum_source,
        "rules_to_break_source": rules_to_break_source,
        "note": note,
    }
    set_lines_and_texts(draft, texts)
    draft.language = community.language
    draft.written_at = now()
    draft.save()
    return draft


@transaction.atomic
def publish_manifesto(*, member: Member, community: Community) -> Manifesto:
    """Make the draft the version in force. ValidationError names the parts that are missing."""
    community = locked(community)
    require(rules.may_edit(fresh_reader(member), community))
    draft = Manifesto.objects.drafts().filter(community=community).first()
    if draft is None:
        raise Refused(_("There is no draft to publish: write it first."))
    return put_in_force(member, draft)


def put_in_force(member: Member, draft: Manifesto) -> Manifesto:
    """Publish a complete draft; ValidationError by part when it is not complete."""
    if missing := [part for part in PARTS if not getattr(draft, part).strip()]:
        raise ValidationError(
            {part: [_("A manifesto is published with all three parts.")] for part in missing}
        )
    draft.published_at = now()
    draft.save(update_fields=["published_at"])
    record(
        ManifestoPublished(
            actor_id=member.pk,
            community_id=draft.community_id,
            manifesto_id=draft.pk,
            version=draft.version,
        )
    )
    return draft


@transaction.atomic
def renew_signature(*, member: Member, community: Community) -> Signature:
    """Sign the version in force; a signature of an earlier version ends. Once."""
    lock_member(member)
    community = Community.objects.get(pk=community.pk)
    require(rules.may_sign(fresh_reader(member), community))
    manifesto = Manifesto.objects.in_force(community)
    if manifesto is None:
        raise Refused(_("There is no manifesto to sign yet."))
    current = Signature.objects.filter(
        manifesto=manifesto, member=member, ended_at__isnull=True
    ).first()
    return current or sign(member, manifesto)


def next_version(community: Community) -> int:
    last: int | None = community.manifestos.aggregate(last=Max("version"))["last"]
    return (last or 0) + 1
