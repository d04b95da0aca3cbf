from dataclasses import dataclass
from typing import ClassVar

from essaim.foundation.activity import Rung
from essaim.projects.facts.projects import AboutProject


@dataclass(frozen=True, kw_only=True)
class _AboutEntry(AboutProject):
    entry_id: int


@dataclass(frozen=True, kw_only=True)
class EntryWritten(_AboutEntry):
    rung: ClassVar[Rung] = Rung.ENGAGE

    kind: str


@dataclass(frozen=True, kw_only=True)
class EntryCorrected(_AboutEntry):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryWithdrawn(_AboutEntry):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryRestored(_AboutEntry):
    """Within minutes."""


@dataclass(frozen=True, kw_only=True)
class EntryHidden(_AboutEntry):
    """By a moderator."""


@dataclass(frozen=True, kw_only=True)
class SilenceNoticed(AboutProject):
    """For three weeks its team told nothing: its bearers are asked how it goes."""

    silence_id: int


@dataclass(frozen=True, kw_only=True)
class IsolationShared(AboutProject):
    """Somebody told how alone they feel, to one person; who told it is not said here."""

    check_id: int
