from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.foundation.activity import Fact, Rung


class Closing(models.TextChoices):
    """Why a need is over."""

    DONE = "done", pgettext_lazy("need", "done")
    NO_LONGER = "no_longer", _("no longer needed")
    EXPIRED = "expired", _("its day passed")
    UNANSWERED = "unanswered", _("nobody answered those who offered")
    REFUSED = "refused", _("not carried further")
    LEFT = "left", _("the person left")


class Side(models.TextChoices):
    """Which of the two asked the other."""

    HELPER = "helper", _("the one who helps")
    NEED = "need", _("the one who looks for help")


@dataclass(frozen=True, kw_only=True)
class _AboutNeed(Fact):
    need_id: int


@dataclass(frozen=True, kw_only=True)
class NeedPosted(_AboutNeed):
    """Everyone it is for can read it from now on."""

    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class NeedForOfficialPosted(_AboutNeed):
    """A facilitator is to carry it: nobody else reads it yet."""

    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class NeedTakenOn(_AboutNeed):
    """A facilitator carries it to the elected."""


@dataclass(frozen=True, kw_only=True)
class NeedHandedBack(_AboutNeed):
    """Its facilitator is one no longer: it waits for another, as at first."""


@dataclass(frozen=True, kw_only=True)
class NeedPassedOn(_AboutNeed):
    """Whoever answered for it is gone: its poster does from now on."""


@dataclass(frozen=True, kw_only=True)
class NeedEdited(_AboutNeed):
    pass


@dataclass(frozen=True, kw_only=True)
class NeedRenewed(_AboutNeed):
    """It looks for somebody again, or for longer."""


@dataclass(frozen=True, kw_only=True)
class NeedFilled(_AboutNeed):
    """All the people it looked for are found: the others are thanked and free."""


@dataclass(frozen=True, kw_only=True)
class NeedFreed(_AboutNeed):
    """A filled one has a free place again."""


@dataclass(frozen=True, kw_only=True)
class NeedClosed(_AboutNeed):
    """Without an actor the clock closed it."""

    closing: Closing


@dataclass(frozen=True, kw_only=True)
class NeedHidden(_AboutNeed):
    """By a moderator, with a reason."""


@dataclass(frozen=True, kw_only=True)
class _AboutOffer(Fact):
    offer_id: int


@dataclass(frozen=True, kw_only=True)
class OfferMade(_AboutOffer):
    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class OfferEdited(_AboutOffer):
    pass


@dataclass(frozen=True, kw_only=True)
class OfferPaused(_AboutOffer):
    pass


@dataclass(frozen=True, kw_only=True)
class OfferRenewed(_AboutOffer):
    """One may ask again, or for longer."""


@dataclass(frozen=True, kw_only=True)
class OfferWithdrawn(_AboutOffer):
    pass


@dataclass(frozen=True, kw_only=True)
class OfferHidden(_AboutOffer):
    """By a moderator, with a reason."""


@dataclass(frozen=True, kw_only=True)
class _AboutMatch(Fact):
    """Between two people: nobody else is told. `event_id` is the line of the match's history."""

    audience: str = "nobody"
    match_id: int
    need_id: int
    event_id: int


@dataclass(frozen=True, kw_only=True)
class HelpAsked(_AboutMatch):
    """By the helper, who offers it, or by the side that looks for it."""

    rung: ClassVar[Rung] = Rung.INTERACT
    asked_by: Side


@dataclass(frozen=True, kw_only=True)
class MatchAccepted(_AboutMatch):
    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class MatchDeclined(_AboutMatch):
    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class MatchWithdrawn(_AboutMatch):
    pass


@dataclass(frozen=True, kw_only=True)
class MatchCalledOff(_AboutMatch):
    pass


@dataclass(frozen=True, kw_only=True)
class MatchActUndone(_AboutMatch):
    """`undone_id` is the line of the history that was undone."""

    undone_id: int


@dataclass(frozen=True, kw_only=True)
class MatchExpired(_AboutMatch):
    """No answer came: nobody waits any longer."""


@dataclass(frozen=True, kw_only=True)
class MatchReleased(_AboutMatch):
    """Others came first, or it is no longer needed: thanked and free."""


@dataclass(frozen=True, kw_only=True)
class HelpConfirmed(_AboutMatch):
    """By the side that was helped."""

    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class HoursGiven(Fact):
    """The helper’s: somebody confirmed that they gave this time. A promise that was kept."""

    rung: ClassVar[Rung] = Rung.ENGAGE
    audience: str = "nobody"
    match_id: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class _InMatch(Fact):
    audience: str = "nobody"
    match_id: int


@dataclass(frozen=True, kw_only=True)
class HelpSaid(_InMatch):
    """The helper says how long it took: the other side is to confirm it."""


@dataclass(frozen=True, kw_only=True)
class JoyTold(_InMatch):
    """How much, only the help's own row knows."""


@dataclass(frozen=True, kw_only=True)
class StoryTold(Fact):
    """What came of a help, for others to read."""

    rung: ClassVar[Rung] = Rung.INTERACT
    need_id: int
    match_id: int


@dataclass(frozen=True, kw_only=True)
class StoryHidden(Fact):
    """By a moderator, with a reason."""

    need_id: int
    match_id: int


@dataclass(frozen=True, kw_only=True)
class MessageSent(_InMatch):
    """To the other side of a match."""

    rung: ClassVar[Rung] = Rung.INTERACT
    message_id: int


@dataclass(frozen=True, kw_only=True)
class MessageHidden(_InMatch):
    """By a moderator, with a reason."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class SearchSaved(Fact):
    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class SearchRemoved(Fact):
    audience: str = "nobody"
