"""Turns to speak: who asks, who is next, and who gives them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import Event, SpeakingTurn
from essaim.events.queries.rounds import round_for_host
from essaim.events.tests.factories import make_host
from essaim.events.tests.rooms import gathered, make_round
from essaim.foundation import clock
from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return community_factory()


def names(host: Member, event: Event) -> list[str]:
    return [one.name for one in round_for_host(fresh_reader(host), event).waiting]


def test_those_who_have_not_spoken_come_first_however_late_they_ask(
    community: Community,
) -> None:
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    first = actions.ask_turn(opened=opened, device="a" * 64, pseudonym="Ali")
    actions.start_turn(member=host, turn=first)
    with clock.at(now() + timedelta(minutes=3)):
        actions.end_turn(member=host, turn=first)
    actions.ask_turn(opened=opened, device="a" * 64, pseudonym="Ali")
    actions.add_turn(member=host, event=event, pseudonym="Zoé")
    actions.ask_turn(opened=opened, device="b" * 64, pseudonym="Bea")
    page = round_for_host(fresh_reader(host), event)
    assert [(one.name, one.times) for one in page.waiting] == [
        ("Zoé", "has not spoken yet"),
        ("Bea", "has not spoken yet"),
        ("Ali", "has spoken once, 3 min"),
    ]
    (fact,) = FactRow.objects.filter(kind="events.TurnsSpoken")
    assert fact.details["seconds"] == 180
    assert fact.audience == "nobody"


def test_one_waits_once_by_phone_and_by_the_name_the_host_writes(community: Community) -> None:
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    for _ in range(2):
        actions.ask_turn(opened=opened, device="a" * 64, pseudonym="Ali")
        actions.add_turn(member=host, event=event, pseudonym="Zoé")
    actions.add_turn(member=host, event=event, pseudonym="  ZOE ")
    assert names(host, event) == ["Ali", "Zoé"]
    assert not actions.leave_line(opened=opened, device="b" * 64)
    assert actions.leave_line(opened=opened, device="a" * 64)
    assert names(host, event) == ["Zoé"]


def test_one_speaks_at_a_time_and_whoever_spoke_has_ended(community: Community) -> None:
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    ali, bea = (
        actions.ask_turn(opened=opened, device=letter * 64, pseudonym=name)
        for letter, name in (("a", "Ali"), ("b", "Bea"))
    )
    with pytest.raises(Refused, match="not speaking"):
        actions.end_turn(member=host, turn=ali)
    actions.start_turn(member=host, turn=ali)
    actions.start_turn(member=host, turn=bea)
    for act in (actions.start_turn, actions.drop_turn):
        with pytest.raises(Refused, match="has begun"):
            act(member=host, turn=ali)
    ali.refresh_from_db()
    assert ali.ended_at
    speaking = round_for_host(fresh_reader(host), event).speaking
    assert speaking
    assert speaking.name == "Bea"
    with pytest.raises(IntegrityError), transaction.atomic():
        SpeakingTurn.objects.create(round=opened, pseudonym="Two", speaker="c", started_at=now())


def test_turns_are_given_by_those_who_hold_it_alone(community: Community) -> None:
    event = gathered(community)
    opened = make_round(event)
    turn = actions.ask_turn(opened=opened, device="a" * 64, pseudonym="Ali")
    member = member_of(community)
    for act in (actions.start_turn, actions.end_turn, actions.drop_turn):
        with pytest.raises(Refused, match="ask one of them"):
            act(member=member, turn=turn)
    with pytest.raises(Refused):
        actions.add_turn(member=member, event=event, pseudonym="Zoé")


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "me@example.org", "a\nb"])
def test_how_one_is_called_is_short_and_no_address(community: Community, name: str) -> None:
    opened = make_round(gathered(community))
    with pytest.raises(ValidationError):
        actions.ask_turn(opened=opened, device="a" * 64, pseudonym=name)


def test_nobody_waits_once_it_is_closed(community: Community) -> None:
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    waits = actions.ask_turn(opened=opened, device="a" * 64, pseudonym="Ali")
    speaks = actions.ask_turn(opened=opened, device="b" * 64, pseudonym="Bea")
    actions.start_turn(member=host, turn=speaks)
    actions.close_round(member=host, event=event)
    speaks.refresh_from_db()
    assert speaks.ended_at
    assert not SpeakingTurn.objects.filter(pk=waits.pk).exists()
    with pytest.raises(Refused, match="closed"):
        actions.ask_turn(opened=opened, device="a" * 64, pseudonym="Ali")
    with pytest.raises(Refused, match="Open it to phones"):
        actions.add_turn(member=host, event=event, pseudonym="Zoé")
