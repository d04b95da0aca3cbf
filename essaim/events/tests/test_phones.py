"""What phones do and see, without an account: no JavaScript, one cookie, no names."""

import re

import pytest
from django.test import Client

from essaim.communities.models import Community
from essaim.communities.tests.factories import community_factory
from essaim.events import actions
from essaim.events.models import Event, LineKind, Round, RoundLine, State, Tap
from essaim.events.tests.factories import make_host
from essaim.events.tests.rooms import gathered, make_item, make_line, make_round, phone
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return community_factory()


def to(opened: Round, rest: str = "") -> str:
    return f"/rounds/{opened.code}/{rest}"


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_phone_answers_reads_what_it_wrote_and_takes_it_back(community: Community) -> None:
    opened = make_round(gathered(community))
    mine, other = phone(opened), phone(opened)
    answer = mine.post(to(opened), {"question_1": "neighbours\nthe bus", "question_2": ""})
    assert (answer.status_code, answer["Location"]) == (302, to(opened, "#answers"))
    assert "neighbours" in text(mine, to(opened))
    assert "neighbours" not in text(other, to(opened))
    line = RoundLine.objects.get(text="neighbours")
    assert other.post(to(opened, f"lines/{line.public_id}/back/")).status_code == 404
    assert mine.post(to(opened, f"lines/{line.public_id}/back/")).status_code == 302
    assert list(opened.lines.values_list("text", flat=True)) == ["the bus"]


