from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from essaim.communities.models import Community
from essaim.communities.readers import reader_of
from essaim.communities.rules import communities_visible_to
from essaim.foundation.http import public, render
from essaim.insights import queries


def seen(request: HttpRequest, slug: str) -> Community:
    """The community at this address, when the reader may see it and it has figures; else 404."""
    community = get_object_or_404(communities_visible_to(reader_of(request)), slug=slug)
    if community.is_archive:
        raise Http404
    return community


@public
@require_safe
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """Honest numbers of a community, for everyone who may see it."""
    page = queries.figures_for_page(reader_of(request), seen(request, slug))
    return render(request, "insights/figures.html", {"page": page, "slug": slug})
