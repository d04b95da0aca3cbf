"""What phones do in the room, without an account.

A phone is told from others by a random number in a signed cookie of a day, for these addresses
alone; what is kept of it is a keyed digest, another one for each gathering. Pages without a form
set no cookie.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.events import actions
from essaim.events.forms.rounds import AnswersForm, CodeForm, SayForm, TapForm, TurnForm
from essaim.events.models import Round
from essaim.events.queries.during import device_key, round_by_code
from essaim.events.queries.phones import asked_item, phone_page
from essaim.events.views.finding import FORM
from essaim.foundation.access import Refused
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.foundation.http.render import wants_block
from essaim.foundation.ids import secret_token
from essaim.foundation.limits import allow

COOKIE = "phone"
SALT = "essaim.events.phone"
LASTS = 86_400
OF_A_PHONE = 40  # in five minutes
OF_AN_ADDRESS = 1500  # a whole room behind one connection
FIVE_MINUTES = 300


@public
@require_safe
def round_typed(request: HttpRequest) -> HttpResponse:
    """For those who type the code: it leads to the page that the square leads to."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        if (opened := round_by_code(form.cleaned_data["code"])) and opened.code:
            return HttpResponseRedirect(reverse("round_phone", args=[opened.code]))
        form.add_error("code", _("No gathering has this code now: look at the wall again."))
    status = 422 if form.errors else 200
    return render(request, "events/phone_code.html", {"form": form}, status=status)


@public
@require_http_methods(FORM)
def round_phone(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of one phone: what everybody is asked, and all else one can do."""
    opened = or_404(round_by_code(code))
    if request.method != "POST":
        return _page(request, opened)
    form = _answers_form(opened, request.POST)

    def act(device: str) -> None:
        actions.answer_round(opened=opened, device=device, answers=form.answers)

    return _do(request, opened, act, form=form, part="answers")


@public
@require_POST
def round_say(request: HttpRequest, code: str) -> HttpResponse:
    """A question for the day, or what does not go well."""
    opened = or_404(round_by_code(code))
    form = SayForm(request.POST)

    def act(device: str) -> None:
        actions.say(opened=opened, device=device, **form.cleaned_data)

    return _do(request, opened, act, say_form=form, part="said")


@public
@require_POST
def round_back(request: HttpRequest, code: str, line: str) -> HttpResponse:
    """What this phone wrote is taken back."""
    opened = or_404(round_by_code(code))

    def act(device: str) -> None:
        if not actions.take_back(opened=opened, device=device, line=line):
            raise Http404

    return _do(request, opened, act)


@public
@require_POST
def round_ask_turn(request: HttpRequest, code: str) -> HttpResponse:
    opened = or_404(round_by_code(code))
    form = TurnForm(request.POST)

    def act(device: str) -> None:
        actions.ask_turn(opened=opened, device=device, **form.cleaned_data)

    return _do(request, opened, act, turn_form=form, part="turn")


@public
@require_POST
def round_leave_line(request: HttpRequest, code: str) -> HttpResponse:
    opened = or_404(round_by_code(code))

    def act(device: str) -> None:
        actions.leave_line(opened=opened, device=device)

    return _do(request, opened, act, part="turn")


@public
@require_POST
def round_tap(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """For, against, another way: one for each phone."""
    opened = or_404(round_by_code(code))
    found = or_404(asked_item(opened, item))
    form = TapForm(request.POST)

    def act(device: str) -> None:
        actions.tap(opened=opened, device=device, item=found, **form.cleaned_data)

    return _do(request, opened, act, tap_form=form, part="positions")


def _do(
    request: HttpRequest,
    opened: Round,
    act: Callable[[str], None],
    *,
    part: str = "",
    **forms: Any,
) -> HttpResponse:
    """The act of this phone, then the page again; with what is wrong where something is."""
    token = _token(request)
    if token is None:
        said = _("This page was open for too long, or its cookie was lost: send it once more.")
        return _page(request, opened, wrong=said, status=422, **forms)
    device = device_key(opened, token)
    if not _within_limits(request, opened, device):
        said = _("That was a lot at once: wait a few minutes.")
        return _page(request, opened, wrong=said, status=429, **forms)
    for form in forms.values():
        if not form.is_valid():
            return _page(request, opened, status=422, **forms)
    try:
        act(device)
    except Refused as refusal:
        return _page(request, opened, wrong=str(refusal.reason), status=403, **forms)
    except ValidationError as error:
        for form in forms.values():
            form.blame(error)
        return _page(request, opened, status=422, **forms)
    place = f"#{part}" if part else ""
    return HttpResponseRedirect(reverse("round_phone", args=[opened.code]) + place)


def _page(
    request: HttpRequest, opened: Round, *, wrong: str = "", status: int = 200, **forms: Any
) -> HttpResponse:
    token = _token(request)
    page = phone_page(opened, device_key(opened, token) if token else "")
    context = {
        "page": page,
        "wrong": wrong,
        "form": _answers_form(opened),
        "say_form": SayForm(),
        "turn_form": TurnForm(),
        "tap_form": None,
    } | forms
    if wants_block(request) and request.GET.get("seen") == page.seen:
        return HttpResponse(status=204)  # nothing new: what is being tapped stays where it is
    response = render(request, "events/phone.html", context, block="asked", status=status)
    if page.may_use and token is None:
        response.set_signed_cookie(
            COOKIE,
            secret_token(),
            salt=SALT,
            max_age=LASTS,
            path=reverse("round_typed"),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _answers_form(opened: Round, data: Any = None) -> AnswersForm:
    return AnswersForm(data, questions=[(one.number, one.text) for one in opened.questions.all()])


def _token(request: HttpRequest) -> str | None:
    return request.get_signed_cookie(COOKIE, default=None, salt=SALT, max_age=LASTS)


def _within_limits(request: HttpRequest, opened: Round, device: str) -> bool:
    address = request.META.get("REMOTE_ADDR", "")
    return allow(f"phone {opened.pk} {device}", at_most=OF_A_PHONE, seconds=FIVE_MINUTES) and allow(
        f"room {opened.pk} {address}", at_most=OF_AN_ADDRESS, seconds=FIVE_MINUTES
    )
