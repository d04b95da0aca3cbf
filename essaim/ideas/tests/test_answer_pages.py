from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Role
from essaim.foundation.clock import at, now
from essaim.ideas.models import Answer, Debate, Decision, DeliveryNote, Idea
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

Signed = Callable[[Member], Client]


@pytest.fixture
def signed() -> Signed:
    def sign_in(member: Member) -> Client:
        client = Client()
        client.force_login(member)
        return client

    return sign_in


def page_of(thing: Debate | Idea) -> str:
    if isinstance(thing, Idea):
        return reverse("idea", args=[thing.public_id])
    return reverse("debate", args=[thing.community.slug, thing.public_id])


def shown(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def test_a_closed_debate_shows_who_owes_what_and_what_is_late(client: Client) -> None:
    debate = make.make_closed(answer_delay_days=10)
    idea = Idea.objects.get()
    assert "answer due by" in shown(client, page_of(debate))
    assert "due by" in shown(client, page_of(idea))
    with at(now() + timedelta(days=30)):
        assert "answer late" in shown(client, page_of(debate))
        page = shown(client, page_of(idea))
    assert "Answer late" in page
    assert make.TITLE in page
    assert "The debate is closed: 2 supports." in page


def test_the_desk_of_whoever_answers(client: Client, signed: Signed) -> None:
    debate = make.make_closed()
    decider = make.make_decider(debate.community)
    desk = reverse("answers", args=[debate.community.slug])
    assert Idea.objects.get().title in shown(signed(decider), desk)
    shown(signed(make.make_person(debate.community)), desk, status=404)
    assert client.get(desk).status_code == 302


def test_an_empty_desk_stays_for_whoever_may_have_to_answer(signed: Signed) -> None:
    debate = make.make_closed()
    desk = reverse("answers", args=[debate.community.slug])
    host = make.make_host(debate.community)
    assert "Nothing waits for you here." in shown(signed(host), desk)
    outsider = make.make_decider(make.make_community())
    shown(signed(outsider), desk, status=404)


def answer_values(**values: Any) -> dict[str, Any]:
    given = {
        "decision": Decision.ADOPTED,
        "reasons": "Yes, as a trial.",
        "promise": "A bus from March.",
        "due_on": (now() + timedelta(days=60)).strftime("%Y-%m-%d"),
        "owner_role": Role.ELECTED,
        "owner_title": make.TITLE,
    }
    return given | values


def test_the_decider_adopts_with_a_promise_and_the_page_follows(
    client: Client, signed: Signed
) -> None:
    debate = make.make_closed()
    idea = Idea.objects.get()
    decider = signed(make.make_decider(debate.community))
    address = reverse("idea_answer", args=[idea.public_id])
    assert make.TITLE in shown(decider, address)
    response = decider.post(address, answer_values())
    assert response["Location"] == page_of(idea)
    page = shown(client, page_of(idea))
    for words in ("Adopted", "Yes, as a trial.", "A bus from March.", "on time", "Dora"):
        assert words in page
    decider.post(reverse("idea_deliver", args=[idea.public_id]), {"text": "It left on Sunday."})
    page = shown(client, page_of(idea))
    assert "It left on Sunday." in page
    assert DeliveryNote.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"decision": ""}, "Choose a decision."),
        ({"reasons": ""}, "Give your reasons."),
        ({"promise": ""}, "Say what will be done."),
        ({"due_on": "never"}, "Write a day such as"),
        ({"due_on": "2001-01-01"}, "This day has passed"),
        ({"owner_title": ""}, "Write the public title"),
        ({"decision": "not_adopted"}, "Only an adopted idea carries a promise."),
    ],
)
def test_a_wrong_answer_comes_back_with_a_sentence(
    signed: Signed, values: dict[str, str], sentence: str
) -> None:
    debate = make.make_closed()
    decider = signed(make.make_decider(debate.community))
    address = reverse("idea_answer", args=[Idea.objects.get().public_id])
    response = decider.post(address, answer_values(**values))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Answer.objects.exists()


def test_the_grouped_answer_is_written_once_for_all(client: Client, signed: Signed) -> None:
    debate = make.make_debate()
    idea = make.propose(debate)
    debate = make.close(debate)
    decider = signed(make.make_decider(debate.community))
    address = reverse("debate_answer_group", args=[debate.community.slug, debate.public_id])
    assert idea.title in shown(decider, address)
    assert decider.post(address, {"decision": "not_adopted"}).status_code == 422
    decider.post(address, {"decision": "not_adopted", "reasons": "Too few of us."})
    assert "Too few of us." in shown(client, page_of(idea))
    assert "Too few of us." in shown(client, page_of(debate))
