"""What a team tells of its project, day by day; and when it tells nothing."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.actions.tree import set_lines_and_texts
from essaim.communities.models import Audience
from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import (
    Handling,
    Thing,
    end_case,
    handles,
    reopen_case,
)
from essaim.discussions.models import WITHDRAWAL_UNDO, Outcome, Waiting
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.files import drop_file, keep_picture
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.projects.actions.projects import locked
from essaim.projects.facts.logbook import (
    EntryCorrected,
    EntryHidden,
    EntryRestored,
    EntryWithdrawn,
    EntryWritten,
    SilenceNoticed,
)
from essaim.projects.models import (
    LOG_ENTRY,
    SILENCE,
    EntryAudience,
    EntryKind,
    LogEntry,
    Project,
    SilenceAsked,
    State,
)
from essaim.projects.rules import host_of
from essaim.projects.rules import logbook as rules


@transaction.atomic
def write_entry(
    *,
    member: Member,
    project: Project,
    kind: str,
    text: str,
    audience: str = EntryAudience.PUBLIC,
    happened_on: date | None = None,
    picture: Any = None,
    picture_words: str = "",
    language: str | None = None,
) -> LogEntry:
    """A short text of the team, perhaps with a picture; followers are told in their mail."""
    project = locked(project)
    require(rules.may_write_entry(fresh_reader(member), project))
    entry = LogEntry(
        project=project,
        author=member,
        language=language or project.language,
        created_at=now(),
        happened_on=happened_on or today(),
    )
    _set_words(entry, kind=kind, audience=audience, text=text, picture_words=picture_words)
    if picture:
        _set_picture(entry, picture, member)
    entry.save()
    record(EntryWritten(actor_id=member.pk, kind=entry.kind, **_about(entry)))
    return entry


@transaction.atomic
def correct_entry(
    *,
    member: Member,
    entry: LogEntry,
    kind: str,
    text: str,
    audience: str,
    happened_on: date | None = None,
    picture: Any = None,
    picture_words: str = "",
    drops_picture: bool = False,
) -> LogEntry:
    """Its author's second thoughts: words, day, for whom, picture."""
    entry = _locked(entry.pk)
    require(rules.may_edit_entry(fresh_reader(member), entry))
    was_public = entry.audience == EntryAudience.PUBLIC
    old = entry.picture
    entry.happened_on = happened_on or entry.happened_on
    if drops_picture or picture:
        entry.picture = None
    _set_words(entry, kind=kind, audience=audience, text=text, picture_words=picture_words)
    if picture:
        _set_picture(entry, picture, member)
    _require_alt(entry)
    entry.edited_at = now()
    entry.save()
    if old and entry.picture_id != old.pk:
        drop_file(old)
    if was_public and entry.audience != EntryAudience.PUBLIC:
        bump_generation()
    record(EntryCorrected(actor_id=member.pk, **_about(entry)))
    return entry


def _set_words(entry: LogEntry, *, kind: str, audience: str, text: str, picture_words: str) -> None:
    if kind not in EntryKind.values:
        raise ValidationError({"kind": [_("Choose what it was.")]})
    if audience not in EntryAudience.values:
        raise ValidationError({"audience": [_("Choose who reads it.")]})
    if entry.happened_on > today():
        raise ValidationError({"happened_on": [_("Tell it once it has happened.")]})
    entry.kind, entry.audience = kind, audience
    set_lines_and_texts(entry, {"text": text, "picture_words": picture_words})
    if not entry.text:
        raise ValidationError({"text": [_("Say in a few words what happened.")]})


def _set_picture(entry: LogEntry, picture: Any, member: Member) -> None:
    if not entry.picture_words:
        raise ValidationError(
            {"picture_words": [_("Say what the picture shows, for those who cannot see it.")]}
        )
    try:
        entry.picture = keep_picture(picture, uploader_id=member.pk)
    except ValidationError as error:
        raise ValidationError({"picture": error.messages}) from error


def _require_alt(entry: LogEntry) -> None:
    if entry.picture_id and not entry.picture_words:
        raise ValidationError(
            {"picture_words": [_("Say what the picture shows, for those who cannot see it.")]}
        )
    if not entry.picture_id:
        entry.picture_words = ""


@transaction.atomic
def withdraw_entry(*, member: Member, entry: LogEntry) -> None:
    """Gone for everyone; for some minutes it may be put back, then its words are erased."""
    entry = _locked(entry.pk)
    require(rules.may_withdraw_entry(fresh_reader(member), entry))
    entry.withdrawn_at = now()
    entry.save(update_fields=["withdrawn_at"])
    end_case(LOG_ENTRY, entry.pk, Outcome.WITHDRAWN, by=None, at=entry.withdrawn_at)
    record(EntryWithdrawn(actor_id=member.pk, **_about(entry)))
    bump_generation()


