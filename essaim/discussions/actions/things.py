"""What can be moderated: each package says of its own things how they are locked, hidden, shown."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.discussions.first_look import letters_of
from essaim.discussions.models import Waiting
from essaim.foundation.access import Verdict
from essaim.members.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that was written, as the database has it, locked until the transaction ends.

    `audience` is whom it is for while it is shown. `waiting_for` says why it is hidden when no
    decision hid it; `is_gone`: nothing of it is left to decide about. What `speaks_for_others` is
    never hidden without a decision; what `needs_a_report` is for a few alone, and no moderator's
    until one of them asks.
    """

    kind: str
    pk: int
    community: Community
    audience: str
    author_id: int | None
    text: str
    is_hidden: bool
    waiting_for: Waiting | None
    is_gone: bool
    may_see: Callable[[Reader], Verdict]
    speaks_for_others: bool = False
    needs_a_report: bool = False
    row: Any = None

    @property
    def wording(self) -> str:
        """A digest that stays the same however the text is capitalised, spaced or punctuated."""
        return sha256(letters_of(self.text).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """How a package handles one kind of thing; each is called in the transaction of a decision.

    `hide` with a reason is a decision (of `member`), without one it waits for that. `show` undoes
    either.
    """

    lock: Callable[[int], Thing]
    hide: Callable[[Thing, Member | None, str], None]
    show: Callable[[Thing, Member | None], None]


_HANDLED: dict[str, Handling] = {}


def handles(kind: str, handling: Handling) -> None:
    """Called once by the package that owns this kind of thing."""
    _HANDLED[kind] = handling


def handling_of(kind: str) -> Handling:
    return _HANDLED[kind]
