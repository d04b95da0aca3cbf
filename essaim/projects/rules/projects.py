from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.communities.rules import may_read, may_see_community, readable
from essaim.discussions.rules import has_conversations, may_moderate, may_report_thing
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.projects.models import (
    GOING_ON,
    LIVE,
    UNOPENED,
    Gate,
    GateDecision,
    GateKind,
    Observation,
    ObservationQuerySet,
    Outcome,
    Project,
    State,
)
from essaim.projects.rules.seeing import (
    SUBPLATFORM,
    are_on,
    host_of,
    is_bearer,
    may_run_project,
    may_see_project,
    stands,
)


def may_file(reader: Reader, host: Community) -> Verdict:
    """Any member of the community: a project is begun by a person, and stays theirs."""
    if not may_see_community(reader, host, subplatform=SUBPLATFORM):
        return refused(_("This page does not exist."))
    if not host.is_open:
        return refused(
            _("%(name)s is not open: nothing new can begin in it.") % {"name": host.name}
        )
    if not reader.belongs_to(host.pk):
        return refused(
            _("Join %(name)s to start a project in it.") % {"name": host.name}, joins=host.slug
        )
    return ALLOWED


def may_start_from(reader: Reader, observation: Observation) -> Verdict:
    if observation.withdrawn_at or observation.hidden_at:
        return refused(_("This need is no longer shown."))
    return may_file(reader, observation.community)


def may_take_up(reader: Reader, project: Project) -> Verdict:
    """The draft of an idea waits for its author, who bears it or does not."""
    if not reader.is_known or project.offered_to_id != reader.member_id:
        return refused(_("This draft is offered to the author of the idea."))
    return stands(project)


def may_submit(reader: Reader, project: Project) -> Verdict:
    if not (runs := may_run_project(reader, project)):
        return runs
    if project.state not in {State.DRAFT, State.REFUSED}:
        return refused(_("This project was submitted already."))
    return are_on(host_of(project))


def may_take_back(reader: Reader, project: Project) -> Verdict:
    """Before validators answered: to change it, and ask again."""
    if not (runs := may_run_project(reader, project)):
        return runs
    if project.state != State.SUBMITTED:
        return refused(_("Nothing waits for an answer here."))
    return ALLOWED


def may_withdraw_project(reader: Reader, project: Project) -> Verdict:
    """What nobody follows yet; one that is under way is ended, with what became of it."""
    if not is_bearer(reader, project):
        return refused(_("Only its bearer can withdraw this project."))
    if not (there := stands(project)):
        return there
    if project.state not in UNOPENED:
        return refused(_("It is under way: say how it ended instead."))
    return ALLOWED


def may_pause(reader: Reader, project: Project) -> Verdict:
    if not (runs := may_run_project(reader, project)):
        return runs
    if project.state != State.RUNNING:
        return refused(_("Only a project that is running can pause."))
    return ALLOWED


def may_resume(reader: Reader, project: Project) -> Verdict:
    if not (runs := may_run_project(reader, project)):
        return runs
    if project.state != State.PAUSED:
        return refused(_("This project is not paused."))
    decided = Gate.objects.filter(project=project).exclude(decision="")
    last = decided.order_by("-decided_at", "-pk").first()
    if last and last.decision == GateDecision.HOLD:
        return refused(_("A gate asked it to wait: ask again there, with what has changed."))
    return ALLOWED


def may_end(reader: Reader, project: Project) -> Verdict:
    """Also once a gate stopped it: what became of it is said by its bearers."""
    if not (runs := may_run_project(reader, project)):
        return runs
    if project.state not in {*LIVE, State.ENDED}:
        return refused(_("This project is not validated yet."))
    return ALLOWED


def may_end_with(project: Project, outcome: str) -> Verdict:
    """A host takes over what was accepted: the acceptance gate is never left out."""
    if outcome != Outcome.OPERATED_BY_HOST:
        return ALLOWED
    passed = Gate.objects.filter(project=project, kind=GateKind.ACCEPTANCE, decision__in=GOING_ON)
    if project.source_key or passed.exists():
        return ALLOWED
    return refused(_("The community takes over what passed the acceptance gate: ask there first."))


def may_hide_project(reader: Reader, project: Project) -> Verdict:
    if not (used := are_on(host_of(project))):
        return used
    if not may_moderate(reader, host_of(project)):
        return refused(_("Only the hosts and moderators of this community hide projects."))
    if reader.member_id is not None and project.bearer_id == reader.member_id:
        return refused(_("This project is yours: somebody else decides about it."))
    return stands(project)


def may_report_project(reader: Reader, project: Project) -> Verdict:
    if not has_conversations(host_of(project)):
        return refused(_("This page does not exist."))
    return may_report_thing(
        reader,
        may_see=may_see_project(reader, project),
        author_id=project.bearer_id,
        is_gone=project.withdrawn_at is not None or project.hidden_at is not None,
    )


# ---- needs seen around, without a project


def observations_visible_to(reader: Reader) -> ObservationQuerySet:
    """The twin of `may_see_observation`."""
    found = readable(reader, subplatform=SUBPLATFORM)
    return Observation.objects.filter(found, withdrawn_at__isnull=True)


def may_see_observation(reader: Reader, observation: Observation) -> Verdict:
    if observation.withdrawn_at:
        return refused(_("This page does not exist."))
    return may_read(reader, observation.community, observation.audience, subplatform=SUBPLATFORM)


def may_observe(reader: Reader, host: Community) -> Verdict:
    """Who walks the street sees it first: any member."""
    if not may_see_community(reader, host, subplatform=SUBPLATFORM):
        return refused(_("This page does not exist."))
    if not host.is_open:
        return refused(
            _("%(name)s is not open: nothing new can begin in it.") % {"name": host.name}
        )
    if not reader.belongs_to(host.pk):
        return refused(
            _("Join %(name)s to say what is missing here.") % {"name": host.name}, joins=host.slug
        )
    return ALLOWED


def may_withdraw_observation(reader: Reader, observation: Observation) -> Verdict:
    if not reader.is_known or observation.author_id != reader.member_id:
        return refused(_("Only who reported it can take it back."))
    if observation.withdrawn_at:
        return refused(_("It was taken back already."))
    return ALLOWED


def may_hide_observation(reader: Reader, observation: Observation) -> Verdict:
    if not may_moderate(reader, observation.community):
        return refused(_("Only the hosts and moderators of this community hide needs."))
    if observation.withdrawn_at or observation.hidden_at:
        return refused(_("This need is no longer shown."))
    return are_on(observation.community)


def may_report_observation(reader: Reader, observation: Observation) -> Verdict:
    if not has_conversations(observation.community):
        return refused(_("This page does not exist."))
    return may_report_thing(
        reader,
        may_see=may_see_observation(reader, observation),
        author_id=observation.author_id,
        is_gone=observation.withdrawn_at is not None or observation.hidden_at is not None,
    )
