"""The same request twice is one act: the second time its first answer comes again.

A form carries its key in a hidden field that `csrf_input` prints, a program in the header
`Idempotency-Key`. The key's row is written first, in the transaction in which the view then acts: a
duplicate waits for it and gets the same answer; a crash leaves neither row nor act.

Django checks where a form comes from right before its view, so after this: it is asked here before
anything is told again.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils.crypto import salted_hmac
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from essaim.foundation.clock import now
from essaim.foundation.http.api import API, problem
from essaim.foundation.models import CacheGeneration, KeptAnswer

GetResponse = Callable[[HttpRequest], HttpResponseBase]
R = TypeVar("R", bound=HttpResponseBase)

FIELD = "idempotency_key"
HEADER = "Idempotency-Key"
LONGEST_KEY = 200
KEPT_FOR = timedelta(hours=24)
MOST_BYTES = 200_000
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# What an answer is made of besides its content; all else is set on every answer, kept or not.
HEADERS = ("Content-Type", "Location", "Vary")

# A key whose row has ended is as good as new.
_BEGIN = """
INSERT INTO foundation_keptanswer AS kept
    (key, request, actor_id, status, headers, content, is_told, seen_as, expires_at)
VALUES (%(key)s, %(request)s, %(actor_id)s, NULL, '{}', '', true, '', %(until)s)
ON CONFLICT (key) DO UPDATE
    SET request = excluded.request, actor_id = excluded.actor_id, expires_at = excluded.expires_at
    WHERE kept.expires_at <= %(now)s
RETURNING key
"""


def form_guard(request: HttpRequest) -> SafeString:
    """Two hidden fields: the form comes from a page of ours, and is taken once.

    A page of many forms masks its token once; the key is each form's own.
    """
    token: str = getattr(request, "_token_of_page", None) or get_token(request)
    request._token_of_page = token  # type: ignore[attr-defined]  # it belongs to the request
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="{}" value="{}" autocomplete="off">',
        token,
        FIELD,
        secrets.token_urlsafe(16),
    )


form_guard_lazy = lazy(form_guard, SafeString, str)


def not_done(response: R) -> R:
    """Mark an answer that asks for something first: the same form is taken when it comes again."""
    response.is_not_done = True  # type: ignore[attr-defined]  # an answer carries what is known of it
    return response


def told_once(response: R) -> R:
    """Mark an answer that holds a secret: it is not kept, and not told a second time."""
    response.is_told_once = True  # type: ignore[attr-defined]  # an answer carries what is known of it
    return response


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with a key: digests of whose key it is and of what is asked."""

    key: str
    request: str
    actor_id: int | None


