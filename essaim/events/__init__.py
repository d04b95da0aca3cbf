"""Gatherings: who holds what, where and when, who comes, and how everyone hears of changes."""
