"""Whole pages for anonymous readers, kept a few seconds in each process.

A page is kept with the generation that was true before it was rendered. Whatever hides something
bumps the generation in its own transaction; each process re-reads it at most once a second.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from threading import Lock

from django.conf import settings
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from essaim.foundation.clock import now
from essaim.foundation.http.headers import is_personal
from essaim.foundation.http.language import language_of_anonymous
from essaim.foundation.http.render import PARTS
from essaim.foundation.models import CacheGeneration

GetResponse = Callable[[HttpRequest], HttpResponseBase]
Key = tuple[str, ...]
Generation = tuple[int, int]

SECONDS = 10.0
REREAD_SECONDS = 1.0
MOST_BYTES = 32_000_000
LARGEST_PAGE = 500_000
LONGEST_ADDRESS = 500
# What a page may depend on: all of it is in the key, or excluded by `is_for_everyone`.
KNOWN_TO_VARY = {"accept-encoding", "accept-language", "cookie", *(part.lower() for part in PARTS)}


def bump_generation() -> None:
    """Forget every cached page, here at once after the commit, elsewhere within a second."""
    CacheGeneration.objects.create(bumped_at=now())
    transaction.on_commit(GENERATION.forget)


def forget_old_generations() -> int:
    """Delete rows no process needs any more; every night. Returns how many."""
    last_day = now() - timedelta(days=1)
    deleted, _by_model = CacheGeneration.objects.filter(bumped_at__lt=last_day).delete()
    return deleted


class CurrentGeneration:
    """What the database says, re-read at most once a second by each process.

    Rows are counted and their numbers added up: transactions commit in any order, and each changes
    the pair, where the highest number alone would miss one that commits late.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: Generation | None = None
        self._read_at = 0.0
        self._forgotten = 0

    def forget(self) -> None:
        with self._lock:
            self._known = None
            self._forgotten += 1

    def read(self) -> Generation | None:
        """The pair, or None when the database cannot tell: then nothing is served from memory."""
        with self._lock:
            if self._known is not None and time.monotonic() - self._read_at < REREAD_SECONDS:
                return self._known
            forgotten = self._forgotten
        asked_at = time.monotonic()
        try:
            generation = CacheGeneration.now()
        except DatabaseError:
            return None
        with self._lock:
            if forgotten == self._forgotten:  # else a bump was committed while we asked
                self._known, self._read_at = generation, asked_at
        return generation


GENERATION = CurrentGeneration()


@dataclass(frozen=True, slots=True)
class _Kept:
    generation: Generation
    until: float
    content: bytes
    headers: tuple[tuple[str, str], ...]

    def answer(self) -> HttpResponse:
        response = HttpResponse(self.content)
        for name, value in self.headers:
            response.headers[name] = value
        return response


class Pages:
    """The kept pages, least recently used out first, bounded in bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._most_bytes = most_bytes
        self._bytes = 0

    def get(self, key: Key, generation: Generation) -> _Kept | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            if kept.generation != generation or kept.until <= time.monotonic():
                self._drop(key)
                return None
            self._kept.move_to_end(key)
            return kept

    def keep(self, key: Key, page: _Kept) -> None:
        with self._lock:
            self._drop(key)
            self._kept[key] = page
            self._bytes += len(page.content)
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        if dropped := self._kept.pop(key, None):
            self._bytes -= len(dropped.content)


class AnonymousPageCache:
    """The first middleware: answers anonymous readers from memory when it can."""

    def __init__(self, get_response: GetResponse) -> None:
        self.seconds = float(getattr(settings, "ESSAIM_PAGE_CACHE_SECONDS", SECONDS))
        if self.seconds <= 0:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.pages = Pages()
        self.generation = GENERATION

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = key_of(request)
        generation = self.generation.read() if key else None
        if key is None or generation is None:
            return self.get_response(request)
        if kept := self.pages.get(key, generation):
            return kept.answer()
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and is_for_everyone(request, response):
            until = time.monotonic() + self.seconds
            headers = tuple(response.headers.items())
            self.pages.keep(key, _Kept(generation, until, response.content, headers))
        return response


def key_of(request: HttpRequest) -> Key | None:
    """What an anonymous page depends on; None when the request may be about one person."""
    harmless = {settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    query = request.META.get("QUERY_STRING", "")
    if (
        request.method != "GET"
        or request.COOKIES.keys() - harmless
        or "Authorization" in request.headers
        or request.path_info.startswith(settings.STATIC_URL)
        or len(request.path_info) + len(query) > LONGEST_ADDRESS
    ):
        return None
    try:
        host = request.get_host()
    except DisallowedHost:
        return None
    parts = (request.headers.get(part, "") for part in PARTS)
    language = language_of_anonymous(request)
    return (request.scheme or "", host, request.path_info, query, language, *parts)


def is_for_everyone(request: HttpRequest, response: HttpResponse) -> bool:
    vary = response.headers.get("Vary", "").lower().split(",")
    varies = {name.strip() for name in vary if name.strip()}
    control = response.headers.get("Cache-Control", "")
    return (
        response.status_code == HTTPStatus.OK
        and not is_personal(request, response)
        and "private" not in control
        and "no-store" not in control
        and varies <= KNOWN_TO_VARY
        and len(response.content) <= LARGEST_PAGE
    )
