"""How much joy a gathering gave: asked of those who came, once, and told together or not at all."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.models import Community, Kind
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import Event, JoyTally, Registration, Standing, State
from essaim.events.panels.today import gatherings_ask
from essaim.events.queries.joy import joy_asked
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.foundation import clock
from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

FEW = "Too few answered for it to be told: that would say what somebody felt."


@pytest.fixture
def community() -> Community:
    """Political: eleven people at least."""
    return community_factory(kind=Kind.COMMITTEE, is_political=True)


def over(community: Community, **values: Any) -> Event:
    """One that ended an hour ago."""
    starts_at = values.pop("starts_at", now() - timedelta(hours=3))
    return make_event(community, starts_at=starts_at, state=State.HELD, **values)


def counts(event: Event) -> list[int]:
    return JoyTally.objects.get(event=event).counts


def tell(mine: Registration, joy: int | None = 8) -> None:
    if mine.member:
        actions.tell_joy(member=mine.member, event=mine.event, joy=joy)
    else:
        actions.tell_joy_by_link(registration=mine, joy=joy)


def page(event: Event, client: Client | None = None) -> str:
    answer = (client or Client()).get(reverse("event", args=[event.public_id]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def after_it_closed(event: Event) -> Any:
    return clock.at(event.ends_at + timedelta(days=14))


def test_whoever_came_says_it_once_with_an_account_or_by_the_link(community: Community) -> None:
    event = over(community)
    member = make_registration(event)
    guest = make_registration(event, name="Ada", email="ada@example.org")
    tell(member, 10)
    tell(guest, 0)
    for again in (member, guest):
        with pytest.raises(Refused, match="cannot be found again"):
            tell(again, 5)
    assert counts(event) == [1, *[0] * 9, 1]


@pytest.mark.parametrize("joy", [None, -1, 11])
def test_what_is_no_score_counts_nothing(community: Community, joy: int | None) -> None:
    event = over(community)
    mine = make_registration(event)
    with pytest.raises(ValidationError):
        tell(mine, joy)
    mine.refresh_from_db()
    assert not mine.has_told_joy
    assert not JoyTally.objects.exists()


def test_it_is_asked_from_the_end_on_for_two_weeks(community: Community) -> None:
    event = make_event(community)
    early, last, late = (make_registration(event) for _ in range(3))
    moment = timedelta(seconds=1)
    with clock.at(event.ends_at - moment), pytest.raises(Refused, match="once it is over"):
        tell(early)
    with clock.at(event.ends_at):
        tell(early)
    with clock.at(event.ends_at + timedelta(days=14) - moment):
        tell(last)
    with after_it_closed(event), pytest.raises(Refused, match="time to answer is over"):
        tell(late)
    assert sum(counts(event)) == 2


@pytest.mark.parametrize("standing", [Standing.MAYBE, Standing.NOT, Standing.WAITING])
def test_whoever_did_not_come_is_not_asked(community: Community, standing: str) -> None:
    mine = make_registration(over(community), standing=standing)
    with pytest.raises(Refused, match="Those who came"):
        tell(mine)


def test_whoever_never_registered_is_not_asked_and_a_stranger_finds_nothing(
    community: Community,
) -> None:
    event = over(community, openness="members")
    with pytest.raises(Refused, match="Those who came"):
        actions.tell_joy(member=member_of(community), event=event, joy=3)
    stranger = member_factory()
    with pytest.raises(Refused, match="does not exist"):
        actions.tell_joy(member=stranger, event=event, joy=3)
    client = Client()
    client.force_login(stranger)
    address = reverse("event_joy", args=[event.public_id])
    assert client.post(address, {"joy": "3"}).status_code == 404
    assert not JoyTally.objects.exists()


def test_where_somebody_was_checked_in_those_who_were_are_asked(community: Community) -> None:
    event = over(community)
    came, stayed_away = make_registration(event), make_registration(event)
    Registration.objects.filter(pk=came.pk).update(checked_in_at=event.starts_at)
    tell(came)
    with pytest.raises(Refused, match="let in at the door"):
        tell(stayed_away)
    assert stayed_away.member is not None
    assert joy_asked(fresh_reader(stayed_away.member)) == []


@pytest.mark.parametrize("state", [State.CANCELLED, State.POSTPONED])
def test_of_what_did_not_take_place_nothing_is_asked(community: Community, state: str) -> None:
    event = make_event(community, starts_at=now() - timedelta(hours=3), state=state, reason="Snow.")
    with pytest.raises(Refused):
        tell(make_registration(event))
    with after_it_closed(event):
        assert "How it felt" not in page(event)


def test_once_people_answer_its_end_is_not_moved(community: Community) -> None:
    """A host who could close it early, and open it again, could read two results."""
    event = make_event(community, starts_at=now() - timedelta(hours=3))
    assert event.state == State.PUBLISHED
    values = {"starts_at": event.starts_at - timedelta(days=20), "title": "Earlier"}
    with pytest.raises(Refused, match="is over"):
        actions.edit_event(member=make_host(community), event=event, **values)


def _everything() -> Iterator[tuple[str, str]]:
    """Each row of each table, as text, with the name of its table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608  names of our own tables
            yield from ((table, row[0]) for row in cursor.fetchall())


