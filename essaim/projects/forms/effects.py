"""What a team counts. A period is asked for by its first and its last day."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.foundation.forms import AmountField, Form
from essaim.ideas.models import length_of
from essaim.projects.actions.effects import CURRENCIES
from essaim.projects.forms.telling import text_area
from essaim.projects.models import (
    ActorGroup,
    Beneficiaries,
    Confidence,
    EffectWords,
    Indicator,
    Measure,
    PeopleAround,
    Period,
    Reach,
    Recognition,
    RecognitionKind,
)
from essaim.projects.models.effects import DECIMALS, DIGITS


def number_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        help_text=help_text,
        max_digits=DIGITS,
        decimal_places=DECIMALS,
    )


class WordsForm(Form):
    without_it = forms.CharField(
        label=_("What would have happened anyway"),
        help_text=_("Without the project: who would have found help elsewhere, what was changing."),
        max_length=length_of(EffectWords, "without_it"),
        widget=text_area(),
        required=False,
    )
    contribution = forms.CharField(
        label=_("What is ours in it"),
        max_length=length_of(EffectWords, "contribution"),
        widget=text_area(),
        required=False,
    )
    risks = forms.CharField(
        label=_("What may go wrong, and for whom"),
        max_length=length_of(EffectWords, "risks"),
        widget=text_area(),
        required=False,
    )

    @staticmethod
    def values_of(words: EffectWords | None) -> dict[str, Any]:
        return {name: getattr(words, name, "") for name in WordsForm.base_fields}


class GroupForm(Form):
    name = forms.CharField(
        label=_("Who"),
        help_text=_("A kind of people, nobody by name: “farmers”, “children of the school”."),
        max_length=length_of(ActorGroup, "name"),
    )
    part = forms.CharField(
        label=_("Their part in it"), required=False, max_length=length_of(ActorGroup, "part")
    )
    gains = forms.CharField(
        label=_("What they gain by it"), required=False, max_length=length_of(ActorGroup, "gains")
    )


class IndicatorForm(Form):
    name = forms.CharField(label=_("What is measured"), max_length=length_of(Indicator, "name"))
    unit = forms.CharField(
        label=_("In which unit"),
        help_text=_("“meals”, “hours”, “kilos of bread”."),
        max_length=length_of(Indicator, "unit"),
    )
    definition = forms.CharField(
        label=_("What counts and what does not"),
        max_length=length_of(Indicator, "definition"),
        widget=text_area(3),
    )
    who_counts = forms.CharField(
        label=_("Who counts"), max_length=length_of(Indicator, "who_counts")
    )
    source = forms.CharField(
        label=_("Where the number comes from"), max_length=length_of(Indicator, "source")
    )
    period = forms.ChoiceField(label=_("How often"), choices=Period, initial=Period.MONTH)
    baseline = number_field(_("How it was before"), required=False)
    baseline_on = forms.DateField(label=_("On which day"), required=False)
    target = number_field(_("What you aim at"), required=False)
    target_on = forms.DateField(label=_("By which day"), required=False)


class _OverPeriod(Form):
    starts_on = forms.DateField(label=_("First day"))
    last_day = forms.DateField(label=_("Last day"))

    def clean(self) -> dict[str, Any]:
        """Kept half-open: `ends_on` is the first day after it."""
        given = super().clean() or self.cleaned_data
        first, last = given.get("starts_on"), given.pop("last_day", None)
        if first and last:
            if last < first:
                self.add_error("last_day", _("The end comes after the beginning."))
            else:
                given["ends_on"] = last + timedelta(days=1)
        return given


def confidence_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("What stands behind the number"),
        choices=Confidence,
        widget=forms.RadioSelect,
        initial=Confidence.DECLARED,
    )


def evidence_field(model: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Where the proof is"),
        help_text=_("Needed for what is documented or audited."),
        required=False,
        max_length=length_of(model, "evidence"),
        widget=text_area(2),
    )


class MeasureForm(_OverPeriod):
    indicator = forms.ChoiceField(label=_("What was measured"))
    value = number_field(_("The number"))
    confidence = confidence_field()
    evidence = evidence_field(Measure)

    field_order = ["indicator", "starts_on", "last_day", "value", "confidence", "evidence"]

    def __init__(self, *args: Any, chosen_from: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.public_id, f"{one.name} ({one.unit})") for one in chosen_from]
        self.fields["indicator"].choices = choices  # type: ignore[attr-defined]  # of a choice field


class BeneficiariesForm(_OverPeriod):
    group = forms.ChoiceField(label=_("Who"))
    reach = forms.ChoiceField(
        label=_("How the project reaches them"),
        help_text=_("Direct: it meets them. Indirect: they gain through others."),
        choices=Reach,
        widget=forms.RadioSelect,
        initial=Reach.DIRECT,
    )
    people = forms.IntegerField(
        label=_("How many different people"),
        help_text=_("Each once, however often they came; no visits, no households times so many."),
        min_value=0,
    )
    method = forms.CharField(
        label=_("How you counted"),
        max_length=length_of(Beneficiaries, "method"),
        widget=text_area(2),
    )
    confidence = confidence_field()
    evidence = evidence_field(Beneficiaries)

    field_order = ["group", "reach", "starts_on", "last_day", "people", "method"]

    def __init__(self, *args: Any, chosen_from: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.public_id, one.name) for one in chosen_from]
        self.fields["group"].choices = choices  # type: ignore[attr-defined]  # of a choice field


class AroundForm(Form):
    people = forms.IntegerField(label=_("How many people around the team"), min_value=0)
    who = forms.CharField(
        label=_("Who they are"),
        help_text=_("Colleagues, partners, neighbours: who gives a hand or lets it happen."),
        max_length=length_of(PeopleAround, "who"),
    )
    counted_on = forms.DateField(label=_("Counted on"))


class RecognitionForm(Form):
    kind = forms.ChoiceField(label=_("What it is"), choices=RecognitionKind)
    title = forms.CharField(label=_("Its title"), max_length=length_of(Recognition, "title"))
    given_by = forms.CharField(label=_("From whom"), max_length=length_of(Recognition, "given_by"))
    given_on = forms.DateField(label=_("On which day"))
    amount = AmountField(label=_("How much, if it is money"), required=False)
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(one, one) for one in CURRENCIES], required=False
    )
    source_url = forms.CharField(
        label=_("The page that says so"),
        help_text=_("An address that anybody can open."),
        max_length=length_of(Recognition, "source_url"),
    )

    def clean(self) -> dict[str, Any]:
        """A currency goes with an amount alone."""
        given = super().clean() or self.cleaned_data
        given["amount_cents"] = given.pop("amount", None)
        if given["amount_cents"] is None:
            given["currency"] = ""
        return given
