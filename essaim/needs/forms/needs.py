"""What one looks for, and what becomes of it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from essaim.foundation.forms import Form
from essaim.needs.forms.fields import AUDIENCES, DurationField, SkillsField, with_choice
from essaim.needs.models import (
    MOST_PEOPLE,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Closing,
    Need,
    NeedKind,
    Remote,
)
from essaim.places.forms import PlaceField


class NeedForm(Form):
    title = forms.CharField(
        label=_("What you look for, in one line"),
        help_text=_("“Someone to read a lease with us”, “A van on Saturday morning”."),
        max_length=TITLE_LENGTH,
        error_messages={"required": _("Say in one line what you look for.")},
    )
    what_for = forms.CharField(
        label=_("What for"),
        help_text=_("Who needs it, and what changes once it is done."),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what it is for.")},
    )
    deliverable = forms.CharField(
        label=_("What there is once it is done"),
        help_text=_("Something one can see: “Three remarks on the lease”."),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say what there is once it is done.")},
    )
    minutes = DurationField(
        label=_("How long it takes one person"),
        help_text=_("Short is answered sooner: can you ask for a first piece of it?"),
        initial=60,
    )
    people = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=MOST_PEOPLE, initial=1
    )
    must = SkillsField(
        label=_("What one must know"),
        help_text=_("Separated by commas. Empty: anybody can do it."),
    )
    nice = SkillsField(label=_("What would help besides"), help_text=_("Separated by commas."))
    remote = forms.ChoiceField(
        label=_("Where it is done"),
        choices=Remote.choices,
        initial=Remote.EITHER,
        widget=forms.RadioSelect,
    )
    place = PlaceField(label=_("The place"), help_text=_("Unless from home."), required=False)
    by_on = forms.DateField(
        label=_("By when"),
        help_text=_("Empty: it stays for a month, and you can renew it."),
        required=False,
        widget=forms.DateInput(),
    )
    kind = forms.ChoiceField(
        label=_("Who can help"),
        choices=[
            (NeedKind.HELP, _("anybody")),
            (NeedKind.OFFICIAL, _("somebody elected: a facilitator asks them")),
        ],
        initial=NeedKind.HELP,
        widget=forms.RadioSelect,
    )
    contact = forms.ChoiceField(label=_("Who answers those who offer"), required=False)
    audience = forms.ChoiceField(label=_("Who reads it"), choices=AUDIENCES)
    language = forms.ChoiceField(label=_("Language of your text"), choices=settings.LANGUAGES)

    def __init__(
        self, *given: Any, contacts: list[tuple[str, str]] | None = None, **named: Any
    ) -> None:
        super().__init__(*given, **named)
        if contacts is None or len(contacts) < 2:  # noqa: PLR2004  nobody else to choose
            del self.fields["contact"]
        else:
            field: Any = self.fields["contact"]
            field.choices = contacts
        with_choice(self.fields["minutes"], self.initial.get("minutes"))

    @staticmethod
    def values_of(need: Need) -> dict[str, Any]:
        """What the form shows of a need."""
        skills = list(need.skills.order_by("pk"))
        return {
            **{name: getattr(need, name) for name in _OF_NEED},
            "must": ", ".join(one.name for one in skills if one.is_must),
            "nice": ", ".join(one.name for one in skills if not one.is_must),
        }


_OF_NEED = (
    *("title", "what_for", "deliverable", "minutes", "people"),
    *("remote", "place", "by_on", "audience", "language"),
)


class NeedEditForm(NeedForm):
    """Who can help and who answers stay as they were posted."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        del self.fields["kind"]


class FacilitateForm(Form):
    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[
            ("take", _("I carry it: I ask somebody elected")),
            ("refuse", _("It is not carried further")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why not"),
        help_text=_("Needed when it is not carried further; the person can contest it once."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CloseForm(Form):
    closing = forms.ChoiceField(
        label=_("What became of it"),
        choices=[
            (Closing.DONE, _("It is done")),
            (Closing.NO_LONGER, _("It is no longer needed")),
        ],
        widget=forms.RadioSelect,
    )
