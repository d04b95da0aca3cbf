"""Gatherings people come to: their dates, single or repeated, and the calendars that carry them."""
