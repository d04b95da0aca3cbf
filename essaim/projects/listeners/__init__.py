"""What projects do when a fact is heard; each module registers its own when imported."""

from essaim.projects.listeners import news, projects, telling

__all__ = ["news", "projects", "telling"]
