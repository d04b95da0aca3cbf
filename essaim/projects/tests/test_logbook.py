"""The logbook: who writes, who reads, what is taken back, what silence asks."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from essaim.communities.models import Mandate, Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.discussions.actions import decide_case, put_back, report_thing
from essaim.discussions.models import Case
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.foundation.files import erase_what_was_dropped, sweep_orphans
from essaim.foundation.files.keeping import path_of
from essaim.foundation.models import FactRow, StoredFile
from essaim.ideas.tests.factories import entrust, join, make_member
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.outreach.models import Notice
from essaim.projects.actions import isolation, logbook, stories
from essaim.projects.models import (
    LOG_ENTRY,
    EntryAudience,
    IsolationCheck,
    LogEntry,
    SilenceAsked,
    State,
)
from essaim.projects.rules import logbook as rules
from essaim.projects.tests import telling as make

pytestmark = pytest.mark.django_db


def readers(entry: LogEntry, *members: Member | None) -> list[bool]:
    """Whether each may read it; rule and list always agree."""
    found = []
    for member in members:
        reader = fresh_reader(member) if member else ANONYMOUS
        entry = LogEntry.objects.select_related("project__community__parent").get(pk=entry.pk)
        seen = bool(rules.may_see_entry(reader, entry))
        assert rules.entries_visible_to(reader).filter(pk=entry.pk).exists() == seen
        found.append(seen)
    return found


def test_the_team_writes_and_nobody_else_whatever_their_role() -> None:
    project = make.make_running()
    make.entry_in(project, make.teammate(project), kind="discovery")
    host = project.community.parent
    assert host
    manager = entrust(join(make_member(), host), host, Role.COMMUNITY_MANAGER)
    for outsider in (make.coach_of(project), make.follower_of(project), manager, make_member()):
        with pytest.raises(Refused, match="team"):
            make.entry_in(project, outsider)
    assert LogEntry.objects.count() == 1


def test_nothing_is_told_of_a_draft() -> None:
    project = make.make_running(state=State.DRAFT)
    with pytest.raises(Refused, match="validated"):
        make.entry_in(project)


def test_what_the_team_keeps_for_itself_is_read_by_team_and_coach_alone() -> None:
    project = make.make_running()
    entry = make.entry_in(project, audience=EntryAudience.TEAM)
    host = project.community.parent
    assert host
    above = [
        entrust(join(make_member(), host), host, role)
        for role in (Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER, Role.MODERATOR, Role.HOST)
    ]
    inside = [make.bearer_of(project), make.teammate(project), make.coach_of(project)]
    outside = [make.follower_of(project), make.referent_of(project), make_member(), None, *above]
    assert readers(entry, *inside) == [True] * 3
    assert readers(entry, *outside) == [False] * len(outside)
    coach = inside[2]
    make.leave(coach, project)
    assert readers(entry, coach) == [False]
    assert FactRow.objects.get(kind="projects.EntryWritten").audience == "role_holders"


def test_what_is_public_is_for_everyone_until_it_is_withdrawn() -> None:
    project = make.make_running()
    entry = make.entry_in(project)
    mate = make.teammate(project)
    assert readers(entry, None, mate) == [True, True]
    with pytest.raises(Refused, match="author"):
        logbook.withdraw_entry(member=mate, entry=entry)
    logbook.withdraw_entry(member=make.bearer_of(project), entry=entry)
    assert readers(entry, None, mate, make.bearer_of(project)) == [False] * 3


def test_a_withdrawal_is_undone_within_minutes_and_then_the_words_are_gone() -> None:
    project = make.make_running()
    entry = make.entry_in(project, picture=make.picture(), picture_words="A table.")
    bearer = make.bearer_of(project)
    logbook.withdraw_entry(member=bearer, entry=entry)
    assert logbook.forget_withdrawn_entries() == 0
    logbook.restore_entry(member=bearer, entry=entry)
    assert readers(entry, None) == [True]
    logbook.withdraw_entry(member=bearer, entry=entry)
    stored = StoredFile.objects.get()
    with at(now() + timedelta(minutes=16)):
        with pytest.raises(Refused, match="too late"):
            logbook.restore_entry(member=bearer, entry=entry)
        assert logbook.forget_withdrawn_entries() == 1
    entry.refresh_from_db()
    assert (entry.text, entry.picture_words, entry.picture) == ("", "", None)
    erase_what_was_dropped()
    assert not path_of(stored.name).exists()


def test_a_picture_comes_with_words_or_not_at_all() -> None:
    project = make.make_running()
    with pytest.raises(ValidationError, match="cannot see it"):
        make.entry_in(project, picture=make.picture())
    assert not StoredFile.objects.exists()
    entry = make.entry_in(project, picture=make.picture(), picture_words="A table.")
    with pytest.raises(IntegrityError), transaction.atomic():
        LogEntry.objects.filter(pk=entry.pk).update(picture_words="")


def test_what_the_logbook_and_the_kit_show_is_nobodys_orphan() -> None:
    project = make.make_running()
    make.entry_in(project, picture=make.picture(), picture_words="A table.")
    bearer = make.bearer_of(project)
    stories.add_kit_file(member=bearer, project=project, upload=make.pdf(), label="A poster")
    with at(now() + timedelta(days=1)):
        assert sweep_orphans()[0] == 0
    assert StoredFile.objects.count() == 2


def test_its_author_corrects_an_entry_and_a_replaced_picture_is_erased() -> None:
    project = make.make_running()
    entry = make.entry_in(project, picture=make.picture(), picture_words="A table.")
    old = StoredFile.objects.get()
    with pytest.raises(Refused, match="author"):
        _correct(entry, make.teammate(project))
    _correct(entry, make.bearer_of(project), picture=make.picture(), picture_words="Two tables.")
    assert not StoredFile.objects.filter(pk=old.pk).exists()
    _correct(entry, make.bearer_of(project), drops_picture=True)
    assert not StoredFile.objects.exists()
    entry.refresh_from_db()
    assert (entry.picture, entry.picture_words, entry.text) == (None, "", "Better words.")


def _correct(entry: LogEntry, member: Member, **values: object) -> None:
    logbook.correct_entry(
        member=member,
        entry=entry,
        **{"kind": "success", "text": "Better words.", "audience": "public", **values},  # type: ignore[arg-type]  # values of tests
    )


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"text": " "}, "few words"),
        ({"kind": "rumour"}, "what it was"),
        ({"audience": "nobody"}, "who reads it"),
        ({"text": "x" * 1201}, "1200"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(values: dict[str, Any], match: str) -> None:
    with pytest.raises(ValidationError, match=match):
        make.entry_in(make.make_running(), **values)


def test_nothing_is_told_before_it_happened() -> None:
    with pytest.raises(ValidationError, match="has happened"):
        make.entry_in(make.make_running(), happened_on=today() + timedelta(days=1))


def test_a_moderator_hides_an_entry_and_puts_it_back() -> None:
    project = make.make_running()
    entry = make.entry_in(project)
    host = project.community.parent
    assert host
    moderator = entrust(join(make_member(), host), host, Role.MODERATOR)
    report_thing(member=make_member(), kind=LOG_ENTRY, subject_id=entry.pk, reason="abuse")
    mate = make.teammate(project)
    Mandate.objects.filter(community=project.community, member=mate).update(role=Role.HOST)
    case = Case.objects.get()
    with pytest.raises(Refused):  # those who write it do not judge it
        decide_case(member=mate, case=case, hide=True, reason="It is ours.")
    decide_case(member=moderator, case=case, hide=True, reason="It names a neighbour.")
    assert readers(entry, None, make.follower_of(project), make.bearer_of(project)) == [
        False,
        False,
        True,
    ]
    put_back(member=moderator, case=Case.objects.get(), reason="It does not.")
    assert readers(entry, None) == [True]


def test_followers_hear_of_public_entries_alone_and_not_of_what_is_gone() -> None:
    project = make.make_running()
    follower, other = make.follower_of(project), make_member()
    entry = make.entry_in(project)
    make.entry_in(project, audience=EntryAudience.TEAM)
    gone = make.entry_in(project, text="Written too soon.")
    deliver_pending()
    logbook.withdraw_entry(member=make.bearer_of(project), entry=gone)
    deliver_pending()
    told = Notice.objects.filter(kind="projects.entry_written")
    assert [(one.member_id, one.details["entry_id"]) for one in told] == [(follower.pk, entry.pk)]
    assert not told.filter(member=other).exists()


# ---- silence


def test_three_weeks_of_silence_ask_the_bearers_once() -> None:
    project = make.make_running(started_on=today() - timedelta(days=20))
    assert logbook.notice_silences() == 0
    with at(now() + timedelta(days=1)):
        assert logbook.notice_silences() == 1
        assert logbook.notice_silences() == 0
        deliver_pending()
    with at(now() + timedelta(days=30)):
        assert logbook.notice_silences() == 0
        deliver_pending()
    (notice,) = Notice.objects.filter(kind="projects.silence")
    assert notice.member_id == project.bearer_id
    make.entry_in(project)
    with at(now() + timedelta(days=21)):
        assert logbook.notice_silences() == 1
    assert SilenceAsked.objects.count() == 2


@pytest.mark.parametrize("state", [State.PAUSED, State.ENDED, State.VALIDATED])
def test_nobody_is_asked_of_what_is_not_running(state: State) -> None:
    make.make_running(state=state)
    assert logbook.notice_silences() == 0


# ---- how alone somebody feels


def _reads(member: Member, check: IsolationCheck) -> bool:
    check = IsolationCheck.objects.select_related("project__community").get(pk=check.pk)
    return bool(rules.may_read_check(fresh_reader(member), check))


def test_how_alone_somebody_feels_is_theirs_until_they_tell_one_person() -> None:
    project = make.make_running()
    bearer, mate, coach, referent = (
        make.bearer_of(project),
        make.teammate(project),
        make.coach_of(project),
        make.referent_of(project),
    )
    check = isolation.check_isolation(member=bearer, project=project, level=4, words="Nights.")
    assert not FactRow.objects.filter(kind="projects.IsolationShared").exists()
    assert [_reads(one, check) for one in (bearer, mate, coach, referent)] == [
        True,
        False,
        False,
        False,
    ]
    isolation.share_check(member=bearer, check=check, with_whom=coach)
    assert [_reads(one, check) for one in (coach, referent)] == [True, False]
    assert not FactRow.objects.filter(kind="projects.IsolationShared").get().actor_id
    isolation.keep_check_private(member=bearer, check=check)
    assert not _reads(coach, check)
    for other in (mate, coach):
        with pytest.raises(Refused):
            isolation.erase_check(member=other, check=check)
    isolation.erase_check(member=bearer, check=check)
    assert not IsolationCheck.objects.exists()


def test_only_who_accompanies_the_project_can_be_told_and_only_while_they_do() -> None:
    project = make.make_running()
    bearer, coach = make.bearer_of(project), make.coach_of(project)
    for wrong in (make.teammate(project), make_member(), make.follower_of(project)):
        with pytest.raises(ValidationError, match="coach or the referent"):
            isolation.check_isolation(member=bearer, project=project, level=5, share_with=wrong)
    assert not IsolationCheck.objects.exists()
    check = isolation.check_isolation(member=bearer, project=project, level=5, share_with=coach)
    deliver_pending()
    assert Notice.objects.filter(kind="projects.isolation_shared", member=coach).exists()
    make.leave(coach, project)
    assert not _reads(coach, check)
    with pytest.raises(Refused):
        isolation.check_isolation(member=make_member(), project=project, level=1)


# ---- who leaves for good


def test_erasure_leaves_the_words_without_the_person_and_erases_picture_and_checks() -> None:
    project = make.make_running()
    mate = make.teammate(project)
    entry = make.entry_in(project, mate, picture=make.picture(), picture_words="A table.")
    isolation.check_isolation(member=mate, project=project, level=5)
    stored = StoredFile.objects.get()
    erase_member(member=mate)
    entry.refresh_from_db()
    assert (entry.author, entry.picture) == (None, None)
    assert not IsolationCheck.objects.exists()
    erase_what_was_dropped()
    assert not path_of(stored.name).exists()
