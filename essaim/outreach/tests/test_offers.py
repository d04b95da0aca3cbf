"""What is asked of somebody is asked no longer once it is taken back."""

import pytest

from essaim.communities import actions
from essaim.communities.models import Kind, Role
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.outreach.models import Notice


@pytest.mark.django_db
def test_an_offer_taken_back_is_no_notice_any_more_and_takes_no_yes() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    host = in_role(committee, Role.HOST)
    asked = member_of(movement, committee)
    offer = actions.offer_hosting(member=host, community=committee, asked=asked)
    deliver_pending()
    asks = Notice.objects.filter(member=asked, kind="communities.hosting_offered")
    assert asks.count() == 1
    with pytest.raises(Refused):
        actions.withdraw_offer(member=asked, offer=offer)
    actions.withdraw_offer(member=host, offer=offer)
    deliver_pending()
    assert not asks.exists()
    with pytest.raises(Refused):
        actions.answer_offer(member=asked, offer=offer, accepts=True)
