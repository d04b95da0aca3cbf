from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, ngettext

from essaim.design.typography import number
from essaim.ideas.models import DebateQuerySet
from essaim.ideas.models.upward import SYNTHESIS_LENGTH
from essaim.ideas.queries import IdeaLine


class SendUpwardForm(forms.Form):
    """To which debate, which ideas, and what the debate came to."""

    target = forms.ChoiceField(
        label=gettext_lazy("To which debate"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a debate.")},
    )
    ideas = forms.MultipleChoiceField(
        label=gettext_lazy("Which ideas"),
        help_text=gettext_lazy("Only ideas that everyone may read; their authors stay named."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one idea.")},
    )
    synthesis = forms.CharField(
        label=gettext_lazy("Your synthesis"),
        help_text=gettext_lazy(
            "What was agreed, what was not, what you ask for. It is read beside the ideas."
        ),
        max_length=SYNTHESIS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write what your debate came to.")},
    )

    def __init__(
        self, *given: Any, targets: DebateQuerySet, offered: tuple[IdeaLine, ...], **options: Any
    ) -> None:
        super().__init__(*given, **options)
        self.targets = {one.public_id: one for one in targets}
        choices: dict[str, list[tuple[str, str]]] = {
            "target": [
                (pk, f"{one.community.name} · {one.question}") for pk, one in self.targets.items()
            ],
            "ideas": [(one.public_id, one.title) for one in offered],
        }
        self.counts = {one.public_id: _supports(one) for one in offered}
        for name, some in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = some
        if len(self.targets) == 1:
            self.initial.setdefault("target", next(iter(self.targets)))


def _supports(line: IdeaLine) -> str:
    said = {"count": number(line.supports)}
    return ngettext("%(count)s support", "%(count)s supports", line.supports) % said
