"""Debates, ideas, answers and programmes: read as far as whoever asks may, written with a token."""

from essaim.ideas.api import answers, debates, ideas, programme, regrouping
from essaim.ideas.api.lists import router

__all__ = ["answers", "debates", "ideas", "programme", "regrouping", "router"]
