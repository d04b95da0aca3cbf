"""Error pages, the choice of a language, the catalogue."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from essaim.design.catalogue import samples
from essaim.foundation.http import language
from essaim.foundation.http.access import public, safe_path
from essaim.foundation.http.api import KINDS
from essaim.foundation.http.idempotency import FIELD
from essaim.foundation.http.problems import Problem, problem_of
from essaim.foundation.http.render import render

SECONDS_TO_RETRY = 5


@public
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every component, in every state."""
    return render(request, "design/catalogue.html", samples(request.GET))


@public
@csrf_exempt  # it only sets the language of who asks; a token would cost every page its cache
@require_http_methods(["GET", "POST"])
def choose_language(request: HttpRequest) -> HttpResponse:
    """The choice between languages, and what remembers it."""
    if request.method == "POST":
        return language.choose_language(request)
    back = safe_path(request, request.GET.get("next"))
    return render(request, "design/language.html", {"next": back})


@public
@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """What the types of the API's problems mean: where each of them leads."""
    rows = [
        (name, f"{kind.status} · {kind.title}", str(kind.meaning)) for name, kind in KINDS.items()
    ]
    return render(request, "design/problems.html", {"problems": rows})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing of the request can be trusted, not even who asks: the bare page."""
    return _bare(problem_of(exception, 400))


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A rule refused: the page says why."""
    return _framed(request, problem_of(exception, 403))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came from a page that was open too long, or from elsewhere."""
    return _framed(request, problem_of(None, 403))


def sent_before(request: HttpRequest, *, is_other: bool) -> HttpResponse:
    """A form that was taken already: with the same words, or with others."""
    context = {"is_other": is_other, "fields": _said_again(request) if is_other else []}
    status = 422 if is_other else 200
    return render(request, "design/sent_before.html", context, status=status)


def _said_again(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, to send on with one press; nothing that should not stand in a page."""
    if request.FILES or any("password" in name for name in request.POST):
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {FIELD, "csrfmiddlewaretoken"}
        for value in values
    ]


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing there, or nothing this reader may see: both look the same."""
    return _framed(request, problem_of(exception, 404))


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without request, reader or database: any of them may be what broke."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return unavailable(request)
    return _bare(problem_of(None, 500))


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database is away or being changed: the same address works again in a moment."""
    sentence = _("The site comes back by itself in a few minutes. Nothing is lost.")
    response = _bare(Problem(503, _("Essaim is being looked after"), sentence))
    response.headers["Retry-After"] = str(SECONDS_TO_RETRY)
    return response


def _framed(request: HttpRequest, problem: Problem) -> HttpResponse:
    return render(request, "design/errors/framed.html", {"problem": problem}, status=problem.status)


def _bare(problem: Problem) -> HttpResponse:
    html = loader.render_to_string("design/errors/bare.html", {"problem": problem})
    return HttpResponse(html, status=problem.status)
