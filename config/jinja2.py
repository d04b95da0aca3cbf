"""The one environment of all pages: strict, escaped, translated, with the components as `ui`."""

from typing import Any

from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from essaim.design import typography
from essaim.design.components import Components
from essaim.design.icons import icon
from essaim.design.qr_code import qr_code
from essaim.foundation import text


def environment(**options: Any) -> Environment:
    """What Django's Jinja2 backend builds its templates with."""
    options |= {"undefined": StrictUndefined, "autoescape": True}
    options |= {"trim_blocks": True, "lstrip_blocks": True}
    options.setdefault("extensions", []).append("jinja2.ext.i18n")
    env = Environment(**options)  # noqa: S701 - autoescape stands in the options above
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.globals |= {
        "active_language": lambda: get_language() or "en",
        "icon": icon,
        "linked_data": text.linked_data,
        "qr_code": qr_code,
        "static": static,
        "ui": Components(env),
        "url": url,
        "url_if": url_if,
    }
    env.filters |= {
        "day": typography.day,
        "initials": typography.initials,
        "iso": typography.iso,
        "markdown": markdown,
        "moment": typography.moment,
        "money": typography.money,
        "number": typography.number,
        "percent": typography.percent,
        "short_day": typography.short_day,
        "tidy": typography.tidy,
        "tint": typography.tint,
    }
    return env


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page; an unknown name is an error."""
    return reverse(name, args=args, kwargs=kwargs)


def url_if(name: str, *args: Any, **kwargs: Any) -> str | None:
    """The address of a page that may not be installed, or None: for menus only."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return None


def markdown(source: str) -> Markup:
    """What people wrote, as safe HTML."""
    return text.render_markdown(source)
