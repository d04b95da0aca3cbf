"""What we show on pages of floors below; each module registers its own when imported."""

from essaim.ideas.panels import community, notices, search, subjects, today

__all__ = ["community", "notices", "search", "subjects", "today"]
