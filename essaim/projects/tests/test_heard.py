"""Each fact that projects hear of, and who is told or what is done: never who did it."""

import pytest

from essaim.foundation.activity import deliver_pending
from essaim.foundation.activity.facts import kind_of
from essaim.foundation.activity.listeners import all_listeners
from essaim.foundation.models import FactRow
from essaim.members.models import Member
from essaim.outreach.models import Notice
from essaim.projects.tests import heard_beginnings, heard_under_way  # noqa: F401  they bring the rows
from essaim.projects.tests.heard import ROWS, World

pytestmark = pytest.mark.django_db


def _notices() -> set[tuple[str, str, Member]]:
    found = Notice.objects.filter(kind__startswith="projects.").select_related("member")
    return {(one.kind.removeprefix("projects."), one.key, one.member) for one in found}


@pytest.mark.parametrize("name", ROWS)
def test_each_fact_tells_whom_it_concerns_and_does_what_follows(name: str) -> None:
    fact, maker = ROWS[name]
    row = maker(World())
    deliver_pending()
    before, recorded = _notices(), FactRow.objects.filter(kind=kind_of(fact)).count()
    if row.then:
        assert not row.then()

    row.act()
    deliver_pending()
    assert FactRow.objects.filter(kind=kind_of(fact)).count() > recorded

    after = _notices()
    assert {(kind, member) for kind, _key, member in after - before} == row.told
    assert {(kind, member) for kind, _key, member in before - after} == row.taken
    if row.then:
        assert row.then()


def test_every_fact_that_projects_hear_of_is_in_the_table() -> None:
    heard = {
        kind
        for kind, listeners in all_listeners().items()
        if any(one.startswith("essaim.projects.") for one in listeners)
    }
    assert heard == {kind_of(fact) for fact, _maker in ROWS.values()}
