from dataclasses import dataclass

from essaim.foundation.activity import Fact


@dataclass(frozen=True, kw_only=True)
class DigestChosen(Fact):
    """A member wants the daily e-mail, or no longer does."""

    audience: str = "nobody"
    wants_digest: bool
