"""The words of whoever contested: withdrawn by them at any time, hidden by a moderator."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from essaim.commitments.models import State
from essaim.communities.models import Role
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import today
from essaim.ideas import actions
from essaim.ideas.models import Appeal, Decision, Idea
from essaim.ideas.tests import factories as make
from essaim.ideas.tests.test_appeals import (
    REASONS,
    adopt_it,
    author_of,
    contested,
    decide,
    fresh,
    second_looks,
    told,
)
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

WHY = "It names a neighbour."


def browser(member: Member | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if member:
        client.force_login(member)
    return client


def page_for(member: Member | None, idea: Idea) -> str:
    answer = browser(member).get(reverse("idea", args=[idea.public_id]))
    return answer.content.decode()


def test_once_it_is_decided_the_words_are_withdrawn_and_the_decision_stays() -> None:
    idea, _decider, host = contested()
    adopt_it(idea, host)
    author = author_of(idea)
    address = reverse("idea_contest_withdraw", args=[idea.public_id])
    assert address in page_for(author, idea)
    assert browser(author).post(address).status_code == 302
    appeal = Appeal.objects.select_related("answer").get()
    assert (appeal.reasons, appeal.withdrawn_at) == ("", None)
    assert appeal.words_withdrawn_at
    assert (appeal.answer.decision, appeal.decision_reasons) == (
        Decision.ADOPTED,
        "They were right.",
    )
    assert second_looks()[0].state_on(today()) == State.KEPT
    page = page_for(None, idea)
    assert REASONS not in page
    for words in ("They were right.", "It costs too much.", "Withdrawn by its author."):
        assert words in page
    assert address not in page_for(author, idea)
    with pytest.raises(Refused):
        actions.withdraw_appeal(member=author, idea=fresh(idea))


def test_nobody_else_withdraws_the_words() -> None:
    idea, decider, host = contested()
    decide(idea, host)
    for other in (decider, host, make.make_person(idea.debate.community)):
        with pytest.raises(Refused):
            actions.withdraw_appeal(member=other, idea=fresh(idea))
    assert Appeal.objects.get().reasons == REASONS


def test_a_moderator_hides_the_words_and_the_second_look_is_taken_all_the_same() -> None:
    idea, decider, host = contested()
    moderator = make.entrust(
        make.make_person(idea.debate.community), idea.debate.community, Role.MODERATOR
    )
    address = reverse("idea_contest_hide", args=[idea.public_id])
    assert address in page_for(moderator, idea)
    assert address not in page_for(decider, idea)
    assert browser(moderator).get(address).status_code == 200
    assert browser(moderator).post(address, {"reason": " "}).status_code == 422
    assert browser(moderator).post(address, {"reason": WHY}).status_code == 302
    for reader in (None, make.make_person(idea.debate.community)):
        page = page_for(reader, idea)
        assert REASONS not in page
        assert WHY not in page
        assert "These reasons were hidden by a moderator." in page
    for reader in (host, moderator, author_of(idea)):
        page = page_for(reader, idea)
        assert REASONS in page
        assert WHY in page
    assert browser(moderator).post(address, {"reason": WHY}).status_code == 403
    deliver_pending()
    assert told("communities.decision") == [author_of(idea).pk]
    assert WHY in browser(author_of(idea)).get(reverse("notices")).content.decode()
    assert decide(fresh(idea), host).decided_at


def test_the_api_tells_hidden_words_to_nobody_else() -> None:
    idea, _decider, host = contested()
    actions.hide_appeal(member=host, idea=idea, reason=WHY)
    answer = Client().get(f"/api/v1/ideas/{idea.public_id}/appeal")
    assert answer.status_code == 200
    assert REASONS not in answer.content.decode()


def test_whoever_answered_first_does_not_hide_what_is_said_against_it() -> None:
    idea, decider, host = contested()
    make.entrust(decider, idea.debate.community, Role.HOST)
    with pytest.raises(Refused, match="your own answer"):
        actions.hide_appeal(member=decider, idea=idea, reason=WHY)
    for stranger in (make.make_member(), author_of(idea)):
        with pytest.raises(Refused):
            actions.hide_appeal(member=stranger, idea=idea, reason=WHY)
    with pytest.raises(ValidationError) as caught:
        actions.hide_appeal(member=host, idea=idea, reason="x" * 601)
    assert list(caught.value.message_dict) == ["reason"]


def test_hidden_words_are_withdrawn_by_their_author_too() -> None:
    idea, _decider, host = contested()
    decide(idea, host)
    actions.hide_appeal(member=host, idea=fresh(idea), reason=WHY)
    actions.withdraw_appeal(member=author_of(idea), idea=fresh(idea))
    assert REASONS not in page_for(host, idea)
    with pytest.raises(Refused):
        actions.hide_appeal(member=host, idea=fresh(idea), reason=WHY)
