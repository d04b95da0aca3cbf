from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from essaim.foundation.activity import Fact, Rung


class State(models.TextChoices):
    """Where a gathering stands."""

    DRAFT = "draft", pgettext_lazy("gathering", "draft")
    PUBLISHED = "published", pgettext_lazy("gathering", "planned")
    POSTPONED = "postponed", pgettext_lazy("gathering", "postponed")
    CANCELLED = "cancelled", pgettext_lazy("gathering", "cancelled")
    HELD = "held", pgettext_lazy("gathering", "held")


class Standing(models.TextChoices):
    """Where somebody stands who was asked, or asked, to come."""

    GOING = "going", pgettext_lazy("gathering", "is coming")
    MAYBE = "maybe", pgettext_lazy("gathering", "may come")
    NOT = "not", pgettext_lazy("gathering", "is not coming")
    WAITING = "waiting", pgettext_lazy("gathering", "waits for a seat")
    OFFERED = "offered", pgettext_lazy("gathering", "is offered a seat")


class Change(models.TextChoices):
    """What everybody registered is told of."""

    MOVED = "moved", pgettext_lazy("gathering", "moved")
    POSTPONED = "postponed", pgettext_lazy("gathering", "postponed")
    CANCELLED = "cancelled", pgettext_lazy("gathering", "cancelled")
    SOON = "soon", pgettext_lazy("gathering", "soon")


@dataclass(frozen=True, kw_only=True)
class _AboutEvent(Fact):
    event_id: int


@dataclass(frozen=True, kw_only=True)
class EventDrafted(_AboutEvent):
    """Read by those who hold it alone."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class EventPublished(_AboutEvent):
    """Those it is for can read it and say that they come."""

    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class EventEdited(_AboutEvent):
    """Neither its time nor its place."""


@dataclass(frozen=True, kw_only=True)
class EventMoved(_AboutEvent):
    """To another time or place; `announcement_id` is what everybody registered is told."""

    announcement_id: int


@dataclass(frozen=True, kw_only=True)
class EventPostponed(_AboutEvent):
    announcement_id: int


@dataclass(frozen=True, kw_only=True)
class EventCancelled(_AboutEvent):
    announcement_id: int


@dataclass(frozen=True, kw_only=True)
class EventHeld(_AboutEvent):
    """Its end has passed: the clock says it."""


@dataclass(frozen=True, kw_only=True)
class EventHidden(_AboutEvent):
    """By a moderator, with a reason."""


@dataclass(frozen=True, kw_only=True)
class DraftDeleted(_AboutEvent):
    """Nobody else had read it."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class HoldingAsked(_AboutEvent):
    """Another community is asked to hold it too: that one's people answer."""

    audience: str = "nobody"
    holder_id: int


@dataclass(frozen=True, kw_only=True)
class HoldingAccepted(_AboutEvent):
    """`community_id` is the community that holds it too from now on."""

    holder_id: int


@dataclass(frozen=True, kw_only=True)
class HoldingEnded(_AboutEvent):
    """Declined, or taken back by either side."""

    audience: str = "nobody"
    holder_id: int


@dataclass(frozen=True, kw_only=True)
class MembersInvited(_AboutEvent):
    """Who they are, the invitations say."""

    audience: str = "nobody"
    people: int


@dataclass(frozen=True, kw_only=True)
class _OfRegistration(Fact):
    """Between somebody and those who hold a gathering: nobody else is told who comes.

    Without an actor, somebody without an account registered.
    """

    audience: str = "nobody"
    event_id: int
    registration_id: int


@dataclass(frozen=True, kw_only=True)
class Registered(_OfRegistration):
    """They come, may come or wait for a seat; also again, after they had said no."""

    rung: ClassVar[Rung] = Rung.INTERACT
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class LinkAskedAgain(_OfRegistration):
    """Somebody registered again with an address that stands already: its link is sent once more."""


@dataclass(frozen=True, kw_only=True)
class RegistrationChanged(_OfRegistration):
    """Another answer than before, or other guests."""

    standing: Standing


@dataclass(frozen=True, kw_only=True)
class RegistrationCancelled(_OfRegistration):
    """They come no more; a seat may be free."""


@dataclass(frozen=True, kw_only=True)
class SeatOffered(_OfRegistration):
    """To the first who waits, for a while."""


@dataclass(frozen=True, kw_only=True)
class SeatTaken(_OfRegistration):
    """What was offered was taken."""

    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class SeatPassedOn(_OfRegistration):
    """No answer came in time: it is the next one's turn."""


@dataclass(frozen=True, kw_only=True)
class RegistrantsTaken(_AboutEvent):
    """Somebody who holds it took away who comes, as a file or on paper: access is logged."""

    audience: str = "nobody"


