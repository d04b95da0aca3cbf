"""The page cache of anonymous readers; each AnonymousPageCache stands for one process."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.utils.cache import patch_vary_headers

from essaim.foundation.clock import now
from essaim.foundation.http import cache
from essaim.foundation.http.cache import (
    AnonymousPageCache,
    CurrentGeneration,
    Pages,
    bump_generation,
    forget_old_generations,
)
from essaim.foundation.models import CacheGeneration

pytestmark = pytest.mark.django_db


class Process:
    """One process with its own memory, counting how often it really made a page."""

    def __init__(self, answer: Callable[[HttpRequest], Any] | None = None) -> None:
        self.made = 0
        self._answer = answer or (lambda _request: HttpResponse(f"page {self.made}"))
        self.cache = AnonymousPageCache(self._make)
        self.cache.generation = CurrentGeneration()

    def _make(self, request: HttpRequest) -> Any:
        self.made += 1
        return self._answer(request)

    def get(self, address: str = "/a/?b=1", **options: Any) -> Any:
        cookies = options.pop("cookies", {})
        request = RequestFactory().get(address, **options)
        request.COOKIES.update(cookies)
        request.user = AnonymousUser()
        return self.cache(request)


@pytest.fixture(autouse=True)
def _cache_is_on(settings: Any) -> None:
    settings.ESSAIM_PAGE_CACHE_SECONDS = 10


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Seconds that pass when told to."""

    class Clock:
        seconds = 1000.0

        def monotonic(self) -> float:
            return self.seconds

    moved = Clock()
    monkeypatch.setattr(cache, "time", moved)
    return moved


def test_a_page_is_made_once_for_ten_seconds(clock: Any) -> None:
    process = Process()
    first = process.get()
    clock.seconds += 9
    second = process.get()
    assert (process.made, first.content) == (1, second.content)
    assert second.headers == first.headers
    clock.seconds += 1
    process.get()
    assert process.made == 2


@pytest.mark.parametrize(
    "other",
    [
        {"address": "/a/?b=2"},
        {"address": "/b/?b=1"},
        {"HTTP_HOST": "other.example"},
        {"HTTP_ACCEPT_LANGUAGE": "fr"},
        {"cookies": {"language": "fr"}},
        {"HTTP_HX_REQUEST": "true"},
        {"HTTP_HX_REQUEST": "true", "HTTP_HX_BOOSTED": "true"},
        {"secure": True},
    ],
)
def test_what_a_page_depends_on_makes_another_page(settings: Any, other: dict[str, Any]) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    process = Process()
    process.get()
    process.get(**other)
    assert process.made == 2
    process.get()
    process.get(**other)
    assert process.made == 2


def test_languages_that_read_the_same_page_share_it() -> None:
    process = Process()
    for asked in ("fr", "fr-FR,fr;q=0.9,en;q=0.8", "fr-CH, de;q=0.5"):
        process.get(HTTP_ACCEPT_LANGUAGE=asked)
    assert process.made == 1


@pytest.mark.parametrize(
    "options",
    [
        {"cookies": {"sessionid": "x"}},
        {"cookies": {"anything": "x"}},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"address": "/static/a.css"},
        {"address": "/a/?" + "b" * 600},
        {"HTTP_HOST": "not allowed!"},
    ],
)
def test_what_may_be_about_one_person_is_never_remembered(options: dict[str, Any]) -> None:
    process = Process()
    process.get(**options)
    process.get(**options)
    assert process.made == 2


def test_a_post_is_never_answered_from_memory() -> None:
    process = Process()
    process.get()
    process.cache(RequestFactory().post("/a/?b=1"))
    assert process.made == 2


def with_cookie(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("page")
    response.set_cookie("seen", "1")
    return response


def with_token(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


def depending_on(header: str) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("page")
        patch_vary_headers(response, (header,))
        return response

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        with_cookie,
        with_token,
        depending_on("User-Agent"),
        depending_on("*"),
        lambda _request: HttpResponse("no", status=404),
        lambda _request: HttpResponse("page", headers={"Cache-Control": "private, no-store"}),
        lambda _request: StreamingHttpResponse(["page"]),
        lambda _request: HttpResponse(b"x" * 600_000),
    ],
    ids=["cookie", "token", "user-agent", "star", "404", "private", "stream", "huge"],
)
def test_answers_that_are_not_for_everyone_are_not_kept(answer: Any) -> None:
    process = Process(answer)
    process.get()
    process.get()
    assert process.made == 2


def test_a_page_seen_by_two_readers_is_not_one_object() -> None:
    process = Process()
    process.get()
    first = process.get()
    first.headers["X-Changed"] = "by the first"
    assert "X-Changed" not in process.get().headers


