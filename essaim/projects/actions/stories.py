"""What works is told, and begun again elsewhere by others."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.actions.tree import set_lines_and_texts
from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.files import drop_file, keep_document
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.places.models import Place
from essaim.projects.actions import file_project
from essaim.projects.actions.projects import about, locked
from essaim.projects.facts.effects import (
    KitFileAdded,
    KitFileWithdrawn,
    ProjectSpread,
    StoryTold,
    StoryWithdrawn,
)
from essaim.projects.models import KitFile, Project, Story
from essaim.projects.rules import effects as rules

MOST_KIT_FILES = 20


@transaction.atomic
def tell_story(
    *, member: Member, project: Project, what_worked: str, what_was_hard: str, first_step: str
) -> Story:
    """Told or told better; what was withdrawn is told again."""
    project = locked(project)
    require(rules.may_tell_story(fresh_reader(member), project))
    told = Story.objects.filter(project=project).first()
    story = told or Story(project=project)
    is_new = told is None or told.withdrawn_at is not None
    values = {
        "what_worked": what_worked,
        "what_was_hard": what_was_hard,
        "first_step": first_step,
    }
    set_lines_and_texts(story, values)
    missing = {name: [_("Say it in a few words.")] for name in values if not getattr(story, name)}
    if missing:
        raise ValidationError(missing)
    if is_new:
        story.told_at, story.withdrawn_at = now(), None
    story.save()
    if is_new:
        record(StoryTold(**about(project, member)))
    return story


@transaction.atomic
def withdraw_story(*, member: Member, project: Project) -> None:
    """Nobody begins from it any more; who had begun goes on."""
    project = locked(project)
    require(rules.may_withdraw_story(fresh_reader(member), project))
    told = Story.objects.filter(project=project, withdrawn_at__isnull=True)
    if told.update(withdrawn_at=now()):
        record(StoryWithdrawn(**about(project, member)))
        bump_generation()


@transaction.atomic
def begin_from(
    *,
    member: Member,
    project: Project,
    host: Community,
    consent_text: str,
    name: str,
    place: Place | None = None,
) -> Project:
    """The same elsewhere, borne by somebody else: its problem and its smallest version, as a draft.

    Who it is for and who does it there already are asked anew: another place is another place.
    """
    origin = locked(project)
    require(rules.may_begin_from(fresh_reader(member), origin))
    begun = file_project(
        member=member,
        host=host,
        consent_text=consent_text,
        name=name,
        place=place,
        language=origin.language,
        copied_from=origin,
        problem=origin.problem,
        smallest_version=origin.smallest_version,
    )
    record(ProjectSpread(**about(begun, member), from_project_id=origin.pk))
    return begun


@transaction.atomic
def add_kit_file(*, member: Member, project: Project, upload: Any, label: str) -> KitFile:
    """A file for the team, and for the teams that began from here."""
    project = locked(project)
    require(rules.may_fill_kit(fresh_reader(member), project))
    if project.kit.count() >= MOST_KIT_FILES:
        raise ValidationError(
            {"file": [_("At most %(most)s files in a kit.") % {"most": MOST_KIT_FILES}]}
        )
    added = KitFile(project=project, added_by=member, added_at=now())
    set_lines_and_texts(added, {"label": label})
    if not added.label:
        raise ValidationError({"label": [_("Say in a few words what this file is.")]})
    try:
        added.file = keep_document(upload, uploader_id=member.pk)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    added.save()
    record(KitFileAdded(**about(project, member), file_id=added.pk))
    return added


@transaction.atomic
def withdraw_kit_file(*, member: Member, file: KitFile) -> None:
    """Gone at once, with its bytes: whoever has fetched it keeps theirs."""
    project = locked(file.project)
    require(rules.may_fill_kit(fresh_reader(member), project))
    held = KitFile.objects.select_for_update(of=("self",)).select_related("file")
    kept = held.filter(pk=file.pk).first()
    if kept is None:
        return
    record(KitFileWithdrawn(**about(project, member), file_id=kept.pk))
    stored = kept.file
    kept.delete()
    drop_file(stored)
