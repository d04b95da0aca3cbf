"""One question after a gathering, for those who came."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.readers import member_of
from essaim.events import actions
from essaim.events.forms import joy_form
from essaim.events.queries import events as queries
from essaim.events.queries.joy import (
    joy_of,
    joy_of_registration,
    may_answer_as,
    may_answer_joy,
)
from essaim.events.views.finding import FORM, bar_of, find_event, find_registration
from essaim.events.views.registering import registration_page
from essaim.foundation.access import require
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404


@require_http_methods(FORM)
def event_joy(request: HttpRequest, public_id: str) -> HttpResponse:
    """With an account; a page of its own, whose form the page of the gathering shows too."""
    reader, found = find_event(request, public_id)
    require(may_answer_joy(reader, found))
    given = request.POST if request.method == "POST" else None
    form = or_404(joy_form(joy_of(reader, found), given))
    if form.is_valid():
        joy = form.cleaned_data["joy"]
        actions.tell_joy(member=member_of(request), event=found, joy=joy)
        _thank(request)
        return HttpResponseRedirect(reverse("event", args=[public_id]) + "#joy")
    read = or_404(queries.event_to_read(reader, public_id))
    context = {
        "form": form,
        "page": queries.event_for_page(reader, read),
        "bar": bar_of(reader, found),
    }
    status = 422 if form.errors else 200
    return render(request, "events/event_joy.html", context, status=status)


@public
@require_POST
def registration_joy(request: HttpRequest, token: str) -> HttpResponse:
    """The same by the secret link."""
    found = find_registration(token)
    require(may_answer_as(found, found.event))
    form = or_404(joy_form(joy_of_registration(found), request.POST))
    if not form.is_valid():
        return registration_page(request, found, joy=form)
    actions.tell_joy_by_link(registration=found, joy=form.cleaned_data["joy"])
    _thank(request)
    return HttpResponseRedirect(reverse("registration", args=[token]) + "#joy")


def _thank(request: HttpRequest) -> None:
    said = _("Thank you. Your answer is added up: nobody can find it again, not even you.")
    messages.success(request, said)
