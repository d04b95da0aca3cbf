from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from essaim.foundation import clock
from essaim.foundation.limits import allow, forget_expired_limits
from essaim.foundation.models import RateLimit

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_at_most_so_many_tries_pass_in_any_span_of_time() -> None:
    passed = []
    for minute in range(40):
        with clock.at(NOON + timedelta(minutes=minute)):
            if allow("code:a@example.org", at_most=5, seconds=900):
                passed.append(minute)
    assert passed == [0, 1, 2, 3, 4, 15, 16, 17, 18, 19, 30, 31, 32, 33, 34]


@pytest.mark.django_db
def test_the_span_slides_so_that_no_burst_passes_at_its_edge() -> None:
    passed = []
    for minute in (0, 13, 13, 13, 13, 14, 15, 16, 27, 28):
        with clock.at(NOON + timedelta(minutes=minute)):
            if allow("k", at_most=5, seconds=900):
                passed.append(minute)
    assert passed == [0, 13, 13, 13, 13, 15, 28]


@pytest.mark.django_db
def test_keys_do_not_count_for_one_another_and_none_at_all_may_be_allowed() -> None:
    assert allow("a", at_most=1)
    assert allow("b", at_most=1)
    assert not allow("a", at_most=1)
    assert not allow("c", at_most=0)


@pytest.mark.django_db
def test_one_try_is_one_statement(django_assert_num_queries: object) -> None:
    for _try in range(3):
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture's own type
            allow("a", at_most=2)


@pytest.mark.django_db
def test_what_is_stored_names_nobody_and_goes_when_its_time_is_over() -> None:
    with clock.at(NOON):
        allow("code:a@example.org", seconds=900)
        allow("other", seconds=9000)
    assert not RateLimit.objects.filter(key__contains="example").exists()
    with clock.at(NOON + timedelta(seconds=899)):
        assert forget_expired_limits() == 0
    with clock.at(NOON + timedelta(seconds=901)):
        assert forget_expired_limits() == 1
        assert RateLimit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_fifty_tries_at_once_exactly_as_many_pass_as_allowed() -> None:
    def attempt(_number: int) -> bool:
        try:
            return allow("race", at_most=7)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=50) as people:
        assert sum(people.map(attempt, range(50))) == 7
