from typing import TypeVar

from django.http import Http404

Thing = TypeVar("Thing")


def or_404(found: Thing | None) -> Thing:
    """What a query found; where it found nothing, a page that does not exist."""
    if found is None:
        raise Http404
    return found
