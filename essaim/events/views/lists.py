from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from essaim.communities.models import Community
from essaim.communities.readers import Reader, reader_of
from essaim.events import rules
from essaim.events.forms import EventsForm
from essaim.events.queries import lists
from essaim.events.queries.awareness import plans_for_list
from essaim.events.queries.feeds import has_calendar
from essaim.events.queries.plenaries import may_begin_plenaries
from essaim.events.views.finding import bar, find_community
from essaim.foundation.http import public, render


@public
@require_safe
def events_everywhere(request: HttpRequest) -> HttpResponse:
    """What is to come in all communities that the reader sees."""
    return _list(request, reader_of(request), None)


@public
@require_safe
def events(request: HttpRequest, slug: str) -> HttpResponse:
    """The gatherings of a community, of those below it, and those it holds with others."""
    reader, community = find_community(request, slug)
    return _list(request, reader, community)


def _list(request: HttpRequest, reader: Reader, community: Community | None) -> HttpResponse:
    form = EventsForm(request.GET)
    filters = form.filters
    after = request.GET.get("after")
    page = None
    if not form.errors:
        page = lists.events_page(reader, community, filters, after=after, is_short=True)
    asked = {name: request.GET[name] for name in (*form.fields, "place_id") if name in request.GET}
    may_hold = rules.may_hold(reader, community) if community else None
    return render(
        request,
        "events/events.html",
        {
            "form": form,
            "page": page,
            "asked": asked,
            "is_past": filters.when == lists.PAST,
            "community": community.name if community else "",
            "slug": community.slug if community else "",
            "bar": bar(reader, community) if community else None,
            "may_hold": may_hold,
            "may_read_account": community and rules.may_read_account(reader, community),
            "may_change_template": community and rules.may_change_template(reader, community),
            "may_begin_plenaries": community is not None and may_begin_plenaries(reader, community),
            "plans": plans_for_list(reader, community) if community and not asked else (),
            "calendar": _calendar(request, community),
            "waiting": lists.held_events(reader, community) if community and may_hold else (),
        },
        status=422 if form.errors else 200,
    )


def _calendar(request: HttpRequest, community: Community | None) -> str:
    """The address by which programs subscribe, where everyone may read something."""
    if community is None or not has_calendar(community):
        return ""
    address = request.build_absolute_uri(reverse("events_calendar", args=[community.slug]))
    return f"webcal:{address.partition(':')[2]}"


@require_safe
def my_events(request: HttpRequest) -> HttpResponse:
    """Where one goes, may go or waits, and where one was."""
    reader = reader_of(request)
    return render(
        request,
        "events/my_events.html",
        {"coming": lists.my_events(reader), "past": lists.my_past_events(reader)},
    )
