"""Ideas and programmes on paper."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from essaim.design.printing import render_sheet
from essaim.foundation.http import public
from essaim.ideas import queries
from essaim.ideas.queries import programme as programmes
from essaim.ideas.views.finding import find_programme, read_idea


@public
@require_safe
def idea_print(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, idea = read_idea(request, public_id)
    survivor = queries.surviving(reader, idea)
    if survivor != idea:  # its words are on the sheet of the idea that goes on
        return HttpResponseRedirect(reverse("idea_print", args=[survivor.public_id]))
    return render_sheet(
        request,
        "ideas/idea_print.html",
        {"page": queries.idea_for_page(reader, idea)},
        of=reverse("idea", args=[public_id]),
    )


@public
@require_safe
def programme_print(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """A published version, by default the newest."""
    reader, community = find_programme(request, slug)
    page = programmes.programme_for_page(reader, community, number)
    if page is None:
        raise Http404
    return render_sheet(
        request,
        "ideas/programme_print.html",
        {"page": page, "name": community.name},
        of=reverse("programme", args=[slug] if number is None else [slug, number]),
    )
