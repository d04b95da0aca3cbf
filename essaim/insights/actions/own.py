"""What a person wants to see of their own place."""

from django.db import transaction

from essaim.foundation.clock import now
from essaim.insights.models import OwnView
from essaim.members.models import Member
from essaim.outreach.models import Notice


@transaction.atomic
def choose_own_view(*, member: Member, is_hidden: bool, has_declined: bool) -> OwnView:
    """Show it, hide it, or refuse that it is looked up at all. Nothing else changes by it.

    It is no matter of a log: whoever objects leaves no trace but the objection itself.
    """
    view, _made = OwnView.objects.select_for_update().get_or_create(member=member)
    view.is_hidden = is_hidden
    view.declined_at = (view.declined_at or now()) if has_declined else None
    view.save(update_fields=["is_hidden", "declined_at"])
    if has_declined:
        Notice.objects.filter(member=member, kind="insights.rung_lapses").delete()
    return view