class Outcome(models.TextChoices):
    """What became of a question on the agenda."""

    ANSWERED = "answered", pgettext_lazy("agenda", "answered")
    UNANSWERED = "unanswered", pgettext_lazy("agenda", "not answered")


@dataclass(frozen=True, kw_only=True)
class RoundOpened(_AboutEvent):
    """Phones can answer from now on, or again."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class OpeningRoundEnded(_AboutEvent):
    """What everybody was asked is no longer answered."""

    audience: str = "nobody"
    lines: int


@dataclass(frozen=True, kw_only=True)
class RoundClosed(_AboutEvent):
    """Phones can do nothing any more."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class RoundAnswered(_AboutEvent):
    """By somebody without a name, or typed by who holds it from paper: so many lines."""

    audience: str = "nobody"
    lines: int


@dataclass(frozen=True, kw_only=True)
class RoundLineTakenBack(_AboutEvent):
    """By who wrote it, without a name."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class RoundLineHidden(_AboutEvent):
    """By one of those who hold it, or shown again."""

    audience: str = "nobody"
    line_id: int
    is_hidden: bool


@dataclass(frozen=True, kw_only=True)
class AgendaChanged(_AboutEvent):
    """Parts were added, moved, said better, made one or removed: `items` there are now."""

    items: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class _OfAgendaItem(_AboutEvent):
    item_id: int


@dataclass(frozen=True, kw_only=True)
class AgendaItemStarted(_OfAgendaItem):
    """It is spoken of from now on."""


@dataclass(frozen=True, kw_only=True)
class AgendaItemEnded(_OfAgendaItem):
    """With the minutes it really took."""

    minutes: int


@dataclass(frozen=True, kw_only=True)
class AgendaQuestionClosed(_OfAgendaItem):
    """Answered or not; none where that was taken back."""

    outcome: Outcome | None


@dataclass(frozen=True, kw_only=True)
class PositionsAsked(_OfAgendaItem):
    """Those in the room choose, each without a name."""


@dataclass(frozen=True, kw_only=True)
class PositionsCounted(_OfAgendaItem):
    """How many chose, small numbers included: what is told of it is decided where it is shown."""

    audience: str = "nobody"
    count_for: int
    count_against: int
    count_another: int


@dataclass(frozen=True, kw_only=True)
class TurnsSpoken(_AboutEvent):
    """Somebody has spoken, for so many seconds; who, is nobody's business a day after."""

    audience: str = "nobody"
    seconds: int


@dataclass(frozen=True, kw_only=True)
class DoorLinkMade(_AboutEvent):
    """Whoever has it checks people in, without an account, until the day after."""

    audience: str = "nobody"
    link_id: int


@dataclass(frozen=True, kw_only=True)
class DoorLinkRevoked(_AboutEvent):
    audience: str = "nobody"
    link_id: int


@dataclass(frozen=True, kw_only=True)
class Attended(_OfRegistration):
    """They came: said once the door is closed for good, so that it is not taken back."""

    rung: ClassVar[Rung] = Rung.ENGAGE


@dataclass(frozen=True, kw_only=True)
class AttendanceCounted(_AboutEvent):
    """How many came, of how many who had said so; once, the day after."""

    people: int
    registered: int


@dataclass(frozen=True, kw_only=True)
class _AboutSeries(Fact):
    series_id: int


@dataclass(frozen=True, kw_only=True)
class SeriesPlanned(_AboutSeries):
    """Read by those who hold it alone."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class SeriesPublished(_AboutSeries):
    """With all the evenings that stand: members are told of the series, not of each."""

    rung: ClassVar[Rung] = Rung.INTERACT
    evenings: int


@dataclass(frozen=True, kw_only=True)
class EveningsMade(_AboutSeries):
    """By the clock, ahead of time."""

    evenings: int


@dataclass(frozen=True, kw_only=True)
class SeriesChanged(_AboutSeries):
    """From one evening on: `series_id` begins there, and follows `former_id`."""

    former_id: int


@dataclass(frozen=True, kw_only=True)
class DaySkipped(_AboutSeries):
    """Nothing takes place on a day of its rule."""

    day: date


@dataclass(frozen=True, kw_only=True)
class SeriesEnded(_AboutSeries):
    """What was to come is cancelled."""


@dataclass(frozen=True, kw_only=True)
class SeriesDeleted(_AboutSeries):
    """A draft: nobody else had read it."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class MembersCalled(_AboutEvent):
    """Each member, of the communities below too, was told of a plenary, once."""

    audience: str = "nobody"
    people: int


@dataclass(frozen=True, kw_only=True)
class CalendarTaken(Fact):
    """Drafts were made of what another calendar holds."""

    audience: str = "nobody"
    events: int


@dataclass(frozen=True, kw_only=True)
class CalendarAddressMade(Fact):
    """A member's secret address of their calendar; an older one opens nothing any more."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class CalendarAddressRevoked(Fact):
    audience: str = "nobody"
