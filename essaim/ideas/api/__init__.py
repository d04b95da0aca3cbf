"""Debates, ideas, answers and programmes: read as far as whoever asks may, written with a token."""

from essaim.ideas.api import (
    answers,
    appeals,
    debates,
    ideas,
    programme,
    regrouping,
    upward,
    versions,
)
from essaim.ideas.api.lists import router

__all__ = [
    "answers",
    "appeals",
    "debates",
    "ideas",
    "programme",
    "regrouping",
    "router",
    "upward",
    "versions",
]
