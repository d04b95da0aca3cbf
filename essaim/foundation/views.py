from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from essaim.foundation.http.access import public

SECONDS_TO_RETRY = 5


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Ready (200) when the database answers and knows every migration of this code, else 503."""
    try:
        missing = _migrations() - set(MigrationRecorder(connection).applied_migrations())
    except DatabaseError:
        return _not_ready("the database does not answer")
    if missing:
        return _not_ready(f"{len(missing)} migrations are not applied")
    return HttpResponse("ready\n", content_type="text/plain")


def _not_ready(reason: str) -> HttpResponse:
    return HttpResponse(
        f"not ready: {reason}\n",
        status=503,
        content_type="text/plain",
        headers={"Retry-After": str(SECONDS_TO_RETRY)},
    )


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Applications and names of the migrations in the code, which does not change as it runs."""
    return frozenset(MigrationLoader(None).disk_migrations)
