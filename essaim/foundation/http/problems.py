"""What an error page says: one sentence in the reader's language, whatever went wrong."""

from dataclasses import dataclass
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _

from essaim.foundation.access import Refused


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a page cannot be shown. `sentence` may come from a rule; the rest never leaks details."""

    status: int
    title: str
    sentence: str
    joins: str = ""  # the community that the way on leads into


def problem_of(error: BaseException | None, status: int) -> Problem:
    """The problem behind an error handler's exception; the status decides when it tells nothing."""
    if isinstance(error, Refused):
        title = _("This is not possible for you now")
        return Problem(403, title, str(error.reason), error.joins)
    if isinstance(error, Http404) or status == HTTPStatus.NOT_FOUND:
        return Problem(
            404,
            _("This page does not exist"),
            _("It may have been withdrawn, or you may not be able to see it."),
        )
    if isinstance(error, RequestDataTooBig):
        return Problem(413, _("This is too much at once"), _("Send less text or a smaller file."))
    if isinstance(error, SuspiciousOperation) or status == HTTPStatus.BAD_REQUEST:
        return Problem(
            400,
            _("We could not understand this request"),
            _("Go back, reload the page and try again."),
        )
    if status == HTTPStatus.FORBIDDEN:
        return Problem(
            403,
            _("This is not possible for you now"),
            _("You may not do this, or the page was open for too long: reload it and try again."),
        )
    return Problem(
        500,
        _("Something broke on our side"),
        _("Nothing of what you wrote was changed. Please try again in a moment."),
    )
