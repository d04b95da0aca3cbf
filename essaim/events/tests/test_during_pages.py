"""Pages of a gathering under way: what hosts do there, what walls show, what nobody else reads."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.communities.models import Community, Kind
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import Event, LineKind, State
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.events.tests.rooms import gathered, make_item, make_line, make_round, phone, signed_in
from essaim.foundation.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return community_factory()


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def at(event: Event, rest: str) -> str:
    return f"/events/{event.public_id}/{rest}"


def test_a_host_leads_a_whole_gathering_without_javascript(community: Community) -> None:
    host = signed_in(make_host(community))
    event = gathered(community, language="fr")
    host.post(at(event, "agenda/begin/"))
    assert event.agenda.count() == 6
    asked = {"question_1": "Pourquoi ?", "question_3": "Vos questions ?", "agenda": "3"}
    assert host.post(at(event, "round/questions/"), asked).status_code == 302
    assert list(event.round.questions.values_list("text", "is_agenda")) == [
        ("Pourquoi ?", False),
        ("Vos questions ?", True),
    ]
    host.post(at(event, "round/state/"), {"act": "open"})
    opened = event.round
    opened.refresh_from_db()
    phone(opened).post(f"/rounds/{opened.code}/", {"question_2": "Qui décide ?\nQui paie ?"})
    host.post(at(event, "round/paper/"), {"question": "1", "text": "le bus"})
    lines = [line.public_id for line in opened.lines.for_agenda()]
    host.post(at(event, "round/take/"), {"lines": lines, "as": "each"})
    item = event.agenda.get(title="Qui paie ?")
    for rest, given in (
        ("move/", {"way": "up"}),
        ("time/", {"act": "start"}),
        ("positions/", {"act": "ask"}),
        ("positions/", {"act": "count"}),
        ("time/", {"act": "end"}),
        ("outcome/", {"outcome": "unanswered"}),
    ):
        answer = host.post(at(event, f"agenda/{item.public_id}/{rest}"), given)
        assert answer.status_code == 302, rest
    host.post(at(event, "round/turns/"), {"pseudonym": "Zoé"})
    turn = opened.turns.get()
    for act in ("start", "end"):
        host.post(at(event, f"round/turns/{turn.public_id}/"), {"act": act})
    host.post(at(event, "round/state/"), {"act": "end"})
    host.post(at(event, "round/state/"), {"act": "close"})
    Event.objects.filter(pk=event.pk).update(state=State.HELD)
    page = text(Client(), at(event, "agenda/"))
    left = page[page.index("unanswered") :]
    assert "Qui paie ?" in left.replace("\u202f", " ")
    assert "Zoé" not in page


def test_what_is_wrong_is_said_beside_the_field(community: Community) -> None:
    host = signed_in(make_host(community))
    event = gathered(community)
    make_line(make_round(event), "Who pays?", 2)
    other = make_item(event)
    for rest, given, words in (
        ("agenda/lead/", {"title": "", "minutes": "5", "kind": "topic"}, "in one line"),
        ("round/paper/", {"question": "1", "text": "me@example.org"}, "the whole room"),
        ("round/take/", {"as": "each"}, "at least one question"),
        ("round/turns/", {"pseudonym": "x" * 50}, "at most 40"),
        (f"agenda/{other.public_id}/", {"title": "x", "minutes": "0", "kind": "topic"}, "1"),
    ):
        answer = host.post(at(event, rest), given)
        assert answer.status_code == 422, rest
        assert words in answer.content.decode(), rest


def test_members_who_hold_nothing_read_the_agenda_and_nothing_that_was_said(
    community: Community,
) -> None:
    event = gathered(community)
    opened = make_round(event)
    line = make_line(opened, "a word said in the room")
    item = make_item(event)
    member = make_registration(event).member
    assert member
    client = signed_in(member)
    assert "The bus" in text(client, at(event, "agenda/"))
    for rest in ("round/", "round/screen/", "round/questions/", "agenda/lead/"):
        page = text(client, at(event, rest), 403)
        assert "ask" in page
        assert line.text not in page
        assert str(opened.code) not in page
    for rest, given in (
        ("round/state/", {"act": "open"}),
        (f"round/lines/{line.public_id}/hide/", {}),
        (f"agenda/{item.public_id}/time/", {"act": "start"}),
        ("agenda/begin/", {}),
    ):
        assert client.post(at(event, rest), given).status_code == 403, rest


def test_outsiders_learn_nothing_of_what_was_said(community: Community) -> None:
    event = gathered(community)
    opened = make_round(event)
    make_line(opened, "a word said in the room")
    make_line(opened, "a critique", kind=LineKind.CRITIQUE)
    make_item(event)
    stranger = signed_in(member_of(community_factory()))
    for client in (Client(), stranger):
        page = text(client, at(event, "agenda/"))
        assert "word said" not in page
        assert "critique" not in page
        assert str(opened.code) not in page
    for rest in ("round/", "round/screen/", "agenda/lead/"):
        assert Client().get(at(event, rest)).status_code == 302
    secret = gathered(community, openness="invited")
    make_round(secret)
    for rest in ("agenda/", "round/", "round/screen/", "agenda/lead/"):
        assert stranger.get(at(secret, rest)).status_code == 404
    assert Client().get(at(secret, "agenda/")).status_code == 404


def test_things_of_one_gathering_are_not_changed_at_the_address_of_another(
    community: Community,
) -> None:
    host, event, other = make_host(community), gathered(community), gathered(community)
    opened, there = make_round(event), make_round(other)
    line, item = make_line(there, "the bus"), make_item(other)
    turn = actions.add_turn(member=host, event=other, pseudonym="Zoé")
    client = signed_in(host)
    for rest in (
        f"round/lines/{line.public_id}/hide/",
        f"round/turns/{turn.public_id}/",
        f"agenda/{item.public_id}/remove/",
        f"agenda/{item.public_id}/time/",
    ):
        assert client.post(at(event, rest), {"act": "start"}).status_code == 404
    assert client.post(at(event, "round/state/"), {"act": "nonsense"}).status_code == 404
    assert opened.lines.count() == 0


def test_the_wall_shows_words_and_how_to_join_and_nothing_hidden(community: Community) -> None:
    event = gathered(community)
    opened = make_round(event, code="k7mpq3xz")
    for number in range(23):
        make_line(opened, "les voisins" if number % 2 else f"word{number}", device=f"{number}")
    make_line(opened, "an insult", hidden_at=now(), device="x")
    make_line(opened, "a critique", kind=LineKind.CRITIQUE)
    actions.ask_turn(opened=opened, device="a" * 64, pseudonym="Somebody")
    host = make_host(community, name="Rosalie Hautpoul")
    page = text(signed_in(host), at(event, "round/screen/"))
    assert "23 answers" in page
    assert "les voisins" in page
    assert "k7mp q3xz" in page
    assert "testserver/rounds" in page
    assert '<svg class="qr-code"' in re.sub(r"\s+", " ", page)
    for absent in ("an insult", "a critique", "Somebody", "Rosalie"):
        assert absent not in page
    assert "every 4s" in page
    assert "style=" not in page


def test_the_wall_asks_again_for_one_block_and_shows_one_question(community: Community) -> None:
    event = gathered(community)
    opened = make_round(event)
    make_line(opened, "the bus", 1)
    make_line(opened, "Who pays?", 2)
    host = signed_in(make_host(community))
    part = host.get(at(event, "round/screen/"), headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith("<div")
    assert "<html" not in part
    assert "the bus" in part
    assert "qr-code" not in part
    alone = text(host, at(event, "round/screen/?question=2"))
    assert "Who pays" in alone
    assert "the bus" not in alone
    for nonsense in ("9", "x", "²", "-1", "22"):
        assert "the bus" in text(host, at(event, f"round/screen/?question={nonsense}"))


@pytest.mark.parametrize("rest", ["agenda/", "agenda/lead/", "round/", "round/screen/"])
def test_pages_cost_the_same_however_much_was_said(community: Community, rest: str) -> None:
    host = signed_in(make_host(community))
    costs = []
    for number in (1, 8):
        event = gathered(community)
        opened = make_round(event)
        for one in range(number):
            make_line(opened, f"word{one}", device=f"{one}")
            make_line(opened, f"question{one}?", 2, device=f"{one}")
            make_item(event, kind="question", counted_at=now(), asked_at=now())
            actions.ask_turn(opened=opened, device=f"{one}", pseudonym=f"Name {one}")
        host.get(at(event, rest))
        with CaptureQueriesContext(connection) as queries:
            text(host, at(event, rest))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_page_of_a_phone_costs_the_same_however_much_was_said(community: Community) -> None:
    costs = []
    for number in (1, 8):
        event = gathered(community)
        opened = make_round(event)
        client = phone(opened)
        for one in range(number):
            make_line(opened, f"critique{one}", kind=LineKind.CRITIQUE, device=f"{one}")
            make_item(event, asked_at=now())
            actions.ask_turn(opened=opened, device=f"{one}", pseudonym=f"Name {one}")
        with CaptureQueriesContext(connection) as queries:
            text(client, f"/rounds/{opened.code}/")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12


def test_an_agenda_that_is_empty_says_what_comes(community: Community) -> None:
    host = make_host(community)
    event = make_event(community, state=State.DRAFT)
    assert "Make its agenda" in text(signed_in(host), at(event, ""))
    empty = text(signed_in(host), at(event, "agenda/"))
    assert "There is no agenda yet." in empty
    assert at(event, "agenda/begin/") in empty
    told = make_event(community, state=State.PUBLISHED)
    assert at(told, "agenda/begin/") not in text(Client(), at(told, "agenda/"))
    page = text(signed_in(host), at(event, "agenda/lead/"))
    assert "Begin from the template" in page
    assert Client().get(at(event, "agenda/")).status_code == 404
    assert "two hours before" in text(signed_in(host), at(make_event(community), "round/"))


def test_who_leads_goes_on_in_circles_where_the_community_can_be_divided() -> None:
    movement, circle = community_factory(kind=Kind.MOVEMENT), community_factory(kind=Kind.CIRCLE)
    words = "Work in circles of 8"
    host = signed_in(make_host(movement))
    page = text(host, at(gathered(movement), "agenda/lead/"))
    address = f"/communities/{movement.slug}/circles/divide/"
    assert re.search(rf'href="{address}"[^>]*>\s*{words}', page)
    assert host.get(address).status_code == 200
    assert words not in text(signed_in(make_host(circle)), at(gathered(circle), "agenda/lead/"))
