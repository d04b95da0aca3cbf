"""Completion of a place's name, for everyone."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from essaim.foundation.http import public
from essaim.places.models import Level
from essaim.places.queries import ANY_LEVEL, COMMUNES, places_matching


@public
@require_safe
def places_complete(request: HttpRequest) -> JsonResponse:
    """What `data-suggest` asks with `?q=`: communes, unless `&level=` says one other, or any."""
    asked = request.GET.get("level", "")
    levels = (asked,) if asked in Level.values else ANY_LEVEL if asked == "any" else COMMUNES
    lines = places_matching(request.GET.get("q", ""), levels=levels)
    return JsonResponse(
        {
            "items": [
                {"value": line.public_id, "label": line.label, "note": line.note} for line in lines
            ]
        }
    )
