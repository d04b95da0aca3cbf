"""What an attacker tries on needs and matches, and does not get."""

import pytest
from django.core.exceptions import ValidationError

from essaim.communities.actions import leave_community
from essaim.communities.models import Audience, Membership, Role, Visibility
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.discussions.actions import look_into, report_thing, take_report_back
from essaim.discussions.models import Case
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from essaim.members.models import Block, Member
from essaim.needs import actions, rules
from essaim.needs.actions.leavers import leave_needs
from essaim.needs.models import (
    MESSAGE,
    Help,
    Match,
    MatchMessage,
    Need,
    NeedKind,
    Side,
    State,
)
from essaim.needs.queries import reported
from essaim.needs.queries.matches import match_for_page
from essaim.needs.queries.pages import contacts_here, own_offers, own_open_needs
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


def test_an_offer_is_asked_in_its_community_and_below_it_only() -> None:
    top = make_community()
    below = make_community(parent=top, ancestor_ids=[top.pk])
    deep = make_community(parent=below, ancestor_ids=[top.pk, below.pk])
    elsewhere = make_community(parent=top, ancestor_ids=[top.pk])
    poster = make_person(deep)
    offer = make_offer(below, audience=Audience.PUBLIC)
    needs = {one.pk: make_need(one, poster) for one in (top, below, deep, elsewhere)}
    reader = fresh_reader(poster)
    mine = {public_id for public_id, _title in own_open_needs(reader, offer)}
    assert mine == {needs[below.pk].public_id, needs[deep.pk].public_id}
    for need in needs.values():
        may = rules.may_ask(reader, need, offer.member_id, offer=offer)
        assert bool(may) == (need.public_id in mine), may.reason
    with pytest.raises(Refused, match="in those below it"):
        actions.ask_helper(member=poster, need=needs[top.pk], offer=offer, words="Could you?")


def test_help_is_given_through_an_offer_where_it_counts_alone() -> None:
    community, other = make_community(), make_community()
    need, helper = make_need(community), make_person(community)
    here, elsewhere = make_offer(community, helper), make_offer(other, helper)
    assert own_offers(fresh_reader(helper), need) == [(here.public_id, str(here))]
    match = actions.offer_help(member=helper, need=need, words="I can.", offer=elsewhere)
    assert match.offer is None
    actions.withdraw(member=helper, match=match)
    match = actions.offer_help(member=helper, need=need, words="I can.", offer=here)
    assert match.offer == here


def test_an_official_is_not_asked_through_an_offer_that_takes_nothing() -> None:
    community = make_community()
    carrier = entrust(make_person(community), community, Role.FACILITATOR)
    elected = entrust(make_person(community), community, Role.ELECTED)
    need = make_need(community, kind=NeedKind.OFFICIAL, facilitator=carrier, approved_at=now())
    offer = make_offer(community, elected, paused_at=now())
    reader = fresh_reader(carrier)
    assert rules.may_ask(reader, need, elected.pk)
    assert not rules.may_ask(reader, need, elected.pk, offer=offer)


def test_nobody_is_asked_through_an_offer_that_was_hidden() -> None:
    community = make_community()
    moderator = entrust(make_person(community), community, Role.MODERATOR)
    need, offer = make_need(community, moderator), make_offer(community, hidden_at=now())
    assert rules.may_see_offer(fresh_reader(moderator), offer)
    with pytest.raises(Refused, match="takes no requests"):
        actions.ask_helper(member=moderator, need=need, offer=offer, words="Could you?")


def _message(match: Match) -> MatchMessage:
    assert match.helper
    return actions.write_message(member=match.helper, match=match, text="A rude word.")


def _shown(moderator: Member, message: MatchMessage) -> list[str]:
    found = reported.shown(fresh_reader(moderator), [(MESSAGE, message.pk)])
    return [one.source for things in found.values() for one in things]


def test_a_moderator_reads_no_message_that_nobody_reported() -> None:
    community = make_community()
    moderator = entrust(make_person(community), community, Role.MODERATOR)
    message = _message(make_match(make_need(community)))
    with pytest.raises(Refused):
        look_into(member=moderator, kind=MESSAGE, subject_id=message.pk)
    assert not Case.objects.exists()
    assert _shown(moderator, message) == []


def test_a_message_is_read_by_moderators_while_a_report_of_it_stands() -> None:
    community = make_community()
    moderator = entrust(make_person(community), community, Role.MODERATOR)
    match = make_match(make_need(community))
    message, poster = _message(match), match.need.posted_by
    assert poster
    report_thing(member=poster, kind=MESSAGE, subject_id=message.pk, reason="abuse")
    case = look_into(member=moderator, kind=MESSAGE, subject_id=message.pk)
    assert case == Case.objects.get()
    assert _shown(moderator, message) == ["A rude word."]
    assert take_report_back(member=poster, kind=MESSAGE, subject_id=message.pk)
    assert Case.objects.get().closed_at
    assert _shown(moderator, message) == []
    with pytest.raises(Refused):
        look_into(member=moderator, kind=MESSAGE, subject_id=message.pk)


def test_nobody_is_kept_away_where_nobody_is() -> None:
    community = make_community()
    match = make_match(make_need(community), state=State.DONE)
    poster = match.need.posted_by
    assert poster
    assert rules.may_keep_away(fresh_reader(poster), match)
    Match.objects.filter(pk=match.pk).update(helper=None)
    match.refresh_from_db()
    with pytest.raises(Refused, match="nobody to keep away"):
        actions.keep_away(member=poster, match=match)
    assert not rules.may_keep_away(ANONYMOUS, match)


def test_whom_a_form_offers_as_a_contact_may_be_one_and_nobody_else() -> None:
    community, other = make_community(), make_community()
    host = entrust(make_person(community), community, Role.HOST)
    left = entrust(make_person(community), community, Role.MODERATOR)
    Membership.objects.filter(member=left).update(left_at=now())
    quiet, stranger = make_person(community), entrust(make_person(other), other, Role.HOST)
    above = entrust(make_person(other), community, Role.MODERATOR)  # with a role, not of them
    poster = make_person(community)
    named = {public_id for public_id, _name in contacts_here(fresh_reader(poster), community)}
    assert named == {poster.public_id, host.public_id}
    for one in (host, left, quiet, stranger, above):
        assert bool(rules.may_be_contact(one, community)) == (one == host)


def test_a_need_whose_people_are_found_is_not_renewed() -> None:
    need = make_need(make_community())
    poster = need.posted_by
    assert poster
    match = make_match(need)
    assert rules.may_renew_need(fresh_reader(poster), need)
    actions.accept(member=poster, match=match)
    need.refresh_from_db()
    with pytest.raises(Refused, match="Everybody this need looked for is found"):
        actions.renew_need(member=poster, need=need)
