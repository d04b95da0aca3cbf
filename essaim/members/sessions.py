"""How long a session lasts: while it is used, and at most so long after signing in.

Whoever holds a role, and so sees what concerns others, signs in again sooner.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, SessionBase
from django.http import HttpRequest, HttpResponseBase

from essaim.foundation.clock import now
from essaim.members import actions

_BEGAN, _SEEN, _ENTRUSTED = "began_at", "seen_at", "is_entrusted"
NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Lifetime:
    """Unused for longer than `idle`, or older than `longest`: over."""

    idle: timedelta
    longest: timedelta


OF_MEMBERS = Lifetime(idle=timedelta(days=14), longest=timedelta(days=90))
OF_ROLE_HOLDERS = Lifetime(idle=timedelta(hours=12), longest=timedelta(days=7))


def begin(session: SessionBase) -> None:
    """Somebody has just signed in."""
    session[_BEGAN] = session[_SEEN] = now().timestamp()
    session.pop(_ENTRUSTED, None)
    session.set_expiry(now() + OF_MEMBERS.longest)  # the database forgets it then, in any case


def shorten(session: SessionBase) -> None:
    """It turned out that its member holds a role: from now on the shorter limits count."""
    if _BEGAN in session and _ENTRUSTED not in session:
        session[_ENTRUSTED] = True


def is_over(session: SessionBase, moment: datetime) -> bool:
    """Also for one that nobody began here, such as a test's: Django's own limit holds for it."""
    if _BEGAN not in session:
        return False
    lifetime = OF_ROLE_HOLDERS if session.get(_ENTRUSTED) else OF_MEMBERS
    at = moment.timestamp()
    return bool(
        at - session[_BEGAN] > lifetime.longest.total_seconds()
        or at - session[_SEEN] > lifetime.idle.total_seconds()
    )


class SessionLifetimes:
    """Ends sessions that lasted too long, and notes once an hour that one is still used.

    A cookie that no session was ever given, such as one that holds a NUL, is no cookie. Stands
    right after the authentication. Reading may note it: the page itself changes nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if not set(given) <= set(VALID_KEY_CHARS):
            request.session = type(request.session)()
        elif given and SESSION_KEY in request.session:
            self._look_at(request)
        return self.get_response(request)

    def _look_at(self, request: HttpRequest) -> None:
        session, moment = request.session, now()
        if is_over(session, moment):
            logout(request)
        elif moment.timestamp() - session.get(_SEEN, moment.timestamp()) > (
            NOTED_EVERY.total_seconds()
        ):
            session[_SEEN] = moment.timestamp()
            actions.note_session(session_key=session.session_key or "")
