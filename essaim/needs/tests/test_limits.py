"""What needs, offers and matches do not do: more than is free, too late, or before others' eyes."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from essaim.communities.models import Role
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now, today
from essaim.members.actions import make_token
from essaim.members.models import Member, Scope
from essaim.needs import actions, tasks
from essaim.needs.actions import moderation
from essaim.needs.models import MOST_ASKED, Match, Need, NeedKind, State
from essaim.needs.panels.community import hours_of_help
from essaim.needs.queries.community import hours_figures
from essaim.needs.queries.matches import match_for_page
from essaim.needs.rules.matches import MOST_OFFERED_AT_ONCE
from essaim.needs.tests.factories import (
    edit,
    entrust,
    make_community,
    make_match,
    make_need,
    make_offer,
    make_person,
)
from essaim.needs.tests.test_slots_races import at_once
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


def _told(member: Member | None, kind: str) -> int:
    return Notice.objects.filter(member=member, kind=kind).count()


@pytest.mark.django_db(transaction=True)
def test_one_person_is_asked_by_a_few_at_once_through_all_their_offers() -> None:
    community = make_community()
    helper = make_person(community)
    offers = [make_offer(community, helper) for _ in range(12)]
    asks = [
        partial(actions.ask_helper, member=need.posted_by, need=need, offer=offer, words="Can you?")
        for offer in offers
        if (need := make_need(community)).posted_by
    ]
    assert at_once(asks).count(True) == MOST_ASKED
    assert Match.objects.asked_of(helper.pk).count() == MOST_ASKED


@pytest.mark.django_db(transaction=True)
def test_one_person_offers_help_to_so_many_at_once_and_no_more() -> None:
    community = make_community()
    helper, poster = make_person(community), make_person(community)
    for _ in range(MOST_OFFERED_AT_ONCE - 4):
        make_match(make_need(community, poster), helper)
    needs = [make_need(community, poster) for _ in range(12)]
    went = at_once(
        [partial(actions.offer_help, member=helper, need=one, words="I can.") for one in needs]
    )
    assert went.count(True) == 4
    assert Match.objects.waiting().count() == MOST_OFFERED_AT_ONCE


@pytest.mark.parametrize(
    "act", [actions.take_on, partial(actions.refuse_need, reason="I do not like it.")]
)
def test_a_facilitator_does_not_carry_what_they_need_themselves(act: Callable[..., Need]) -> None:
    community = make_community()
    poster, other = (entrust(make_person(community), community, Role.FACILITATOR) for _ in range(2))
    need = make_need(community, poster, kind=NeedKind.OFFICIAL)
    with pytest.raises(Refused, match="Another facilitator carries"):
        act(member=poster, need=need)
    act(member=other, need=need)


def test_a_hidden_need_is_neither_renewed_nor_told_to_end() -> None:
    soon = today() + timedelta(days=6)
    need = make_need(make_community(), hidden_at=now(), expires_on=soon)
    assert need.posted_by
    with pytest.raises(Refused, match="hidden by a moderator"):
        actions.renew_need(member=need.posted_by, need=need)
    tasks.tell_what_ends_soon()
    assert _told(need.posted_by, "needs.need_ends") == 0
    Need.objects.update(hidden_at=None)
    actions.renew_need(member=need.posted_by, need=need)
    Need.objects.update(expires_on=soon)
    tasks.tell_what_ends_soon()
    assert _told(need.posted_by, "needs.need_ends") == 1


def test_after_its_last_day_nobody_offers_accepts_or_is_asked() -> None:
    community = make_community()
    offer = make_offer(community)
    need = make_need(community, expires_on=today())
    match, poster, helper = make_match(need), need.posted_by, make_person(community)
    assert poster
    late: list[Callable[[], Any]] = [
        lambda: actions.offer_help(member=helper, need=need, words="I can."),
        lambda: actions.ask_helper(member=poster, need=need, offer=offer, words="Can you?"),
        lambda: actions.accept(member=poster, match=match),
    ]
    with at(now() + timedelta(days=1)):
        for act in late:
            with pytest.raises(Refused, match="last day of this need has passed"):
                act()
    for act in late[:2]:
        act()


def test_a_need_looks_for_no_fewer_people_than_have_agreed() -> None:
    need = make_need(make_community(), people=3)
    for _ in range(2):
        make_match(need, state=State.ACCEPTED)
    need.refresh_from_db()
    with pytest.raises(ValidationError, match="2 people have agreed already"):
        edit(need, people=1)
    edit(need, people=2)
    need.refresh_from_db()
    assert (need.people, need.filled_at is not None) == (2, True)


def test_a_reminder_is_counted_and_told_once_however_often_the_clock_strikes() -> None:
    match = make_match(make_need(make_community()))
    with at(match.asked_at + timedelta(days=3, minutes=1)):
        assert actions.remind(match) == 1
    for hours in (1, 2):
        with at(match.asked_at + timedelta(days=3, hours=hours)):
            assert actions.remind(match) == 0
    with at(match.asked_at + timedelta(days=3, hours=3)):
        tasks.remind_who_owes_an_answer()
    assert _told(match.need.posted_by, "needs.reminder") == 0


def _bearing(member: Member) -> Client:
    _token, text = make_token(member=member, name="x", scopes=Scope.values, days=1)
    return Client(headers={"authorization": f"Bearer {text}", "accept-language": "en"})


def _seen(member: Member, match: Match) -> list[str]:
    """The page of a match and what the API says of it."""
    client = Client()
    client.force_login(member)
    page = client.get(f"/matches/{match.public_id}/")
    said = _bearing(member).get(f"/api/v1/matches/{match.public_id}")
    assert (page.status_code, said.status_code) == (200, 200)
    return [page.content.decode(), said.content.decode()]


def test_what_a_moderator_hid_is_not_shown_to_the_other_side() -> None:
    match = make_match(make_need(make_community()))
    helper, poster = match.helper, match.need.posted_by
    assert helper
    assert poster
    message = actions.write_message(member=helper, match=match, text="A rude word.")
    assert all("A rude word." in text for text in _seen(poster, match))
    thing = moderation._lock_message(message.pk)
    moderation._hide_message(thing, make_person(match.need.community), "It hurts.")
    assert not any("A rude word." in text or "It hurts." in text for text in _seen(poster, match))
    page, said = _seen(helper, match)
    assert "A rude word." in page
    assert "It hurts." in page
    assert "A rude word." in said


def test_joy_is_never_shown_to_whoever_was_helped() -> None:
    match = make_match(make_need(make_community()))
    helper, poster = match.helper, match.need.posted_by
    assert helper
    assert poster
    actions.accept(member=poster, match=match)
    actions.confirm_help(member=poster, match=match, minutes=30)
    before = _seen(poster, match)
    actions.tell_joy(member=helper, match=match, joy=7)
    match.refresh_from_db()
    assert not any("joy" in text.lower() for text in before + _seen(poster, match))
    of_both = [match_for_page(fresh_reader(one), match).help for one in (helper, poster)]
    assert [one and one.joy for one in of_both] == [7, None]


def test_hours_and_helpers_count_once_they_are_confirmed() -> None:
    community = make_community()
    poster = make_person(community)
    for number in range(2):
        match = make_match(make_need(community, poster))
        actions.accept(member=poster, match=match)
        assert match.helper
        actions.say_help(member=match.helper, match=match, minutes=60)
        figure = hours_figures(fresh_reader(poster), [community.pk])[community.pk]
        assert (figure.minutes, figure.helpers) == (60 * number, number)
        assert bool(hours_of_help(fresh_reader(poster), [community.pk])) == bool(number)
        actions.confirm_help(member=poster, match=match, minutes=60)


def test_a_search_tells_nobody_of_what_they_look_for_themselves() -> None:
    community = make_community()
    poster, other = make_person(community), make_person(community)
    for member in (poster, other):
        actions.save_search(member=member, community=community, params={})
    make_need(community, poster, readable_at=now() + timedelta(hours=1))
    with at(now() + timedelta(days=1)):
        tasks.tell_what_searches_found()
    assert (_told(poster, "needs.found"), _told(other, "needs.found")) == (0, 1)


GIVEN_AWAY = ["anna@example.org", "06 12 34 56 78", "0612345678", "+33 (0)6.12.34.56.78"]
KEPT = ["on 30/11/2026", "64800 Nay", "from 9 to 12, 4 of us", "anna at example"]


def _in_a_need(name: str, words: str) -> object:
    return edit(make_need(make_community()), **{name: words})


def _in_an_offer(name: str, words: str) -> object:
    community = make_community()
    given: dict[str, Any] = {"words": "I read.", "minutes_a_month": 60, "remote": "remote"}
    return actions.make_offer(
        member=make_person(community), community=community, **given | {name: words}
    )


def _in_a_story(name: str, words: str) -> object:
    match = make_match(make_need(make_community()))
    poster = match.need.posted_by
    assert poster
    actions.accept(member=poster, match=match)
    actions.confirm_help(member=poster, match=match, minutes=30)
    return actions.tell_story(member=poster, match=match, **{name: words})


PUBLIC = [
    (_in_a_need, "title"),
    (_in_a_need, "what_for"),
    (_in_a_need, "deliverable"),
    (_in_an_offer, "words"),
    (_in_an_offer, "wants"),
    (_in_a_story, "story"),
]


@pytest.mark.parametrize(("put", "name"), PUBLIC)
def test_no_public_text_gives_an_address_or_a_number_away(
    put: Callable[[str, str], object], name: str
) -> None:
    for words in GIVEN_AWAY:
        with pytest.raises(ValidationError, match="no phone number here") as caught:
            put(name, f"Ask me: {words}.")
        assert list(caught.value.message_dict) == [name]
    for words in KEPT:
        put(name, f"Ask me: {words}.")


def test_first_words_that_give_an_address_or_a_number_away_are_asked_about() -> None:
    match = make_match(make_need(make_community()))
    assert match.helper
    write = partial(actions.write_message, member=match.helper, match=match)
    for words in GIVEN_AWAY:
        with pytest.raises(ValidationError, match="an address or a phone number"):
            write(text=f"Ask me: {words}.")
    for words in KEPT[:2]:
        write(text=words)
    write(text=GIVEN_AWAY[0], gives_address=True)
    write(text=GIVEN_AWAY[1])
