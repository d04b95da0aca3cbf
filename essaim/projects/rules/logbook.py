from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities.models import Role
from essaim.communities.readers import Reader
from essaim.discussions.models import WITHDRAWAL_UNDO
from essaim.discussions.rules import has_conversations, may_report_thing
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now
from essaim.projects.models import (
    TEAM_ROLES,
    EntryAudience,
    IsolationCheck,
    LogEntry,
    LogEntryQuerySet,
    Project,
)
from essaim.projects.rules.seeing import (
    host_of,
    is_in_team,
    may_see_project,
    may_write_in,
    projects_visible_to,
    stands,
)

# Whom a team invites to read what it keeps for itself: nobody reads it from above.
READING_ROLES = (*TEAM_ROLES, Role.COACH)
LISTENING_ROLES = (Role.COACH, Role.REFERENT)


def reads_for_team(reader: Reader, project: Project) -> bool:
    return reader.holds_here(project.community, *READING_ROLES)


def may_see_entry(reader: Reader, entry: LogEntry) -> Verdict:
    """What is hidden stays with the team, which is told why; what is withdrawn is nobody's."""
    unseen = refused(_("This page does not exist."))
    if entry.withdrawn_at or not may_see_project(reader, entry.project):
        return unseen
    if entry.hidden_at:
        return ALLOWED if is_in_team(reader, entry.project) else unseen
    if entry.audience == EntryAudience.PUBLIC or reads_for_team(reader, entry.project):
        return ALLOWED
    return unseen


def entries_visible_to(reader: Reader) -> LogEntryQuerySet:
    """The twin of `may_see_entry`."""
    own = [pk for pk, role in reader.roles if role in TEAM_ROLES]
    reading = [pk for pk, role in reader.roles if role in READING_ROLES]
    shown = Q(audience=EntryAudience.PUBLIC) | Q(project__community__in=reading)
    return LogEntry.objects.filter(
        Q(hidden_at__isnull=True) & shown | Q(project__community__in=own),
        withdrawn_at__isnull=True,
        project__in=projects_visible_to(reader).values("pk"),
    )


def may_write_entry(reader: Reader, project: Project) -> Verdict:
    return may_write_in(reader, project)


def may_edit_entry(reader: Reader, entry: LogEntry) -> Verdict:
    """Its author, while they are in the team: nobody puts words into another's mouth."""
    if not reader.is_known or entry.author_id != reader.member_id:
        return refused(_("Only its author can correct this entry."))
    if entry.withdrawn_at:
        return refused(_("This entry was withdrawn."))
    if entry.hidden_at:
        return refused(_("This entry was hidden by a moderator."))
    return may_write_in(reader, entry.project)


def may_withdraw_entry(reader: Reader, entry: LogEntry) -> Verdict:
    """Its author at any time, also once they left; else those who bear the project."""
    if entry.withdrawn_at:
        return refused(_("This entry was withdrawn."))
    if reader.is_known and entry.author_id == reader.member_id:
        return ALLOWED
    if reader.holds_here(entry.project.community, Role.HOST):
        return stands(entry.project)
    return refused(_("Only its author, or those who bear the project, can withdraw this entry."))


def may_restore_entry(reader: Reader, entry: LogEntry) -> Verdict:
    """Within minutes, by whoever may write here."""
    if not entry.withdrawn_at or entry.hidden_at:
        return refused(_("This entry has not been withdrawn."))
    if now() > entry.withdrawn_at + WITHDRAWAL_UNDO:
        return refused(_("It is too late to put it back: its words are gone. Write it again."))
    is_author = reader.is_known and entry.author_id == reader.member_id
    if not is_author and not reader.holds_here(entry.project.community, Role.HOST):
        return refused(_("Only its author, or those who bear the project, can put it back."))
    return may_write_in(reader, entry.project)


def may_report_entry(reader: Reader, entry: LogEntry) -> Verdict:
    if not has_conversations(host_of(entry.project)):
        return refused(_("This page does not exist."))
    return may_report_thing(
        reader,
        may_see=may_see_entry(reader, entry),
        author_id=entry.author_id,
        is_gone=entry.withdrawn_at is not None or entry.hidden_at is not None,
    )


# ---- how alone somebody feels: theirs, and of whom they tell


def may_check_isolation(reader: Reader, project: Project) -> Verdict:
    if not is_in_team(reader, project):
        return refused(_("This page does not exist."))
    return ALLOWED


def may_read_check(reader: Reader, check: IsolationCheck) -> Verdict:
    """Who wrote it; whom they told, while these accompany the project."""
    if not reader.is_known:
        return refused(_("This page does not exist."))
    if check.member_id == reader.member_id:
        return ALLOWED
    listens = reader.holds_here(check.project.community, *LISTENING_ROLES)
    if check.shared_with_id == reader.member_id and listens:
        return ALLOWED
    return refused(_("This page does not exist."))


def may_change_check(reader: Reader, check: IsolationCheck) -> Verdict:
    """Tell somebody, tell nobody any more, erase it: who wrote it alone, at any time."""
    if reader.is_known and check.member_id == reader.member_id:
        return ALLOWED
    return refused(_("This page does not exist."))
