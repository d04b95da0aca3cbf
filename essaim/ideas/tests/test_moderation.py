"""Ideas before the moderators: reported, hidden for good or until a decision, put back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from essaim.commitments.models import CommitmentKind
from essaim.communities.actions import answer_appeal, appeal_decision
from essaim.communities.models import Audience, Decision, Membership
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.discussions.actions import put_back, report_thing, take_report_back
from essaim.discussions.models import Case, Outcome, Report, Waiting
from essaim.discussions.queries import queue_for_page
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from essaim.ideas import actions, rules
from essaim.ideas.models import IDEA, Idea
from essaim.ideas.queries.moderation import hidden_idea
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

WHY = "It attacks a person."


def browser(member: Member | None = None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if member:
        client.force_login(member)
    return client


def old_hand(idea: Idea) -> Member:
    since = now() - timedelta(days=365)
    member = make.make_person(idea.debate.community)
    Member.objects.filter(pk=member.pk).update(created_at=since)
    Membership.objects.filter(member=member).update(joined_at=since)
    return member


def report(idea: Idea, *members: Member) -> None:
    for member in members:
        report_thing(member=member, kind=IDEA, subject_id=idea.pk, reason="abuse")


def seen(idea: Idea) -> bool:
    return Idea.objects.filter(
        pk__in=rules.ideas_visible_to(ANONYMOUS).values("pk"), pk=idea.pk
    ).exists()


def test_a_member_reports_an_idea_and_takes_that_back() -> None:
    idea = make.propose(make.make_debate())
    member = make.make_person(idea.debate.community)
    client = browser(member)
    page = client.get(reverse("idea", args=[idea.public_id])).content.decode()
    assert reverse("idea_report", args=[idea.public_id]) in page
    client.post(reverse("idea_report", args=[idea.public_id]), {"reason": "spam", "note": "Tea."})
    assert Report.objects.get().note == "Tea."
    page = client.get(reverse("idea_report", args=[idea.public_id])).content.decode()
    assert "Take my report back" in page
    client.post(reverse("idea_report_withdraw", args=[idea.public_id]))
    assert not Report.objects.exists()
    assert Case.objects.get().outcome == Outcome.LAPSED
    with pytest.raises(Refused, match="yours"):
        report(idea, idea.author or member)


def test_the_queue_shows_ideas_beside_messages() -> None:
    idea = make.propose(make.make_debate(), title="A Sunday bus")
    report(idea, make.make_person(idea.debate.community))
    host = make.make_host(idea.debate.community)
    (line,) = queue_for_page(fresh_reader(host), idea.debate.community).items
    assert line.thing
    assert (line.thing.name, line.thing.stands_in) == ("A Sunday bus", idea.debate.question)
    page = browser(host).get(line.href).content.decode()
    assert "A Sunday bus" in page or idea.text in page


def test_three_old_hands_hide_an_idea_until_it_is_decided() -> None:
    idea = make.propose(make.make_debate(), title="A Sunday bus")
    people = [old_hand(idea) for _each in range(3)]
    report(idea, *people)
    idea.refresh_from_db()
    assert (idea.waiting_for, idea.audience) == (Waiting.DECISION, Audience.ROLE_HOLDERS)
    answer = browser().get(reverse("idea", args=[idea.public_id]))
    assert answer.status_code == 410
    assert "until the moderators decide" in answer.content.decode()
    assert "A Sunday bus" not in answer.content.decode()
    assert not seen(idea)
    for member in people:
        take_report_back(member=member, kind=IDEA, subject_id=idea.pk)
    idea.refresh_from_db()
    assert (idea.waiting_for, idea.audience) == ("", Audience.PUBLIC)
    assert seen(idea)


def test_what_speaks_for_others_is_hidden_by_a_decision_alone() -> None:
    debate = make.make_debate()
    host = make.make_host(debate.community)
    survivor, merged = make.propose(debate), make.propose(debate)
    actions.merge_ideas(member=host, survivor=survivor, ideas=[merged], reason="The same.")
    report(survivor, *(old_hand(survivor) for _each in range(4)))
    survivor.refresh_from_db()
    assert survivor.hidden_at is None


def test_an_author_wins_their_appeal_and_the_idea_is_put_back() -> None:
    idea = make.propose(make.make_debate())
    first, second = (make.make_host(idea.debate.community) for _each in range(2))
    actions.hide_idea(member=first, idea=idea, reason=WHY, word="Leave the name out.")
    assert not seen(idea)
    assert idea.author
    left = hidden_idea(fresh_reader(idea.author), idea.public_id)
    assert left
    assert left.reason == WHY
    page = browser(idea.author).get(left.case_href).content.decode()
    assert "Ask for a second look" in page
    decision = Decision.objects.get()
    appeal_decision(member=idea.author, decision=decision, words="It names nobody.")
    with pytest.raises(Refused):
        answer_appeal(member=first, decision=decision, is_upheld=True, reason="No.")
    answer_appeal(member=second, decision=decision, is_upheld=True, reason="It does not.")
    deliver_pending()
    idea.refresh_from_db()
    idea.thread.refresh_from_db()
    assert (idea.hidden_at, idea.hiding_reason) == (None, "")
    assert idea.audience == idea.thread.audience == Audience.PUBLIC
    assert Case.objects.get().put_back_at
    assert seen(idea)


def test_what_is_put_back_after_the_closing_is_owed_its_answer() -> None:
    debate = make.make_closed()
    idea = Idea.objects.filter(debate=debate).first()
    assert idea
    host = make.make_host(debate.community)
    before = len(make.owed(CommitmentKind.ANSWER))
    actions.hide_idea(member=host, idea=idea, reason=WHY)
    assert len(make.owed(CommitmentKind.ANSWER)) == before - 1
    put_back(member=host, case=Case.objects.get(), reason="We misread it.")
    assert len(make.owed(CommitmentKind.ANSWER)) == before


def test_outsiders_of_a_closed_circle_learn_nothing_of_what_was_hidden() -> None:
    idea = make.propose(make.make_debate(audience=Audience.MEMBERS))
    host = make.make_host(idea.debate.community)
    actions.hide_idea(member=host, idea=idea, reason=WHY)
    assert browser().get(reverse("idea", args=[idea.public_id])).status_code == 404
    inside = browser(make.make_person(idea.debate.community))
    assert inside.get(reverse("idea", args=[idea.public_id])).status_code == 410
