"""What we show on pages of floors below; each module registers its own when imported."""

from essaim.projects.panels import (
    community,
    ideas,
    moderation,
    news,
    search,
    subjects,
    telling,
    today,
)

__all__ = [
    "community",
    "ideas",
    "moderation",
    "news",
    "search",
    "subjects",
    "telling",
    "today",
]
