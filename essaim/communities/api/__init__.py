"""Communities: read as far as whoever asks may, written with a token."""

from essaim.communities.api import decisions, openings
from essaim.communities.api.communities import router

__all__ = ["decisions", "openings", "router"]
