"""Conversations: read as far as whoever asks may, written with a token."""

from essaim.discussions.api import moderation, posts
from essaim.discussions.api.posts import router

__all__ = ["moderation", "posts", "router"]
