"""What a community makes its gatherings begin with."""

from dataclasses import dataclass

from essaim.foundation.activity import Fact


@dataclass(frozen=True, kw_only=True)
class KindTemplateChanged(Fact):
    """Its own for this kind of gathering; or no longer (`is_own`)."""

    audience: str = "nobody"
    kind: str
    is_own: bool
