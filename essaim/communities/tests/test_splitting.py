"""A community divides by the choice of its members, and moves; no day of a membership is lost."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from essaim.communities import actions, tasks
from essaim.communities.models import Community, Kind, Role, Split, SplitChoice
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import in_role
from essaim.communities.tests.factories import member_of as someone_in
from essaim.communities.tests.test_merging import (
    LATER,
    LONG_AGO,
    belong,
    committee,
    dates,
    host_of,
    movement,
    since,
)
from essaim.foundation.access import Refused
from essaim.foundation.clock import at
from essaim.foundation.models import FactRow

__all__ = ["movement"]  # the fixture

pytestmark = pytest.mark.django_db


def test_those_who_choose_go_with_their_dates_and_the_others_stay(movement: Community) -> None:
    community = committee(movement)
    host = belong(community, LONG_AGO, host_of(community))
    leader, goes, stays = (belong(community, LONG_AGO) for _ in range(3))
    belong(committee(community), LATER, goes)
    split = actions.propose_split(
        member=host, community=community, name="By the river", purpose="Ours.", host=leader
    )
    with pytest.raises(Refused, match="choosing already"):
        actions.propose_split(
            member=host, community=community, name="Other", purpose="Ours.", host=leader
        )
    for member in (leader, goes, stays):
        actions.choose_side(member=member, split=split, goes=True)
    actions.choose_side(member=stays, split=split, goes=False)
    assert actions.complete_split(split=split) is None  # its time has not come
    with at(split.closes_at + timedelta(minutes=1)):
        with pytest.raises(Refused, match="over"):
            actions.choose_side(member=stays, split=split, goes=True)
        tasks.complete_splits()
        made = Split.objects.get().made
        assert made
        assert (made.parent, made.kind, made.is_open) == (movement, Kind.COMMITTEE, True)
        assert made.ancestor_ids == [movement.pk]
        assert fresh_reader(leader).holds_here(made, Role.HOST)
    for member in (leader, goes):
        assert since(member, made) == LONG_AGO
        assert fresh_reader(member).community_ids == {movement.pk, made.pk}
    assert fresh_reader(stays).community_ids == {movement.pk, community.pk}
    assert not SplitChoice.objects.exists()
    assert FactRow.objects.filter(kind="communities.MembershipCarried").count() == 2


def test_too_few_or_without_its_host_nothing_divides(movement: Community) -> None:
    community = committee(movement)
    host = belong(community, LONG_AGO, host_of(community))
    leader, goes = belong(community, LONG_AGO), belong(community, LONG_AGO)
    before = dates()
    for chosen in ([leader], [goes]):
        split = actions.propose_split(
            member=host, community=community, name="River", purpose="Ours.", host=leader
        )
        for member in chosen:
            actions.choose_side(member=member, split=split, goes=True)
        with at(split.closes_at + timedelta(minutes=1)):
            tasks.complete_splits()
    assert dates() == before
    assert not Split.objects.filter(ended_at=None).exists()
    with pytest.raises(ValidationError):
        actions.propose_split(
            member=host, community=community, name="R", purpose="O", host=someone_in()
        )
    split = actions.propose_split(
        member=host, community=community, name="River", purpose="Ours.", host=host
    )
    assert split.choices.get().member == host
    actions.call_off_split(member=host, split=split)


def test_moving_loses_no_date(movement: Community) -> None:
    community, above = committee(movement), committee(movement)
    mover = in_role(community, Role.ADMINISTRATOR)
    belong(above, LATER, belong(movement, LONG_AGO, mover))
    belong(community, LONG_AGO)
    before = dates()
    actions.move_community(member=mover, community=community, parent=above)
    assert dates() == before
