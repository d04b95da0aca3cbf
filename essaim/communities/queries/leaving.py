"""What leaving does, and why people left."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.models import (
    SELF_STANDING_KINDS,
    Community,
    Mandate,
    Manifesto,
    Membership,
    Role,
)
from essaim.communities.queries.figures import smallest_told
from essaim.communities.queries.sections import LEAVING_EFFECTS
from essaim.communities.readers import Reader
from essaim.foundation.clock import now, today

REASONS_KEPT = timedelta(days=365)


def leaving_for_page(reader: Reader, community: Community) -> list[str]:
    """What leaving does, in sentences: to roles, signature, communities below, and what else."""
    memberships = Membership.objects.filter(member=reader.member_id or 0, left_at__isnull=True)
    below = memberships.filter(community__ancestor_ids__contains=[community.pk])
    if community.kind not in SELF_STANDING_KINDS:
        apart = Community.objects.filter(
            kind__in=SELF_STANDING_KINDS, ancestor_ids__contains=[community.pk]
        ).values("pk")
        below = below.exclude(
            Q(community__in=apart) | Q(community__ancestor_ids__overlap=ArraySubquery(apart))
        )
    names = list(below.order_by("community__name_key").values_list("community__name", flat=True))
    effects = [_("Your agreement to be a member is withdrawn today.")]
    if Manifesto.objects.published().filter(community=community).exists():
        effects.append(_("Your signature of the manifesto ends; it is no longer counted."))
    if names:
        effects.append(
            _("You also leave what is part of it: %(names)s.") % {"names": ", ".join(names)}
        )
    roles = [Role(role).label for cid, role in sorted(reader.roles) if cid == community.pk]
    if roles:
        effects.append(
            _("Your roles end today: %(roles)s.") % {"roles": ", ".join(str(one) for one in roles)}
        )
    if community.founders.filter(member=reader.member_id or 0, confirmed_at__isnull=False).exists():
        effects.append(_("You are not named as a founder any more."))
    if _is_last_administrator(reader, community):
        effects.append(_("Nobody will be administrator after you: you can name someone first."))
    effects += LEAVING_EFFECTS.collect(reader, [community.pk]).get(community.pk, [])
    return effects


def left_alone_by(reader: Reader, community: Community) -> list[Community]:
    """What nobody would run any more if the reader left this, and with it all below."""
    if reader.member_id is None or not reader.roles:
        return []
    among = Community.objects.left_with(community).values_list("pk", flat=True)
    return rules.left_alone(reader.member_id, among)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Why people left in the last year: their words without name or date, once there are enough."""

    reasons: tuple[str, ...]
    smallest: int


def leaving_reasons(community: Community) -> Leaving:
    """Sorted by their words, so that their order tells nothing of who or when."""
    smallest = smallest_told(community)
    said = list(
        Membership.objects.filter(community=community, left_at__gt=now() - REASONS_KEPT)
        .exclude(leaving_reason="")
        .order_by("leaving_reason")
        .values_list("leaving_reason", flat=True)
    )
    return Leaving(tuple(said) if len(said) >= smallest else (), smallest)


def _is_last_administrator(reader: Reader, community: Community) -> bool:
    if not reader.holds_here(community, Role.ADMINISTRATOR):
        return False
    others = Mandate.objects.on(today()).filter(community=community, role=Role.ADMINISTRATOR)
    return not others.exclude(member=reader.member_id or 0).exists()
