from datetime import timedelta

import pytest

from essaim.communities.models import Audience, Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.foundation.clock import at, now
from essaim.ideas import actions, rules
from essaim.ideas.models import Debate, Decision, Idea
from essaim.ideas.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea(debate: Debate) -> Idea:
    return make.propose(debate)


def test_a_member_supports_somebody_elses_idea(idea: Idea) -> None:
    assert rules.may_support(fresh_reader(make.make_person(idea.debate.community)), idea)


def test_an_author_cannot_support_their_own_idea_and_learns_why(idea: Idea) -> None:
    assert idea.author
    verdict = rules.may_support(fresh_reader(idea.author), idea)
    assert not verdict
    assert "yours" in str(verdict.reason)


def test_whoever_does_not_belong_is_asked_to_join_before_supporting(idea: Idea) -> None:
    for reader in (ANONYMOUS, fresh_reader(make.make_member())):
        verdict = rules.may_support(reader, idea)
        assert not verdict
        assert "Join" in str(verdict.reason)


def test_support_ends_with_the_last_moment_even_before_the_debate_is_counted(idea: Idea) -> None:
    reader = fresh_reader(make.make_person(idea.debate.community))
    with at(make.closing_moment(idea.debate)):
        assert not rules.may_support(reader, idea)
        assert not rules.may_withdraw_support(reader, idea)
        assert not rules.may_propose(reader, idea.debate)


def test_only_those_who_run_a_community_ask_its_debates() -> None:
    community = make.make_community()
    assert rules.may_ask_debate(fresh_reader(make.make_host(community)), community)
    assert not rules.may_ask_debate(fresh_reader(make.make_person(community)), community)
    assert not rules.may_ask_debate(fresh_reader(make.make_decider(community)), community)
    elsewhere = make.make_host(make.make_community())
    assert not rules.may_ask_debate(fresh_reader(elsewhere), community)


def test_an_archive_asks_nothing_new() -> None:
    community = make.make_community(archived_at=now(), source_name="An older platform")
    verdict = rules.may_ask_debate(fresh_reader(make.make_host(community)), community)
    assert not verdict
    assert "archive" in str(verdict.reason)


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"closes_at": None}, "closing date"),
        ({"support_threshold": None}, "threshold"),
        ({"answer_delay_days": None}, "number of days"),
        ({"answering_role": ""}, "role that will answer"),
        ({"answering_title": ""}, "public title"),
    ],
)
def test_a_debate_does_not_open_without_its_whole_promise_and_says_what_misses(
    missing: dict[str, object], words: str
) -> None:
    community = make.make_community()
    host = make.make_host(community)
    debate = make.make_draft(community, host, **missing)
    verdict = rules.may_open_debate(fresh_reader(host), debate)
    assert not verdict
    assert words in str(verdict.reason)
    assert len(rules.missing_promises(debate)) == 1


def test_a_closing_date_that_has_passed_is_a_missing_promise() -> None:
    community = make.make_community()
    host = make.make_host(community)
    debate = make.make_draft(community, host, closes_at=now() + timedelta(days=1))
    assert rules.may_open_debate(fresh_reader(host), debate)
    with at(now() + timedelta(days=2)):
        assert not rules.may_open_debate(fresh_reader(host), debate)


def test_an_open_debate_no_longer_changes_not_even_to_be_prolonged(debate: Debate) -> None:
    host = debate.asked_by
    assert host
    verdict = rules.may_edit_debate(fresh_reader(host), debate)
    assert not verdict
    assert "no longer change" in str(verdict.reason)


def test_a_debate_cannot_be_closed_before_the_promised_date(debate: Debate) -> None:
    host = debate.asked_by
    assert host
    assert not rules.may_close_debate(fresh_reader(host), debate)
    with at(make.closing_moment(debate)):
        assert rules.may_close_debate(fresh_reader(host), debate)
        somebody = make.make_person(debate.community)
        assert not rules.may_close_debate(fresh_reader(somebody), debate)


def test_a_draft_is_seen_by_those_who_hold_a_role_only() -> None:
    community = make.make_community()
    draft = make.make_draft(community)
    assert rules.may_see_debate(fresh_reader(make.make_decider(community)), draft)
    assert not rules.may_see_debate(fresh_reader(make.make_person(community)), draft)
    assert not rules.may_see_debate(ANONYMOUS, draft)


