"""The door: for those who hold a gathering, and for whoever has a link for that day."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.readers import member_of, reader_of
from essaim.design.printing import render_sheet
from essaim.events import actions, rules
from essaim.events.forms.door import ActForm, LinkForm, code_of, scans_of
from essaim.events.models import LINK_LASTS, CheckIn, DoorLink, Event
from essaim.events.queries import door as queries
from essaim.events.queries import tickets
from essaim.events.queries.door_words import told
from essaim.foundation.access import require
from essaim.foundation.http import public, render
from essaim.foundation.http.headers import WITH_CAMERA
from essaim.foundation.http.missing import or_404
from essaim.foundation.limits import allow
from essaim.members.models import Member

FORM = ["GET", "HEAD", "POST"]
COOKIE = "door"  # which link a browser has: a camera opens tickets in it
MOST_SENT = 1200  # acts or batches of one door in a quarter of an hour

CODE = re.compile(r"[a-z0-9]{16}")  # as tickets have it


@dataclass(frozen=True)
class Door:
    """A gathering's door, and who stands at it: a member who holds it, or a link."""

    event: Event
    member: Member | None = None
    link: DoorLink | None = None

    @property
    def page(self) -> str:
        if self.link:
            return reverse("door_by_link", args=[self.link.token])
        return reverse("event_door", args=[self.event.public_id])

    @property
    def sends_to(self) -> str:
        return f"{self.page}acts/"

    @property
    def shows_names(self) -> bool:
        return self.link is None or rules.shows_names(self.event)

    @property
    def keep(self) -> Callable[..., list[CheckIn]]:
        return partial(actions.keep_door, event=self.event, member=self.member, link=self.link)

    def may_send(self) -> bool:
        who = f"link {self.link.pk}" if self.link else f"member {self.member and self.member.pk}"
        return allow(f"door {who}", at_most=MOST_SENT)


def door_held(request: HttpRequest, public_id: str) -> Door:
    event = or_404(queries.door_of(reader_of(request), public_id))
    return Door(event, member=member_of(request))


def door_linked(token: str) -> Door:
    link = or_404(queries.link_of(token))
    return Door(link.event, link=link)


@require_http_methods(FORM)
def event_door(request: HttpRequest, public_id: str) -> HttpResponse:
    door = door_held(request, public_id)
    require(rules.may_keep_door(reader_of(request), door.event))
    return _door(request, door)


@require_POST
def event_door_acts(request: HttpRequest, public_id: str) -> HttpResponse:
    return _acts(request, door_held(request, public_id))


