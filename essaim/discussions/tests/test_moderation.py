"""Reports, cases, decisions: who may, what follows, and who is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from essaim.communities.actions import delegate
from essaim.communities.models import Mandate, Role
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.discussions import actions, rules, tasks
from essaim.discussions.actions import things
from essaim.discussions.actions.things import handling_of
from essaim.discussions.facts import CaseClosed, CaseGivenBack, CaseTaken, PostHidden
from essaim.discussions.models import (
    POST,
    Case,
    ModerationPolicy,
    Outcome,
    Post,
    Report,
    ReportReason,
    Waiting,
)
from essaim.discussions.queries import moderation_desk, moderation_figures, moderation_for_page
from essaim.discussions.tests.factories import old_hand, post_factory, reported, thread_factory
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending, kind_of
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


def facts(kind: type) -> int:
    return FactRow.objects.filter(kind=kind_of(kind)).count()


def told(member: Member | None) -> list[str]:
    """The kinds of what a member was told."""
    deliver_pending()
    return list(Notice.objects.filter(member=member).order_by("pk").values_list("kind", flat=True))


def pile_up(post: Post, people: list[Member]) -> None:
    for member in people:
        actions.report_post(member=member, post=post, reason=ReportReason.SPAM)


def hide(case: Case) -> Member:
    moderator = in_role(case.community, Role.MODERATOR)
    assert actions.decide_case(member=moderator, case=case, hide=True, reason="Insults.")
    return moderator


def test_a_report_waits_once_a_member_in_one_case() -> None:
    post = post_factory()
    reader = member_factory()
    for _time in range(2):
        actions.report_post(member=reader, post=post, reason=ReportReason.ABUSE)
    actions.report_post(member=member_factory(), post=post, reason=ReportReason.SPAM)
    assert (Report.objects.count(), Case.objects.count()) == (2, 1)
    with pytest.raises(ValidationError):
        actions.report_post(member=member_factory(), post=post, reason="because")


def test_what_is_gone_already_is_not_reported_from_a_page_loaded_before() -> None:
    withdrawn, hidden = post_factory(), post_factory()
    assert withdrawn.author
    actions.withdraw_post(member=withdrawn.author, post=Post.objects.get(pk=withdrawn.pk))
    Post.objects.filter(pk=hidden.pk).update(hidden_at=now())
    for post in (withdrawn, hidden):
        with pytest.raises(Refused, match="no longer shown"):
            actions.report_post(member=member_factory(), post=post, reason=ReportReason.SPAM)
    assert not Report.objects.exists()


def test_a_moderator_hides_with_a_public_reason_and_a_word_and_all_hear_of_it() -> None:
    case = reported()
    post = Post.objects.get()
    second = member_of(case.community)
    actions.report_post(member=second, post=post, reason=ReportReason.SPAM)
    moderator = in_role(case.community, Role.MODERATOR)
    with pytest.raises(ValidationError):
        actions.decide_case(member=moderator, case=case, hide=True, reason=" ")
    actions.decide_case(
        member=moderator, case=case, hide=True, reason="Advertising.", word="Say it without."
    )
    post.refresh_from_db()
    case.refresh_from_db()
    assert (bool(post.hidden_at), post.hiding_reason) == (True, "Advertising.")
    assert case.decision
    assert (case.outcome, case.decision.word) == ("hidden", "Say it without.")
    assert facts(PostHidden) == facts(CaseClosed) == 1
    assert told(post.author) == ["communities.decision"]
    assert told(second) == ["discussions.report_decided"]


def test_moderators_are_told_what_waits_until_it_is_decided() -> None:
    community = community_factory()
    moderator, other = (in_role(community, Role.MODERATOR) for _each in range(2))
    case = reported(post_factory(thread_factory(community)))
    assert told(moderator) == told(other) == ["discussions.case_waits"]
    actions.decide_case(member=moderator, case=case, hide=False, reason="An opinion.")
    assert told(other) == []


def test_only_those_from_above_are_told_where_nobody_moderates() -> None:
    movement = community_factory(kind="movement")
    above = in_role(movement, Role.MODERATOR)
    reported(post_factory(thread_factory(community_factory(parent=movement))))
    assert told(above) == ["discussions.case_waits"]


def test_the_first_decision_stands_when_two_moderators_decide() -> None:
    case = reported()
    first = in_role(case.community, Role.HOST)
    second = in_role(case.community, Role.MODERATOR)
    assert actions.decide_case(member=first, case=case, hide=False, reason="Politely said.")
    assert not actions.decide_case(member=second, case=case, hide=True, reason="No.")
    assert Post.objects.get().hidden_at is None
    assert (facts(CaseClosed), facts(PostHidden)) == (1, 0)


def test_a_moderator_from_above_decides_and_a_neighbour_does_not() -> None:
    movement = community_factory(kind="movement")
    committee, neighbour = (community_factory(parent=movement) for _each in range(2))
    case = reported(post_factory(thread_factory(committee)))
    with pytest.raises(Refused):
        actions.decide_case(
            member=in_role(neighbour, Role.MODERATOR), case=case, hide=True, reason="No."
        )
    actions.decide_case(
        member=in_role(movement, Role.MODERATOR), case=case, hide=True, reason="Insults."
    )
    assert Post.objects.get().hidden_at


def test_nobody_decides_about_their_own_words() -> None:
    thread = thread_factory()
    host = in_role(thread.community, Role.HOST)
    case = reported(post_factory(thread, member=host))
    with pytest.raises(Refused, match="someone else"):
        actions.take_case(member=host, case=case)
    with pytest.raises(Refused, match="someone else"):
        actions.decide_case(member=host, case=case, hide=False, reason="Mine.")
    assert told(host) == []


def test_who_takes_a_case_decides_it_until_their_time_is_over() -> None:
    case = reported()
    first, second = (in_role(case.community, Role.MODERATOR) for _each in range(2))
    assert actions.take_case(member=first, case=case)
    assert not actions.take_case(member=second, case=case)
    with pytest.raises(Refused, match="taken"):
        actions.decide_case(member=second, case=case, hide=True, reason="No.")
    with at(now() + timedelta(hours=25)):
        assert actions.take_case(member=second, case=case)
        assert actions.give_case_back(member=second, case=case)
        assert not actions.give_case_back(member=first, case=case)
        assert actions.decide_case(member=first, case=case, hide=False, reason="Fine.")
    assert (facts(CaseTaken), facts(CaseGivenBack)) == (2, 1)


def test_an_endless_note_reason_or_word_is_refused_not_cut() -> None:
    post = post_factory()
    with pytest.raises(ValidationError):
        reported(post, note="x" * 601)
    case = reported(post)
    host = in_role(case.community, Role.HOST)
    for given in ({"reason": "x" * 601}, {"reason": "No.", "word": "x" * 601}):
        with pytest.raises(ValidationError):
            actions.decide_case(member=host, case=case, hide=True, **given)
    case.refresh_from_db()
    assert case.closed_at is None


def test_three_old_hands_hide_something_until_it_is_decided_and_its_author_is_told() -> None:
    post = post_factory()
    community = post.thread.community
    pile_up(post, [old_hand(community) for _each in range(3)])
    post.refresh_from_db()
    assert (post.waiting_for, post.hiding_reason) == (Waiting.DECISION, "")
    assert told(post.author) == ["discussions.hidden_meanwhile"]
    case = Case.objects.get()
    host = in_role(community, Role.HOST)
    actions.decide_case(member=host, case=case, hide=False, reason="An opinion.")
    post.refresh_from_db()
    assert (post.hidden_at, post.waiting_for) == (None, "")
    assert told(post.author)[-1] == "communities.decision"


def test_fresh_accounts_strangers_and_newcomers_silence_nobody() -> None:
    post = post_factory()
    community = post.thread.community
    long_ago = now() - timedelta(days=365)
    fresh = [member_of(community) for _each in range(4)]
    strangers = [member_factory(created_at=long_ago) for _each in range(4)]
    just_joined = [member_of(community, created_at=long_ago) for _each in range(4)]
    unproved = [old_hand(community, proved_at=None) for _each in range(4)]
    pile_up(post, [*fresh, *strangers, *just_joined, *unproved])
    post.refresh_from_db()
    assert post.hidden_at is None
    assert Case.objects.get().reports.count() == 16


def test_what_was_let_stand_is_not_hidden_again_by_numbers_unless_it_changes() -> None:
    post = post_factory(text="I find this plan a bad plan.")
    community = post.thread.community
    people = [old_hand(community) for _each in range(3)]
    pile_up(post, people)
    host = in_role(community, Role.HOST)
    actions.decide_case(member=host, case=Case.objects.get(), hide=False, reason="An opinion.")
    pile_up(post, people)
    post.refresh_from_db()
    assert post.hidden_at is None
    assert post.author
    Case.objects.waiting().get().reports.all().delete()
    actions.edit_post(member=post.author, post=post, text="You are all fools and liars.")
    pile_up(post, people)
    post.refresh_from_db()
    assert post.hidden_at is not None


def test_whoever_reports_in_vain_again_and_again_no_longer_weighs() -> None:
    thread = thread_factory()
    band = [old_hand(thread.community) for _each in range(3)]
    host = in_role(thread.community, Role.HOST)
    for _time in range(3):
        post = post_factory(thread)
        pile_up(post, band[:2])
        case = Case.objects.waiting().get()
        actions.decide_case(member=host, case=case, hide=False, reason="Nothing in it.")
    target = post_factory(thread)
    pile_up(target, band)
    target.refresh_from_db()
    assert target.hidden_at is None
    pile_up(target, [old_hand(thread.community) for _each in range(2)])
    target.refresh_from_db()
    assert target.hidden_at is not None


def test_reports_taken_back_leave_nothing_that_waits_or_hides() -> None:
    post = post_factory()
    people = [old_hand(post.thread.community) for _each in range(3)]
    pile_up(post, people)
    for member in people:
        assert actions.withdraw_report(member=member, post=post)
    post.refresh_from_db()
    assert post.hidden_at is None
    assert Case.objects.get().outcome == Outcome.LAPSED


def test_what_is_withdrawn_leaves_the_queue_and_comes_back_with_it() -> None:
    case = reported()
    post = Post.objects.get()
    assert post.author
    actions.withdraw_post(member=post.author, post=post)
    case.refresh_from_db()
    assert case.outcome == Outcome.WITHDRAWN
    actions.restore_post(member=post.author, post=post)
    case.refresh_from_db()
    assert (case.outcome, case.closed_at) == ("", None)


def test_another_decision_puts_back_what_one_hid() -> None:
    case = reported()
    hide(case)
    host = in_role(case.community, Role.HOST)
    with pytest.raises(ValidationError):
        actions.put_back(member=host, case=case, reason="")
    assert actions.put_back(member=host, case=case, reason="We misread it.")
    post = Post.objects.get()
    assert (post.hidden_at, post.hiding_reason) == (None, "")
    assert told(post.author)[-1] == "communities.decision"
    with pytest.raises(Refused):
        actions.put_back(member=host, case=case, reason="Again.")


def test_nobody_replies_to_what_is_hidden() -> None:
    case = reported()
    hide(case)
    with pytest.raises(Refused, match="no more replies"):
        post_factory(Post.objects.get().thread, parent=Post.objects.get())


def test_a_moderator_looks_at_what_nobody_reported() -> None:
    post = post_factory()
    moderator = in_role(post.thread.community, Role.MODERATOR)
    case = actions.look_into(member=moderator, kind=POST, subject_id=post.pk)
    assert actions.look_into(member=moderator, kind=POST, subject_id=post.pk) == case
    with pytest.raises(Refused):
        actions.look_into(member=member_of(post.thread.community), kind=POST, subject_id=post.pk)


def test_what_is_for_a_few_is_looked_at_once_one_of_them_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handling = handling_of(POST)

    def lock(subject_id: int) -> actions.Thing:
        return replace(handling.lock(subject_id), needs_a_report=True)

    monkeypatch.setitem(things._HANDLED, POST, replace(handling, lock=lock))
    post = post_factory()
    moderator, reader = in_role(post.thread.community, Role.MODERATOR), member_factory()
    with pytest.raises(Refused, match="once somebody reports"):
        actions.look_into(member=moderator, kind=POST, subject_id=post.pk)
    assert not Case.objects.exists()
    case = reported(post)
    assert actions.look_into(member=moderator, kind=POST, subject_id=post.pk) == case
    Report.objects.all().delete()  # held for a first look, say: nobody asked
    with pytest.raises(Refused, match="once somebody reports"):
        actions.look_into(member=moderator, kind=POST, subject_id=post.pk)
    actions.report_post(member=reader, post=post, reason=ReportReason.ABUSE)
    assert actions.look_into(member=moderator, kind=POST, subject_id=post.pk) == case


def test_those_who_do_not_decide_in_time_are_reminded_once() -> None:
    case = reported()
    host = in_role(case.community, Role.HOST)
    with at(now() + timedelta(days=4)):
        tasks.tell_who_is_late()
        tasks.tell_who_is_late()
        assert told(host).count("discussions.case_late") == 1


def test_the_figures_count_decisions_delays_and_what_was_undone() -> None:
    community = community_factory()
    assert moderation_figures(community).decisions == 0
    thread = thread_factory(community)
    host = in_role(community, Role.HOST)
    for days, is_hidden in ((1, True), (2, False), (9, True)):
        case = reported(post_factory(thread))
        with at(now() + timedelta(days=days)):
            actions.decide_case(member=host, case=case, hide=is_hidden, reason="So.")
    actions.put_back(member=host, case=case, reason="No.")
    figures = moderation_figures(community)
    assert (figures.decisions, figures.hidden, figures.put_back) == (3, 2, 1)
    assert (figures.in_time, figures.late, figures.due) == (2, 1, 3)
    assert figures.median is not None
    assert figures.median.days == 2
    assert figures.median_words == "2 days"


def test_a_policy_is_set_by_those_who_run_the_community_within_its_limits() -> None:
    community = community_factory()
    host = in_role(community, Role.HOST)
    with pytest.raises(ValidationError):
        actions.set_moderation(member=host, community=community, hides_at=2)
    with pytest.raises(ValidationError):
        actions.set_moderation(member=host, community=community, due_days=0)
    for days in (5, 1):
        actions.set_moderation(member=host, community=community, due_days=days)
    assert ModerationPolicy.objects.get().due_days == 1
    case = reported(post_factory(thread_factory(community)))
    assert case.due_at - case.opened_at == timedelta(days=1)
    with pytest.raises(Refused):
        actions.set_moderation(
            member=in_role(community, Role.MODERATOR), community=community, due_days=2
        )


def test_what_an_author_lends_decides_nothing_about_their_own_words() -> None:
    case = reported()
    host = in_role(case.community, Role.HOST)
    Case.objects.update(author=host)
    case.refresh_from_db()
    friend = member_of(case.community)
    delegate(
        member=host,
        mandate=Mandate.objects.get(member=host),
        delegate=friend,
        powers=["discussions.moderate"],
    )
    reader = fresh_reader(friend)
    assert rules.may_moderate(reader, case.community)
    assert not rules.may_handle_case(reader, case)
    with pytest.raises(Refused):
        actions.decide_case(member=friend, case=case, hide=False, reason="It is frank, not rude.")


def test_a_moderator_does_not_read_in_the_queue_who_says_what_of_their_own_words() -> None:
    community = community_factory()
    author = in_role(community, Role.MODERATOR)
    reporter = member_of(community)
    post = post_factory(thread_factory(community), member=author)
    reported(post, member=reporter, note="He told me so at lunch.")
    assert not moderation_for_page(fresh_reader(author), community).waiting.items
    desk = moderation_desk(fresh_reader(author), [community.pk])
    assert desk[community.pk].count == 0
    other = in_role(community, Role.MODERATOR)
    assert len(moderation_for_page(fresh_reader(other), community).waiting.items) == 1
    assert moderation_desk(fresh_reader(other), [community.pk])[community.pk].count == 1
