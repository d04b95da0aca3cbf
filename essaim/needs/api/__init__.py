"""Needs, offers and matches: read as far as whoever asks may, written with a token."""

from essaim.needs.api import matches, needs, offers
from essaim.needs.api.lists import router

__all__ = ["matches", "needs", "offers", "router"]
