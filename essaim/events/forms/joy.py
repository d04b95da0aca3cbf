from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.design.typography import number
from essaim.events.queries.joy import JoyPart
from essaim.needs.forms import JoyForm


class MeetingJoyForm(JoyForm):
    """The one question after a gathering; what becomes of the answer is said before it is given."""

    def __init__(self, *given: Any, part: JoyPart, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["joy"]
        field.label = _("How much joy did you feel at this gathering?")
        kept = ngettext(
            "From 0, none, to 10. Your answer is added up at once: it cannot be found again, so it"
            " cannot be changed or taken back. What all said together is told after %(day)s, of"
            " %(count)s person at least.",
            "From 0, none, to 10. Your answer is added up at once: it cannot be found again, so it"
            " cannot be changed or taken back. What all said together is told after %(day)s, of"
            " %(count)s people at least.",
            part.smallest,
        )
        field.help_text = kept % {"day": part.closes, "count": number(part.smallest)}
        field.error_messages["required"] = _("Choose a number from 0 to 10.")


def joy_form(part: JoyPart | None, data: Any = None) -> MeetingJoyForm | None:
    """Where there is something to ask."""
    return MeetingJoyForm(data, part=part) if part and part.may_tell else None
