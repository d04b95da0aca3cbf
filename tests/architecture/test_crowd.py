"""The crowd of the benchmarks, in small: it lives with the models that it fills."""

import pytest
from django.db import connection
from django.test import Client

from bench.crowd import Size, make_crowd
from bench.crowd_pages import addresses_of
from bench.filling import NoValueError, fill
from essaim.communities.models import Community, Kind, Mandate, Membership
from essaim.communities.queries import member_figures
from essaim.communities.readers import fresh_reader
from essaim.foundation.activity.facts import all_kinds
from essaim.foundation.models import FactRow
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

SMALL = Size(committees=32, members=1_000, facts=6_000, communes=80)


def test_a_crowd_is_what_was_asked_for_and_its_pages_open(client: Client) -> None:
    crowd = make_crowd(SMALL)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # or the planner takes the tables for as empty as they were
    facts = FactRow.objects.exclude(community_id=None)
    assert Community.objects.filter(kind=Kind.COMMITTEE).count() == SMALL.committees
    assert crowd.movement.memberships.values("member").distinct().count() == SMALL.members
    assert facts.count() == SMALL.facts
    assert set(facts.values_list("kind", flat=True)) <= set(all_kinds())
    assert not Membership.objects.filter(left_at__lt=crowd.movement.opened_at).exists()
    assert Mandate.objects.filter(community=crowd.committee).count() == 4
    reader = fresh_reader(crowd.reader)
    figure = member_figures(reader, [crowd.committee])[crowd.committee.pk]
    assert 0 < figure.active < crowd.committee.memberships.filter(left_at=None).count()
    client.force_login(crowd.reader)
    for name, address in addresses_of(crowd):
        assert client.get(address).status_code == 200, name


def test_a_field_without_a_value_and_a_value_without_a_field_fail() -> None:
    with pytest.raises(NoValueError, match="needs a password"):
        fill(Member, "SELECT", {}, email="'ada@example.org'", public_id="'aaaa'")
    columns = {"member": "1", "joined_at": "now()", "community": "1", "mood": "''"}
    with pytest.raises(NoValueError, match="has no mood"):
        fill(Membership, "SELECT", {}, **columns)
