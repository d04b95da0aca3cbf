"""Who may sponsor a project: somebody from outside, or a written exception."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from essaim.communities.models import Community, Kind, Mandate, Membership, Role
from essaim.communities.readers import Reader
from essaim.communities.rules import is_elected
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import today
from essaim.projects.models import TEAM_ROLES, Project, ProjectParty, SponsorKind, Sponsorship
from essaim.projects.rules.seeing import host_of, may_run_project, stands, validates
from essaim.projects.rules.validation import may_support_project

RESPONSIBLE = (Role.HEAD, Role.HOST)


def units_of(member_ids: Collection[int]) -> set[int]:
    """Where they work (their deepest units) and which units they are responsible for."""
    return set().union(*units_by_member(member_ids).values())


def units_by_member(member_ids: Collection[int]) -> dict[int, set[int]]:
    """The same of each of them; two queries."""
    found: dict[int, set[int]] = defaultdict(set)
    here = Membership.objects.filter(
        member__in=member_ids, left_at__isnull=True, community__kind=Kind.UNIT
    )
    rows = list(here.values_list("member_id", "community_id", "community__ancestor_ids"))
    above = {(member_id, one) for member_id, _unit, lineage in rows for one in lineage}
    for member_id, unit, _lineage in rows:
        if (member_id, unit) not in above:
            found[member_id].add(unit)
    heads = Mandate.objects.on(today()).filter(
        member__in=member_ids, role__in=RESPONSIBLE, community__kind=Kind.UNIT
    )
    for member_id, unit in heads.values_list("member_id", "community_id"):
        found[member_id].add(unit)
    return found


def around(unit_ids: Collection[int]) -> set[int]:
    """These units, and all those above and below each of them."""
    units = Community.objects.filter(kind=Kind.UNIT)
    named = units.filter(pk__in=unit_ids).values_list("pk", "ancestor_ids")
    above = {one for _pk, lineage in named for one in lineage}
    below = units.filter(ancestor_ids__overlap=list(unit_ids)) if unit_ids else units.none()
    found = set(units.filter(pk__in=[*unit_ids, *above]).values_list("pk", flat=True))
    return found | set(below.values_list("pk", flat=True))


def current_team(project: Project) -> set[int]:
    """Whoever is in the team today or will be."""
    return _current_teams([project])[project.community_id]


def _current_teams(projects: Collection[Project]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    mandates = Mandate.objects.filter(
        community__in=[one.community_id for one in projects], role__in=TEAM_ROLES
    ).exclude(ends_on__lte=today())
    for community_id, member_id in mandates.values_list("community_id", "member_id"):
        found[community_id].add(member_id)
    return found


def is_inside(project: Project, member_id: int) -> bool:
    """Whether they work in, or answer for, a unit of the team or one that the project touches."""
    known: dict[int, bool] = getattr(project, "known_inside", {})  # as a list's query found it
    if member_id in known:
        return known[member_id]
    return bool(inside_among([(project, member_id)]))


def inside_among(pairs: Iterable[tuple[Project, int]]) -> set[tuple[int, int]]:
    """(project, member) of those who stand inside its perimeter, however many; five queries.

    The perimeter: the units of the team and what the project touches, with all above and below.
    """
    asked = list(pairs)
    if not asked:
        return set()
    teams = _current_teams([project for project, _member_id in asked])
    touched: dict[int, set[int]] = defaultdict(set)
    parties = ProjectParty.objects.filter(
        project__in=[project.pk for project, _member_id in asked], unit__isnull=False
    )
    for project_id, unit in parties.values_list("project_id", "unit_id"):
        touched[project_id].add(unit)
    people = set().union(*teams.values(), [member_id for _project, member_id in asked])
    works = units_by_member(people)
    units = Community.objects.filter(
        kind=Kind.UNIT, pk__in=set().union(*works.values(), *touched.values())
    )
    lineage: dict[int, list[int]] = dict(units.values_list("pk", "ancestor_ids"))
    found = set()
    for project, member_id in asked:
        own = set().union(*(works[pk] for pk in teams[project.community_id]))
        named = own | touched[project.pk]
        above = {one for unit in named for one in lineage.get(unit, ())}
        if any(
            unit in named or unit in above or not named.isdisjoint(lineage[unit])
            for unit in works[member_id]
        ):
            found.add((project.pk, member_id))
    return found


def may_sponsor(project: Project, member_id: int, kind: str, *, exception: str = "") -> Verdict:
    """The sponsor rule; a trigger of the database asks the same again, whoever writes.

    A written exception lets somebody be near; it never lets the team sponsor itself.
    """
    if member_id in current_team(project):
        return refused(_("Who is in the team does not sponsor the project."))
    if kind == SponsorKind.ELECTED and not is_elected(member_id, host_of(project)):
        return refused(_("An elected sponsor holds an elected mandate here or above."))
    if kind == SponsorKind.MAIN and not exception and is_inside(project, member_id):
        return refused(
            _(
                "A sponsor comes from outside: this person works in, or is responsible for, a unit"
                " of the team or one that the project touches."
            )
        )
    return ALLOWED


def may_enter_team(project: Project, member_id: int) -> Verdict:
    """Not who sponsors it, nor somebody whose unit brings its sponsor inside."""
    sponsors = Sponsorship.objects.on(today()).filter(project=project).exclude(member=None)
    rows = list(sponsors.values_list("member_id", "kind", "exception_reason"))
    if any(sponsor == member_id for sponsor, _kind, _reason in rows):
        return refused(_("Who sponsors a project does not join its team."))
    main = [sponsor for sponsor, kind, reason in rows if kind == SponsorKind.MAIN and not reason]
    if main and around(units_of([member_id])) & units_of(main):
        return refused(
            _(
                "The sponsor of this project is too near to the unit of this person: another"
                " sponsor, or a written exception, comes first."
            )
        )
    return ALLOWED


def is_sponsor(reader: Reader, project: Project) -> bool:
    if not reader.is_known:
        return False
    known: list[Sponsorship] | None = getattr(project, "sponsors_today", None)  # by a page's query
    if known is not None:
        return any(one.member_id == reader.member_id for one in known)
    current = Sponsorship.objects.on(today()).filter(project=project, member=reader.member_id)
    return current.exists()


def may_end_sponsorship(reader: Reader, sponsorship: Sponsorship) -> Verdict:
    project = sponsorship.project
    if reader.is_known and sponsorship.member_id == reader.member_id:
        return ALLOWED
    if validates(reader, project) or may_run_project(reader, project):
        return stands(project)
    return refused(_("Only the sponsor, the bearers or who validates can end it."))


def may_grant_exception(reader: Reader, project: Project, sponsor_id: int | None) -> Verdict:
    """By who validates projects, outside the team, and never for themselves."""
    if reader.member_id is not None and reader.member_id == sponsor_id:
        return refused(_("An exception for yourself is written by somebody else."))
    return may_support_project(reader, project)
