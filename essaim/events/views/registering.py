"""Saying that one comes: as a member in one tap, or by e-mail and its secret link."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import Reader, member_of
from essaim.events import actions, rules
from essaim.events.forms import GuestForm, RegistrationForm, joy_form
from essaim.events.models import Event, Registration, Standing
from essaim.events.queries import events as queries
from essaim.events.queries.joy import joy_of_registration
from essaim.events.queries.registrations import own_registration, registration_for_page
from essaim.events.views.finding import FORM, bar_of, find_event, find_registration
from essaim.foundation.access import require
from essaim.foundation.forms import Form
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.foundation.limits import allow

MAILS_TO_ONE = 4  # an hour, to one address: each registration sends a mail to whoever has it
MAILS_OF_ONE = 300  # an hour, of one gathering: a robot that fills it is stopped somewhere


@require_http_methods(FORM)
def event_register(request: HttpRequest, public_id: str) -> HttpResponse:
    """As a member: one tap says yes, maybe or no; the page asks for more where there is more."""
    reader, found = find_event(request, public_id)
    require(rules.may_register(reader, found))
    mine = own_registration(reader, found)
    is_tap = request.method == "POST" and "tap" in request.POST
    if is_tap:
        return _tap(request, found, mine)
    form = RegistrationForm(
        request.POST or None, event=found, initial=RegistrationForm.values_of(mine)
    )
    if form.is_valid():
        try:
            actions.register(member=member_of(request), event=found, **form.given)
        except ValidationError as error:
            form.blame(error)
        else:
            return _answered(request, found)
    return _form(request, reader, found, form, "events/register.html")


def _tap(request: HttpRequest, found: Event, mine: Registration | None) -> HttpResponse:
    """What was said before of guests, rides and questions stays as it was said."""
    given: dict[str, Any] = {}
    if mine:
        given = {
            "guests": min(mine.guests, found.guests),
            "childcare": mine.childcare,
            "access": mine.access,
            "ride": mine.ride,
            "ride_seats": mine.ride_seats,
            "answers": mine.answers or {},
        }
    try:
        actions.register(
            member=member_of(request), event=found, answer=request.POST["tap"], **given
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _to(found)
    return _answered(request, found)


def _answered(request: HttpRequest, found: Event) -> HttpResponse:
    """Where they stand now is what the page says first."""
    messages.success(request, _("Saved."))
    return _to(found)


@public
@require_http_methods(FORM)
def event_register_by_mail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Without an account: the mail says where one stands, and holds the link to change it."""
    reader, found = find_event(request, public_id)
    require(rules.may_register_by_mail(reader, found))
    form = GuestForm(request.POST or None, event=found)
    if form.is_valid():
        given = form.given
        if not _may_mail(found, given["email"]):
            form.add_error(None, _("Too many registrations at once: try again in an hour."))
        else:
            try:
                actions.register_by_mail(
                    event=found, language=(get_language() or "en")[:2], **given
                )
            except ValidationError as error:
                form.blame(error)
            else:
                return HttpResponseRedirect(reverse("event_registered", args=[public_id]))
    return _form(request, reader, found, form, "events/register_by_mail.html")


def _may_mail(found: Event, email: str) -> bool:
    return allow(f"gathering to: {email.lower()}", at_most=MAILS_TO_ONE, seconds=3600) and allow(
        f"gathering by mail: {found.pk}", at_most=MAILS_OF_ONE, seconds=3600
    )


@public
@require_safe
def event_registered(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same for everybody: whether an address was registered before is its owner's affair."""
    reader, found = find_event(request, public_id)
    read = or_404(queries.event_to_read(reader, public_id))
    page = queries.event_for_page(reader, read)
    return render(request, "events/registered.html", {"page": page, "bar": bar_of(reader, found)})


@public
@require_safe
def registration(request: HttpRequest, token: str) -> HttpResponse:
    """Where somebody without an account stands: reading changes nothing, whatever opens links."""
    found = find_registration(token)
    return registration_page(request, found)


@public
@require_POST
def registration_change(request: HttpRequest, token: str) -> HttpResponse:
    found = find_registration(token)
    require(rules.may_answer(found))
    form = RegistrationForm(request.POST, event=found.event)
    if form.is_valid():
        try:
            actions.change_registration(registration=found, **form.given)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("registration", args=[token]))
    return registration_page(request, found, form)


@public
@require_POST
def registration_cancel(request: HttpRequest, token: str) -> HttpResponse:
    """One button of the page that the mail leads to: a link alone cancels nothing."""
    found = find_registration(token)
    actions.change_registration(registration=found, answer=Standing.NOT)
    messages.success(request, _("You are not coming. Thank you for saying so."))
    return HttpResponseRedirect(reverse("registration", args=[token]))


@public
@require_POST
def registration_take(request: HttpRequest, token: str) -> HttpResponse:
    actions.take_offered(registration=find_registration(token))
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("registration", args=[token]))


def registration_page(
    request: HttpRequest,
    found: Registration,
    form: RegistrationForm | None = None,
    *,
    joy: Form | None = None,
) -> HttpResponse:
    """With what is wrong with one of its two forms, where something is."""
    if form is None:
        form = RegistrationForm(event=found.event, initial=RegistrationForm.values_of(found))
    part = joy_of_registration(found)
    response = render(
        request,
        "events/registration.html",
        {
            "page": registration_for_page(found),
            "form": form,
            "joy": part,
            "joy_form": joy or joy_form(part),
        },
        status=422 if form.errors or (joy and joy.errors) else 200,
    )
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
def event_take_seat(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the seat that is offered, in time."""
    _reader, found = find_event(request, public_id)
    actions.take_own_offer(member=member_of(request), event=found)
    return _answered(request, found)


def _form(
    request: HttpRequest, reader: Reader, found: Event, form: Any, template: str
) -> HttpResponse:
    read = or_404(queries.event_to_read(reader, found.public_id))
    return render(
        request,
        template,
        {
            "form": form,
            "page": queries.event_for_page(reader, read),
            "bar": bar_of(reader, found),
        },
        status=422 if form.errors else 200,
    )


def _to(found: Event) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("event", args=[found.public_id]))
