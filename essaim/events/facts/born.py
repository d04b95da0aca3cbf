"""What came of a gathering: needs that were heard at it."""

from dataclasses import dataclass

from essaim.events.facts.gatherings import AboutEvent


@dataclass(frozen=True, kw_only=True)
class NeedBornHere(AboutEvent):
    """Somebody said that this need came up at it; who reads the need is its own affair."""

    audience: str = "nobody"
    need_id: int


@dataclass(frozen=True, kw_only=True)
class NeedNotBornHere(AboutEvent):
    """That was taken back."""

    audience: str = "nobody"
    need_id: int