class OnceOnly:
    """The last middleware: what carries a key is done once, in one transaction with its answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in WRITING:
            return self.get_response(request)
        if request.path_info.startswith(API):
            if _is_no_key(request.headers.get(HEADER)):
                sentence = _("Between 1 and %(most)s signs without spaces.") % {"most": LONGEST_KEY}
                return problem(request, "invalid", errors={HEADER: [sentence]})
            asked = _asked_of_api(request)
        else:
            asked = _asked_of_form(request)
        return self._once(request, asked) if asked else self.get_response(request)

    def _forged(self, request: HttpRequest) -> HttpResponseBase | None:
        """The refusal of a form that does not come from a page of ours."""
        return CsrfViewMiddleware(self.get_response).process_view(request, _again, (), {})

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """Django asks here before it makes a page of an error."""
        remember_deadlock(request, error)

    def _once(self, request: HttpRequest, asked: Asked) -> HttpResponseBase:
        """A second time when the database ended two acts that waited for each other by ending this
        one: the other is through by then, and nothing of this was done.
        """
        response = self._try(request, asked)
        if getattr(request, "is_deadlocked", False):
            request.is_deadlocked = False  # type: ignore[attr-defined]  # it belongs to the request
            response = self._try(request, asked)
        return response

    def _try(self, request: HttpRequest, asked: Asked) -> HttpResponseBase:
        with transaction.atomic():
            if not _begin(asked):
                if not request.path_info.startswith(API) and (forged := self._forged(request)):
                    return forged
                return _again(request, asked)
            response = self.get_response(request)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                transaction.set_rollback(True)
            elif _is_to_keep(request, response):
                _keep(request, asked, response)
            else:
                # What counted the try stays; the actions have undone what they refused.
                KeptAnswer.objects.filter(key=asked.key).delete()
        return response


def remember_deadlock(request: HttpRequest, error: Exception) -> None:
    """For whoever makes an answer of an error: `OnceOnly` tries again after a deadlock."""
    if isinstance(error, OperationalError) and isinstance(error.__cause__, DeadlockDetected):
        request.is_deadlocked = True  # type: ignore[attr-defined]  # it belongs to the request


def forget_old_answers() -> int:
    """Delete answers whose day is over; every night. Returns how many."""
    deleted, _by_model = KeptAnswer.objects.filter(expires_at__lte=now()).delete()
    return deleted


def _is_no_key(given: str | None) -> bool:
    if given is None:
        return False
    return not 0 < len(given) <= LONGEST_KEY or not all("!" <= sign <= "~" for sign in given)


def _asked_of_api(request: HttpRequest) -> Asked | None:
    token = getattr(request, "token", None)
    given = request.headers.get(HEADER)
    if token is None or not given:
        return None
    what = [request.method, request.get_full_path(), request.body]
    return _asked(f"token {token.pk}", given, what, token.member_id)


def _asked_of_form(request: HttpRequest) -> Asked | None:
    given = request.POST.get(FIELD)
    if not given:
        return None
    actor_id = request.user.pk if request.user.is_authenticated else None
    # Somebody who is not known is told from others by the cookie that the form's token goes with.
    who = f"member {actor_id}" if actor_id else request.META.get("CSRF_COOKIE")
    if not who:
        return None
    said = sorted(
        (name, values)
        for name, values in request.POST.lists()
        if name not in {FIELD, "csrfmiddlewaretoken"}
    )
    files = [
        (name, [(file.name, _digest_of_file(file)) for file in files])
        for name, files in request.FILES.lists()
    ]
    what = [request.method, request.get_full_path(), said, files]
    return _asked(who, given, what, actor_id)


def _asked(who: str, key: str, what: list[Any], actor_id: int | None) -> Asked:
    return Asked(key=_digest(repr((who, key))), request=_digest(repr(what)), actor_id=actor_id)


def _digest(text: str) -> str:
    return salted_hmac("essaim.idempotency", text, algorithm="sha256").hexdigest()


def _digest_of_file(file: "UploadedFile[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _begin(asked: Asked) -> bool:
    """Take the key, waiting for whoever is taking it; False when somebody had it already."""
    moment = now()
    values: dict[str, Any] = {
        "key": asked.key,
        "request": asked.request,
        "actor_id": asked.actor_id,
        "until": moment + KEPT_FOR,
        "now": moment,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, values)
        return cursor.fetchone() is not None


def _again(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    kept = KeptAnswer.objects.get(key=asked.key)
    is_other = kept.request != asked.request
    is_told = kept.is_told and (not kept.seen_as or kept.seen_as == _seen_as(request))
    if request.path_info.startswith(API) and (is_other or not is_told):
        if is_other:
            return problem(request, "key-used")
        where = {name: value for name, value in kept.headers.items() if name == "Location"}
        return problem(request, "not-told-again", headers=where)
    if is_other or not is_told:
        page = import_string(settings.ESSAIM_SENT_BEFORE_VIEW)
        answer: HttpResponse = page(request, is_other=is_other)
        return answer
    answer = HttpResponse(bytes(kept.content), status=kept.status)
    for name, value in kept.headers.items():
        answer.headers[name] = value
    return answer


def _is_to_keep(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether it was done, and can be told again: a new session's cookie could not."""
    if response.status_code >= HTTPStatus.BAD_REQUEST or getattr(response, "is_not_done", False):
        return False
    had = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    session = request.session
    return session.session_key == had and (had is not None or not session.modified)


def _seen_as(request: HttpRequest) -> str:
    """What the words of an answer depend on: who somebody is here, and all that is hidden."""
    standing: str = import_string(settings.ESSAIM_STANDING)(request)
    return _digest(repr((standing, CacheGeneration.now())))


def _keep(request: HttpRequest, asked: Asked, response: HttpResponseBase) -> None:
    content = getattr(response, "content", None)
    is_told = (
        content is not None
        and len(content) <= MOST_BYTES
        and not getattr(response, "is_told_once", False)
    )
    KeptAnswer.objects.filter(key=asked.key).update(
        status=response.status_code,
        headers={
            name: value
            for name, value in response.headers.items()
            if name in HEADERS or name.startswith("HX-")
        },
        content=content if is_told else b"",
        is_told=is_told,
        seen_as=_seen_as(request) if is_told and content else "",
    )
