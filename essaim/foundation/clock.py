"""The one clock: whoever asks the time asks here, so that the demo can live at other moments."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_moved: ContextVar[datetime | None] = ContextVar("_moved", default=None)


def now() -> datetime:
    """The present, in UTC or as moved by `at`."""
    return _moved.get() or timezone.now()  # noqa: TID251  the one place that may ask


def today() -> date:
    """Today's date in the installation's time zone."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Live at another moment: facts, commitments and limits then carry it."""
    token = _moved.set(moment)
    try:
        yield
    finally:
        _moved.reset(token)
