"""Who comes, for those who hold it: each reading is recorded."""

import logging
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.communities.readers import member_of
from essaim.events import actions, rules
from essaim.events.models import Event, Ride
from essaim.events.queries.events import counts_of
from essaim.events.queries.lists import line_of
from essaim.events.queries.registrations import PersonLine, everybody, people_page
from essaim.events.views.finding import bar_of, find_event
from essaim.foundation.access import require
from essaim.foundation.clock import now
from essaim.foundation.http import render
from essaim.foundation.http.sheets import sheet

audit = logging.getLogger("essaim.audit")


@require_safe
def event_people(request: HttpRequest, public_id: str) -> HttpResponse:
    """Names and what they need; never an address."""
    reader, found = find_event(request, public_id)
    require(rules.may_read_registrants(reader, found))
    audit.info("people of gathering %s read by member %s", found.pk, reader.member_id)
    return render(
        request,
        "events/people.html",
        {
            "line": line_of(found),
            "counts": counts_of(found),
            "capacity": found.capacity,
            "is_over": found.ends_at <= now(),
            "page": people_page(found, after=request.GET.get("after")),
            "bar": bar_of(reader, found),
        },
    )


@require_POST
def event_people_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same as a file, for whoever prepares the room, the food and the rides."""
    reader, found = find_event(request, public_id)
    require(rules.may_read_registrants(reader, found))
    actions.record_taking(member=member_of(request), event=found)
    questions = list(found.questions)
    headings = (_("Name"), _("Answer"), _("Guests"), _("Childcare"), _("Needs"), _("Ride"))
    return sheet(public_id, (*headings, *questions), _rows(found, questions))


def _rows(found: Event, questions: list[str]) -> Iterator[tuple[str, ...]]:
    for one in everybody(found):
        said = dict(one.answers)
        cells = (one.name, one.label, str(one.guests), one.childcare, one.access, _ride(one))
        yield (*cells, *(said.get(q, "") for q in questions))


def _ride(one: PersonLine) -> str:
    if one.ride == Ride.OFFERS:
        return _("offers %(seats)s seats") % {"seats": one.ride_seats}
    return _("looks for a ride") if one.ride == Ride.NEEDS else ""
