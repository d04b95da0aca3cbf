from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Exists, OuterRef, Q

from essaim.communities.models import Community, Membership
from essaim.communities.tests.factories import community_factory, member_of
from essaim.foundation.clock import now, today
from essaim.foundation.counting import count_of
from essaim.foundation.written_once import AskedOnce, WrittenOnce

pytestmark = pytest.mark.django_db


def members() -> Any:
    return count_of(Membership.objects.filter(community=OuterRef("pk"), left_at__isnull=True))


MEMBERS = WrittenOnce(members, of=Community, by="pk")
HAS_CHILDREN = WrittenOnce(
    lambda: Exists(Community.objects.filter(parent=OuterRef("pk"))), of=Community, by="pk"
)


def world() -> list[Community]:
    above = community_factory()
    below = [community_factory(parent=above) for _ in range(2)]
    for one in (above, above, below[0]):
        member_of(one)
    return [above, *below]


def test_it_finds_what_the_expression_finds() -> None:
    world()
    written: Any = Community.objects.annotate(n=MEMBERS("pk"), has=HAS_CHILDREN("pk")).order_by(
        "pk"
    )
    built: Any = Community.objects.annotate(n=members()).order_by("pk")
    assert [one.n for one in written] == [one.n for one in built] == [2, 1, 0]
    assert [one.has for one in written] == [True, False, False]


def test_it_is_filtered_sorted_counted_and_put_into_other_queries() -> None:
    above, full, empty = world()
    counted = Community.objects.annotate(n=MEMBERS("pk"))
    assert list(counted.filter(n__gte=1).order_by("-n")) == [above, full]
    assert counted.filter(Q(n=0)).count() == 1
    assert list(Community.objects.filter(HAS_CHILDREN("pk"))) == [above]
    assert set(Community.objects.exclude(HAS_CHILDREN("pk"))) == {full, empty}
    nested = Community.objects.filter(parent__in=counted.filter(n=2).values("pk"))
    assert set(nested) == {full, empty}
    deeper = Community.objects.filter(
        Exists(counted.filter(pk=OuterRef("parent"), n=2, parent__isnull=True))
    )
    assert set(deeper) == {full, empty}


def test_any_column_with_the_same_values_will_do() -> None:
    above, full, _empty = world()
    memberships = Membership.objects.annotate(n=MEMBERS("community_id"))
    assert set(memberships.values_list("community", "n")) == {(above.pk, 2), (full.pk, 1)}
    through = Membership.objects.annotate(n=MEMBERS("community__parent"))
    assert set(through.filter(community=full).values_list("n", flat=True)) == {2}


def test_what_refers_to_more_than_its_column_is_refused() -> None:
    more = WrittenOnce(
        lambda: Exists(
            Community.objects.filter(parent=OuterRef("pk"), language=OuterRef("language"))
        ),
        of=Community,
        by="pk",
    )
    with pytest.raises(ValueError, match="more than"):
        more("pk")


def members_since(*, community_id: int, day: date, leavers: bool) -> Any:
    memberships = Membership.objects.filter(community=community_id, joined_at__date__gte=day)
    asked = memberships if leavers else memberships.filter(left_at__isnull=True)
    mine = asked.values_list("member_id", "joined_at")
    return mine.union(mine.filter(member__motive="nobody"), all=True)


def test_a_query_of_a_few_values_is_built_once_for_each_set_of_options() -> None:
    built: list[bool] = []

    def build(**values: Any) -> Any:
        built.append(values["leavers"])
        return members_since(**values)

    asked = AskedOnce(build)
    communities = world()
    Membership.objects.filter(community=communities[1]).update(left_at=now())
    for day in (today() - timedelta(days=3), today() + timedelta(days=3)):
        for one in communities:
            for leavers in (True, False):
                values: Any = {"community_id": one.pk, "day": day}
                rows = asked.rows(values, leavers=leavers)
                assert rows == list(members_since(**values, leavers=leavers))
                assert bool(rows) == (
                    day < today() and (leavers or one != communities[1]) and one != communities[2]
                )
    assert sorted(built) == [False, True]


def test_a_value_that_the_query_does_not_ask_for_is_refused() -> None:
    asked = AskedOnce(lambda **_values: Membership.objects.values_list("pk"))
    with pytest.raises(ValueError, match="does not ask"):
        asked.rows({"member_id": 1})