@transaction.atomic
def restore_entry(*, member: Member, entry: LogEntry) -> None:
    entry = _locked(entry.pk)
    require(rules.may_restore_entry(fresh_reader(member), entry))
    if entry.withdrawn_at:
        reopen_case(LOG_ENTRY, entry.pk, withdrawn_at=entry.withdrawn_at)
    entry.withdrawn_at = None
    entry.save(update_fields=["withdrawn_at"])
    record(EntryRestored(actor_id=member.pk, **_about(entry)))


def forget_withdrawn_entries() -> int:
    """Each minute: words and pictures of what can no longer be put back."""
    over = LogEntry.objects.filter(withdrawn_at__lt=now() - WITHDRAWAL_UNDO).exclude(text="")
    forgotten = 0
    with transaction.atomic():
        for entry in over.select_for_update(of=("self",), skip_locked=True)[:500]:
            picture = entry.picture
            entry.text = entry.picture_words = ""
            entry.picture = None
            entry.save(update_fields=["text", "picture_words", "picture"])
            drop_file(picture)
            forgotten += 1
    return forgotten


def _locked(entry_id: int) -> LogEntry:
    held = LogEntry.objects.select_for_update(of=("self",))
    return held.select_related("project__community__parent", "picture").get(pk=entry_id)


def _about(entry: LogEntry) -> dict[str, Any]:
    is_public = entry.audience == EntryAudience.PUBLIC
    return {
        "community_id": entry.project.community_id,
        "audience": Audience.PUBLIC if is_public else Audience.ROLE_HOLDERS,
        "project_id": entry.project_id,
        "entry_id": entry.pk,
    }


# ---- before the moderators


def _thing(entry_id: int) -> Thing:
    entry = _locked(entry_id)
    is_public = entry.audience == EntryAudience.PUBLIC
    return Thing(
        kind=LOG_ENTRY,
        pk=entry.pk,
        community=host_of(entry.project),  # those of its own community write it
        audience=Audience.PUBLIC if is_public else Audience.ROLE_HOLDERS,
        author_id=entry.author_id,
        text=entry.text,
        is_hidden=entry.hidden_at is not None,
        waiting_for=Waiting(entry.waiting_for) if entry.waiting_for else None,
        is_gone=not entry.text or entry.withdrawn_at is not None,
        may_see=lambda reader: rules.may_see_entry(reader, entry),
        row=entry,
    )


def _hide(thing: Thing, member: Member | None, reason: str) -> None:
    entry: LogEntry = thing.row
    entry.hidden_at, entry.hidden_by, entry.hiding_reason = now(), member, reason
    entry.waiting_for = "" if member else Waiting.DECISION
    entry.save(update_fields=["hidden_at", "hidden_by", "hiding_reason", "waiting_for"])
    if member:
        record(EntryHidden(actor_id=member.pk, **_about(entry)))


def _show(thing: Thing, _member: Member | None) -> None:
    entry: LogEntry = thing.row
    entry.hidden_at = entry.hidden_by = None
    entry.hiding_reason = entry.waiting_for = ""
    entry.save(update_fields=["hidden_at", "hidden_by", "hiding_reason", "waiting_for"])


handles(LOG_ENTRY, Handling(lock=_thing, hide=_hide, show=_show))


# ---- silence


def notice_silences() -> int:
    """Each morning: of running projects that told nothing for three weeks, once each silence."""
    asked = 0
    for project in Project.objects.standing().filter(state=State.RUNNING).order_by("pk"):
        asked += _notice_silence(project.pk)
    return asked


@transaction.atomic
def _notice_silence(project_id: int) -> bool:
    project = locked(Project(pk=project_id))
    if project.state != State.RUNNING or project.withdrawn_at or project.hidden_at:
        return False
    last = last_told_on(project)
    if last is None or today() - last < SILENCE:
        return False
    silence, is_new = SilenceAsked.objects.get_or_create(project=project, since=last)
    if is_new:
        record(
            SilenceNoticed(
                community_id=project.community_id,
                audience=Audience.ROLE_HOLDERS,
                project_id=project.pk,
                silence_id=silence.pk,
            )
        )
    return is_new


def last_told_on(project: Project) -> date | None:
    """The day of the last entry, whoever reads it; before the first one, of its start."""
    written = project.entries.filter(withdrawn_at__isnull=True).order_by("-created_at").first()
    started = project.started_on or (project.validated_at and project.validated_at.date())
    return max(
        (day for day in (written and written.created_at.date(), started) if day), default=None
    )
