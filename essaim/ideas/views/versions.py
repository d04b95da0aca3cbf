from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from essaim.communities.queries import bar_for_page
from essaim.foundation.http import public, render
from essaim.ideas import queries
from essaim.ideas.views.finding import find_idea


@public
@require_safe
def idea_versions(request: HttpRequest, public_id: str) -> HttpResponse:
    """What an idea said before, and how each rewriting changed it."""
    reader, found = find_idea(request, public_id)
    return render(
        request,
        "ideas/idea_versions.html",
        {
            "page": queries.versions_for_page(reader, found, after=request.GET.get("after")),
            "slug": found.debate.community.slug,
            "bar": bar_for_page(reader, found.debate.community, here="debates"),
        },
    )