def test_one_cookie_for_these_addresses_alone_and_none_without_a_form(
    community: Community,
) -> None:
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    client = Client()
    client.get(to(opened))
    cookie = client.cookies["phone"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/rounds/", True, "Lax")
    assert cookie["max-age"] == 86_400
    assert set(client.cookies) == {"phone", "csrftoken"}
    client.get(to(opened))
    assert client.cookies["phone"].value == cookie.value
    actions.close_round(member=host, event=event)
    plain = Client()
    assert "This is closed" in text(plain, to(opened))
    assert "Take part" in text(plain, "/rounds/")
    assert not plain.cookies


def test_without_its_cookie_or_with_a_forged_one_nothing_is_written(community: Community) -> None:
    opened = make_round(gathered(community))
    for client in (Client(), Client()):
        answer = client.post(to(opened), {"question_1": "the bus"})
        assert answer.status_code == 422
        assert "send it once more" in answer.content.decode()
    forged = Client()
    forged.cookies["phone"] = "somebody:else:1"
    assert forged.post(to(opened), {"question_1": "the bus"}).status_code == 422
    assert not RoundLine.objects.exists()


def test_phones_at_two_gatherings_are_not_the_same_phone(community: Community) -> None:
    one, two = make_round(gathered(community)), make_round(gathered(community))
    client = phone(one)
    client.post(to(one), {"question_1": "the bus"})
    client.post(to(two), {"question_1": "the bus"})
    devices = set(RoundLine.objects.values_list("device", flat=True))
    assert len(devices) == 2
    assert client.cookies["phone"].value not in devices


def test_the_code_is_typed_with_spaces_and_capitals_and_a_wrong_one_says_so(
    community: Community,
) -> None:
    opened = make_round(gathered(community), code="k7mpq3xz")
    answer = Client().get("/rounds/", {"code": " K7MP-q3xz "})
    assert answer["Location"] == to(opened)
    for wrong in ("k7mpq3xy", "", "x" * 60, "%_", "'--"):
        answer = Client().get("/rounds/", {"code": wrong})
        assert answer.status_code == 422
    assert "look at the wall again" in text(Client(), "/rounds/?code=k7mpq3xy", 422)


def test_codes_of_what_is_not_open_or_not_told_lead_nowhere(community: Community) -> None:
    never = make_round(gathered(community), opened_at=None)
    draft = make_round(gathered(community, state=State.DRAFT))
    hidden = make_round(gathered(community, hidden_at=now()))
    switched_off = community_factory(switched_off=["events"])
    nowhere = make_round(gathered(switched_off))
    for opened in (never, draft, hidden, nowhere):
        assert Client().get(to(opened)).status_code == 404
        assert Client().post(to(opened), {"question_1": "x"}).status_code == 404
        assert Client().get("/rounds/", {"code": str(opened.code)}).status_code == 422
    assert Client().get("/rounds/k7mpq3xz/").status_code == 404


def test_a_closed_round_refuses_in_a_sentence_and_lets_one_take_back(
    community: Community,
) -> None:
    host, event = make_host(community), gathered(community, title="A secret evening")
    opened = make_round(event)
    client = phone(opened)
    client.post(to(opened), {"question_1": "the bus"})
    actions.close_round(member=host, event=event)
    answer = client.post(to(opened), {"question_1": "late"})
    assert answer.status_code == 403
    assert "say it aloud" in answer.content.decode()
    page = text(client, to(opened))
    assert "the bus" in page
    assert "A secret evening" not in page
    line = opened.lines.get()
    assert client.post(to(opened, f"lines/{line.public_id}/back/")).status_code == 302
    assert not opened.lines.exists()


def test_questions_and_what_does_not_go_well_are_said_without_a_name(
    community: Community,
) -> None:
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    mine, other = phone(opened), phone(opened)
    said = {"text": "Nobody listens at the back", "kind": "critique"}
    assert mine.post(to(opened, "say/"), said).status_code == 302
    asked = {"text": "Who pays?", "kind": "question"}
    assert mine.post(to(opened, "say/"), asked).status_code == 302
    assert mine.post(to(opened, "say/"), {"text": "x", "kind": "answer"}).status_code == 422
    page = text(other, to(opened))
    assert "Nobody listens at the back" in page
    assert "Who pays?" not in page
    actions.hide_line(member=host, line=RoundLine.objects.get(kind=LineKind.CRITIQUE))
    page = text(other, to(opened))
    assert "Nobody listens" not in page
    assert "1 line was hidden by those who hold the gathering." in page


def test_a_position_is_one_tap_and_no_tally_is_shown_before_it_is_counted(
    community: Community,
) -> None:
    host, event = make_host(community), gathered(community)
    opened, item = make_round(event), make_item(event, "Free buses")
    clients = [phone(opened) for _ in range(6)]
    tap = to(opened, f"items/{item.public_id}/")
    assert clients[0].post(tap, {"position": "for"}).status_code == 404
    actions.ask_positions(member=host, item=item)
    for client in clients:
        assert client.post(tap, {"position": "against"}).status_code == 302
        assert client.post(tap, {"position": "for"}).status_code == 302
    assert clients[0].post(tap, {"position": "maybe"}).status_code == 422
    assert Tap.objects.count() == 6
    for address in (to(opened), f"/events/{event.public_id}/agenda/"):
        assert "6 for" not in text(clients[0], address)
    assert not FactRow.objects.filter(kind="events.PositionsCounted").exists()
    actions.count_positions(member=host, item=item)
    told = "6 for, 0 against, 0 another way"
    assert told in text(clients[0], to(opened))
    assert told in text(Client(), f"/events/{event.public_id}/agenda/")


def test_a_phone_asks_to_speak_knows_its_place_and_leaves(community: Community) -> None:
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    first, second = phone(opened), phone(opened)
    first.post(to(opened, "turn/"), {"pseudonym": "Ali"})
    second.post(to(opened, "turn/"), {"pseudonym": "Bea"})
    assert "You are next." in text(first, to(opened))
    page = text(second, to(opened))
    assert "1 person speaks before you." in page
    assert "Ali" not in page
    actions.start_turn(member=host, turn=opened.turns.get(pseudonym="Ali"))
    assert "It is your turn" in text(first, to(opened))
    second.post(to(opened, "turn/leave/"))
    assert opened.turns.filter(started_at=None).count() == 0


def test_a_phone_that_never_stops_is_asked_to_wait(community: Community) -> None:
    opened = make_round(gathered(community))
    client = phone(opened)
    answers = [
        client.post(to(opened, "say/"), {"text": "", "kind": "question"}).status_code
        for _ in range(41)
    ]
    assert answers[:40] == [422] * 40
    assert answers[40] == 429
    assert phone(opened).post(to(opened), {"question_1": "the bus"}).status_code == 302


def test_what_is_typed_is_shown_as_text_and_never_as_markup(community: Community) -> None:
    opened = make_round(gathered(community))
    client = phone(opened)
    client.post(to(opened), {"question_1": "<script>alert(1)</script>"})
    page = text(client, to(opened))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_same_sheet_sent_twice_is_one(community: Community) -> None:
    opened = make_round(gathered(community))
    client = phone(opened)
    sheet = {"question_1": "the bus", "idempotency_key": "once"}
    assert [client.post(to(opened), sheet).status_code for _ in range(2)] == [302, 302]
    assert opened.lines.count() == 1
    assert make_line(opened, "the bus").pk


def test_a_phone_is_told_by_itself_when_it_is_asked_and_only_then(community: Community) -> None:
    host, event = make_host(community), gathered(community)
    opened, item = make_round(event), make_item(event, "Free buses")
    client = phone(opened)

    def again(seen: str) -> tuple[int, str]:
        answer = client.get(to(opened), {"seen": seen}, headers={"HX-Request": "true"})
        return answer.status_code, answer.content.decode()

    (seen,) = re.findall(r"\?seen=(\w+)", text(client, to(opened)))
    assert again(seen) == (204, "")
    actions.ask_positions(member=host, item=item)
    status, part = again(seen)
    assert status == 200
    assert "Free buses" in part
    assert "<html" not in part
    assert "textarea" not in part
    (seen,) = re.findall(r"\?seen=(\w+)", part)
    assert again(seen) == (204, "")
    actions.close_round(member=host, event=event)
    status, part = again(seen)
    assert "This is closed" in part
    assert "hx-get" not in part


def test_what_is_cancelled_or_of_a_closed_community_takes_nothing(community: Community) -> None:
    for event in (gathered(community), gathered()):
        opened = make_round(event)
        client = phone(opened)
        if event.community == community:
            Event.objects.filter(pk=event.pk).update(state=State.CANCELLED, reason="Rain.")
        else:
            Community.objects.filter(pk=event.community_id).update(closed_at=now())
        answer = client.post(to(opened), {"question_1": "the bus"})
        assert answer.status_code == 403
        assert "Nothing is open here now." in answer.content.decode()
    assert not RoundLine.objects.exists()
