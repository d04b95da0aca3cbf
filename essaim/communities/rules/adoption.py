"""What nobody runs any more, and what sleeps: who may take it over."""

from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from essaim.communities.models import (
    ASLEEP_AFTER,
    Adoption,
    AdoptionOutcome,
    Community,
    CommunityQuerySet,
    Mandate,
    Membership,
)
from essaim.communities.readers import Reader
from essaim.communities.rules.running import HOST, RUNNING_ROLES, is_run
from essaim.communities.rules.succession import can_be_adopted
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.activity import Rung
from essaim.foundation.clock import now, today
from essaim.foundation.models import FactRow

COUNTED = (Rung.INTERACT.value, Rung.ENGAGE.value)


class State(StrEnum):
    AWAKE = "awake"
    ASLEEP = "asleep"
    WITHOUT_HOST = "without_host"


def without_host() -> CommunityQuerySet:
    """Open local communities below another one that nobody runs."""
    running = Mandate.objects.on(today()).filter(
        community=OuterRef("pk"), role__in=RUNNING_ROLES, member__is_active=True
    )
    return Community.objects.local().filter(~Exists(running), parent__isnull=False)


def asleep() -> CommunityQuerySet:
    """Open local communities of over 90 days in which no present member did anything for 90.

    Figures call asleep whatever is neither alive nor empty: of those this is the quieter part.
    """
    since = now() - ASLEEP_AFTER
    return Community.objects.local().filter(
        ~Exists(_acts(since)), opened_at__lte=since, parent__isnull=False
    )


def offered() -> CommunityQuerySet:
    """What looks for somebody: nobody runs it, or it sleeps and nobody lately took care of it."""
    lately = _answers().filter(community=OuterRef("pk"))
    return asleep().filter(~Exists(lately)) | without_host()


def _acts(since: datetime) -> QuerySet[FactRow]:
    belongs = Membership.objects.filter(
        community=OuterRef("community_id"), member=OuterRef("actor_id"), left_at__isnull=True
    )
    return FactRow.objects.filter(
        Exists(belongs),
        community_id=OuterRef("pk"),
        rung__in=COUNTED,
        happened_at__gt=since,
        happened_at__lte=now(),
    )


def state_of(community: Community) -> State:
    """Whether it is offered for adoption, and why."""
    if not can_be_adopted(community):
        return State.AWAKE
    if not is_run(community):
        return State.WITHOUT_HOST
    if asleep().filter(pk=community.pk).exists():
        return State.ASLEEP
    return State.AWAKE


def hosts_acted(community: Community, since: datetime) -> bool:
    """Whether one of those who run it did something there since: that says it is alive."""
    hosts = Mandate.objects.on(today()).filter(community=community, role__in=RUNNING_ROLES)
    return FactRow.objects.filter(
        community_id=community.pk,
        actor_id__in=hosts.values("member_id"),
        rung__in=COUNTED,
        happened_at__gt=since,
        happened_at__lte=now(),
    ).exists()


def may_adopt(reader: Reader, community: Community) -> Verdict:
    """Any member, where nobody runs it or where it sleeps; not again right after a host's answer.

    Members of the community above join first: they are told that it looks for somebody.
    """
    if not reader.belongs_to(community.pk):
        return refused(_("Join %(name)s first: its members take it over.") % _named(community))
    if reader.may(community, HOST):
        return refused(_("You host it already."))
    state = state_of(community)
    if state is State.AWAKE:
        return refused(
            _("%(name)s has its hosts, and somebody did something there in the last 90 days.")
            % _named(community)
        )
    if state is State.ASLEEP and _answered_lately(community):
        return refused(_("Its hosts said lately that %(name)s is alive.") % _named(community))
    return ALLOWED


def _answered_lately(community: Community) -> bool:
    return _answers().filter(community=community).exists()


def _answers() -> QuerySet[Adoption]:
    """Somebody takes care of it: said by its hosts, or by who took it over."""
    return Adoption.objects.filter(
        outcome__in=[AdoptionOutcome.ALIVE, AdoptionOutcome.ADOPTED],
        ended_at__gt=now() - ASLEEP_AFTER,
    )


def may_say_alive(reader: Reader, adoption: Adoption) -> Verdict:
    """Those who run it, until it is adopted."""
    if adoption.ended_at:
        return refused(_("This was answered already."))
    if reader.may(adoption.community, HOST):
        return ALLOWED
    return refused(_("Only those who run %(name)s can do this.") % _named(adoption.community))


def may_withdraw_adoption(reader: Reader, adoption: Adoption) -> Verdict:
    if adoption.ended_at:
        return refused(_("This was answered already."))
    if reader.is_known and reader.member_id == adoption.member_id:
        return ALLOWED
    return refused(_("Only the person who wants to adopt it can take that back."))


def _named(community: Community) -> dict[str, str]:
    return {"name": community.name}
