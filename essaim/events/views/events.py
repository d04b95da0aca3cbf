from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from essaim.communities.readers import reader_of
from essaim.design.printing import render_sheet
from essaim.events.forms import joy_form
from essaim.events.queries import events as queries
from essaim.events.queries.after import after_of
from essaim.events.queries.agenda import agenda_in_short
from essaim.events.queries.plenaries import attendance_of
from essaim.events.queries.series import series_note
from essaim.events.views.finding import bar_of
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404


@public
@require_safe
def event(request: HttpRequest, public_id: str) -> HttpResponse:
    """When, where, for whom, and what the reader has said of coming."""
    reader = reader_of(request)
    found = or_404(queries.event_to_read(reader, public_id))
    after = after_of(reader, found)
    return render(
        request,
        "events/event.html",
        {
            "page": queries.event_for_page(reader, found),
            "agenda": agenda_in_short(found),
            "bar": bar_of(reader, found),
            "series": series_note(reader, found),
            "attendance": attendance_of(found),
            "after": after,
            "joy_form": joy_form(after.joy),
        },
    )


@public
@require_safe
def event_print(request: HttpRequest, public_id: str) -> HttpResponse:
    """A notice for a wall, whose square leads to the page."""
    reader = reader_of(request)
    found = or_404(queries.event_to_read(reader, public_id))
    return render_sheet(
        request,
        "events/event_print.html",
        {"page": queries.event_for_page(reader, found)},
        of=reverse("event", args=[public_id]),
    )
