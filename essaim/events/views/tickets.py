"""One's own ticket, on a screen or on paper."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from essaim.communities.readers import reader_of
from essaim.design.printing import render_sheet
from essaim.events.models import Registration
from essaim.events.queries import tickets
from essaim.foundation.http import public
from essaim.foundation.http.missing import or_404


@require_safe
def event_ticket(request: HttpRequest, public_id: str) -> HttpResponse:
    """A member's own."""
    found = or_404(tickets.ticket_of(reader_of(request), public_id))
    return _ticket(request, found, reverse("event_ticket", args=[public_id]))


@public
@require_safe
def registration_ticket(request: HttpRequest, token: str) -> HttpResponse:
    """Of somebody without an account, by the secret of their link."""
    found = or_404(tickets.ticket_by_token(token))
    return _ticket(request, found, reverse("registration_ticket", args=[token]))


def _ticket(request: HttpRequest, found: Registration, own: str) -> HttpResponse:
    page = tickets.ticket_page(found)
    context = {"page": page, "public_id": found.event.public_id}
    return render_sheet(request, "events/ticket.html", context, of=own)
