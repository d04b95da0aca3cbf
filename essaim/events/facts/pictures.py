"""Pictures of a gathering: for the log alone, since who was there is nobody's business."""

from dataclasses import dataclass

from essaim.events.facts.gatherings import AboutEvent
from essaim.events.facts.words import Again


@dataclass(frozen=True, kw_only=True)
class _OfPicture(AboutEvent):
    audience: str = "nobody"
    picture_id: int


@dataclass(frozen=True, kw_only=True)
class PictureAdded(_OfPicture):
    """Whoever added it said that all who can be recognised have agreed."""


@dataclass(frozen=True, kw_only=True)
class PictureObjected(_OfPicture):
    """Somebody on it does not want this: who, is not asked, and so never told."""


@dataclass(frozen=True, kw_only=True)
class PictureShownAgain(_OfPicture):
    """By one of those who hold it, who said why, and that all have agreed."""

    reason: Again


@dataclass(frozen=True, kw_only=True)
class PictureRemoved(_OfPicture):
    """Gone, with its file."""
