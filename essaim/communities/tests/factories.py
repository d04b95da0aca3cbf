"""People and communities for tests, made as directly as the database allows."""

from datetime import timedelta
from itertools import count
from typing import Any

from essaim.communities.models import (
    Community,
    Founder,
    Kind,
    Mandate,
    Manifesto,
    Membership,
    Role,
)
from essaim.foundation.clock import now
from essaim.foundation.text import unaccented
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory

_numbers = count(1)


def community_factory(**fields: Any) -> Community:
    """An open circle unless told otherwise; `parent` sets the lineage."""
    number = next(_numbers)
    parent: Community | None = fields.get("parent")
    kind = fields.get("kind", Kind.CIRCLE)
    values: dict[str, Any] = {
        "slug": f"community-{number}",
        "kind": kind,
        "name": f"Community {number}",
        "purpose": "We meet and we do.",
        "ancestor_ids": [*parent.ancestor_ids, parent.pk] if parent else [],
        "is_political": parent.is_political if parent else kind == Kind.MOVEMENT,
        "opened_at": now() - timedelta(days=100),
    } | fields
    values.setdefault("name_key", unaccented(values["name"]))
    return Community.objects.create(**values)


def manifesto_factory(community: Community | None = None, **fields: Any) -> Manifesto:
    """A published first version, of a new movement unless told otherwise."""
    values: dict[str, Any] = {
        "version": 1,
        "frustration": "Nobody answers.",
        "momentum": "Many know what to do.",
        "rules_to_break": "We do not wait.",
        "published_at": now(),
    } | fields
    return Manifesto.objects.create(
        community=community or community_factory(kind=Kind.MOVEMENT), **values
    )


def founder_factory(community: Community | None = None, **fields: Any) -> Founder:
    """Somebody named as a founder who has not answered."""
    number = next(_numbers)
    values = {"name": f"Founder {number}", "email": f"founder{number}@example.org"} | fields
    return Founder.objects.create(
        community=community or community_factory(opened_at=None), **values
    )


def member_of(*communities: Community, **fields: Any) -> Member:
    """Somebody who belongs to these communities, without having joined by the action."""
    member = member_factory(**fields)
    for community in communities:
        Membership.objects.create(community=community, member=member)
    return member


def in_role(community: Community, role: str = Role.ADMINISTRATOR, **fields: Any) -> Member:
    """A member of the community who holds this role in it."""
    member = member_of(community, **fields)
    Mandate.objects.create(community=community, member=member, role=role)
    return member
