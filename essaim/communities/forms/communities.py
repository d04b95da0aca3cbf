"""The shape of what people type; lengths and words are checked again by the actions."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from essaim.communities.models import (
    LEAVING_REASON_LENGTH,
    MOST_CHECK_DAYS,
    NOTE_LENGTH,
    PART_LENGTH,
    REASON_LENGTH,
    ROOT_KINDS,
    SELF_STANDING_KINDS,
    SOURCES_LENGTH,
    Kind,
    Role,
    Visibility,
)
from essaim.foundation.forms import Form
from essaim.members.models import NAME_LENGTH
from essaim.places.forms import PlaceField
from essaim.places.models import Level

LANGUAGES = [("fr", "Français"), ("en", "English")]
PURPOSE_LENGTH = 2000
PLACES = (Level.COMMUNE, Level.DEPARTMENT, Level.REGION, Level.COUNTRY)


def area(
    label: Any, length: int, rows: int, help_text: Any = "", *, required: bool = False
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def one_of(people: list[tuple[str, str]]) -> list[tuple[str, Any]]:
    """Nobody is chosen before somebody chooses, unless there is nobody else to choose."""
    return [*people] if len(people) == 1 else [("", _("Choose")), *people]


class FoundForm(Form):
    """A new community: of any kind at the top, of all but the two largest inside another one."""

    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("Its name"), max_length=80)
    purpose = area(
        _("Its purpose"), PURPOSE_LENGTH, 4, _("What you gather for, in a few plain sentences.")
    )
    place = PlaceField(label=_("Its place"), required=False, levels=PLACES)
    visibility = forms.ChoiceField(
        label=_("Who may see it once it is open?"),
        choices=Visibility.choices,
        initial=Visibility.PUBLIC,
        widget=forms.RadioSelect,
    )
    is_outside = forms.BooleanField(
        label=_("I come from outside the organisation or the place"), required=False
    )
    agree = forms.BooleanField(
        label=_("I agree that I am named as its founder and recorded as its first member."),
        help_text=_(
            "Belonging to a movement can reveal a political opinion. Your membership is recorded,"
            " shown to members only, until you leave; as a founder you are named on the community’s"
            " page once it is open."
        ),
        error_messages={"required": _("Without your agreement you cannot be its founder.")},
    )

    @property
    def consent_text(self) -> str:
        """What is agreed to, in the words shown."""
        agree = self.fields["agree"]
        return f"{agree.label} {agree.help_text}"

    def __init__(self, *args: Any, inside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left_out = ROOT_KINDS if inside else SELF_STANDING_KINDS
        self.kinds = [kind for kind in Kind if kind not in left_out]
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [(one.value, capfirst(one.label)) for one in self.kinds]


class StartForm(Form):
    """A committee or chapter where one lives: three fields, and the agreement to be named."""

    place = PlaceField(
        label=_("Where?"),
        levels=PLACES,
        help_text=_("A town or a postcode: it is how your neighbours find you."),
    )
    name = forms.CharField(
        label=_("What is it called?"),
        max_length=80,
        help_text=_("Often the name of the place is enough."),
    )
    purpose = forms.CharField(
        label=_("What for?"),
        max_length=PURPOSE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In one plain sentence; you can change it later."),
    )
    agree = FoundForm.base_fields["agree"]

    @property
    def consent_text(self) -> str:
        """What is agreed to, in the words shown."""
        agree = self.fields["agree"]
        return f"{agree.label} {agree.help_text}"


class NearForm(Form):
    near = PlaceField(
        label=_("Near where?"),
        required=False,
        help_text=_("A town or a postcode. We remember nothing of what you look for."),
    )


class RefuseForm(Form):
    reason = forms.CharField(
        label=_("Why not?"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Everyone reads this among the decisions: do not name anybody or what was asked for."
        ),
    )
    word = area(_("A word to those who asked"), REASON_LENGTH, 3, _("They alone read it."))


class OpeningPolicyForm(Form):
    """`choices` are (public id, name) of those who hold a role."""

    is_checked = forms.TypedChoiceField(
        label=_("How does a committee or chapter open here?"),
        choices=[
            ("no", _("At once, as soon as it is ready")),
            ("yes", _("After somebody has looked at it; without an answer in time it opens")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    days = forms.IntegerField(
        label=_("Within how many days?"), min_value=1, max_value=MOST_CHECK_DAYS
    )
    referent = forms.ChoiceField(
        label=_("Who looks?"),
        required=False,
        help_text=_("Somebody who holds a role here. If they go, those who run it look."),
    )

    def __init__(self, *args: Any, choices: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["referent"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("those who run it")), *choices]


class FounderForm(Form):
    name = forms.CharField(label=_("Their name"), max_length=NAME_LENGTH)
    email = forms.EmailField(label=_("Their e-mail address"))
    is_outside = forms.BooleanField(
        label=_("From outside the organisation or the place"), required=False
    )


class ManifestoForm(Form):
    frustration = area(_("The frustration"), PART_LENGTH, 5, _("What you can no longer accept."))
    frustration_source = area(_("Sources of this part"), SOURCES_LENGTH, 2, _("One a line."))
    momentum = area(_("The positive momentum"), PART_LENGTH, 5, _("What carries you."))
    momentum_source = area(_("Sources of this part"), SOURCES_LENGTH, 2, _("One a line."))
    rules_to_break = area(
        _("The rules to break"), PART_LENGTH, 5, _("What you will do differently from now on.")
    )
    rules_to_break_source = area(_("Sources of this part"), SOURCES_LENGTH, 2, _("One a line."))
    note = forms.CharField(
        label=_("What this version changes"), max_length=NOTE_LENGTH, required=False
    )


class PurposeForm(Form):
    purpose = area(
        _("Its purpose"), PURPOSE_LENGTH, 5, _("What you gather for, in a few plain sentences.")
    )


class LeaveForm(Form):
    """`members` are (public id, name) of who could be asked, where the last host goes.

    `is_adoptable`: what is left can be taken over by its members.
    """

    succession = forms.ChoiceField(
        label=_("What becomes of it?"), initial="offer", widget=forms.RadioSelect
    )
    asked = forms.ChoiceField(label=_("To whom"), required=False)
    reason = area(
        _("Would you tell us why?"),
        LEAVING_REASON_LENGTH,
        3,
        _("Only if you like. Those who run the community read it without your name."),
    )

    def __init__(
        self,
        *args: Any,
        is_alone: bool = False,
        is_adoptable: bool = True,
        members: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        asked, succession = self.fields["asked"], self.fields["succession"]
        if not is_alone or not members:
            del self.fields["asked"]
        if not is_alone:
            del self.fields["succession"]
        left = (
            _("It looks for a host: its members are told and may take it over at once")
            if is_adoptable
            else _("Nobody runs it: what it holds stays, its texts and roles do not change")
        )
        ask = _("I propose it to one of them, who is asked when I go")
        if isinstance(succession, forms.ChoiceField) and isinstance(asked, forms.ChoiceField):
            succession.choices = [("offer", left), *([("ask", ask)] if members else [])]
            asked.choices = [("", "—"), *members]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("succession") == "ask" and not cleaned.get("asked"):
            self.add_error("asked", _("Choose to whom."))
        return cleaned


class SettingsForm(Form):
    name = forms.CharField(label=_("Its name"), max_length=80)
    tagline = forms.CharField(label=_("In one sentence"), max_length=160, required=False)
    purpose = area(_("Its purpose"), PURPOSE_LENGTH, 4)
    place = PlaceField(label=_("Its place"), required=False, levels=PLACES)
    founded_on = forms.DateField(
        label=_("Founded on"),
        required=False,
        help_text=_("If it lived before it opened here."),
    )
    language = forms.ChoiceField(label=_("Its language"), choices=LANGUAGES)
    visibility = forms.ChoiceField(
        label=_("Who may see it?"), choices=Visibility.choices, widget=forms.RadioSelect
    )


class SwitchForm(Form):
    """What a sub-platform becomes: a button sends the contrary of what the page shows."""

    is_on = forms.ChoiceField(
        choices=[("yes", _("on")), ("no", _("off"))], widget=forms.HiddenInput
    )


class MoveForm(Form):
    """`parents` are (slug, name); the empty choice is the top."""

    parent = forms.ChoiceField(label=_("It is part of"), required=False)

    def __init__(self, *args: Any, parents: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("nothing: it stands on its own")), *parents]


class MandateForm(Form):
    """`members` are (public id, name)."""

    holder = forms.ChoiceField(label=_("Who"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    title = forms.CharField(
        label=_("The function, in words"),
        max_length=80,
        required=False,
        help_text=_("Shown instead of the role, for example “councillor for transport”."),
    )
    starts_on = forms.DateField(label=_("From"), required=False)
    ends_on = forms.DateField(
        label=_("Until"), required=False, help_text=_("The first day without the role.")
    )

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["holder"]
        if isinstance(field, forms.ChoiceField):
            field.choices = one_of(members)


class DelegateForm(Form):
    """`members` are (public id, name), `powers` (key, sentence)."""

    delegate = forms.ChoiceField(label=_("Who?"))
    powers = forms.MultipleChoiceField(
        label=_("What may they do in your stead?"), widget=forms.CheckboxSelectMultiple
    )
    ends_on = forms.DateField(
        label=_("Until when?"),
        required=False,
        help_text=_("The first day without it; without a day, until one of you ends it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self,
        *args: Any,
        members: list[tuple[str, str]],
        powers: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("delegate", one_of(members)), ("powers", powers)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


class AppealForm(Form):
    words = area(
        _("What did they not see?"),
        REASON_LENGTH,
        4,
        _("Read by the person who looks again: somebody else than who decided."),
    )


class SecondLookForm(Form):
    answer = forms.ChoiceField(
        label=_("What do you find?"),
        choices=[
            ("confirm", _("The decision was right")),
            ("overturn", _("It was not: put it back")),
        ],
        widget=forms.RadioSelect,
    )
    reason = area(
        _("Why?"),
        REASON_LENGTH,
        4,
        _("Everyone reads this: name nobody, quote nobody."),
        required=True,
    )


class ReasonForm(Form):
    reason = area(
        _("Why?"),
        REASON_LENGTH,
        4,
        _("Everyone reads this: name nobody, quote nobody."),
        required=True,
    )


# Circles
