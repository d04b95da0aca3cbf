"""What we show on pages of floors below; each module registers its own when imported."""

from essaim.ideas.panels import (
    changes,
    community,
    figures,
    moderation,
    notices,
    search,
    subjects,
    switches,
    today,
)

__all__ = [
    "changes",
    "community",
    "figures",
    "moderation",
    "notices",
    "search",
    "subjects",
    "switches",
    "today",
]
