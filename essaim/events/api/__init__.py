"""Gatherings: read as far as whoever asks may, planned and answered with a token."""

from essaim.events.api import events, registrations
from essaim.events.api.lists import router

__all__ = ["events", "registrations", "router"]
