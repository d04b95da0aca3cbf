"""Projects: read as far as whoever asks may, written with a token."""

from essaim.projects.api import parts, projects, telling
from essaim.projects.api.lists import router

__all__ = ["parts", "projects", "router", "telling"]
