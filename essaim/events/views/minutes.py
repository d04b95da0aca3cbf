"""What came of a gathering: its minutes, and who does what by when."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.readers import Reader, member_of
from essaim.events import actions, rules
from essaim.events.forms.minutes import HandOverForm, MinutesForm, PointForm
from essaim.events.models import ActionPoint, Event
from essaim.events.queries.lists import line_of
from essaim.events.queries.minutes import (
    minutes_given,
    minutes_shown,
    people_there,
    person_there,
    point_of,
    point_shown,
    points_page,
)
from essaim.events.views.during import say_what_is_wrong
from essaim.events.views.finding import FORM, bar_of, find_event
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404
from essaim.members.models import Member


@require_http_methods(FORM)
def minutes(request: HttpRequest, public_id: str) -> HttpResponse:
    """Written down by those who hold it; kept as a draft until it is published."""
    reader, event = find_event(request, public_id)
    require(rules.may_write_minutes(reader, event))
    form = MinutesForm(request.POST or None, initial=minutes_given(event))
    theirs = None
    if form.is_valid():
        try:
            actions.write_minutes(member=member_of(request), event=event, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
            theirs = minutes_shown(reader, event)
            given = request.POST.copy()  # saved once more, these stand: the others were read
            given["version"] = str(minutes_given(event)["version"])
            form.data = given
        else:
            messages.success(request, _("The minutes are kept. Who does what by when?"))
            return _to_points(event)
    context = {
        "form": form,
        "theirs": theirs,
        "line": line_of(event),
        "shown": minutes_shown(reader, event),
        "bar": bar_of(reader, event),
    }
    return render(request, "events/minutes.html", context, status=422 if form.errors else 200)


@require_POST
def minutes_publish(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, event = find_event(request, public_id)
    try:
        actions.publish_minutes(member=member_of(request), event=event)
    except ValidationError as error:
        say_what_is_wrong(request, error)
        return HttpResponseRedirect(reverse("event_minutes", args=[public_id]))
    messages.success(request, _("The minutes are published: everybody who registered is told."))
    return HttpResponseRedirect(reverse("event", args=[public_id]) + "#minutes")


@require_http_methods(FORM)
def points(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who does what by when, and one more."""
    reader, event = find_event(request, public_id)
    require(rules.may_add_point(reader, event))
    form = PointForm(request.POST or None, people=tuple(people_there(event, reader)))
    if form.is_valid():
        given = form.cleaned_data | {"owner": _owner(form.cleaned_data["owner"])}
        try:
            actions.add_point(member=member_of(request), event=event, **given)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("It is noted. Whoever does it is told."))
            return _to_points(event)
    return _points_page(request, reader, event, form)


@require_POST
def point_done(request: HttpRequest, public_id: str, point: str) -> HttpResponse:
    _reader, event, found = _find(request, public_id, point)
    actions.finish_point(member=member_of(request), point=found)
    messages.success(request, _("Recorded as done today. Thank you for closing the loop."))
    return _to_event(event)


@require_POST
def point_take(request: HttpRequest, public_id: str, point: str) -> HttpResponse:
    """In one tap, by somebody who was there."""
    _reader, event, found = _find(request, public_id, point)
    try:
        actions.take_point(member=member_of(request), point=found)
    except ValidationError as error:
        say_what_is_wrong(request, error)
    else:
        messages.success(request, _("It is yours to do. You can give it back."))
    return _to_event(event)


@require_POST
def point_back(request: HttpRequest, public_id: str, point: str) -> HttpResponse:
    _reader, event, found = _find(request, public_id, point)
    actions.give_point_back(member=member_of(request), point=found)
    messages.success(request, _("Those who hold the gathering are told: it is theirs again."))
    return _to_event(event)


@require_POST
def point_drop(request: HttpRequest, public_id: str, point: str) -> HttpResponse:
    _reader, event, found = _find(request, public_id, point)
    actions.drop_point(member=member_of(request), point=found)
    messages.success(request, _("Nobody owes it any more."))
    return _to_points(event)


@require_http_methods(FORM)
def point_hand(request: HttpRequest, public_id: str, point: str) -> HttpResponse:
    """To somebody else who was there."""
    reader, event, found = _find(request, public_id, point)
    require(rules.may_add_point(reader, event))
    shown = or_404(point_shown(reader, event, point))
    people = tuple(people_there(event, reader))
    form = HandOverForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            actions.hand_point_over(
                member=member_of(request), point=found, owner=_owner(form.cleaned_data["owner"])
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("It is noted. Whoever does it is told."))
            return _to_points(event)
    context = {
        "form": form,
        "text": shown.text,
        "point": point,
        "line": line_of(event),
        "bar": bar_of(reader, event),
    }
    return render(request, "events/point_hand.html", context, status=422 if form.errors else 200)


def _owner(public_id: str) -> Member | None:
    return or_404(person_there(public_id)) if public_id else None


def _find(request: HttpRequest, public_id: str, point: str) -> tuple[Reader, Event, ActionPoint]:
    reader, event = find_event(request, public_id)
    require(rules.may_read_points(reader, event))
    return reader, event, or_404(point_of(event, point))


def _to_points(event: Event) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("event_points", args=[event.public_id]))


def _to_event(event: Event) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("event", args=[event.public_id]) + "#points")


def _points_page(
    request: HttpRequest, reader: Reader, event: Event, form: PointForm
) -> HttpResponse:
    page = points_page(reader, event)
    context: dict[str, Any] = {
        "page": page,
        "form": form,
        "line": line_of(event),
        "bar": bar_of(reader, event),
    }
    return render(request, "events/points.html", context, status=422 if form.errors else 200)
