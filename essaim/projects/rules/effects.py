from datetime import timedelta

from django.utils.translation import gettext as _

from essaim.communities.models import Role
from essaim.communities.readers import Reader
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import today
from essaim.projects.models import (
    LIVE,
    TEAM_ROLES,
    UNOPENED,
    Beneficiaries,
    FollowUp,
    Measure,
    Project,
    State,
    Story,
    descending_from,
)
from essaim.projects.rules.seeing import (
    is_in_team,
    may_see_project,
    may_write_in,
)

TOLD_EARLY = timedelta(days=7)  # when the bearers are first reminded
# Whose news is owed while somebody bears the project, and once nobody does.
BEARING, STANDING_IN = Role.HOST, Role.REFERENT


def may_count_effects(reader: Reader, project: Project) -> Verdict:
    """The team enters its numbers, each with how it was counted; also once the project ended."""
    return may_write_in(reader, project)


def may_tell_news(  # noqa: PLR0911  each refusal has its own words
    reader: Reader, follow_up: FollowUp
) -> Verdict:
    """The bearers; the referent where nobody bears the project any more. Also once it is closed."""
    project = follow_up.project
    if not may_see_project(reader, project):
        return refused(_("This page does not exist."))
    if today() < follow_up.due_on - TOLD_EARLY:
        return refused(_("These news are asked for from a week before their day."))
    if follow_up.done_at or follow_up.cancelled_at:
        return refused(_("These news were told already."))
    if project.withdrawn_at or project.hidden_at:
        return refused(_("This project is no longer shown."))
    if reader.holds_here(project.community, BEARING):
        return ALLOWED
    if project.bearer_id is None and reader.holds_here(project.community, STANDING_IN):
        return ALLOWED
    return refused(_("Those who bear this project tell how it goes."))


# ---- stories, kits, and what started from them


def has_counted(project: Project) -> bool:
    """Whether any effect of it stands."""
    measures = Measure.objects.standing().filter(indicator__project=project)
    people = Beneficiaries.objects.standing().filter(project=project)
    return measures.exists() or people.exists()


def may_tell_story(reader: Reader, project: Project) -> Verdict:
    """The team, once an effect was counted: what works is told, not what is hoped."""
    if not (writes := may_write_in(reader, project)):
        return writes
    if project.state not in {*LIVE, State.ENDED}:
        return refused(_("This project is not validated yet."))
    if not has_counted(project):
        return refused(_("Count a first effect: a story tells what works."))
    return ALLOWED


def may_withdraw_story(reader: Reader, project: Project) -> Verdict:
    return may_write_in(reader, project)


def is_told(story: Story | None) -> bool:
    return story is not None and story.withdrawn_at is None


def may_begin_from(reader: Reader, project: Project) -> Verdict:
    """Whoever reads its story; in which community, the rule of filing says."""
    if not may_see_project(reader, project):
        return refused(_("This page does not exist."))
    if not is_told(getattr(project, "story", None)):
        return refused(_("Its team has not told how to do it elsewhere yet."))
    if project.state in UNOPENED or project.hidden_at:
        return refused(_("This project is no longer shown."))
    return ALLOWED


def may_read_kit(reader: Reader, project: Project) -> Verdict:
    """The team, and the teams of what started from it, once these are validated."""
    if not reader.is_known:
        return refused(_("This page does not exist."))
    if is_in_team(reader, project):
        return ALLOWED
    own = [pk for pk, role in reader.roles if role in TEAM_ROLES]
    if not own or project.hidden_at or project.withdrawn_at:
        return refused(_("This page does not exist."))
    begun = Project.objects.filter(
        pk__in=descending_from([project.pk]), community__in=own, withdrawn_at__isnull=True
    )
    if begun.exclude(state__in=UNOPENED).filter(hidden_at__isnull=True).exists():
        return ALLOWED
    if begun.exists():
        return refused(_("Its files come with the validation of your project."))
    return refused(_("This page does not exist."))


def may_fill_kit(reader: Reader, project: Project) -> Verdict:
    return may_write_in(reader, project)
