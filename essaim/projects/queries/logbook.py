from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from essaim.communities.models import Mandate
from essaim.communities.queries import Bar
from essaim.communities.readers import Reader
from essaim.foundation.clock import today
from essaim.foundation.http import Page, keyset
from essaim.foundation.models import StoredFile
from essaim.members.queries import display_name
from essaim.projects.models import (
    EntryAudience,
    EntryKind,
    IsolationCheck,
    LogEntry,
    LogEntryQuerySet,
    Project,
)
from essaim.projects.queries.bars import bar_of_project
from essaim.projects.rules import logbook as rules

TONES = {
    EntryKind.SUCCESS: "good",
    EntryKind.FAILURE: "late",
}


@dataclass(frozen=True, slots=True)
class Head:
    """What every page about a project shows above itself."""

    public_id: str
    name: str
    lang: str
    bar: Bar


def head_of(reader: Reader, project: Project) -> Head:
    return Head(
        public_id=project.public_id,
        name=project.community.name,
        lang=project.language,
        bar=bar_of_project(reader, project),
    )


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry as this reader sees it."""

    public_id: str
    project_public_id: str
    project_name: str
    kind: str
    kind_label: str
    tone: str
    text: str
    lang: str
    picture: str
    picture_words: str
    width: int | None
    height: int | None
    happened_on: date
    author: str
    edited_at: datetime | None
    is_for_team: bool
    is_hidden: bool
    hiding_reason: str
    may_edit: bool
    may_withdraw: bool
    may_report: bool


@dataclass(frozen=True, slots=True)
class LogbookPage:
    """`kind` narrows it to entries of that kind; empty: all."""

    head: Head
    entries: Page[EntryShown]
    kind: str
    may_write: bool
    may_check: bool


def _told(entries: LogEntryQuerySet) -> LogEntryQuerySet:
    return entries.select_related("author", "picture")


def logbook_for_page(
    reader: Reader, project: Project, *, kind: str = "", after: str | None = None
) -> LogbookPage:
    """The newest moments first; one query for the entries."""
    entries = _told(rules.entries_visible_to(reader).filter(project=project))
    if kind in EntryKind.values:
        entries = entries.filter(kind=kind)
    page = keyset(entries, order=("-happened_on", "-id"), after=after)
    return LogbookPage(
        head=head_of(reader, project),
        entries=page.map(lambda entry: _shown(reader, project, entry)),
        kind=kind if kind in EntryKind.values else "",
        may_write=bool(rules.may_write_entry(reader, project)),
        may_check=bool(rules.may_check_isolation(reader, project)),
    )


def entries_for_list(
    reader: Reader, project: Project, *, after: str | None, size: int
) -> Page[EntryShown]:
    entries = _told(rules.entries_visible_to(reader).filter(project=project))
    page = keyset(entries, order=("-happened_on", "-id"), after=after, size=size)
    return page.map(lambda entry: _shown(reader, project, entry))


def last_entries(reader: Reader, project: Project, *, most: int = 3) -> list[EntryShown]:
    """For the project's own page; one query."""
    entries = _told(rules.entries_visible_to(reader).filter(project=project))
    newest = entries.order_by("-happened_on", "-id")[:most]
    return [_shown(reader, project, entry) for entry in newest]


def _shown(reader: Reader, project: Project, entry: LogEntry) -> EntryShown:
    entry.project = project  # loaded once, for the rules
    picture = entry.picture
    return EntryShown(
        public_id=entry.public_id,
        project_public_id=project.public_id,
        project_name=project.community.name,
        kind=entry.kind,
        kind_label=entry.get_kind_display(),
        tone=TONES.get(EntryKind(entry.kind), "plain"),
        text=entry.text,
        lang=entry.language,
        picture=reverse("entry_picture", args=[entry.public_id]) if picture else "",
        picture_words=entry.picture_words,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        happened_on=entry.happened_on,
        author=display_name(entry.author),
        edited_at=entry.edited_at,
        is_for_team=entry.audience == EntryAudience.TEAM,
        is_hidden=entry.hidden_at is not None,
        hiding_reason=entry.hiding_reason,
        may_edit=bool(rules.may_edit_entry(reader, entry)),
        may_withdraw=bool(rules.may_withdraw_entry(reader, entry)),
        may_report=bool(rules.may_report_entry(reader, entry)),
    )


