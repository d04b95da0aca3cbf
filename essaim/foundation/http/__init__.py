"""Pages and what surrounds them: rendering, who may come in, headers, language, cache, lists."""

from essaim.foundation.http.access import public
from essaim.foundation.http.pages import Cursor, Page, keyset
from essaim.foundation.http.render import render

__all__ = ["Cursor", "Page", "keyset", "public", "render"]
