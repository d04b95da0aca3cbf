"""Proof that reading changes nothing: not in production, but in the tests that open every page."""

from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase


class ReadOnlyGets:
    """Put last among the middlewares: a GET that writes to the database fails there and then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            return self.get_response(request)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            try:
                return self.get_response(request)
            finally:
                transaction.set_rollback(True)
