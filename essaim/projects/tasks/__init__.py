"""What the clock does for projects; each module registers its own when imported."""

from essaim.projects.tasks import lateness, telling

__all__ = ["lateness", "telling"]
