"""The logbook, effects and stories on pages of floors below."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from essaim.communities.queries import COMMUNITY_FIGURES, Figure, names_subject
from essaim.communities.readers import Reader
from essaim.design.typography import day, number, short_day
from essaim.discussions.queries import MODERATED_THINGS, ThingShown
from essaim.foundation.clock import today
from essaim.foundation.text import render_markdown
from essaim.members.queries import display_name
from essaim.outreach.queries import NOTICE_WORDING, TODAY_ACTS, Act, Wording, noticed
from essaim.projects.models import LOG_ENTRY
from essaim.projects.queries import figures, notices
from essaim.projects.queries import logbook as logbooks

ABOUT_PROJECTS = (
    "projects.silence",
    "projects.news_due",
    "projects.news_late",
    "projects.story_told",
    "projects.spread",
)
NEWS = 3  # minutes
MOST_ACTS = 3

names_subject(LOG_ENTRY, gettext_lazy("an entry of a logbook"))


@NOTICE_WORDING.fills(subplatform="projects", order=40)
def about_entries(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """What a project that the reader follows told; nothing of what is gone by now."""
    told = noticed(ids, "projects.entry_written")
    entries = logbooks.entries_told_of(reader, {one["entry_id"] for _kind, one in told.values()})
    return {
        pk: [_about_entry(entries[details["entry_id"]])]
        for pk, (_kind, details) in told.items()
        if details["entry_id"] in entries
    }


def _about_entry(entry: Any) -> Wording:
    return Wording(
        text=_("%(name)s tells: “%(text)s”")
        % {"name": entry.project.community.name, "text": notices.beginning(entry.text)},
        url=reverse("entry", args=[entry.public_id]),
        badge=str(entry.get_kind_display()),
    )


@NOTICE_WORDING.fills(subplatform="projects", order=41)
def about_isolation(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """That somebody chose the reader to tell; what they told stands on the page alone."""
    told = noticed(ids, "projects.isolation_shared")
    checks = logbooks.checks_told_of(reader, {one["check_id"] for _kind, one in told.values()})
    return {
        pk: [
            Wording(
                text=_("Somebody of %(name)s tells you how they are.")
                % {"name": checks[details["check_id"]].project.community.name},
                url=reverse(
                    "project_isolation", args=[checks[details["check_id"]].project.public_id]
                ),
            )
        ]
        for pk, (_kind, details) in told.items()
        if details["check_id"] in checks
    }


@NOTICE_WORDING.fills(subplatform="projects", order=42)
def about_what_is_told(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    told = noticed(ids, *ABOUT_PROJECTS)
    projects = notices.projects_told_of(reader, {one["project_id"] for _kind, one in told.values()})
    follow_ups = notices.follow_ups_told_of(
        {one["follow_up_id"] for _kind, one in told.values() if "follow_up_id" in one}
    )
    return {
        pk: [wording]
        for pk, (kind, details) in told.items()
        if details["project_id"] in projects
        and (wording := _about_project(kind, projects[details["project_id"]], details, follow_ups))
    }


def _about_project(kind: str, project: Any, details: Any, follow_ups: Any) -> Wording | None:
    said = {"name": project.community.name}
    if kind == "projects.silence":
        return Wording(
            text=_("%(name)s has told nothing for three weeks: how does it go?") % said,
            url=reverse("entry_new", args=[project.public_id]),
        )
    if kind == "projects.story_told":
        return Wording(
            text=_("%(name)s tells its story: others can begin from it.") % said,
            url=reverse("project_story", args=[project.public_id]),
        )
    if kind == "projects.spread":
        return Wording(
            text=_("Your project spreads: %(name)s began from it.") % said,
            url=reverse("project", args=[project.public_id]),
        )
    follow_up = follow_ups.get(details["follow_up_id"])
    if follow_up is None:
        return None
    url = reverse("news", args=[follow_up.public_id])
    if kind == "projects.news_late":
        return Wording(
            text=_("News of %(name)s are late; it shows publicly.") % said,
            url=url,
            badge=_("late"),
        )
    said["day"] = day(follow_up.due_on)
    return Wording(text=_("Tell how %(name)s goes, by %(day)s.") % said, url=url)


@MODERATED_THINGS.fills(subplatform="projects", order=40)
def moderated_entries(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[ThingShown]]:
    entries = [pk for kind, pk in ids if kind == LOG_ENTRY]
    if not entries:
        return {}
    found = logbooks.entries_moderated(reader, entries)
    return {(LOG_ENTRY, pk): [_moderated(one)] for pk, one in found.items()}


def _moderated(entry: Any) -> ThingShown:
    return ThingShown(
        name=notices.beginning(entry.text),
        stands_in=entry.project.community.name,
        url=reverse("entry", args=[entry.public_id]),
        author=display_name(entry.author),
        source=entry.text,
        text=render_markdown(entry.text),
        lang=entry.language,
        written_at=entry.created_at,
    )


@TODAY_ACTS.fills(subplatform="projects", order=40)
def news_to_tell(reader: Reader, ids: Collection[int]) -> dict[int, list[Act]]:
    """News that the reader owes, late ones and those of the coming week."""
    if reader.member_id is None or reader.member_id not in ids:
        return {}
    return {
        reader.member_id: [
            Act(
                minutes=NEWS,
                title=_("Tell how it goes: %(name)s") % {"name": one.name},
                url=reverse("news", args=[one.follow_up]),
                why=_("due by %(day)s") % {"day": short_day(one.due_on)},
                key=f"projects.news:{one.follow_up}",
                is_owed=True,
            )
            for one in notices.news_to_tell(reader, most=MOST_ACTS)
        ]
    }


@COMMUNITY_FIGURES.fills(subplatform="projects", order=60)
def what_came_of_projects(reader: Reader, ids: Collection[int]) -> dict[int, list[Figure]]:
    """Alive after a year, people who gained, recognitions; nothing where there are no projects."""
    return {
        pk: list(_figures(one))
        for pk, one in figures.project_figures(reader, ids).items()
        if one.projects
    }


def _figures(one: figures.ProjectsFigure) -> list[Figure]:
    definitions = reverse("definitions")
    found = [_alive(one, definitions)]
    if one.people is not None:
        found.append(
            Figure(
                label=_("People who gained from projects"),
                text=_("up to %(people)s") % {"people": number(one.people)},
                note=ngettext(
                    "counted by %(count)s project", "counted by %(count)s projects", one.counting
                )
                % {"count": number(one.counting)},
                href=definitions + "#beneficiaries",
                as_of=today(),
            )
        )
    if one.recognitions:
        found.append(
            Figure(
                label=_("Projects that were recognised"),
                value=one.recognised,
                of=one.projects,
                note=", ".join(one.received),
                href=definitions + "#recognitions",
                as_of=today(),
            )
        )
    return found


def _alive(one: figures.ProjectsFigure, definitions: str) -> Figure:
    notes = []
    if one.unknown:
        notes.append(
            ngettext("nothing is known of %(count)s", "nothing is known of %(count)s", one.unknown)
            % {"count": number(one.unknown)}
        )
    if one.recording_since:
        notes.append(_("recording complete since %(day)s") % {"day": day(one.recording_since)})
    href = definitions + "#alive-projects"
    label = _("Projects alive after 12 months")
    if not one.year_old:
        return Figure(
            label=label,
            text=_("none is a year old yet"),
            note=", ".join(notes),
            href=href,
            as_of=today(),
        )
    return Figure(
        label=label,
        value=one.alive,
        of=one.year_old,
        share=one.alive / one.year_old,
        note=", ".join(notes),
        href=href,
        as_of=today(),
    )
