"""That an idea came up at a gathering, taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.communities.readers import member_of, reader_of
from essaim.events.queries.born import gathering_named
from essaim.foundation.http.missing import or_404
from essaim.ideas import actions, queries


@require_POST
def idea_not_born(request: HttpRequest, public_id: str) -> HttpResponse:
    """By its author, also where they no longer read it, or those who hold the gathering."""
    reader = reader_of(request)
    found = or_404(queries.idea_for_withdrawal(reader, public_id))
    back = gathering_named(reader, found.event_id)
    actions.unlink_idea(member=member_of(request), idea=found)
    messages.success(request, _("It is no longer linked; the idea itself stays."))
    if back:
        return HttpResponseRedirect(reverse("event", args=[back.public_id]) + "#born")
    return HttpResponseRedirect(reverse("idea", args=[public_id]))