def test_no_row_and_no_fact_leads_from_a_score_to_a_person(community: Community) -> None:
    """Two worlds in which two people gave each other's answer are the same but for what is told of
    both: a counter each, and a mark each.
    """
    event = over(community)
    one, other = make_registration(event), make_registration(event)
    JoyTally.objects.create(event=event)
    before = set(_everything())
    worlds = []
    for first, second in ((2, 9), (9, 2)):
        with transaction.atomic():
            tell(one, first)
            tell(other, second)
            worlds.append(set(_everything()))
            transaction.set_rollback(True)
    assert worlds[0] == worlds[1]
    changed = worlds[0] ^ before
    assert {table for table, _row in changed} == {"events_joytally", "events_registration"}
    assert len(changed) == 2 * (1 + 2)
    assert Registration.objects.filter(has_told_joy=False).count() == 2


def test_the_database_keeps_eleven_counters_that_count_people(community: Community) -> None:
    event = over(community)
    wrong: Any  # the database is asked, not the types
    for wrong in ([0] * 10, [0] * 12, [0] * 10 + [-1], [None] + [0] * 10):
        with pytest.raises(IntegrityError), transaction.atomic():
            JoyTally.objects.create(event=event, counts=wrong)


def _answered(event: Event, scores: list[int], asked: int = 0) -> None:
    JoyTally.objects.create(event=event, counts=[scores.count(one) for one in range(11)])
    for number in range(asked):
        make_registration(event, has_told_joy=number < len(scores))


def test_of_too_few_nobody_reads_anything_its_hosts_included(community: Community) -> None:
    event = over(community)
    _answered(event, [3, 4, 5, 6, 7, 8, 9, 10, 8, 7], asked=12)
    nobody = over(community)
    host = Client()
    host.force_login(make_host(community))
    with after_it_closed(nobody):
        for client in (Client(), host):
            told = page(event, client)
            assert FEW in told
            assert "Answered" not in told
        # That nobody answered reads as that few did.
        assert FEW in page(nobody)


def _of_joy(told: str) -> str:
    return told[told.index("How it felt") :].partition("</section>")[0]


def test_nothing_is_told_while_others_may_still_answer(community: Community) -> None:
    event = over(community)
    _answered(event, [6, 7, 8, 9] * 10, asked=41)
    host = Client()
    host.force_login(make_host(community))
    with clock.at(event.ends_at + timedelta(days=13)):
        for client in (Client(), host):
            assert "How it felt" not in page(event, client)
    with after_it_closed(event):
        told = page(event)
        assert "40 people, at least 70% of those who were asked" in told
        assert "7.5" in told
        assert "Said 8 to 10" in told
        assert _of_joy(page(event, host)) == _of_joy(told)


def test_of_a_circle_five_are_enough_for_the_mean_alone() -> None:
    circle = community_factory(kind=Kind.CIRCLE, is_political=True)
    event, quiet = over(circle), over(circle)
    _answered(event, [5, 6, 7, 8, 9], asked=6)
    _answered(quiet, [5, 6, 7, 8])
    with after_it_closed(quiet):
        told = page(event)
        assert "5 people" in told
        assert "On average, from 0 to 10" in told
        for more in ("Said 8 to 10", "confidence", "of those who were asked"):
            assert more not in told
        assert FEW in page(quiet)


def test_what_is_hidden_tells_nothing(community: Community) -> None:
    event = over(community, hidden_at=now())
    _answered(event, [6, 7, 8, 9] * 10)
    host = Client()
    host.force_login(make_host(community))
    with after_it_closed(event):
        assert "How it felt" not in page(event, host)


