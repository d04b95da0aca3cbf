"""Inline icons: always beside words, so hidden from assistive technology."""

from functools import cache

from lucide.jinja import lucide
from markupsafe import Markup


@cache
def icon(name: str) -> Markup:
    """The named Lucide icon as SVG that takes the size and colour of the text around it."""
    return Markup(  # noqa: S704 - made by a library from its own files
        lucide(name, size=20, **{"class": "icon", "aria-hidden": "true", "focusable": "false"})
    )
