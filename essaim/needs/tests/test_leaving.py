"""What goes with those who leave, and what stays."""

import pytest

from essaim.communities.actions import leave_community
from essaim.foundation.activity import deliver_pending
from essaim.members.actions import erase_member
from essaim.needs import actions
from essaim.needs.models import Closing, Match, Need, Offer, State
from essaim.needs.tests.factories import (
    make_community,
    make_match,
    make_need,
    make_offer,
    make_person,
)

pytestmark = pytest.mark.django_db


def test_whoever_leaves_takes_back_what_they_asked_offered_and_agreed_to() -> None:
    community = make_community()
    leaver = make_person(community)
    need, offer = make_need(community, leaver), make_offer(community, leaver)
    waiting = make_match(need)
    agreed = make_match(make_need(community), leaver, state=State.ACCEPTED)
    leave_community(member=leaver, community=community)
    deliver_pending()
    states = dict(Match.objects.values_list("pk", "state"))
    assert states == {waiting.pk: State.WITHDRAWN, agreed.pk: State.UNMATCHED}
    need.refresh_from_db()
    assert need.closing == Closing.LEFT
    assert Offer.objects.get(pk=offer.pk).withdrawn_at
    assert Need.objects.get(pk=agreed.need_id).taken == 0


@pytest.mark.parametrize("is_erased", [False, True])
def test_a_need_whose_contact_goes_is_answered_for_by_its_poster(is_erased: bool) -> None:
    community = make_community()
    poster, contact = make_person(community), make_person(community)
    need = make_need(community, poster, people=2)
    Need.objects.filter(pk=need.pk).update(contact=contact)
    agreed, waiting = make_match(need, state=State.ACCEPTED), make_match(need)
    if is_erased:
        erase_member(member=contact)
    else:
        leave_community(member=contact, community=community)
    deliver_pending()
    need.refresh_from_db()
    assert (need.contact, need.closed_at, need.taken) == (poster, None, 1)
    states = dict(Match.objects.values_list("pk", "state"))
    assert states == {agreed.pk: State.ACCEPTED, waiting.pk: State.ASKED}
    actions.accept(member=poster, match=waiting)
    leave_community(member=poster, community=community)
    deliver_pending()
    need.refresh_from_db()
    assert need.closing == Closing.LEFT


def test_an_erased_account_leaves_no_words_and_no_filled_slot() -> None:
    community = make_community()
    gone = make_person(community)
    offer = make_offer(community, gone, words="I read leases.")
    agreed = make_match(make_need(community), gone, state=State.ACCEPTED)
    actions.write_message(member=gone, match=agreed, text="I live at the mill.")
    erase_member(member=gone)
    deliver_pending()
    agreed.refresh_from_db()
    assert (agreed.helper_id, agreed.state) == (None, State.UNMATCHED)
    assert agreed.messages.get().text == ""
    assert Offer.objects.get(pk=offer.pk).words == ""
