"""Hours, joy and answers: told as totals, and to whom."""

from datetime import timedelta

import pytest

from essaim.communities.models import Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.foundation.clock import at, now
from essaim.needs import actions
from essaim.needs.models import Help, Need, Side, State
from essaim.needs.panels.community import hours_of_help
from essaim.needs.queries.community import hours_figures
from essaim.needs.queries.matches import responsiveness_of
from essaim.needs.tests.factories import (
    entrust,
    make_community,
    make_match,
    make_need,
    make_offer,
    make_person,
)

pytestmark = pytest.mark.django_db


def test_hours_are_told_as_a_total_and_to_outsiders_only_of_enough_people() -> None:
    community = make_community()
    poster = make_person(community)
    for number in range(5):
        match = make_match(make_need(community, poster))
        actions.accept(member=poster, match=match)
        actions.confirm_help(member=poster, match=match, minutes=90)
        figure = hours_figures(ANONYMOUS, [community.pk])[community.pk]
        assert figure.is_withheld == (number < 4)
    inside = hours_figures(fresh_reader(poster), [community.pk])[community.pk]
    assert (inside.minutes, inside.helpers, inside.is_withheld) == (450, 5, False)
    assert Help.objects.filter(confirmed_at__isnull=False).count() == 5


def test_outsiders_do_not_learn_that_a_few_people_helped() -> None:
    community = make_community()
    poster = make_person(community)
    match = make_match(make_need(community, poster))
    actions.accept(member=poster, match=match)
    actions.confirm_help(member=poster, match=match, minutes=90)
    assert hours_of_help(ANONYMOUS, [community.pk]) == {}
    [figure] = hours_of_help(fresh_reader(poster), [community.pk])[community.pk]
    assert figure.value == 1


def test_joy_is_told_as_a_mean_of_eleven_people_at_least_whoever_reads() -> None:
    community = make_community()
    poster = make_person(community)
    for number in range(11):
        match = make_match(make_need(community, poster))
        actions.accept(member=poster, match=match)
        actions.confirm_help(member=poster, match=match, minutes=60)
        assert match.helper
        actions.tell_joy(member=match.helper, match=match, joy=10 if number else 0)
        inside = hours_figures(fresh_reader(poster), [community.pk])[community.pk]
        assert inside.joy == (9 if number == 10 else None)


def test_responsiveness_counts_answers_and_silence_alike() -> None:
    community = make_community()
    poster = make_person(community)
    answered = make_match(make_need(community, poster))
    with at(now() + timedelta(hours=5)):
        actions.decline(member=poster, match=answered)
    make_match(make_need(community, poster), state=State.EXPIRED)
    make_match(make_need(community, poster), state=State.RELEASED)
    found = responsiveness_of(poster.pk)
    assert (found.asked, found.answered, found.median_hours) == (2, 1, 5)


def test_what_others_of_ones_side_answered_or_was_answered_late_is_no_answer_of_ones_own() -> None:
    community = make_community()
    poster, contact = make_person(community), make_person(community)
    needs = [make_need(community, poster) for _ in range(3)]
    Need.objects.update(contact=contact)
    first, second, third = (make_match(one) for one in needs)
    actions.decline(member=poster, match=first)
    with at(now() + timedelta(hours=3)):
        actions.decline(member=contact, match=second)
    with at(now() + timedelta(days=15)):
        actions.decline(member=contact, match=third)
    found = responsiveness_of(contact.pk)
    assert (found.asked, found.answered, found.median_hours) == (2, 1, 3)
    assert responsiveness_of(poster.pk).asked == 0


def test_what_one_asked_oneself_asks_nothing_of_one() -> None:
    community = make_community()
    helper, offer = make_person(community), make_offer(community)
    need = make_need(community)
    match = actions.offer_help(member=helper, need=need, words="I can.")
    assert need.posted_by
    actions.decline(member=need.posted_by, match=match)
    asked = make_match(make_need(community), offer.member, asked_by=Side.NEED)
    assert offer.member
    actions.decline(member=offer.member, match=asked)
    assert responsiveness_of(helper.pk).asked == 0
    assert responsiveness_of(need.posted_by.pk).answered == 1
    assert responsiveness_of(offer.member.pk).answered == 1


def test_a_moderator_does_not_read_a_match_nor_does_anyone_with_a_role() -> None:
    community = make_community()
    match = make_match(make_need(community))
    moderator = entrust(make_person(community), community, Role.MODERATOR)
    from essaim.needs.queries.matches import match_to_read

    assert match_to_read(fresh_reader(moderator), match.public_id) is None