def test_only_the_answering_role_answers_and_only_a_closed_debate() -> None:
    debate = make.make_debate()
    idea = make.propose(debate)
    make.support(idea, 2)
    decider = make.make_decider(debate.community)
    assert not rules.may_answer(fresh_reader(decider), idea)
    debate = make.close(debate)
    idea = Idea.objects.get(pk=idea.pk)
    assert rules.may_answer(fresh_reader(decider), idea)
    verdict = rules.may_answer(fresh_reader(make.make_host(debate.community)), idea)
    assert not verdict
    assert make.TITLE in str(verdict.reason)
    other_role = make.entrust(make.make_member(), debate.community, Role.DECIDER)
    assert not rules.may_answer(fresh_reader(other_role), idea)


def test_an_idea_is_answered_once() -> None:
    debate = make.make_closed()
    idea = Idea.objects.get()
    decider = make.make_decider(debate.community)
    actions.answer_idea(
        member=decider, idea=idea, decision=Decision.NOT_ADOPTED, reasons="Too dear."
    )
    assert not rules.may_answer(fresh_reader(decider), Idea.objects.get())


def test_the_grouped_answer_is_for_ideas_below_the_threshold_and_given_once() -> None:
    debate = make.make_debate()
    make.propose(debate)
    debate = make.close(debate)
    decider = make.make_decider(debate.community)
    assert rules.may_answer_group(fresh_reader(decider), debate)
    actions.answer_group(member=decider, debate=debate, reasons="Not enough of us.")
    assert not rules.may_answer_group(fresh_reader(decider), Debate.objects.get())


def test_no_grouped_answer_is_asked_for_when_all_passed_the_threshold() -> None:
    debate = make.make_closed()
    decider = make.make_decider(debate.community)
    assert not rules.may_answer_group(fresh_reader(decider), debate)


def test_authors_change_and_withdraw_their_own_ideas_only(idea: Idea) -> None:
    assert idea.author
    author, other = (
        fresh_reader(idea.author),
        fresh_reader(make.make_person(idea.debate.community)),
    )
    assert rules.may_edit_idea(author, idea)
    assert rules.may_withdraw_idea(author, idea)
    assert not rules.may_edit_idea(other, idea)
    assert not rules.may_withdraw_idea(other, idea)
    assert not rules.may_edit_idea(ANONYMOUS, idea)


def test_nobody_is_the_author_of_an_imported_idea(idea: Idea) -> None:
    Idea.objects.filter(pk=idea.pk).update(author=None, author_label="Somebody")
    assert not rules.may_edit_idea(ANONYMOUS, Idea.objects.get())
    assert not rules.may_withdraw_idea(ANONYMOUS, Idea.objects.get())


def test_an_answered_idea_stays_with_its_answer() -> None:
    debate = make.make_closed()
    idea = Idea.objects.get()
    assert idea.author
    assert rules.may_withdraw_idea(fresh_reader(idea.author), idea)
    decider = make.make_decider(debate.community)
    actions.answer_idea(
        member=decider, idea=idea, decision=Decision.NEEDS_MORE, reasons="Where exactly?"
    )
    assert not rules.may_withdraw_idea(fresh_reader(idea.author), Idea.objects.get())


def test_moderators_hide_ideas_and_members_do_not(idea: Idea) -> None:
    moderator = make.entrust(make.make_member(), idea.debate.community, Role.MODERATOR)
    assert rules.may_hide_idea(fresh_reader(moderator), idea)
    assert not rules.may_hide_idea(fresh_reader(make.make_person(idea.debate.community)), idea)


def test_a_debate_for_members_shows_its_ideas_to_members_only() -> None:
    debate = make.make_debate(audience=Audience.MEMBERS)
    idea = make.propose(debate)
    assert rules.may_see_idea(fresh_reader(make.make_person(debate.community)), idea)
    assert not rules.may_see_idea(ANONYMOUS, idea)
    assert not rules.may_see_idea(fresh_reader(make.make_member()), idea)


def test_once_its_community_is_closed_an_idea_stays_as_it_was() -> None:
    idea = make.propose(make.make_debate())
    assert idea.author
    reader = fresh_reader(idea.author)
    assert rules.may_edit_idea(reader, idea)
    idea.debate.community.closed_at = now()
    assert not rules.may_edit_idea(reader, idea)