@public
@require_http_methods(FORM)
def door_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Without an account; nothing but the door."""
    door = door_linked(token)
    response = _door(request, door)
    response.set_cookie(
        COOKIE,
        token,
        expires=door.event.ends_at + LINK_LASTS,
        path="/door/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@public
@require_POST
def door_by_link_acts(request: HttpRequest, token: str) -> HttpResponse:
    return _acts(request, door_linked(token))


@public
@require_http_methods(FORM)
def door_code(request: HttpRequest, code: str) -> HttpResponse:
    """What a telephone's own camera opens: at the door, whoever has this ticket; else, nothing.

    Others read the same words whatever the code: they learn nothing of it.
    """
    if not CODE.fullmatch(code):
        raise Http404
    door = _door_of_code(request, code)
    if door is None:
        if request.method == "POST":
            raise Http404
        return render(request, "events/door_stranger.html", {})
    if request.method == "POST":
        return _act(request, door, ActForm({"code": code}))
    registration = tickets.registration_of_ticket(code_of(code))
    is_here = registration is not None and registration.event_id == door.event.pk
    return render(
        request,
        "events/door_code.html",
        {
            "ticket": tickets.ticket_page(registration) if registration and is_here else None,
            "code": code,
            "back": door.page,
        },
    )


@require_POST
def event_door_paper(request: HttpRequest, public_id: str) -> HttpResponse:
    """Names with boxes, for when nothing else works; each printing is recorded."""
    door = door_held(request, public_id)
    require(rules.may_keep_door(reader_of(request), door.event))
    actions.record_taking(member=member_of(request), event=door.event)
    return render_sheet(
        request,
        "events/door_paper.html",
        {
            "page": queries.door_page(door.event, shows_names=False),
            "rows": queries.paper_names(door.event),
        },
        of=door.page,
    )


@require_http_methods(FORM)
def event_door_links(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand the door to somebody for that day, or take it back."""
    door = door_held(request, public_id)
    require(rules.may_keep_door(reader_of(request), door.event))
    form = LinkForm(request.POST or None)
    if form.is_valid():
        try:
            actions.make_door_link(member=member_of(request), event=door.event, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Show this square to whoever helps you."))
            return HttpResponseRedirect(reverse("event_door_links", args=[public_id]))
    return render(
        request,
        "events/door_links.html",
        {
            "form": form,
            "links": queries.links_of(door.event),
            "public_id": public_id,
            "title": door.event.title,
            "lang": door.event.language,
            "back": door.page,
        },
        status=422 if form.errors else 200,
    )


@require_POST
def event_door_link_end(request: HttpRequest, public_id: str, link: str) -> HttpResponse:
    door = door_held(request, public_id)
    found = or_404(queries.link_named(door.event, link))
    actions.revoke_door_link(member=member_of(request), link=found)
    messages.success(request, _("Taken back: this link opens nothing any more."))
    return HttpResponseRedirect(reverse("event_door_links", args=[public_id]))


def _door_of_code(request: HttpRequest, code: str) -> Door | None:
    """The door at which this browser stands; of several, that of the ticket."""
    reader = reader_of(request)
    registration = tickets.registration_of_ticket(code_of(code))
    if registration and reader.is_known and rules.may_keep_door(reader, registration.event):
        return Door(registration.event, member=member_of(request))
    link = queries.link_of(request.COOKIES.get(COOKIE, ""))
    return Door(link.event, link=link) if link else None


def _door(request: HttpRequest, door: Door) -> HttpResponse:
    form = ActForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        return _act(request, door, form)
    return _shown(request, door, form)


def _act(request: HttpRequest, door: Door, form: ActForm) -> HttpResponse:
    """By a form: the page comes back with what was answered, which its address names."""
    scan = form.scan() if form.is_valid() else None
    if scan is None:
        if not form.errors:
            form.add_error("code", _("Type the sixteen signs that stand under the square."))
        return _shown(request, door, form, status=422)
    if not door.may_send():
        form.add_error(None, _("Too much at once: wait a minute."))
        return _shown(request, door, form, status=422)
    (act,) = door.keep(scans=[scan])
    return HttpResponseRedirect(f"{door.page}?{urlencode({'told': act.nonce})}")


def _shown(request: HttpRequest, door: Door, form: ActForm, status: int = 200) -> HttpResponse:
    asked = request.GET.get("told", "")
    response = render(
        request,
        "events/door.html",
        {
            "page": queries.door_page(door.event, shows_names=door.shows_names),
            "action": door.page,
            "sends_to": door.sends_to,
            "public_id": "" if door.link else door.event.public_id,
            "shows_names": door.shows_names,
            "form": form,
            "told": queries.act_told(door.event, asked) if door.shows_names else None,
        },
        status=status,
    )
    response.headers["Permissions-Policy"] = WITH_CAMERA
    return response


def _acts(request: HttpRequest, door: Door) -> HttpResponse:
    """What a telephone sends by itself: answered act by act, names only."""
    if not door.may_send():
        return JsonResponse({"problem": _("Too much at once: wait a minute.")}, status=429)
    try:
        # What comes as a form was read as one already.
        scans = scans_of(request.body if request.content_type == "application/json" else b"")
    except ValidationError as error:
        return JsonResponse({"problem": " ".join(error.messages)}, status=422)
    made = door.keep(scans=scans)
    page: dict[str, Any] = {
        "answers": [asdict(told(door.event, act)) for act in made],
        "counts": asdict(queries.counts_now(door.event)),
    }
    return JsonResponse(page)
