"""A question that its asker takes back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from essaim.commitments.models import Commitment
from essaim.communities.models import Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.ideas import actions, rules, tasks
from essaim.ideas.models import Debate
from essaim.ideas.queries.debates import Stage, stage_of
from essaim.ideas.tests import factories as make
from essaim.members.models import Member
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


def asker(debate: Debate) -> Member:
    assert debate.asked_by
    return debate.asked_by


def test_an_open_debate_is_withdrawn_with_a_reason_and_what_was_said_stays() -> None:
    debate = make.make_debate()
    idea = make.propose(debate)
    make.support(idea)
    with pytest.raises(ValidationError), transaction.atomic():
        actions.withdraw_debate(member=asker(debate), debate=debate, reason=" ")
    debate = actions.withdraw_debate(
        member=asker(debate), debate=debate, reason="The line was saved."
    )
    assert stage_of(debate) == Stage.WITHDRAWN
    assert rules.may_see_debate(ANONYMOUS, debate)
    client = Client(headers={"accept-language": "en"})
    page = client.get(reverse("debate", args=[debate.community.slug, debate.public_id]))
    assert "The line was saved." in page.content.decode()
    assert idea.title in page.content.decode()
    assert client.get(reverse("idea", args=[idea.public_id])).status_code == 200


def test_nothing_more_is_taken_and_nothing_is_owed() -> None:
    debate = make.make_debate()
    idea = make.propose(debate)
    make.support(idea, 3)
    debate = actions.withdraw_debate(member=asker(debate), debate=debate, reason="Enough.")
    with pytest.raises(Refused, match="closed"):
        make.propose(debate)
    idea.refresh_from_db()
    with pytest.raises(Refused, match="closed"):
        make.support(idea)
    with at(now() + timedelta(days=60)):
        tasks.close_what_is_due()
    with pytest.raises(Refused):
        actions.close_debate(debate=debate)
    assert not Commitment.objects.exists()
    with pytest.raises(Refused, match="withdrawn"):
        actions.withdraw_debate(member=asker(debate), debate=debate, reason="Again.")


def test_whoever_took_part_is_told_why_once() -> None:
    debate = make.make_debate()
    idea = make.propose(debate)
    make.support(idea)
    deliver_pending()
    actions.withdraw_debate(member=asker(debate), debate=debate, reason="The line was saved.")
    deliver_pending()
    told = Notice.objects.filter(kind="ideas.debate_withdrawn")
    assert told.count() == 2
    assert idea.author
    client = Client(headers={"accept-language": "en"})
    client.force_login(idea.author)
    assert "The line was saved." in client.get(reverse("notices")).content.decode()


def test_a_draft_goes_with_its_words() -> None:
    community = make.make_community()
    host = make.make_host(community)
    draft = make.make_draft(community, host, introduction="Some words.")
    actions.withdraw_debate(member=host, debate=draft)
    draft.refresh_from_db()
    assert (draft.question, draft.introduction, draft.withdrawal_reason) == ("", "", "")
    reader = fresh_reader(host)
    assert not rules.may_see_debate(reader, draft)
    assert not rules.debates_visible_to(reader).filter(pk=draft.pk).exists()


def test_neither_a_member_nor_another_host_withdraws_it_and_an_administrator_may() -> None:
    debate = make.make_debate()
    for member in (make.make_person(debate.community), make.make_host(debate.community)):
        with pytest.raises(Refused, match="asked"):
            actions.withdraw_debate(member=member, debate=debate, reason="No.")
    administrator = make.entrust(make.make_member(), debate.community, Role.ADMINISTRATOR)
    actions.withdraw_debate(member=administrator, debate=debate, reason="Asked twice.")


def test_a_closed_debate_owes_its_answers() -> None:
    debate = make.make_closed()
    with pytest.raises(Refused, match="owed"):
        actions.withdraw_debate(member=asker(debate), debate=debate, reason="No.")
