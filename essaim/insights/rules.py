from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import Community, power
from essaim.communities.readers import Reader
from essaim.communities.rules import RUNNING_ROLES, may_see_members
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.activity import Rung, all_kinds
from essaim.foundation.clock import today
from essaim.insights.models import Rating

RUN_FIGURES = power(
    "insights.run",
    gettext_lazy("sees the ladder, sets its targets and opens the yearly self-rating"),
    RUNNING_ROLES,
)


def may_see_ladder(reader: Reader, community: Community) -> Verdict:
    """Those who run it see how many stand on which rung; nobody sees who."""
    if reader.may(community, RUN_FIGURES):
        return ALLOWED
    return refused(_("Only those who run %(name)s see its ladder.") % {"name": community.name})


def may_run_ladder(reader: Reader, community: Community) -> Verdict:
    """Targets, estimates, and what counts as what."""
    verdict = may_see_ladder(reader, community)
    if verdict and not community.is_open:
        return refused(_("%(name)s takes nothing new.") % {"name": community.name})
    return verdict


def may_put_on(kind: str, rung: Rung) -> Verdict:
    """A kind of activity on a rung: engaged is only what somebody else entrusted or confirmed."""
    fact = all_kinds().get(kind)
    if fact is None:
        return refused(_("There is no such kind of activity."))
    if rung == Rung.ENGAGE and fact.rung != Rung.ENGAGE:
        return refused(
            _("Only what somebody else has entrusted or confirmed can count as engaged.")
        )
    return ALLOWED


def may_open_rating(reader: Reader, community: Community) -> Verdict:
    """Once a year, by those who run it."""
    if not reader.may(community, RUN_FIGURES):
        return refused(_("Only those who run %(name)s open its rating.") % {"name": community.name})
    if not community.is_open:
        return refused(_("%(name)s takes nothing new.") % {"name": community.name})
    if Rating.objects.filter(community=community, year=today().year).exists():
        return refused(_("It is done once a year: this year’s has been opened."))
    return ALLOWED


def may_see_rating(reader: Reader, community: Community) -> Verdict:
    """How a community sees itself is for its members."""
    if may_see_members(reader, community):
        return ALLOWED
    return refused(_("This page does not exist."))


def may_answer(reader: Reader, rating: Rating) -> Verdict:
    """Members who belonged when it was opened: so many are asked, and no more can answer."""
    if rating.closed_at or rating.closes_on < today():
        return refused(_("This rating is closed."))
    if not reader.belongs_to(rating.community_id):
        return refused(_("Only members answer."))
    return ALLOWED
