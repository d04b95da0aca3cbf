from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from essaim.ideas.actions import FEWEST_PARTS, MOST_PARTS, Part
from essaim.ideas.models import Idea, Regrouping, length_of
from essaim.ideas.queries import MergePreview


def _reason(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Why"),
        help_text=help_text,
        max_length=length_of(Regrouping, "reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why: the reason is public.")},
    )


class MergeForm(forms.Form):
    reason = _reason(_("One sentence that everyone can read: “Both ask for the same bus.”"))

    def __init__(self, preview: MergePreview, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["survivor"] = forms.ChoiceField(
            label=_("Which one speaks for all of them"),
            help_text=_("It takes the support and the conversation from now on."),
            choices=[(one.public_id, one.title) for one in preview.ideas],
            initial=preview.most_supported,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Choose the idea that stays."),
                "invalid_choice": _("Choose one of these ideas."),
            },
        )
        self.order_fields(["survivor", "reason"])


class SplitForm(forms.Form):
    """Two parts at least; the others may stay empty."""

    reason = _reason(_("One sentence that everyone can read: “One is a bus, the other a path.”"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_PARTS + 1):
            needed = number <= FEWEST_PARTS
            said = {"number": number}
            self.fields[f"title_{number}"] = forms.CharField(
                label=gettext("Part %(number)s in one line") % said,
                max_length=length_of(Idea, "title"),
                required=needed,
                error_messages={"required": gettext("Give this part a title.")},
            )
            self.fields[f"text_{number}"] = forms.CharField(
                label=gettext("What part %(number)s says") % said,
                max_length=length_of(Idea, "text"),
                required=needed,
                widget=forms.Textarea(attrs={"rows": 7}),
                error_messages={"required": gettext("Say what this part asks for.")},
            )
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    @staticmethod
    def values_of(idea: Idea) -> dict[str, str]:
        """The first parts begin with the author's own words."""
        return {
            f"{name}_{number}": getattr(idea, name)
            for number in range(1, FEWEST_PARTS + 1)
            for name in ("title", "text")
        }

    def parts(self) -> Sequence[Part]:
        """Those that were written, in their order."""
        data = self.cleaned_data
        written = (
            Part(title=data[f"title_{number}"], text=data[f"text_{number}"])
            for number in range(1, MOST_PARTS + 1)
        )
        return [part for part in written if part.title.strip() or part.text.strip()]
