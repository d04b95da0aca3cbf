from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.ideas.models import ProgrammeItem, ProgrammeVersion, Section, Sentence, length_of
from essaim.ideas.queries.programme import Offered


class ItemForm(forms.Form):
    title = forms.CharField(
        label=_("Title"),
        max_length=length_of(ProgrammeItem, "title"),
        error_messages={"required": _("Give it a title.")},
    )
    section = forms.CharField(
        label=_("Section"),
        help_text=_("The title of a section. A new one is made when it does not exist."),
        max_length=length_of(Section, "title"),
        error_messages={"required": _("Say in which section.")},
    )


class SentenceForm(forms.Form):
    """One sentence and what stands behind it: chosen contributions, or a reason."""

    text = forms.CharField(
        label=_("Sentence"),
        max_length=length_of(Sentence, "text"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the sentence.")},
    )
    ideas = forms.MultipleChoiceField(
        label=_("Ideas behind it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    posts = forms.MultipleChoiceField(
        label=_("Messages behind it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    stated_reason = forms.CharField(
        label=_("Or why it stands here without a contribution"),
        required=False,
        max_length=length_of(Sentence, "stated_reason"),
    )

    def __init__(
        self, *args: Any, ideas: list[Offered], posts: list[Offered], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in (("ideas", ideas), ("posts", posts)):
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = [(one.public_id, one.label) for one in offered]
            if not offered:
                del self.fields[name]


class PublishForm(forms.Form):
    summary = forms.CharField(
        label=_("What changes in this version"),
        required=False,
        max_length=length_of(ProgrammeVersion, "summary"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
