"""A field for a place: completed as one types, understood all the same without JavaScript."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.places.models import Place
from essaim.places.queries import (
    COMMUNES,
    PlaceLine,
    place_lines,
    place_meant,
    places_matching,
)

OFFERED = 20


@dataclass(frozen=True, slots=True)
class Typed:
    """What came from the page: the visible text, and the choice's identifier if one was made."""

    text: str = ""
    chosen: str = ""


class PlaceInput(forms.Widget):
    """A text input `name` and, for the choice, a hidden input or radio buttons `name_id`.

    `ui.field(form["place"], suggest=url("places_complete"))` shows it, and completes it.
    """

    template_name = "places/input.html"
    offered: tuple[PlaceLine, ...] = ()

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> Typed:
        return Typed(data.get(name) or "", data.get(f"{name}_id") or "")

    def value_omitted_from_data(self, data: Any, _files: Any, name: str) -> bool:
        return name not in data and f"{name}_id" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        given = context["widget"]["attrs"].items()
        # As Django's own widgets: what is true is said without a value, what is false not at all.
        context["widget"]["attrs"] = {
            key: "" if said is True else said
            for key, said in given
            if said is not None and said is not False
        }
        return {**context, "typed": value or Typed(), "offered": self.offered}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        # Our own Jinja2 engine, whatever renders the form: the template is one of our pages.
        renderer = TemplatesSetting()
        return super().render(name, value, attrs, renderer)


class PlaceField(forms.Field):
    """Cleans to a Place or None. `initial` may be a Place or a PlaceLine.

    A choice counts while it agrees with the text beside it: a hidden one is stale once the text was
    changed or emptied without JavaScript. A text that can only mean one place means it; several are
    offered as radio buttons, with an error that says so.
    """

    widget: Any = PlaceInput
    default_error_messages = {
        "required": gettext_lazy("Type the name or the postcode of a place."),
    }

    def __init__(self, *, levels: tuple[str, ...] = COMMUNES, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.levels = levels

    def to_python(self, value: Any) -> Place | None:
        typed = value if isinstance(value, Typed) else Typed()
        text = typed.text.strip()
        if not text:
            return None
        lines = places_matching(text, OFFERED + 1, levels=self.levels)
        chosen = next((line for line in lines if line.public_id == typed.chosen), None)
        line = chosen or place_meant(text, lines)
        if line is None:
            raise self._unclear(text, lines)
        return Place.objects.get(pk=line.id)

    def _unclear(self, text: str, lines: list[PlaceLine]) -> ValidationError:
        shown = {"text": text[:60]}
        if not lines:
            return ValidationError(
                _("We know no place called “%(text)s”: check its spelling, or type its postcode."),
                code="unknown",
                params=shown,
            )
        # More than was asked for comes only from a postcode, and then it is all of it.
        whole = len(lines) != OFFERED + 1 or any(text in line.postcodes for line in lines)
        if isinstance(self.widget, PlaceInput):
            self.widget.offered = tuple(lines if whole else lines[:OFFERED])
        if whole:
            message = _("Several places match “%(text)s”: choose yours below.")
        else:
            message = _(
                "Many places match “%(text)s”: choose yours below, "
                "or type more of its name or its postcode."
            )
        return ValidationError(message, code="several", params=shown)

    def prepare_value(self, value: Any) -> Typed:
        if isinstance(value, Place):
            value = place_lines([value.pk]).get(value.pk)
        if isinstance(value, PlaceLine):
            return Typed(value.label, value.public_id)
        return value if isinstance(value, Typed) else Typed()

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != self.prepare_value(data)
