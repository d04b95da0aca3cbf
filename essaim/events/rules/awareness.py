"""Plans to make something known before it begins: members read them, who holds gatherings acts."""

from django.db.models import Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import IN_OPEN_COMMUNITIES, Audience, Community
from essaim.communities.readers import Reader
from essaim.communities.rules import entitled, may_read, on, readable
from essaim.events.models import AwarenessPlan, AwarenessPlanQuerySet, AwarenessStep, Event, State
from essaim.events.rules.holding import may_hold
from essaim.events.rules.seeing import HOLD, SUBPLATFORM, are_on
from essaim.foundation.access import ALLOWED, Verdict, refused

_NO_PAGE = gettext_lazy("This page does not exist.")


def may_plan_awareness(reader: Reader, community: Community) -> Verdict:
    """Whoever may plan its gatherings."""
    return may_hold(reader, community)


def may_read_awareness(reader: Reader, community: Community) -> Verdict:
    """Members, and whoever plans gatherings here; others do not learn that there are any."""
    if not reader.is_known or not are_on(community):
        return refused(_NO_PAGE)
    if reader.may(community, HOLD):
        return ALLOWED
    return may_read(reader, community, Audience.MEMBERS, subplatform=SUBPLATFORM)


def awareness_visible_to(reader: Reader) -> AwarenessPlanQuerySet:
    """The twin of `may_read_awareness`."""
    if not reader.is_known:
        return AwarenessPlan.objects.none()
    found = AwarenessPlan.objects.alias(shown=Value(Audience.MEMBERS.value))
    read = readable(reader, audience="shown", subplatform=SUBPLATFORM)
    held = entitled(reader, HOLD, path="community__")
    return found.filter(read | held, on(SUBPLATFORM, path="community__"))


def may_change_awareness(reader: Reader, plan: AwarenessPlan) -> Verdict:
    """The plan and its steps, until it has ended."""
    if not (seen := may_read_awareness(reader, plan.community)):
        return seen
    if not plan.is_open:
        return refused(_("This plan has ended: begin another one."))
    return may_plan_awareness(reader, plan.community)


def awareness_held_by(reader: Reader) -> AwarenessPlanQuerySet:
    """The twin of `may_change_awareness`, in one join: no row for whoever holds no role."""
    if not (reader.roles or reader.delegated):
        return AwarenessPlan.objects.none()
    held = entitled(reader, HOLD, path="community__") & on(SUBPLATFORM, path="community__")
    return AwarenessPlan.objects.open().filter(held, IN_OPEN_COMMUNITIES)


def may_plan_step(reader: Reader, step: AwarenessStep) -> Verdict:
    """Plan its gathering, or say which one it is; what was cancelled can be planned anew."""
    if not (may := may_change_awareness(reader, step.plan)):
        return may
    if not step.is_free:
        return refused(_("A gathering is planned for this step already."))
    return ALLOWED


def may_link_step(reader: Reader, step: AwarenessStep, event: Event) -> Verdict:
    """One of the same community, that takes place or still may."""
    if not (may := may_plan_step(reader, step)):
        return may
    if event.community_id != step.plan.community_id:
        return refused(_("It is a gathering of another community."))
    if event.hidden_at or event.state == State.CANCELLED:
        return refused(_("This gathering does not take place."))
    return ALLOWED