def test_who_answered_is_forgotten_and_the_tally_stays(community: Community) -> None:
    event = over(community)
    mine = make_registration(event)
    tell(mine)
    with clock.at(event.ends_at + timedelta(days=91)):
        actions.forget_guests()
    mine.refresh_from_db()
    assert not mine.has_told_joy
    assert sum(counts(event)) == 1


def test_the_question_is_a_form_that_needs_no_javascript(community: Community) -> None:
    event = over(community)
    mine = make_registration(event)
    assert mine.member is not None
    client = Client()
    client.force_login(mine.member)
    told = page(event, client)
    form = told[told.index('id="joy"') :]
    assert "<legend" in form
    assert "How much joy did you feel at this gathering?" in form
    assert form.count('type="radio"') == 11
    assert "cannot be found again" in form
    assert "of 11 people at least" in form
    address = reverse("event_joy", args=[event.public_id])
    assert f'action="{address}"' in form
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"joy": "12"}).status_code == 422
    assert client.post(address, {"joy": "7"}).status_code == 302
    assert 'type="radio"' not in page(event, client)
    assert "You have answered." in page(event, client)
    assert client.post(address, {"joy": "7"}).status_code == 403
    assert client.get(address).status_code == 403
    assert counts(event)[7] == 1


def test_the_secret_page_asks_and_tells_the_same(community: Community) -> None:
    event = over(community)
    guest = make_registration(event, name="Ada", email="ada@example.org")
    own, address = (
        reverse(name, args=[guest.token]) for name in ("registration", "registration_joy")
    )
    client = Client()
    assert client.get(own).content.decode().count('type="radio" name="joy"') == 11
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"joy": "6"}).status_code == 302
    assert "You have answered." in client.get(own).content.decode()
    assert client.post(address, {"joy": "6"}).status_code == 403
    assert counts(event)[6] == 1
    with after_it_closed(event):
        assert FEW in client.get(own).content.decode()


def test_today_asks_until_one_has_answered(community: Community) -> None:
    event = over(community, title="The budget")
    mine = make_registration(event)
    make_registration(make_event(community, starts_at=now() + timedelta(days=90)), mine.member)
    assert mine.member is not None

    def acts() -> list[str]:
        reader = fresh_reader(mine.member)  # type: ignore[arg-type]  # they have an account
        found = gatherings_ask(reader, [mine.member_id or 0])
        return [one.title for one in found[mine.member_id or 0]]

    assert acts() == ["How was it? “The budget”"]
    with after_it_closed(event):
        assert acts() == []
    tell(mine)
    assert acts() == []


def test_today_is_never_too_full_of_what_is_to_come_to_ask(
    community: Community, client: Client
) -> None:
    """Of three acts one asks how it was, one whether one comes, and one is left to others."""
    mine = make_registration(over(community, title="The budget"))
    make_registration(over(community, title="The walk"), mine.member)
    for number in range(4):
        make_event(community, title=f"Evening {number}")
    assert mine.member
    client.force_login(mine.member)
    acts = gatherings_ask(fresh_reader(mine.member), [mine.member.pk])[mine.member.pk]
    asked = [one.title for one in acts]
    assert asked == ["How was it? “The walk”", "Do you come? “Evening 0”"]
    assert all(one in client.get(reverse("today")).text for one in asked)
    tell(Registration.objects.get(event__title="The walk"))
    acts = gatherings_ask(fresh_reader(mine.member), [mine.member.pk])[mine.member.pk]
    assert acts[0].title == "How was it? “The budget”"


@pytest.mark.parametrize("number", [1, 3])
def test_its_cost_does_not_grow_with_those_who_came(community: Community, number: int) -> None:
    event = over(community)
    mine = make_registration(event)
    for _ in range(number):
        make_registration(event)
        make_registration(over(community), mine.member)
    client = Client()
    client.force_login(mine.member)  # type: ignore[arg-type]  # they have an account
    page(event, client)
    with CaptureQueriesContext(connection) as asking:
        page(event, client)
    with CaptureQueriesContext(connection) as today:
        joy_asked(fresh_reader(mine.member))  # type: ignore[arg-type]  # they have an account
    _answered(event, [4, 8] * 20)
    with after_it_closed(event):
        page(event, client)
        with CaptureQueriesContext(connection) as telling:
            page(event, client)
    assert (len(asking), len(telling)) == (18, 19)
    assert len(today) == 1
