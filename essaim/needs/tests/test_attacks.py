"""What an attacker tries on needs and matches, and does not get."""

import pytest
from django.core.exceptions import ValidationError

from essaim.communities.actions import leave_community
from essaim.communities.models import Audience, Role, Visibility
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from essaim.members.models import Block, Member
from essaim.needs import actions, rules
from essaim.needs.actions.leavers import leave_needs
from essaim.needs.models import Help, Match, Need, NeedKind, Side, State
from essaim.needs.queries.matches import match_for_page
from essaim.needs.rules.matches import MOST_ASKED_AT_ONCE, MOST_OFFERED_AT_ONCE
from essaim.needs.tests.factories import (
    entrust,
    make_community,
    make_match,
    make_need,
    make_offer,
    make_person,
)

pytestmark = pytest.mark.django_db


def _post(member: Member, need: Need, contact: Member) -> Need:
    return actions.post_need(
        member=member,
        community=need.community,
        title="Carry two tables",
        what_for="We set up a stall.",
        deliverable="Two tables are there.",
        minutes=60,
        remote="remote",
        contact=contact,
    )


def test_nobody_is_named_as_contact_by_others_but_who_holds_a_role() -> None:
    community = make_community()
    need, quiet = make_need(community), make_person(community)
    assert need.posted_by
    with pytest.raises(ValidationError):
        _post(need.posted_by, need, quiet)
    host = entrust(make_person(community), community, Role.HOST)
    assert _post(need.posted_by, need, host).contact == host


def test_whoever_posted_a_need_and_left_answers_for_it_no_more() -> None:
    community = make_community(visibility=Visibility.MEMBERS)
    poster, contact = make_person(community), make_person(community)
    need = make_need(community, poster)
    Need.objects.filter(pk=need.pk).update(contact=contact)
    need.refresh_from_db()
    match = make_match(need)
    leave_community(member=poster, community=community)
    deliver_pending()
    reader = fresh_reader(poster)
    assert not rules.may_answer_for(reader, need)
    assert not rules.may_edit_need(reader, need)
    assert not rules.may_see_match(reader, match)
    assert not rules.matches_visible_to(reader).filter(pk=match.pk).exists()
    assert rules.may_see_match(fresh_reader(contact), match)


def test_a_helper_who_left_does_not_undo_their_way_back_in() -> None:
    community = make_community(visibility=Visibility.MEMBERS)
    need, helper = make_need(community), make_person(community)
    match = actions.offer_help(member=helper, need=need, words="I can.")
    leave_community(member=helper, community=community)
    leave_needs(member_id=helper.pk, community_id=community.pk)
    match.refresh_from_db()
    assert match.state == State.WITHDRAWN
    with pytest.raises(Refused):
        actions.undo(member=helper, match=match)


def test_a_story_for_members_is_not_seen_by_the_rule_of_a_public_need() -> None:
    community = make_community()
    match = make_match(make_need(community), state=State.DONE)
    told = Help(match=match, story="It went well.", story_audience=Audience.MEMBERS)
    assert not rules.may_see_story(ANONYMOUS, told)
    assert rules.may_see_story(fresh_reader(make_person(community)), told)


def test_a_need_asks_a_few_people_at_once() -> None:
    community = make_community()
    need = make_need(community)
    for _ in range(MOST_ASKED_AT_ONCE + 1):
        make_match(need, asked_by=Side.NEED)
    offer = make_offer(community)
    assert need.posted_by
    with pytest.raises(Refused):
        actions.ask_helper(member=need.posted_by, need=need, offer=offer, words="Could you?")


def test_a_helper_offers_to_a_few_needs_at_once() -> None:
    community = make_community()
    helper, poster = make_person(community), make_person(community)
    for _ in range(MOST_OFFERED_AT_ONCE):
        make_match(make_need(community, poster), helper)
    with pytest.raises(Refused):
        actions.offer_help(member=helper, need=make_need(community, poster), words="I can.")


def test_a_helper_who_keeps_away_keeps_everybody_of_the_other_side_away() -> None:
    community = make_community()
    poster, contact, helper = (make_person(community) for _ in range(3))
    need, other = make_need(community, poster), make_need(community, poster)
    Need.objects.filter(pk=need.pk).update(contact=contact)
    match, elsewhere = make_match(need, helper), make_match(other, helper)
    actions.keep_away(member=helper, match=match)
    assert set(Block.objects.values_list("blocker", "blocked")) == {
        (helper.pk, poster.pk),
        (helper.pk, contact.pk),
    }
    for one in (match, elsewhere):
        one.refresh_from_db()
        assert one.state == State.WITHDRAWN
    with pytest.raises(Refused):
        actions.write_message(member=poster, match=match, text="Why?")


def test_a_contact_who_keeps_a_helper_away_is_enough() -> None:
    community = make_community()
    poster, contact, helper = (make_person(community) for _ in range(3))
    need = make_need(community, poster)
    Need.objects.filter(pk=need.pk).update(contact=contact)
    match = make_match(need, helper)
    actions.keep_away(member=contact, match=match)
    match.refresh_from_db()
    assert match.state == State.WITHDRAWN
    need.refresh_from_db()
    assert not rules.may_help(fresh_reader(helper), need, match)


def test_whom_an_elected_official_keeps_away_is_the_facilitator() -> None:
    community = make_community()
    poster, facilitator = make_person(community), make_person(community)
    elected = entrust(make_person(community), community, Role.ELECTED)
    need = make_need(
        community,
        poster,
        kind=NeedKind.OFFICIAL,
        facilitator=entrust(facilitator, community, Role.FACILITATOR),
        approved_at=now(),
    )
    match = make_match(need, elected, asked_by=Side.NEED)
    page = match_for_page(fresh_reader(elected), _whole(match))
    assert (page.readers, page.has_blocked) == ((facilitator.name,), False)
    actions.keep_away(member=elected, match=match)
    assert Block.objects.get().blocked == facilitator
    page = match_for_page(fresh_reader(elected), _whole(match))
    assert page.has_blocked
    assert "over" in str(page.may_write.reason)


def _whole(match: Match) -> Match:
    return Match.objects.select_related(
        "need__community", "need__contact", "need__facilitator", "helper", "offer"
    ).get(pk=match.pk)


def test_a_question_that_crossed_with_keeping_somebody_away_cannot_be_accepted() -> None:
    community = make_community()
    helper = make_person(community)
    match = make_match(make_need(community), helper)
    poster = match.need.posted_by
    assert poster
    assert rules.may_accept(fresh_reader(poster), match)
    Block.objects.create(blocker=helper, blocked=poster)  # as if both had happened at once
    with pytest.raises(Refused, match="cannot take this help"):
        actions.accept(member=poster, match=match)
