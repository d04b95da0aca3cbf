from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import CircleSwap, Community, DividedCircle, Kind, power
from essaim.communities.readers import Reader
from essaim.communities.rules.running import RUN, RUNNING_ROLES, is_run
from essaim.communities.rules.seeing import may_see_community, may_see_members
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now

DIVIDE = power("communities.divide", gettext_lazy("divides it into circles"), RUNNING_ROLES)


def may_divide(reader: Reader, community: Community) -> Verdict:
    """Those who run a community choose how it is mixed, divide it and move people."""
    if not may_see_community(reader, community):
        return refused(_("This page does not exist."))
    if not reader.may(community, DIVIDE):
        return refused(_("Only those who run %(name)s can change this.") % {"name": community.name})
    if community.kind == Kind.CIRCLE:
        return refused(_("A circle is not divided any further."))
    if not community.is_open:
        return refused(_("%(name)s is not open.") % {"name": community.name})
    return ALLOWED


def may_see_circles(reader: Reader, community: Community) -> Verdict:
    """Who sits where is for those who may see who the members are."""
    if community.divided_at is None or not may_see_members(reader, community):
        return refused(_("This page does not exist."))
    return ALLOWED


def may_answer_for_circles(reader: Reader, community: Community) -> Verdict:
    """Each member for themselves."""
    if not reader.belongs_to(community.pk):
        return refused(_("This page does not exist."))
    if not community.is_open:
        return refused(_("%(name)s takes nothing new.") % {"name": community.name})
    if community.kind == Kind.CIRCLE:
        return refused(_("A circle is not divided any further."))
    return ALLOWED


def may_take_seat(reader: Reader, community: Community, *, sits: bool) -> Verdict:
    """A member who sits nowhere yet; `sits`: whether they are in one of the circles."""
    if not (verdict := may_answer_for_circles(reader, community)):
        return verdict
    if community.divided_at is None:
        return refused(_("%(name)s stands in no circles.") % {"name": community.name})
    if sits:
        return refused(_("You sit in a circle already."))
    return ALLOWED


def may_ask_swap(reader: Reader, *, asker_circle: int | None, other_circle: int | None) -> Verdict:
    """Two people of two circles of the same division."""
    if not reader.is_known or asker_circle is None:
        return refused(_("You sit in no circle."))
    if other_circle is None:
        return refused(_("This person sits in no circle."))
    if asker_circle == other_circle:
        return refused(_("You sit in the same circle."))
    return ALLOWED


def may_answer_swap(reader: Reader, swap: CircleSwap) -> Verdict:
    """Whoever was asked says yes or no, as long as the question stands."""
    if not reader.is_known or swap.other_id != reader.member_id:
        return refused(_("This page does not exist."))
    return _stands(swap)


def may_take_back_swap(reader: Reader, swap: CircleSwap) -> Verdict:
    if not reader.is_known or swap.asker_id != reader.member_id:
        return refused(_("This page does not exist."))
    return _stands(swap)


def _stands(swap: CircleSwap) -> Verdict:
    if swap.answered_at or swap.division.ended_at:
        return refused(_("This question is closed."))
    if swap.expires_at <= now():
        return refused(_("This question is too old: it can be asked again."))
    return ALLOWED


def may_host_circle(reader: Reader, circle: Community) -> Verdict:
    """Of a circle that nobody runs, any of its people may begin to."""
    if not reader.belongs_to(circle.pk):
        return refused(_("This page does not exist."))
    if not circle.is_open:
        return refused(_("This circle is closed."))
    if is_run(circle):
        return refused(_("Somebody hosts this circle already."))
    return ALLOWED


def may_write_synthesis(reader: Reader, part: DividedCircle) -> Verdict:
    """Who runs the circle speaks for it; without a host, any of its people."""
    circle = part.circle
    if not reader.belongs_to(circle.pk):
        return refused(_("This page does not exist."))
    if not circle.is_open:
        return refused(_("This circle is closed."))
    if reader.may(circle, RUN) or not is_run(circle):
        return ALLOWED
    return refused(_("The host of the circle writes its synthesis."))
