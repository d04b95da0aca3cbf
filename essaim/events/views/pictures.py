"""Pictures of a gathering: seen, added, said no to, shown again, removed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import Reader, member_of
from essaim.events import actions, rules
from essaim.events.forms.after import PictureForm, ShowAgainForm
from essaim.events.models import Event, EventPicture
from essaim.events.queries import pictures as queries
from essaim.events.views.finding import FORM, bar_of, find_event
from essaim.foundation.access import require
from essaim.foundation.files import ACCEPTED_PICTURES, served
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.foundation.limits import allow

# People of one hall share an address; nobody empties many galleries from one.
OBJECTIONS, PERIOD = 20, 3600


def _find(
    request: HttpRequest, public_id: str, picture: str, *, with_objected: bool = False
) -> tuple[Reader, Event, EventPicture]:
    reader, event = find_event(request, public_id)
    found = queries.picture_named(reader, event, picture, with_objected=with_objected)
    return reader, event, or_404(found)


@public
@require_safe
def event_pictures(request: HttpRequest, public_id: str) -> HttpResponse:
    """All that this reader may see."""
    reader, event = find_event(request, public_id)
    return _page(request, reader, event, said_no="gone" in request.GET)


@require_http_methods(FORM)
def event_picture_new(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, event = find_event(request, public_id)
    require(rules.may_add_picture(reader, event))
    form = _form(event, request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            actions.add_picture(member=member_of(request), event=event, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("The picture is there."))
            return _to(event)
    return _page(request, reader, event, form=form)


@public
@require_safe
def event_picture(
    request: HttpRequest, public_id: str, picture: str, *, is_small: bool = False
) -> HttpResponseBase:
    """The file: seen by whoever sees the picture at that moment, and by nobody else."""
    _reader, _event, found = _find(request, public_id, picture)
    return served(queries.file_of(found, is_small=is_small), inline=True)


@public
@require_http_methods(FORM)
def event_picture_object(request: HttpRequest, public_id: str, picture: str) -> HttpResponse:
    """« I am on it and do not want this »: no account, no name, at once.

    Sent twice, it is answered twice in the same way.
    """
    is_sent = request.method == "POST"
    reader, event, found = _find(request, public_id, picture, with_objected=is_sent)
    wrong = ""
    if is_sent:
        address = request.META.get("REMOTE_ADDR", "")
        if allow(f"pictures said no to: {address}", at_most=OBJECTIONS, seconds=PERIOD):
            member = member_of(request) if reader.is_known else None
            actions.object_to_picture(member=member, picture=found)
            return HttpResponseRedirect(_address(event) + "?gone=1")
        wrong = _("That was a lot from one place: try again in an hour, or ask those who hold it.")
    status = 429 if wrong else 200
    return _one(request, "events/picture_object.html", reader, found, status, wrong=wrong)


@require_http_methods(FORM)
def event_picture_show(request: HttpRequest, public_id: str, picture: str) -> HttpResponse:
    """After somebody said no: by those who hold it, once all on it agree."""
    reader, _event, found = _find(request, public_id, picture)
    require(rules.may_show_again(reader, found))
    form = ShowAgainForm(request.POST or None)
    if form.is_valid():
        try:
            actions.show_again(member=member_of(request), picture=found, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("It is shown again."))
            return _to(found.event)
    status = 422 if form.errors else 200
    return _one(request, "events/picture_show.html", reader, found, status, form=form)


@require_POST
def event_picture_remove(request: HttpRequest, public_id: str, picture: str) -> HttpResponse:
    _reader, event, found = _find(request, public_id, picture)
    actions.remove_picture(member=member_of(request), picture=found)
    messages.success(request, _("The picture is deleted."))
    return _to(event)


def _form(event: Event, *given: Any) -> PictureForm:
    return PictureForm(*given, audiences=rules.audiences_of(event))


def _page(
    request: HttpRequest,
    reader: Reader,
    event: Event,
    *,
    form: PictureForm | None = None,
    said_no: bool = False,
) -> HttpResponse:
    page = queries.pictures_for_page(reader, event)
    if form is None and page.may_add:
        form = _form(event)
    return render(
        request,
        "events/event_pictures.html",
        {
            "page": page,
            "form": form,
            "accepted": ACCEPTED_PICTURES,
            "said_no": said_no,
            "bar": bar_of(reader, event),
        },
        status=422 if form and form.errors else 200,
    )


def _one(
    request: HttpRequest,
    template: str,
    reader: Reader,
    found: EventPicture,
    status: int,
    **context: Any,
) -> HttpResponse:
    event = found.event
    context |= {
        "shown": queries.picture_for_page(reader, found),
        "public_id": event.public_id,
        "title": event.title,
        "slug": event.community.slug,
        "bar": bar_of(reader, event),
    }
    return render(request, template, context, status=status)


def _address(event: Event) -> str:
    return reverse("event_pictures", args=[event.public_id])


def _to(event: Event) -> HttpResponseRedirect:
    return HttpResponseRedirect(_address(event))