def _whole(entries: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
    return entries.select_related("project__community__parent", "author", "picture")


def entry_for_change(reader: Reader, public_id: str) -> LogEntry | None:
    return _whole(rules.entries_visible_to(reader).filter(public_id=public_id)).first()


def entry_for_restore(reader: Reader, public_id: str) -> LogEntry | None:
    """One that was withdrawn a moment ago, for whoever may put it back."""
    gone = LogEntry.objects.filter(public_id=public_id, withdrawn_at__isnull=False)
    entry = _whole(gone).first()
    return entry if entry and rules.may_restore_entry(reader, entry) else None


def entry_for_page(reader: Reader, entry: LogEntry) -> EntryShown:
    return _shown(reader, entry.project, entry)


def picture_of(entry: LogEntry) -> StoredFile | None:
    return entry.picture


def entries_told_of(reader: Reader, entry_ids: set[int]) -> dict[int, LogEntry]:
    """Those of them that the reader may read, for the words of notices; one query."""
    found = _whole(rules.entries_visible_to(reader).filter(pk__in=entry_ids))
    return {entry.pk: entry for entry in found}


def entries_moderated(reader: Reader, ids: list[int]) -> dict[int, LogEntry]:
    """What moderators decide about, hidden or not: a case has led them there."""
    return {one.pk: one for one in _whole(LogEntry.objects.filter(pk__in=ids))}


# ---- how alone somebody feels


@dataclass(frozen=True, slots=True)
class CheckShown:
    public_id: str
    level_label: str
    words: str
    at: datetime
    by: str
    is_mine: bool
    shared_with: str


@dataclass(frozen=True, slots=True)
class IsolationPage:
    """One's own checks, and those that somebody chose to tell the reader."""

    head: Head
    own: tuple[CheckShown, ...]
    told: tuple[CheckShown, ...]
    listeners: tuple[tuple[str, str], ...]  # public id and name
    may_check: bool


def isolation_for_page(reader: Reader, project: Project) -> IsolationPage | None:
    """None for whoever neither writes nor was told any."""
    checks = IsolationCheck.objects.filter(project=project).select_related("member", "shared_with")
    own = list(checks.filter(member=reader.member_id or 0).order_by("-at", "-pk"))
    told = list(checks.filter(shared_with=reader.member_id or 0).order_by("-at", "-pk"))
    for one in (*own, *told):
        one.project = project
    told = [one for one in told if rules.may_read_check(reader, one)]
    may_check = bool(rules.may_check_isolation(reader, project))
    if not (own or told or may_check):
        return None
    return IsolationPage(
        head=head_of(reader, project),
        own=tuple(_check(reader, one) for one in own),
        told=tuple(_check(reader, one) for one in told),
        listeners=tuple(listeners_of(project, but=reader.member_id)),
        may_check=may_check,
    )


def _check(reader: Reader, check: IsolationCheck) -> CheckShown:
    return CheckShown(
        public_id=check.public_id,
        level_label=str(check.get_level_display()),
        words=check.words,
        at=check.at,
        by=display_name(check.member),
        is_mine=check.member_id == reader.member_id,
        shared_with=display_name(check.shared_with) if check.shared_with else "",
    )


def listeners_of(project: Project, *, but: int | None) -> list[tuple[str, str]]:
    """Its coaches and its referent, by name."""
    mandates = Mandate.objects.on(today()).filter(
        community=project.community_id, role__in=rules.LISTENING_ROLES
    )
    found: dict[str, str] = {}
    for one in mandates.exclude(member=but or 0).select_related("member").order_by("pk"):
        found[one.member.public_id] = f"{display_name(one.member)}, {one.get_role_display()}"
    return list(found.items())


def listener_named(project: Project, public_id: str) -> Any:
    mandates = Mandate.objects.on(today()).filter(
        community=project.community_id,
        role__in=rules.LISTENING_ROLES,
        member__public_id=public_id,
    )
    found = mandates.select_related("member").first()
    return found.member if found else None


def check_for_change(reader: Reader, public_id: str) -> IsolationCheck | None:
    """One's own."""
    own = IsolationCheck.objects.filter(public_id=public_id, member=reader.member_id or 0)
    return own.select_related("project__community__parent").first()


def checks_told_of(reader: Reader, check_ids: set[int]) -> dict[int, IsolationCheck]:
    found = IsolationCheck.objects.filter(pk__in=check_ids, shared_with=reader.member_id or 0)
    found = found.select_related("project__community")
    return {one.pk: one for one in found if rules.may_read_check(reader, one)}
