from django.db.models import F, Func, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import Community, Role, power
from essaim.communities.readers import Reader
from essaim.communities.rules import (
    RUNNING_ROLES,
    Subplatform,
    entitled,
    is_used,
    may_read,
    on,
    readable,
    switchable,
)
from essaim.discussions.rules import has_conversations, may_report_thing
from essaim.events.models import (
    ACTION_POINT,
    EVENT,
    TAKES_PLACE,
    CoHolder,
    Event,
    EventQuerySet,
    Invitation,
    Kind,
    Openness,
    Registration,
    Series,
    Standing,
    State,
    audience_of,
)
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now

SUBPLATFORM = switchable(
    Subplatform(
        "events",
        gettext_lazy("Gatherings"),
        gettext_lazy("Meetings, workshops, outings: who comes, and what came of it."),
        subjects=frozenset({EVENT, ACTION_POINT}),
    )
)
HOLDING = (*RUNNING_ROLES, Role.LEAD, Role.COORDINATOR, Role.TEAM)
HOLD = power("events.hold", gettext_lazy("holds gatherings, without asking anybody"), HOLDING)
_NO_PAGE = gettext_lazy("This page does not exist.")


def are_on(community: Community) -> Verdict:
    """Whether there are gatherings in this community."""
    return is_used(community, SUBPLATFORM)


def holders(event: Event) -> list[Community]:
    """The communities that hold it: its own, and those that have agreed to hold it too.

    Asked once for each time that the gathering is read: several rules of one page want to know.
    """
    known: list[Community] | None = event.__dict__.get("_holders")
    if known is None:
        agreed = CoHolder.objects.filter(event=event, accepted_at__isnull=False)
        others = agreed.filter(on(SUBPLATFORM, path="community__")).select_related("community")
        known = [event.community, *(one.community for one in others.order_by("pk"))]
        event.__dict__["_holders"] = known
    return known


def holds(reader: Reader, event: Event) -> bool:
    """Whether the reader is among those who hold it: entrusted so in one of its communities."""
    if not reader.is_known or not (reader.roles or reader.delegated):
        return False
    return any(reader.may(one, HOLD) for one in holders(event))


def may_see_event(reader: Reader, event: Event) -> Verdict:
    """Those who hold it, always; others what is told and is for them.

    Whoever is invited reads it besides.
    """
    if not are_on(event.community):
        return refused(_NO_PAGE)
    if holds(reader, event):
        return ALLOWED
    if not event.is_told:
        return refused(_NO_PAGE)
    admitted = any(
        may_read(reader, one, event.audience, subplatform=SUBPLATFORM) for one in holders(event)
    )
    admitted = admitted or is_invited(reader, event) or is_called(reader, event)
    return ALLOWED if admitted else refused(_NO_PAGE)


def has_begun(event: Event) -> Verdict:
    """Whether people have met, or are meeting: something can have come of it."""
    if event.hidden_at:
        return refused(_("This gathering was hidden by a moderator."))
    if event.state not in TAKES_PLACE:
        return refused(_("This gathering does not take place."))
    if event.starts_at > now():
        return refused(_("This gathering has not begun yet."))
    return ALLOWED


def is_invited(reader: Reader, event: Event) -> bool:
    if not reader.is_known:
        return False
    return Invitation.objects.filter(event=event, member=reader.member_id).exists()


def is_called(reader: Reader, plenary: "Event | Series") -> bool:
    """A plenary for members is for those of the communities below, too."""
    if plenary.kind != Kind.PLENARY or plenary.openness != Openness.MEMBERS:
        return False
    below = Community.objects.filter(ancestor_ids__contains=[plenary.community_id])
    return bool(reader.community_ids) and below.filter(pk__in=reader.community_ids).exists()


def called(reader: Reader) -> Q:
    """The twin of `is_called`, for gatherings and for series."""
    if not reader.community_ids:
        return Q(pk__in=[])
    own = Community.objects.filter(pk__in=reader.community_ids)
    above = own.annotate(above=Func(F("ancestor_ids"), function="unnest")).values("above")
    return Q(kind=Kind.PLENARY, openness=Openness.MEMBERS, community__in=above)


def events_visible_to(reader: Reader) -> EventQuerySet:
    """The twin of `may_see_event`."""
    return Event.objects.alias(shown=audience_of()).filter(_visible(reader))


def events_listed(reader: Reader) -> EventQuerySet:
    """Those that lists and searches show: without drafts, and without those for whoever has the
    address, unless the reader comes or holds them.
    """
    unlisted = Q(openness=Openness.LINK) & ~(_comes(reader) | _held(reader))
    return events_visible_to(reader).told().exclude(unlisted)


def events_held_by(reader: Reader) -> EventQuerySet:
    """The twin of `holds`, drafts included."""
    return Event.objects.filter(_held(reader), on(SUBPLATFORM, path="community__"))


def _visible(reader: Reader) -> Q:
    told = ~Q(state=State.DRAFT) & Q(hidden_at__isnull=True)
    together = CoHolder.objects.alias(shown=audience_of("event__")).filter(
        readable(reader, audience="shown", subplatform=SUBPLATFORM), accepted_at__isnull=False
    )
    read = readable(reader, audience="shown", subplatform=SUBPLATFORM)
    read |= Q(pk__in=together.values("event"))
    if reader.is_known:
        invited = Invitation.objects.filter(member=reader.member_id)
        read |= Q(pk__in=invited.values("event")) | called(reader)
    found = told & read
    if reader.is_known:
        found |= _held(reader)
    return found & on(SUBPLATFORM, path="community__")


def _comes(reader: Reader) -> Q:
    if not reader.is_known:
        return Q(pk__in=[])
    registered = Registration.objects.expected().filter(member=reader.member_id)
    return Q(pk__in=registered.values("event"))


def _held(reader: Reader) -> Q:
    """The twin of `holds`."""
    if not (reader.roles or reader.delegated):
        return Q(pk__in=[])
    together: QuerySet[CoHolder] = CoHolder.objects.filter(
        entitled(reader, HOLD, path="community__"),
        on(SUBPLATFORM, path="community__"),
        accepted_at__isnull=False,
    )
    return entitled(reader, HOLD, path="community__") | Q(pk__in=together.values("event"))


def entitled_to_hold(reader: Reader) -> Q:
    """The twin of `may_answer_holding`, for what communities are asked to hold too."""
    return entitled(reader, HOLD, path="community__") & on(SUBPLATFORM, path="community__")


def may_report_event(reader: Reader, event: Event) -> Verdict:
    if not has_conversations(event.community):
        return refused(_NO_PAGE)
    return may_report_thing(
        reader,
        may_see=may_see_event(reader, event),
        author_id=event.created_by_id,
        is_gone=not event.is_told,
    )


def may_read_where(reader: Reader, event: Event, registration: Registration | None) -> Verdict:
    """The link of what is online: for those who come, and those who hold it."""
    if holds(reader, event):
        return ALLOWED
    if registration is None or registration.event_id != event.pk:
        return refused(_("The link is for those who have registered."))
    if registration.standing != Standing.GOING:
        return refused(_("The link is for those who have a seat."))
    return ALLOWED
