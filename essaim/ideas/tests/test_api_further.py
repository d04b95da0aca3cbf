"""What goes further by a program: sent upward, contested, looked at again, rewritten."""

from typing import Any

import pytest
from django.test import Client

from essaim.communities.models import Role
from essaim.discussions.actions import leave_current, name_current, write_post
from essaim.ideas.actions import edit_idea, hide_appeal
from essaim.ideas.models import Appeal, Idea
from essaim.ideas.tests import factories as make
from essaim.ideas.tests.test_appeals import refused_idea
from essaim.ideas.tests.test_upward import Levels
from essaim.members.actions import make_token
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


def program(member: Member) -> Client:
    _token, text = make_token(member=member, name="Try", scopes=["read", "ideas:write"], days=1)
    return Client(headers={"authorization": f"Bearer {text}", "accept-language": "en"})


def send(client: Client, address: str, body: dict[str, Any], key: str = "") -> Any:
    headers = {"idempotency-key": key} if key else {}
    return client.post(f"/api/v1/{address}", body, content_type="application/json", headers=headers)


def sending(levels: Levels) -> tuple[str, dict[str, Any]]:
    return f"debates/{levels.debate.public_id}/syntheses", {
        "target": levels.target.public_id,
        "ideas": [levels.idea.public_id],
        "synthesis": "We need it.",
    }


def test_a_program_sends_a_closed_debate_upward_once() -> None:
    levels = Levels()
    client, (address, sent) = program(levels.host), sending(levels)
    first, again = (send(client, address, sent, "one") for _ in range(2))
    assert first.status_code == 201, first.content
    assert first.content == again.content
    carried = Idea.objects.get(debate=levels.target)
    assert carried.carried_from_id == levels.idea.pk
    told = first.json()
    assert told["target"] == levels.target.public_id
    assert (told["ideas"], told["synthesis"]) == ([carried.public_id], "We need it.")
    assert send(client, address, sent).status_code == 403


def test_what_cannot_be_sent_is_named_by_field() -> None:
    levels = Levels()
    address, sent = sending(levels)
    for field, value in (("target", "nowhere"), ("ideas", ["nothing"]), ("synthesis", " ")):
        answer = send(program(levels.host), address, {**sent, field: value})
        assert (answer.status_code, [*answer.json()["errors"]]) == (422, [field])
    assert not Idea.objects.filter(debate=levels.target).exists()


def test_an_appeal_is_made_read_and_decided_by_someone_else() -> None:
    idea, decider = refused_idea()
    appellant, host = idea.author, make.make_host(idea.debate.community)
    assert appellant
    address = f"ideas/{idea.public_id}/appeal"
    assert Client().get(f"/api/v1/{address}").status_code == 404
    made = send(program(appellant), address, {"reasons": "The cost was not asked."})
    assert made.status_code == 201
    assert made.json()["is_mine"]
    told = Client().get(f"/api/v1/{address}").json()
    assert told["reasons"] == "The cost was not asked."
    assert (told["is_by_author"], told["is_mine"]) == (True, False)
    assert (told["first_decision"], told["outcome"]) == ("not_adopted", None)
    changed = {
        "outcome": "changed",
        "decision": "in_part",
        "reasons": "We asked now.",
        "delivery": {
            "promise": "One line is tried.",
            "owner_role": Role.HOST,
            "owner_title": "host",
            "due_on": "2099-01-01",
        },
    }
    assert send(program(decider), f"{address}/decision", changed).status_code == 403
    incomplete = {**changed, "delivery": None}
    assert send(program(host), f"{address}/decision", incomplete).status_code == 422
    decided = send(program(host), f"{address}/decision", changed)
    assert decided.status_code == 200, decided.content
    assert (decided.json()["outcome"], decided.json()["first_decision"]) == (
        "changed",
        "not_adopted",
    )
    answer = Client().get(f"/api/v1/ideas/{idea.public_id}").json()["answer"]
    assert (answer["decision"], answer["reasons"]) == ("in_part", "We asked now.")
    assert send(program(host), f"{address}/decision", changed).status_code == 403


def test_an_answer_that_stands_keeps_its_decision() -> None:
    idea, _decider = refused_idea()
    assert idea.author
    address = f"ideas/{idea.public_id}/appeal"
    send(program(idea.author), address, {"reasons": "Look again."})
    host = make.make_host(idea.debate.community)
    upheld = {"outcome": "upheld", "reasons": "It is as was said."}
    assert send(program(host), f"{address}/decision", upheld).json()["outcome"] == "upheld"
    appeal = Appeal.objects.select_related("answer").get()
    assert appeal.answer.decision == "not_adopted"


def test_hidden_reasons_are_for_those_who_hold_a_role_and_withdrawn_ones_for_nobody() -> None:
    idea, _decider = refused_idea()
    author, host = idea.author, make.make_host(idea.debate.community)
    assert author
    address = f"ideas/{idea.public_id}/appeal"
    send(program(author), address, {"reasons": "Ask Bob."})
    hide_appeal(member=host, idea=idea, reason="It names a person.")
    told = Client().get(f"/api/v1/{address}").json()
    assert (told["state"], told["reasons"]) == ("hidden", "")
    assert program(host).get(f"/api/v1/{address}").json()["reasons"] == "Ask Bob."
    assert program(author).delete(f"/api/v1/{address}").status_code == 204
    told = program(host).get(f"/api/v1/{address}").json()
    assert (told["state"], told["reasons"]) == ("withdrawn", "")


def test_what_an_idea_said_before_is_read_newest_first() -> None:
    idea = make.propose(make.make_debate(), title="Buses", text="Every hour.")
    assert idea.author
    address = f"/api/v1/ideas/{idea.public_id}/versions"
    assert Client().get(address).json() == {"items": [], "next": None}
    for text in ("Every half hour.", "Every ten minutes."):
        edit_idea(member=idea.author, idea=idea, title="Buses", text=text)
    told = Client().get(address).json()["items"]
    assert [(one["number"], one["text"]) for one in told] == [
        (2, "Every half hour."),
        (1, "Every hour."),
    ]


def test_a_current_is_read_with_the_messages_that_still_carry_it() -> None:
    idea = make.propose(make.make_debate())
    host = make.make_host(idea.debate.community)
    people = [make.make_person(idea.debate.community) for _ in range(2)]
    posts = [write_post(member=one, thread=idea.thread, text="Slowly.") for one in people]
    current = name_current(
        member=host, thread=idea.thread, name="Slowly", summary="No haste.", posts=posts
    )
    address = f"/api/v1/threads/{idea.thread.public_id}/currents"
    (told,) = Client().get(address).json()["items"]
    assert (told["name"], told["summary"]) == ("Slowly", "No haste.")
    assert told["posts"] == [post.public_id for post in posts]
    leave_current(member=people[0], current=current)
    (told,) = Client().get(address).json()["items"]
    assert told["posts"] == [posts[1].public_id]
    leave_current(member=people[1], current=current)
    assert Client().get(address).json()["items"] == []
