"""What a community makes its gatherings of a kind begin with, as it is typed: one thing a line."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.actions.typed import at_most, check_lines
from essaim.events.facts import KindTemplateChanged
from essaim.events.models import (
    ITEM_LENGTH,
    MOST_MINUTES,
    MOST_PARTS,
    MOST_ROUND_QUESTIONS,
    MOST_TOLD,
    QUESTION_LENGTH,
    SHORT_LENGTH,
    ItemKind,
    Kind,
    KindTemplate,
)
from essaim.events.queries.templates import marks_of_parts
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line
from essaim.members.models import Member
from essaim.needs.actions.values import Checks

# « 15 Opening round », « 15 min Opening round », « 10 Soup (break) ».
_PART = re.compile(r"([0-9]{1,5})\s*(?:min\.?)?\s+(.+)")
_MARKED = re.compile(r"(.+?)\s*\(([^()]+)\)")


@transaction.atomic
def change_template(*, member: Member, community: Community, kind: str, **given: Any) -> None:
    """From now on; of two who save at once the last one stands."""
    community = _locked(community)
    require(rules.may_change_template(fresh_reader(member), community))
    values = template_values(kind, **given)
    KindTemplate.objects.update_or_create(
        community=community,
        kind=kind,
        defaults={**values, "changed_by": member, "changed_at": now()},
    )
    _changed(member, community, kind, is_own=True)


@transaction.atomic
def reset_template(*, member: Member, community: Community, kind: str) -> None:
    """What is in force above it again, or what comes with the site."""
    community = _locked(community)
    require(rules.may_change_template(fresh_reader(member), community))
    deleted, _by_model = KindTemplate.objects.filter(community=community, kind=kind).delete()
    if deleted:
        _changed(member, community, kind, is_own=False)


def _locked(community: Community) -> Community:
    """One after the other: who saves what somebody takes away just then has saved it."""
    return Community.objects.select_for_update(of=("self",), no_key=True).get(pk=community.pk)


def template_values(
    kind: str,
    *,
    purpose: str,
    agenda: str,
    asked: str,
    agenda_question: int,
    roles: str,
    follow_up: str,
) -> dict[str, Any]:
    """The values of a template, or a ValidationError by field that names the line."""
    checks = Checks()
    checks.one_of("kind", kind, Kind.values)
    checks.text("purpose", purpose, longest=SHORT_LENGTH, clean=clean_line, is_open=False)
    marks = marks_of_parts()
    check_lines(
        checks, "agenda", agenda.splitlines(), lambda line: _part(line, marks), most=MOST_PARTS
    )
    question = at_most(QUESTION_LENGTH)
    check_lines(checks, "asked", asked.splitlines(), question, most=MOST_ROUND_QUESTIONS)
    _which(checks, agenda_question)
    for name, given in (("roles", roles), ("follow_up", follow_up)):
        lines = given.splitlines()
        check_lines(checks, name, lines, at_most(SHORT_LENGTH), most=MOST_TOLD, needed=False)
    values = checks.done()
    del values["kind"]
    return values


def _part(line: str, marks: dict[str, ItemKind]) -> dict[str, Any]:
    found = _PART.fullmatch(line)
    if found is None:
        raise ValidationError(_("first the minutes, then what it is about, as in “15 Welcome”."))
    minutes, title, kind = int(found[1]), found[2].strip(), ItemKind.TOPIC
    if not 1 <= minutes <= MOST_MINUTES:
        said = _("between 1 and %(most)s minutes.")
        raise ValidationError(said % {"most": number(MOST_MINUTES)})
    marked = _MARKED.fullmatch(title)
    if marked and (known := marks.get(marked[2].strip().casefold())):
        title, kind = marked[1].strip(), known
    return {"title": at_most(ITEM_LENGTH)(title), "minutes": minutes, "kind": kind.value}


def _which(checks: Checks, chosen: int) -> None:
    """Which of the questions becomes the agenda, from 1 on; 0 is none."""
    asked = checks.values["asked"]
    if not 0 <= chosen <= len(asked) and "asked" not in checks.errors:
        checks.say("agenda_question", _("There is no such question: choose one of those above."))
    checks.values["asked"] = [
        {"text": text, "is_agenda": place == chosen} for place, text in enumerate(asked, start=1)
    ]


def _changed(member: Member, community: Community, kind: str, *, is_own: bool) -> None:
    record(
        KindTemplateChanged(actor_id=member.pk, community_id=community.pk, kind=kind, is_own=is_own)
    )
    bump_generation()
