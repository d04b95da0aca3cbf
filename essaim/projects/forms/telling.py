"""What a team tells: logbook, how alone one feels, news, story, kit, a beginning elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.foundation.clock import today
from essaim.foundation.forms import Form
from essaim.ideas.models import length_of
from essaim.places.forms import PlaceField
from essaim.projects.models import (
    EntryAudience,
    EntryKind,
    FollowUp,
    Isolation,
    IsolationCheck,
    KitFile,
    LogEntry,
    Story,
)


def text_area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class EntryForm(Form):
    kind = forms.ChoiceField(
        label=_("What it was"),
        choices=EntryKind,
        widget=forms.RadioSelect,
        initial=EntryKind.STEP,
        error_messages={"required": _("Choose what it was.")},
    )
    text = forms.CharField(
        label=_("What happened"),
        help_text=_("A few sentences. Nobody by name who has not agreed to it."),
        max_length=length_of(LogEntry, "text"),
        widget=text_area(5),
        error_messages={"required": _("Say in a few words what happened.")},
    )
    happened_on = forms.DateField(label=_("The day"), initial=today)
    picture = forms.FileField(
        label=_("A picture"),
        required=False,
        help_text=_(
            "JPEG, PNG or WebP, 10 MB at most. Where and with what it was taken is removed."
        ),
    )
    picture_words = forms.CharField(
        label=_("What the picture shows"),
        required=False,
        max_length=length_of(LogEntry, "picture_words"),
        help_text=_("For those who cannot see it. Needed with a picture."),
    )
    audience = forms.ChoiceField(
        label=_("Who reads it"),
        choices=EntryAudience,
        widget=forms.RadioSelect,
        initial=EntryAudience.PUBLIC,
    )


class EntryEditForm(EntryForm):
    drops_picture = forms.BooleanField(label=_("Take the picture away"), required=False)

    @staticmethod
    def values_of(entry: LogEntry) -> dict[str, Any]:
        names = ("kind", "text", "happened_on", "picture_words", "audience")
        return {name: getattr(entry, name) for name in names}


class IsolationForm(Form):
    level = forms.TypedChoiceField(
        label=_("In this project,"),
        choices=Isolation,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best.")},
    )
    words = forms.CharField(
        label=_("A few words, if you like"),
        required=False,
        max_length=length_of(IsolationCheck, "words"),
        widget=text_area(3),
    )
    share_with = forms.ChoiceField(
        label=_("Tell somebody"),
        help_text=_("Nobody reads it unless you choose somebody here, and you can change that."),
        required=False,
    )

    def __init__(self, *args: Any, listeners: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Nobody: it stays with me")), *listeners]
        self.fields["share_with"].choices = choices  # type: ignore[attr-defined]  # of a choice field


class NewsForm(Form):
    is_alive = forms.TypedChoiceField(
        label=_("Is it alive?"),
        choices=[("yes", _("Yes, it goes on in some form")), ("no", _("No, it has stopped"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )
    words = forms.CharField(
        label=_("How it goes"),
        help_text=_("Two sentences are enough; what stopped is worth telling as well."),
        max_length=length_of(FollowUp, "words"),
        widget=text_area(),
        error_messages={"required": _("Say in a few words how it goes.")},
    )


class StoryForm(Form):
    what_worked = forms.CharField(
        label=_("What worked, and for whom"),
        max_length=length_of(Story, "what_worked"),
        widget=text_area(5),
    )
    what_was_hard = forms.CharField(
        label=_("What was hard, and what we would do otherwise"),
        max_length=length_of(Story, "what_was_hard"),
        widget=text_area(5),
    )
    first_step = forms.CharField(
        label=_("Where to begin elsewhere"),
        help_text=_("The first week of whoever does the same."),
        max_length=length_of(Story, "first_step"),
        widget=text_area(5),
    )

    @staticmethod
    def values_of(story: Story | None) -> dict[str, Any]:
        return {name: getattr(story, name, "") for name in StoryForm.base_fields}


class KitForm(Form):
    file = forms.FileField(
        label=_("The file"),
        help_text=_("PDF, office document without macros, text or picture, 10 MB at most."),
        error_messages={"required": _("Choose a file.")},
    )
    label = forms.CharField(
        label=_("What it is"),
        help_text=_("“A letter to the town hall”, “the poster of the first evening”."),
        max_length=length_of(KitFile, "label"),
    )


class BeginForm(Form):
    host = forms.ChoiceField(
        label=_("In which community"),
        help_text=_("It validates your project and finds it support."),
    )
    name = forms.CharField(
        label=_("What your project is called"),
        max_length=80,
        error_messages={"required": _("Give your project a name.")},
    )
    place = PlaceField(label=_("Where"), required=False)

    def __init__(self, *args: Any, hosts: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.slug, one.name) for one in hosts]
        self.fields["host"].choices = choices  # type: ignore[attr-defined]  # of a choice field
