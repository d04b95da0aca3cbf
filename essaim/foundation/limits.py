"""How often one person or address may try something: counted in the database, for all processes."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from essaim.foundation.clock import now
from essaim.foundation.models import RateLimit

# One statement: the row's lock makes concurrent tries queue, each sees the one before.
_TRY = """
INSERT INTO foundation_ratelimit AS tried (key, moments, was_allowed, expires_at)
VALUES (%(key)s, ARRAY[%(now)s], true, %(until)s)
ON CONFLICT (key) DO UPDATE SET (moments, was_allowed, expires_at) = (
    SELECT CASE WHEN count(recent) < %(at_most)s
               THEN coalesce(array_agg(recent) FILTER (WHERE recent IS NOT NULL), '{}') || %(now)s
               ELSE array_agg(recent) END,
           count(recent) < %(at_most)s,
           greatest(tried.expires_at, excluded.expires_at)
    FROM unnest(tried.moments) AS recent
    WHERE recent > %(since)s
)
RETURNING was_allowed
"""


def allow(key: str, *, at_most: int = 5, seconds: int = 900) -> bool:
    """Count one try; False when there were already `at_most` in the last `seconds`.

    A refused try does not count. Call it before and outside the action's transaction: a rollback
    would forget the try. The key may name a person (an e-mail); only its keyed hash is stored.
    """
    if at_most <= 0:
        return False
    moment = now()
    span = timedelta(seconds=seconds)
    values: dict[str, str | int | datetime] = {
        "key": salted_hmac("essaim.limits", key, algorithm="sha256").hexdigest(),
        "now": moment,
        "until": moment + span,
        "since": moment - span,
        "at_most": at_most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TRY, values)
        (allowed,) = cursor.fetchone()
    return bool(allowed)


def forget_expired_limits() -> int:
    """Delete the rows whose time is over; every night. Returns how many."""
    deleted, _by_model = RateLimit.objects.filter(expires_at__lte=now()).delete()
    return deleted