def test_a_bump_empties_this_process_at_its_commit_and_others_within_a_second(
    clock: Any, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = Process(), Process()
    monkeypatch.setattr(cache, "GENERATION", here.cache.generation)
    here.get()
    there.get()
    with django_capture_on_commit_callbacks(execute=True):
        bump_generation()
    here.get()
    assert here.made == 2
    there.get()
    assert there.made == 1
    clock.seconds += 1
    there.get()
    assert there.made == 2


def test_a_page_made_before_a_bump_is_not_kept_beyond_it(
    clock: Any, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone hides an idea while a page that shows it is being made."""
    process = Process()

    def hide_meanwhile(request: HttpRequest) -> HttpResponse:
        if process.made == 1:
            with django_capture_on_commit_callbacks(execute=True):
                bump_generation()
        return HttpResponse(f"page {process.made}")

    process._answer = hide_meanwhile
    monkeypatch.setattr(cache, "GENERATION", process.cache.generation)
    process.get()
    process.get()
    assert process.made == 2


def test_a_bump_while_the_database_is_being_asked_is_not_overwritten(
    clock: Any, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    """One thread's answer is on its way, and already old, when another thread commits a bump."""
    generation = CurrentGeneration()
    asked_at = clock.monotonic

    def someone_bumps_meanwhile() -> float:
        generation.forget()
        return float(asked_at())

    monkeypatch.setattr(clock, "monotonic", someone_bumps_meanwhile)
    generation.read()
    monkeypatch.setattr(clock, "monotonic", asked_at)
    with django_assert_num_queries(1):
        generation.read()


def test_two_bumps_that_commit_in_the_other_order_are_both_noticed(clock: Any) -> None:
    """Transactions take their numbers first and may commit last; the highest would hide one."""
    process = Process()
    CacheGeneration.objects.create(pk=1_000_000, bumped_at=now())
    process.get()
    CacheGeneration.objects.create(pk=999_999, bumped_at=now())
    clock.seconds += 1
    process.get()
    assert process.made == 2


def test_an_act_that_is_rolled_back_empties_nothing(clock: Any) -> None:
    process = Process()
    process.get()
    with transaction.atomic():
        bump_generation()
        transaction.set_rollback(True)
    clock.seconds += 1
    process.get()
    assert process.made == 1


def test_asking_the_database_happens_once_a_second(
    clock: Any, django_assert_num_queries: Any
) -> None:
    process = Process()
    with django_assert_num_queries(1):
        for _again in range(20):
            process.get()
    clock.seconds += 1
    with django_assert_num_queries(1):
        process.get()


def test_without_its_database_nothing_is_answered_from_memory(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process()
    process.get()
    monkeypatch.setattr(process.cache.generation, "read", lambda: None)
    process.get()
    assert process.made == 2


def test_memory_is_bounded_and_the_longest_unused_page_goes_first() -> None:
    process = Process(lambda _request: HttpResponse(b"x" * 40))
    process.cache.pages = Pages(most_bytes=100)
    process.get("/a/")
    process.get("/b/")
    process.get("/a/")
    process.get("/c/")
    assert process.made == 3
    process.get("/a/")
    assert process.made == 3
    process.get("/b/")
    assert process.made == 4


def test_many_readers_at_once_each_get_their_own_page(settings: Any) -> None:
    process = Process(lambda request: HttpResponse(request.path + "x" * 1000))
    process.cache.pages = Pages(most_bytes=20_000)
    process.cache.generation.read()
    generation = process.cache.generation.read()
    process.cache.generation.read = lambda: generation  # type: ignore[method-assign]  # the other process

    def read(number: int) -> bool:
        address = f"/{number % 37}/"
        return bool(process.get(address).text.startswith(f"{address}x"))

    with ThreadPoolExecutor(max_workers=16) as readers:
        assert all(readers.map(read, range(3000)))
    kept = process.cache.pages._kept.values()
    assert sum(len(page.content) for page in kept) == process.cache.pages._bytes <= 20_000


def test_it_can_be_switched_off(settings: Any) -> None:
    settings.ESSAIM_PAGE_CACHE_SECONDS = 0
    with pytest.raises(MiddlewareNotUsed):
        Process()


def test_generations_nobody_needs_any_more_are_forgotten() -> None:
    bump_generation()
    CacheGeneration.objects.update(bumped_at=now().replace(year=2020))
    bump_generation()
    assert forget_old_generations() == 1
    assert CacheGeneration.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_bumps_in_open_transactions_do_not_wait_for_one_another() -> None:
    all_have_bumped = Barrier(8, timeout=60)

    def bump_and_stay(_number: int) -> None:
        try:
            with transaction.atomic():
                bump_generation()
                all_have_bumped.wait()  # nobody commits before everybody has bumped
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as people:
        list(people.map(bump_and_stay, range(8)))
    assert CacheGeneration.objects.count() == 8
