"""Calendars to subscribe to, and the page where a member makes the address of their own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import conditional_page, require_POST, require_safe

from essaim.communities.readers import member_of, reader_of
from essaim.events import actions
from essaim.events.queries import events as queries
from essaim.events.queries import feeds
from essaim.foundation.http import public, render
from essaim.foundation.http.idempotency import told_once
from essaim.foundation.http.missing import or_404

TYPE = "text/calendar; charset=utf-8"


@public
@require_safe
@conditional_page
def events_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """What everyone may read of a community's gatherings, the same for everyone.

    It has an ETag, and no Last-Modified: what is hidden leaves it without making it newer.
    """
    community = or_404(feeds.community_for_calendar(slug))
    with override(community.language):
        return HttpResponse(feeds.community_calendar(community), content_type=TYPE)


@public
@require_safe
def event_calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    """One gathering for a calendar; who comes and the link of what is online are not in it."""
    found = or_404(queries.event_to_read(reader_of(request), public_id))
    response = HttpResponse(feeds.event_calendar(found), content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="{public_id}.ics"'
    return response


@public
@require_safe
@conditional_page
def member_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Where a member goes, for whatever program knows their secret; sessions say nothing here."""
    member = feeds.member_of_calendar(token)
    if member is None:
        return _nothing()
    with override(member.language):
        response = HttpResponse(feeds.member_calendar(member), content_type=TYPE)
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _nothing() -> HttpResponse:
    """404 in a few words, for programs. Its address is a secret that may stand again tomorrow,
    so the line that Django would write of it in the log is left out.
    """
    response = HttpResponseNotFound(_("This calendar does not exist."), content_type="text/plain")
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django looks at this
    return response


@require_safe
def my_calendar(request: HttpRequest) -> HttpResponse:
    page = feeds.calendar_for_page(reader_of(request))
    return render(request, "events/my_calendar.html", {"page": page, "address": ""})


@require_POST
def my_calendar_new(request: HttpRequest) -> HttpResponse:
    """Make the address; the answer is the only page that ever shows it."""
    secret = actions.make_calendar_address(member=member_of(request))
    address = request.build_absolute_uri(reverse("member_calendar", args=[secret]))
    page = feeds.calendar_for_page(reader_of(request))
    return told_once(render(request, "events/my_calendar.html", {"page": page, "address": address}))


@require_POST
def my_calendar_revoke(request: HttpRequest) -> HttpResponse:
    if actions.revoke_calendar_address(member=member_of(request)):
        messages.success(request, _("The address opens nothing any more, from now on."))
    return HttpResponseRedirect(reverse("my_calendar"))
