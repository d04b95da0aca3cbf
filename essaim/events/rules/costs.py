"""What a gathering cost: read and kept by those who hold it, and by the treasurer."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import Community, Role, power
from essaim.communities.readers import Reader
from essaim.communities.rules import RUNNING_ROLES
from essaim.events.models import Event, State
from essaim.events.rules.seeing import HOLD, are_on, holds
from essaim.foundation.access import ALLOWED, Verdict, refused

ACCOUNT = power(
    "events.account",
    gettext_lazy("keeps what gatherings cost, and says what an hour is worth"),
    (*RUNNING_ROLES, Role.TREASURER),
)
_NO_PAGE = gettext_lazy("This page does not exist.")


def may_read_costs(reader: Reader, event: Event) -> Verdict:
    """In every state: a draft costs something, too, and what was cancelled was paid for."""
    if not reader.is_known or not are_on(event.community):
        return refused(_NO_PAGE)
    if reader.may(event.community, ACCOUNT) or holds(reader, event):
        return ALLOWED
    return refused(_NO_PAGE)


def may_keep_costs(reader: Reader, event: Event) -> Verdict:
    """Drafts of a series come and go by its rule: an account would go with them."""
    if not (seen := may_read_costs(reader, event)):
        return seen
    if event.state == State.DRAFT and event.series_id is not None:
        return refused(_("It belongs to a series: publish the series first."))
    return _takes_more(event.community)


def may_read_account(reader: Reader, community: Community) -> Verdict:
    """What all its gatherings cost: for those who hold all of them, and the treasurer."""
    if not reader.is_known or not are_on(community):
        return refused(_NO_PAGE)
    if reader.may(community, ACCOUNT) or reader.may(community, HOLD):
        return ALLOWED
    return refused(_NO_PAGE)


def may_set_rate(reader: Reader, community: Community) -> Verdict:
    if not (seen := may_read_account(reader, community)):
        return seen
    if not reader.may(community, ACCOUNT):
        return refused(
            _("Those who run this community, and its treasurer, say what an hour is worth.")
        )
    return _takes_more(community)


def without_costs(*, is_empty: bool) -> Verdict:
    """Whether a draft can go away, whoever asks: not with an account that somebody keeps."""
    if not is_empty:
        return refused(_("It has costs: remove them first, or keep it."))
    return ALLOWED


def _takes_more(community: Community) -> Verdict:
    if community.closed_at or community.is_archive:
        return refused(_("This community is closed: its accounts stay as they are."))
    return ALLOWED
