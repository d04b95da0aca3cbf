"""The shape of what circles are made of."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.communities.circles import USUAL_SIZES
from essaim.communities.forms.communities import area, one_of
from essaim.communities.models import (
    ANSWER_LENGTH,
    CIRCLE_SYNTHESIS_LENGTH,
    MOST_ANSWERS,
    QUESTION_LENGTH,
    WorkAttribute,
)
from essaim.foundation.forms import Form


class CircleAttributesForm(Form):
    """One field for each attribute of work; those left empty are not mixed by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in WorkAttribute:
            self.fields[one.value] = area(
                one.label,
                MOST_ANSWERS * (ANSWER_LENGTH + 2),
                4,
                _("What one can answer, one a line. Empty: circles are not mixed by this."),
            )

    @property
    def chosen(self) -> dict[str, list[str]]:
        return {
            one: lines
            for one in WorkAttribute.values
            if (lines := [li for li in self.cleaned_data[one].splitlines() if li.strip()])
        }


class DivideForm(Form):
    """A usual size, or another one."""

    OTHER = "other"

    size = forms.ChoiceField(
        label=_("About how many people in a circle?"), widget=forms.RadioSelect
    )
    other_size = forms.IntegerField(
        label=_("Another number"), required=False, min_value=2, max_value=100
    )
    question = forms.CharField(
        label=_("What the circles talk about"),
        max_length=QUESTION_LENGTH,
        required=False,
        help_text=_("The question of the plenary; each circle sends a synthesis upward."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        size = self.fields["size"]
        if isinstance(size, forms.ChoiceField):
            size.choices = [
                *((str(one), _("%(number)s people") % {"number": one}) for one in USUAL_SIZES),
                (self.OTHER, _("Another number")),
            ]

    @property
    def wished_size(self) -> int:
        """0 when another number was meant and none was written."""
        size = self.cleaned_data["size"]
        return self.cleaned_data["other_size"] or 0 if size == self.OTHER else int(size)


class CircleAnswersForm(Form):
    """`offered` are (attribute, label, answers)."""

    sits_out = forms.BooleanField(label=_("Leave me out of circles"), required=False)

    def __init__(
        self, *args: Any, offered: list[tuple[str, str, tuple[str, ...]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, label, answers in offered:
            self.fields[name] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[("", _("I would rather not say")), *((one, one) for one in answers)],
            )
        self.order_fields([*(name for name, _label, _answers in offered), "sits_out"])


class CircleWishForm(Form):
    """`members` are (public id, name)."""

    other = forms.ChoiceField(label=_("Who"))
    is_with = forms.ChoiceField(
        label=_("What do you wish?"),
        choices=[("with", _("to sit with them")), ("apart", _("not to sit with them"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["other"]
        if isinstance(field, forms.ChoiceField):
            field.choices = one_of(members)


class SwapForm(Form):
    """`people` are (public id, name and circle) of other circles."""

    other = forms.ChoiceField(label=_("With whom"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["other"]
        if isinstance(field, forms.ChoiceField):
            field.choices = one_of(people)


class MoveSeatForm(Form):
    """`people` are (public id, name and circle), `circles` (slug, name)."""

    person = forms.ChoiceField(label=_("Who"))
    circle = forms.ChoiceField(label=_("Where to"), required=False)

    def __init__(
        self,
        *args: Any,
        people: list[tuple[str, str]],
        circles: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        person, circle = self.fields["person"], self.fields["circle"]
        if isinstance(person, forms.ChoiceField) and isinstance(circle, forms.ChoiceField):
            person.choices = one_of(people)
            circle.choices = [("", _("where there is room")), *circles]


class CircleSynthesisForm(Form):
    synthesis = area(
        _("What your circle says to all"),
        CIRCLE_SYNTHESIS_LENGTH,
        8,
        _("Every member of the community reads it. It can be written again as long as you sit."),
    )
