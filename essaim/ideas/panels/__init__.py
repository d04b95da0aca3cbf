"""What we show on pages of floors below; each module registers its own when imported."""

from essaim.ideas.panels import (
    born,
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
    "born",
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
