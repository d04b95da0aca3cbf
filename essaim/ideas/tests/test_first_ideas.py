"""Ideas of new accounts: how many, and which wait for a first look."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Audience
from essaim.communities.readers import ANONYMOUS
from essaim.discussions import actions as moderation
from essaim.discussions.models import Case, ModerationPolicy, Outcome, Waiting
from essaim.foundation.activity import kind_of
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.ideas import actions, queries
from essaim.ideas.facts import IdeaProposed
from essaim.ideas.models import IDEA, Debate, Idea
from essaim.ideas.tests import factories as make
from essaim.members.actions import make_token
from essaim.members.models import Member, Scope

pytestmark = pytest.mark.django_db

SOLD = "Lose ten kilos in a week with the new tea of the doctor: bit.ly/tea"


@pytest.fixture
def debate() -> Debate:
    return make.make_debate()


def held(debate: Debate) -> Idea:
    idea = make.propose(debate, title="A tea for everyone", text=SOLD)
    assert idea.waiting_for == Waiting.LOOK
    return idea


def proposed() -> int:
    return FactRow.objects.filter(kind=kind_of(IdeaProposed)).count()


def client_of(member: Member | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if member:
        client.force_login(member)
    return client


def test_a_first_idea_that_sells_is_read_by_its_author_and_the_moderators_alone(
    debate: Debate,
) -> None:
    idea = held(debate)
    assert idea.author
    assert idea.thread.audience == idea.audience == Audience.ROLE_HOLDERS
    address = reverse("idea", args=[idea.public_id])
    page = client_of(idea.author).get(address)
    assert page.status_code == 200
    assert "waits for a first look" in page.text
    assert "ten kilos" in page.text
    for other in (None, make.make_person(debate.community)):
        assert client_of(other).get(address).status_code == 404
    assert queries.idea_for_change(ANONYMOUS, idea.public_id) is None
    assert "A tea" not in client_of(None).get(f"/communities/{debate.community.slug}/").text
    case = Case.objects.get()
    assert (case.is_held, case.subject_kind, case.author_id) == (True, IDEA, idea.author_id)
    assert proposed() == 0


def test_a_moderator_releases_it_and_only_then_was_it_proposed(debate: Debate) -> None:
    idea = held(debate)
    host = make.make_host(debate.community)
    moderation.decide_case(member=host, case=Case.objects.get(), hide=False, reason="Why not.")
    idea.refresh_from_db()
    assert (idea.hidden_at, idea.waiting_for, idea.audience) == (None, "", Audience.PUBLIC)
    assert FactRow.objects.filter(kind=kind_of(IdeaProposed), actor_id=idea.author_id).count() == 1
    assert client_of(None).get(reverse("idea", args=[idea.public_id])).status_code == 200


def test_what_is_refused_stays_readable_for_its_author_with_the_decision(debate: Debate) -> None:
    idea = held(debate)
    host = make.make_host(debate.community)
    moderation.decide_case(member=host, case=Case.objects.get(), hide=True, reason="It sells tea.")
    page = client_of(idea.author).get(reverse("idea", args=[idea.public_id]))
    assert page.status_code == 410
    assert "It sells tea." in page.text
    case = client_of(idea.author).get(reverse("case", args=[Case.objects.get().public_id]))
    assert "ten kilos" in case.text
    gone = client_of(None).get(reverse("idea", args=[idea.public_id]))
    assert gone.status_code == 410
    assert "ten kilos" not in gone.text
    assert proposed() == 0


def test_silence_releases_it_after_some_days(debate: Debate) -> None:
    idea = held(debate)
    with at(now() + timedelta(days=2, minutes=1)):
        assert moderation.release_case(case=Case.objects.get())
        assert not moderation.release_case(case=Case.objects.get())
    idea.refresh_from_db()
    assert idea.hidden_at is None
    assert Case.objects.get().outcome == Outcome.RELEASED
    assert proposed() == 1


def test_its_author_can_withdraw_it(debate: Debate) -> None:
    idea = held(debate)
    assert idea.author
    actions.withdraw_idea(member=idea.author, idea=idea)
    assert Case.objects.get().outcome == Outcome.WITHDRAWN
    with at(now() + timedelta(days=3)):
        assert not moderation.release_case(case=Case.objects.get())
    assert client_of(None).get(reverse("idea", args=[idea.public_id])).status_code == 404
    assert proposed() == 0


def test_a_new_account_proposes_so_many_a_day(debate: Debate) -> None:
    ModerationPolicy.objects.create(community=debate.community, newcomer_posts=2)
    member = make.make_person(debate.community)
    first, second = (make.propose(debate, member) for _ in range(2))
    assert not first.waiting_for
    assert not second.waiting_for
    with pytest.raises(ValidationError, match="2 of these a day"):
        make.propose(debate, member)
    with at(now() + timedelta(days=1, minutes=1)):
        make.propose(debate, member)
    Member.objects.filter(pk=member.pk).update(created_at=now() - timedelta(days=30))
    member.refresh_from_db()
    make.propose(debate, member)  # something of theirs stands: they are no longer new


def test_the_same_idea_from_several_new_accounts_is_looked_at(debate: Debate) -> None:
    text = "Everybody should vote for this one, it is the best of all of them by far."
    make.propose(debate, title="One", text=text)
    other = make.make_debate(debate.community)
    assert make.propose(other, title="Two", text=text).waiting_for == Waiting.LOOK


def test_whoever_holds_a_role_is_never_held(debate: Debate) -> None:
    host = make.make_host(debate.community)
    assert not make.propose(debate, host, text=SOLD).waiting_for


def test_a_program_is_told_that_it_waits(debate: Debate, client: Client) -> None:
    member = make.make_person(debate.community)
    _token, text = make_token(member=member, name="Try", scopes=[Scope.IDEAS], days=1)
    answer = client.post(
        f"/api/v1/debates/{debate.public_id}/ideas",
        {"title": "A tea for everyone", "text": SOLD},
        content_type="application/json",
        headers={"authorization": f"Bearer {text}"},
    )
    assert answer.status_code == 202
    assert answer.json()["state"] == "held"
    assert "Location" not in answer.headers


def test_the_page_of_a_new_account_says_what_is_wrong_with_a_second_link(debate: Debate) -> None:
    member = make.make_person(debate.community)
    address = reverse("idea_new", args=[debate.community.slug, debate.public_id])
    text = "See example.org/a and example.org/b for how others do it."
    sent = {"title": "As others do", "text": text, "language": "en", "seen": ""}
    answer = client_of(member).post(address, sent)
    assert answer.status_code == 422
    assert "A new account may put 1 link into what it writes; this has 2." in answer.text
    assert not Idea.objects.exists()
