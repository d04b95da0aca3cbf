from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.discussions.models import (
    CURRENT_LENGTHS,
    NOTE_LENGTH,
    POST_LENGTH,
    ModerationPolicy,
    Position,
    ReportReason,
)

NO_POSITION = "none"  # a choice like the others, so that it can be chosen again


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"),
        max_length=POST_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )
    parent = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)


class PostForm(ReplyForm):
    position = forms.ChoiceField(
        label=_("My position, if I take one"),
        choices=[*Position.choices, (NO_POSITION, _("none"))],
        initial=NO_POSITION,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose: for, against, another way, or none.")},
    )

    def clean_position(self) -> str:
        position: str = self.cleaned_data["position"]
        return "" if position == NO_POSITION else position


class CurrentForm(forms.Form):
    """`posts` offers messages by their public ids; the view says which."""

    name = forms.CharField(
        label=_("Its name"),
        help_text=_("In words that those who hold it would choose: “Repair before building”."),
        max_length=CURRENT_LENGTHS["name"],
        error_messages={"required": _("Give this current a name.")},
    )
    summary = forms.CharField(
        label=_("What it says, in a few sentences"),
        required=False,
        max_length=CURRENT_LENGTHS["summary"],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    posts = forms.MultipleChoiceField(
        label=_("The messages that carry it"),
        help_text=_("Their authors are told once, and may leave it."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose the messages that carry this current."),
            "invalid_choice": _("One of these messages is no longer shown here."),
        },
    )


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=ReportReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    note = forms.CharField(
        label=_("Anything the moderators should know"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("keep", _("Let it stand")), ("hide", _("Hide it"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose: let it stand, or hide it.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Everyone can read this reason: no names, and nothing of what was written."),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why: the reason is public.")},
    )
    word = forms.CharField(
        label=_("A word to its author"),
        help_text=_("Only they read it: what could stand, what to change."),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PutBackForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is shown again"),
        help_text=_("Everyone can read this reason."),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why: the reason is public.")},
    )


def _count(label: Any, help_text: Any = "") -> forms.IntegerField:
    """Its limits are those of the model, which the action asks."""
    return forms.IntegerField(label=label, help_text=help_text, min_value=0, max_value=1000)


class ModerationPolicyForm(forms.Form):
    due_days = _count(_("Days in which the moderators decide"))
    claim_hours = _count(_("Hours for which a moderator who takes something keeps it"))
    hides_at = _count(
        _("Reporters who hide something until it is decided"),
        _("At least 3, so that one or two people silence nobody; 0 for never."),
    )
    reporter_days = _count(_("Days for which such a reporter has had an account and belonged"))
    newcomer_days = _count(
        _("Days for which an account is new"), _("And until a first message of theirs stands.")
    )
    newcomer_posts = _count(_("Messages, and ideas, a day of a new account"))
    newcomer_links = _count(_("Links in each of them"))
    release_days = _count(_("Days after which what waits for a first look is shown"))

    @staticmethod
    def values_of(policy: ModerationPolicy) -> dict[str, int]:
        """What the form shows of a policy."""
        return {name: getattr(policy, name) for name in ModerationPolicyForm.base_fields}
