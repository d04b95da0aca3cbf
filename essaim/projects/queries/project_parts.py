"""The parts of a project's page: its gates, people, support, whom it touches, what is said."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from essaim.communities.models import Role
from essaim.communities.readers import Reader
from essaim.design.typography import day
from essaim.members.queries import display_name
from essaim.projects import rules
from essaim.projects.models import (
    TEAM_ROLES,
    Gate,
    Objection,
    Obstacle,
    ProjectParty,
    SponsorKind,
    SupportLine,
)
from essaim.projects.queries.names import Badge, due_badge, gate_badge, gate_name

AROUND = (Role.REFERENT, Role.FACILITATOR, Role.COACH)


@dataclass(frozen=True, slots=True)
class Step:
    """One stage, as `ui.fate` prints it; `state` is done, now, late or todo."""

    label: str
    state: str
    meta: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody of the team, or who accompanies it."""

    name: str
    part: str
    note: str = ""
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class GateLine:
    public_id: str
    name: str
    badge: Badge
    reasons: str
    by: str
    conditions: tuple[tuple[str, Badge], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the support plan, of the parties, of what is objected or in the way."""

    public_id: str
    text: str
    badge: Badge
    meta: str = ""
    more: str = ""
    may_act: bool = False
    may_say_informed: bool = False
    may_report: bool = False


def gate_line(gate: Gate) -> GateLine:
    return GateLine(
        public_id=gate.public_id,
        name=gate_name(gate.kind),
        badge=gate_badge(gate),
        reasons=gate.reasons,
        by=display_name(gate.decided_by) if gate.decided_by else "",
        conditions=tuple(
            (one.what, Badge(_("met"), "good") if one.met_at else due_badge(one.due_on))
            for one in gate.conditions.all()
        ),
    )


def team_lines(project: Any) -> tuple[PersonLine, ...]:
    found = []
    for one in project.community.held_today:
        if one.role not in TEAM_ROLES:
            continue
        is_bearer = one.member_id == project.bearer_id
        part = _("bearer") if is_bearer else _("co-bearer") if one.role == Role.HOST else _("team")
        found.append(PersonLine(display_name(one.member), part))
    return tuple(sorted(found, key=lambda one: one.part != _("bearer")))


def lines_around(project: Any) -> Iterator[PersonLine]:
    for one in project.sponsors_today:
        if one.member is None:
            continue
        inside = one.kind == SponsorKind.MAIN and rules.is_inside(project, one.member_id)
        badge = None
        if one.exception_reason:
            badge = Badge(_("exception"), "now")
        elif inside:
            badge = Badge(_("inside the perimeter"), "late")
        yield PersonLine(
            display_name(one.member),
            str(SponsorKind(one.kind).label),
            _("Exception: %(why)s") % {"why": one.exception_reason} if one.exception_reason else "",
            badge,
        )
    for one in project.community.held_today:
        if one.role in AROUND:
            yield PersonLine(display_name(one.member), str(Role(one.role).label))


def support_item(reader: Reader, line: SupportLine) -> Item:
    badge = Badge(_("done"), "good") if line.done_at else due_badge(line.due_on)
    return Item(
        public_id=line.public_id,
        text=line.what,
        badge=badge,
        meta=display_name(line.owner) if line.owner else "",
        may_act=bool(rules.may_do_support(reader, line)),
    )


def party_item(reader: Reader, party: ProjectParty) -> Item:
    if party.acknowledged_at:
        badge = Badge(_("knows"), "good")
    elif party.informed_at:
        badge = Badge(_("informed"))
    else:
        badge = Badge(_("to be told"), "now")
    return Item(
        public_id=party.public_id,
        text=party.unit.name if party.unit else party.name,
        badge=badge,
        meta=str(party.get_kind_display()),
        may_act=bool(rules.may_acknowledge(reader, party)),
        may_say_informed=bool(rules.may_say_informed(reader, party)),
    )


def objection_item(reader: Reader, one: Objection) -> Item:
    answered = Badge(pgettext("objection", "answered"), "good")
    return Item(
        public_id=one.public_id,
        text=one.words,
        badge=answered if one.answered_at else Badge(_("waits"), "now"),
        meta=", ".join(filter(None, [display_name(one.author) if one.author else "", day(one.at)])),
        more=one.answer,
        may_act=bool(rules.may_answer_objection(reader, one)),
        may_report=bool(rules.may_report_objection(reader, one)),
    )


def obstacle_item(reader: Reader, one: Obstacle) -> Item:
    return Item(
        public_id=one.public_id,
        text=one.words,
        badge=Badge(_("removed"), "good") if one.removed_at else Badge(_("in the way"), "now"),
        meta=day(one.at),
        more=one.how,
        may_act=bool(rules.may_remove_obstacle(reader, one)),
    )
