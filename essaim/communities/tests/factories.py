"""People and communities for tests, here and on the floors above."""

from datetime import timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from essaim.communities.models import (
    Community,
    Founder,
    Kind,
    Mandate,
    Manifesto,
    Membership,
    Role,
)
from essaim.foundation.clock import now, today
from essaim.foundation.text import unaccented
from essaim.members.models import Member


class MemberFactory(DjangoModelFactory[Member]):
    class Meta:
        model = Member

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    name_key = factory.LazyAttribute(lambda o: unaccented(o.name))
    proved_at = factory.LazyFunction(now)


class CommunityFactory(DjangoModelFactory[Community]):
    """An open circle unless told otherwise; `parent` sets the lineage."""

    class Meta:
        model = Community

    slug = factory.Sequence(lambda n: f"community-{n}")
    kind = Kind.CIRCLE
    name = factory.Sequence(lambda n: f"Community {n}")
    name_key = factory.LazyAttribute(lambda o: unaccented(o.name))
    purpose = "We meet and we do."
    parent = None
    ancestor_ids = factory.LazyAttribute(
        lambda o: [*o.parent.ancestor_ids, o.parent.pk] if o.parent else []
    )
    is_political = factory.LazyAttribute(
        lambda o: o.parent.is_political if o.parent else o.kind == Kind.MOVEMENT
    )
    opened_at = factory.LazyFunction(lambda: now() - timedelta(days=100))


class ManifestoFactory(DjangoModelFactory[Manifesto]):
    class Meta:
        model = Manifesto

    community = factory.SubFactory(CommunityFactory, kind=Kind.MOVEMENT)
    version = 1
    frustration = "Nobody answers."
    momentum = "Many know what to do."
    rules_to_break = "We do not wait."
    published_at = factory.LazyFunction(now)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    community = factory.SubFactory(CommunityFactory)
    member = factory.SubFactory(MemberFactory)


class MandateFactory(DjangoModelFactory[Mandate]):
    class Meta:
        model = Mandate

    community = factory.SubFactory(CommunityFactory)
    member = factory.SubFactory(MemberFactory)
    role = Role.HOST
    starts_on = factory.LazyFunction(today)


class FounderFactory(DjangoModelFactory[Founder]):
    class Meta:
        model = Founder

    community = factory.SubFactory(CommunityFactory, opened_at=None)
    name = factory.Sequence(lambda n: f"Founder {n}")
    email = factory.Sequence(lambda n: f"founder{n}@example.org")


def member_of(*communities: Community, **fields: Any) -> Member:
    """Somebody who belongs to these communities, without having joined by the action."""
    member = MemberFactory.create(**fields)
    for community in communities:
        Membership.objects.create(community=community, member=member)
    return member


def in_role(community: Community, role: str = Role.ADMINISTRATOR, **fields: Any) -> Member:
    """A member of the community who holds this role in it."""
    member = member_of(community, **fields)
    Mandate.objects.create(community=community, member=member, role=role)
    return member
