from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.foundation.forms import Form
from essaim.projects.forms.projects import area
from essaim.projects.models.invitations import INVITATION_LENGTH
from essaim.projects.models.sponsors import EXCEPTION_LENGTH, OBSTACLE_LENGTH, SUPPORT_LENGTH


class InviteForm(Form):
    """`parts` and `people` are what this reader may offer, and to whom."""

    part = forms.ChoiceField(label=_("As"), widget=forms.RadioSelect)
    invited = forms.ChoiceField(
        label=_("Whom?"),
        required=False,
        help_text=_("Somebody else? Leave it empty: you get a link to pass on."),
    )
    words = forms.CharField(label=_("A word to them"), max_length=INVITATION_LENGTH, required=False)
    exception_reason = area(
        _("If this sponsor stands inside the perimeter: why all the same"),
        EXCEPTION_LENGTH,
        help_text=_("Only for who validates projects. Everyone reads it, with a badge."),
        rows=2,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        parts: list[tuple[str, Any]],
        people: list[tuple[str, str]],
        excepts: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("part", parts), ("invited", [("", _("By a link")), *people])):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
        if not excepts:
            del self.fields["exception_reason"]


class ExceptionForm(Form):
    reason = area(
        _("Why this sponsor all the same"),
        EXCEPTION_LENGTH,
        help_text=_("Everyone reads it on the page of the project, with a badge."),
    )


class SupportForm(Form):
    what = forms.CharField(
        label=_("What is promised"),
        max_length=SUPPORT_LENGTH,
        help_text=_("One thing that can be seen to be done: “A room on Saturdays until June”."),
    )
    due_on = forms.DateField(label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}))


class PartyForm(Form):
    """A service of the tree or an association by its name."""

    unit = forms.ChoiceField(label=_("A service"), required=False)
    name = forms.CharField(label=_("Or an association"), max_length=120, required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if units and isinstance(field, forms.ChoiceField):
            field.choices = [("", _("None of these")), *units]
        elif not units:
            del self.fields["unit"]
            self.fields["name"].label = _("An association or a service")


class TextForm(Form):
    """One text: an objection, its answer, an obstacle, how it was removed."""

    def __init__(self, *args: Any, name: str, label: Any, help_text: Any = "", **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields[name] = area(label, OBSTACLE_LENGTH, help_text=help_text, rows=4)
