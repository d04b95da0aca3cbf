"""What we show on pages of floors below; each module registers its own when imported."""

from essaim.events.panels import commitments, community, moderation, notices, search, today

__all__ = ["commitments", "community", "moderation", "notices", "search", "today"]
