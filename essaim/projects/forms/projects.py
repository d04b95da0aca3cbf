from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from essaim.foundation.forms import Form
from essaim.places.forms import PlaceField
from essaim.projects.models import (
    OBSERVATION_LENGTH,
    PART_LENGTH,
    Criterion,
    CriterionSet,
    GateDecider,
    Outcome,
    Project,
    ValidationDecision,
)
from essaim.projects.models.validation import REASONS_LENGTH, WORDS_LENGTH

# What a project says of itself, in short: as validators read it, and as what is still missing.
PARTS_IN_SHORT = {
    "for_whom": _("For whom"),
    "problem": _("What is wrong today"),
    "smallest_version": _("The smallest version that would help"),
    "existing": _("Who does this here already"),
    "means": _("What there is and what is missing"),
}


def area(
    label: Any, length: int, *, rows: int = 3, help_text: Any = "", required: bool = True
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ProjectForm(Form):
    """The beneficiary comes first; only the name is needed to keep a draft."""

    name = forms.CharField(
        label=_("Its name"),
        help_text=_("Two to five words: “Repair café of the station”."),
        max_length=80,
        error_messages={"required": _("Give your project a name.")},
    )
    for_whom = area(
        _("For whom?"),
        PART_LENGTH,
        help_text=_("Who would live better with it, and how many they are here."),
        required=False,
    )
    problem = area(
        _("What is wrong today?"),
        PART_LENGTH,
        rows=4,
        help_text=_("As these people would say it."),
        required=False,
    )
    smallest_version = area(
        _("What is the smallest version that would help?"),
        PART_LENGTH,
        help_text=_("What could be tried in a few weeks, with what is there."),
        required=False,
    )
    existing = area(
        _("Who does this here already?"),
        PART_LENGTH,
        help_text=_(
            "Associations and services, and what you do together. Nobody? Say who told you."
        ),
        required=False,
    )
    means = area(
        _("What there is and what is missing"),
        PART_LENGTH,
        help_text=_("People, a place, time, money."),
        required=False,
    )
    place = PlaceField(label=_("Where?"), required=False)
    language = forms.ChoiceField(label=_("Language of your text"), choices=settings.LANGUAGES)
    is_social_business = forms.BooleanField(
        label=_("It will live from what it sells"), required=False
    )
    pays_no_dividend = forms.BooleanField(
        label=_("Whoever puts money in takes no profit out"), required=False
    )

    @staticmethod
    def values_of(project: Project) -> dict[str, Any]:
        """What the form shows of a project."""
        own = {"name": project.community.name, "place": project.community.place}
        return own | {
            name: getattr(project, name) for name in ProjectForm.base_fields if name not in own
        }


class EndForm(Form):
    outcome = forms.ChoiceField(
        label=_("What became of it?"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    words = area(
        _("In a few words"),
        PART_LENGTH,
        help_text=_("What was learnt, and where it goes on. What stopped teaches as much."),
        required=False,
    )


class ObservationForm(Form):
    what = area(
        _("What did you see?"),
        OBSERVATION_LENGTH,
        help_text=_("A need, not a solution: “The last bus leaves before the cleaners finish”."),
    )
    for_whom = forms.CharField(label=_("Who lives this?"), max_length=160, required=False)
    place = PlaceField(label=_("Where?"), required=False)


class HidingForm(Form):
    reason = area(
        _("Why"),
        REASONS_LENGTH,
        help_text=_("Everyone can read this reason: no names, and nothing of what was written."),
    )
    word = area(
        _("A word to its author"), REASONS_LENGTH, help_text=_("Only they read it."), required=False
    )


class PolicyForm(Form):
    needs_validation = forms.BooleanField(
        label=_("Projects are validated before they open"), required=False
    )
    needs_second_validator = forms.BooleanField(
        label=_("Two people answer, one after the other"), required=False
    )
    validation_days = forms.IntegerField(label=_("Days to answer"), min_value=1, max_value=180)
    gate_decider = forms.ChoiceField(
        label=_("Who answers at gates?"), choices=GateDecider.choices, widget=forms.RadioSelect
    )
    is_go_stop_only = forms.BooleanField(label=_("At gates, only “go” or “stop”"), required=False)
    gate_days = forms.IntegerField(label=_("Days to answer at a gate"), min_value=1, max_value=180)
    start_from = forms.ChoiceField(
        label=_("Start again from these criteria"),
        choices=[("", _("Keep what is asked")), *CriterionSet.choices],
        required=False,
    )
    question = forms.CharField(label=_("One more question"), max_length=240, required=False)


ANSWERS = [("yes", _("Yes")), ("no", _("No"))]


def validation_form(criteria: list[Criterion], data: Any) -> Form:
    """A question for each criterion, words beside it, then the answer."""
    form = Form(data)
    for one in criteria:
        form.fields[f"criterion_{one.key}"] = forms.ChoiceField(
            label=one.question,
            choices=ANSWERS,
            widget=forms.RadioSelect,
            help_text="" if one.is_required else _("Not needed to be validated."),
        )
        form.fields[f"words_{one.key}"] = forms.CharField(
            label=_("What is missing, if anything"), max_length=WORDS_LENGTH, required=False
        )
    form.fields["decision"] = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (ValidationDecision.VALIDATED.value, _("Validate it")),
            (ValidationDecision.REFUSED.value, _("Do not validate it")),
        ],
        widget=forms.RadioSelect,
    )
    form.fields["reasons"] = area(
        _("Why not, if not"),
        REASONS_LENGTH,
        help_text=_("Its bearer reads it, may change the project and try again, or contest."),
        required=False,
    )
    form.fields["word"] = area(
        _("A word to its bearer"), REASONS_LENGTH, help_text=_("Only they read it."), required=False
    )
    return form
