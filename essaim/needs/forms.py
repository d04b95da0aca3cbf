"""The shape of what is typed; the actions say what is wrong with it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from essaim.communities.models import Audience
from essaim.needs.models import (
    MESSAGE_LENGTH,
    MOST_PEOPLE,
    MOST_SLOTS,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Closing,
    Match,
    Need,
    NeedKind,
    Offer,
    Remote,
)
from essaim.needs.queries.board import HALF, HOUR, LONGER, OFFERS, OFFICIAL, Filters, duration_words
from essaim.places.forms import PlaceField

DURATIONS = (
    (15, _("a quarter of an hour")),
    (30, _("half an hour")),
    (60, _("an hour")),
    (120, _("two hours")),
    (240, _("half a day")),
    (420, _("a day")),
    (840, _("two days")),
    (2100, _("five days")),
)
RADII = ((5, "5 km"), (20, "20 km"), (50, "50 km"), (100, "100 km"))
AUDIENCES = (
    (Audience.PUBLIC, _("everyone")),
    (Audience.MEMBERS, _("members of this community")),
)


class SkillsField(forms.CharField):
    """Several skills in one line, separated by commas."""

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, max_length=1000, **given)

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [one.strip() for one in text.replace(";", ",").split(",") if one.strip()]


class DurationField(forms.TypedChoiceField):
    """Minutes, chosen by their words; a length that another way gave stays a choice."""

    def __init__(self, **given: Any) -> None:
        super().__init__(choices=DURATIONS, coerce=int, empty_value=None, **given)


class NeedForm(forms.Form):
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
    place = PlaceField(label=_("The place"), required=False)
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
        _with_choice(self.fields["minutes"], self.initial.get("minutes"))

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


def _with_choice(field: Any, minutes: Any) -> None:
    if minutes and minutes not in dict(field.choices):
        field.choices = [*field.choices, (minutes, duration_words(minutes))]


class OfferForm(forms.Form):
    words = forms.CharField(
        label=_("What you can give"),
        help_text=_("In your words: “I read leases and explain them.”"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what you can give.")},
    )
    skills = SkillsField(
        label=_("In a few skills"),
        help_text=_("Separated by commas: this is how needs find you."),
    )
    minutes_a_month = DurationField(label=_("How much a month"), initial=120)
    slots = forms.IntegerField(
        label=_("For how many needs at once"), min_value=1, max_value=MOST_SLOTS, initial=1
    )
    remote = forms.ChoiceField(
        label=_("From where"),
        choices=Remote.choices,
        initial=Remote.EITHER,
        widget=forms.RadioSelect,
    )
    place = PlaceField(label=_("The place you start from"), required=False)
    radius_km = forms.TypedChoiceField(
        label=_("How far you go"),
        choices=[("", _("anywhere")), *RADII],
        coerce=int,
        empty_value=None,
        required=False,
        initial=20,
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages you speak"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    wants = forms.CharField(
        label=_("What you would like to do"),
        help_text=_("Only used to suggest needs that you will like."),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    since_on = forms.DateField(
        label=_("From when"), required=False, help_text=_("Empty: from today.")
    )
    audience = forms.ChoiceField(
        label=_("Who reads it"),
        choices=[AUDIENCES[1], AUDIENCES[0]],
        help_text=_("Your name stands beside it; your address never does."),
    )
    language = forms.ChoiceField(label=_("Language of your text"), choices=settings.LANGUAGES)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _with_choice(self.fields["minutes_a_month"], self.initial.get("minutes_a_month"))
        radius, km = self.initial.get("radius_km"), self.fields["radius_km"]
        if radius and isinstance(km, forms.TypedChoiceField) and radius not in dict(RADII):
            km.choices = [("", _("anywhere")), *RADII, (radius, f"{radius} km")]

    @staticmethod
    def values_of(offer: Offer) -> dict[str, Any]:
        """What the form shows of an offer."""
        skills = offer.skills.order_by("pk").values_list("name", flat=True)
        own = (name for name in OfferForm.base_fields if name != "skills")
        return {**{name: getattr(offer, name) for name in own}, "skills": ", ".join(skills)}


class WordsForm(forms.Form):
    """First words to the other side; the box appears once an address was found in them."""

    text = forms.CharField(
        label=_("Your words"),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )
    gives_address = forms.BooleanField(
        label=_("Send it with the address or phone number in it"), required=False
    )


class OfferHelpForm(WordsForm):
    text = forms.CharField(
        label=_("How you can help"),
        help_text=_("When you have time, what you have done before. No address is needed."),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )
    offer = forms.ChoiceField(label=_("As part of this offer of yours"), required=False)

    def __init__(self, *given: Any, offers: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        if offers:
            field: Any = self.fields["offer"]
            field.choices = [("", _("none")), *offers]
        else:
            del self.fields["offer"]


class AskForm(WordsForm):
    need = forms.ChoiceField(label=_("For which need"), widget=forms.RadioSelect)

    def __init__(self, *given: Any, needs: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["need"]
        field.choices = needs
        if len(needs) == 1:
            self.initial.setdefault("need", needs[0][0])


class AskOfficialForm(WordsForm):
    official = forms.ChoiceField(label=_("Whom you ask"), widget=forms.RadioSelect)

    def __init__(self, *given: Any, officials: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["official"]
        field.choices = officials


class FacilitateForm(forms.Form):
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


class CloseForm(forms.Form):
    closing = forms.ChoiceField(
        label=_("What became of it"),
        choices=[
            (Closing.DONE, _("It is done")),
            (Closing.NO_LONGER, _("It is no longer needed")),
        ],
        widget=forms.RadioSelect,
    )


class HelpForm(forms.Form):
    minutes = DurationField(label=_("How long it took"))
    helped_on = forms.DateField(label=_("On which day"), required=False)

    def __init__(self, *given: Any, match: Match, **named: Any) -> None:
        super().__init__(*given, **named)
        self.initial.setdefault("minutes", match.need.minutes)
        _with_choice(self.fields["minutes"], self.initial["minutes"])


class ConfirmForm(HelpForm):
    thanks = forms.CharField(
        label=_("A word of thanks"),
        help_text=_("Only whoever helped reads it."),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        del self.fields["helped_on"]


class JoyForm(forms.Form):
    joy = forms.TypedChoiceField(
        label=_("How much joy did it give you?"),
        help_text=_("From 0 to 10. Only totals are ever told, of eleven people at least."),
        choices=[(str(one), str(one)) for one in range(11)],
        coerce=int,
        widget=forms.RadioSelect,
    )


class StoryForm(forms.Form):
    story = forms.CharField(
        label=_("What came of it"),
        help_text=_("For others to read under your need. No name of whoever helped."),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what came of it.")},
    )
    audience = forms.ChoiceField(label=_("Who reads it"), choices=[AUDIENCES[1], AUDIENCES[0]])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.initial.get("story"):
            self.fields["story"].required = False
            self.fields["story"].help_text = _("Empty: it is taken back.")


class BoardForm(forms.Form):
    """The filters of a board, in its address; where one is not understood, nothing is shown."""

    skill = forms.CharField(label=_("Skill"), max_length=120, required=False)
    place = PlaceField(label=_("Place"), required=False)
    length = forms.ChoiceField(
        label=_("How long"),
        required=False,
        choices=[
            ("", _("any length")),
            (HOUR, _("an hour at most")),
            (HALF, _("half a day at most")),
            (LONGER, _("longer")),
        ],
    )
    kind = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("what is looked for")),
            (OFFICIAL, _("what is asked of the elected")),
            (OFFERS, _("what people offer")),
        ],
    )
    remote = forms.BooleanField(label=_("can be done from home"), required=False)

    @property
    def filters(self) -> Filters:
        self.is_valid()
        known = self.cleaned_data
        return Filters(
            kind=known.get("kind") or "",
            skill=(known.get("skill") or "").strip(),
            place=getattr(known.get("place"), "public_id", ""),
            length=known.get("length") or "",
            remote=bool(known.get("remote")),
        )
