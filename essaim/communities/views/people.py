"""What every view here begins with: the community one may see."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from essaim.communities.models import Community
from essaim.communities.queries import with_presence
from essaim.communities.readers import reader_of
from essaim.communities.rules import communities_visible_to


def seen(request: HttpRequest, slug: str, *, presents: bool = False) -> Community:
    """The community at this address, when the reader may see it; else 404.

    With what it stands under, up to three levels: more are asked for one by one. Where it
    `presents` itself it tells as well what it has nothing of.
    """
    visible = communities_visible_to(reader_of(request))
    if presents:
        visible = with_presence(visible)
    return get_object_or_404(visible.select_related("place", "parent__parent__parent"), slug=slug)
