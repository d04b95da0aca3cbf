"""The command line speaks before Django is set up: the same catalogue, by $LANGUAGE or $LANG."""

import gettext
from pathlib import Path

CATALOGUES = Path(__file__).resolve().parent.parent / "essaim" / "locale"

_catalogue = gettext.translation("django", CATALOGUES, fallback=True)
_ = _catalogue.gettext


def language() -> str:
    """The language of whoever sits at the keyboard, when Essaim speaks it."""
    return "fr" if _catalogue.info().get("language", "").startswith("fr") else "en"
