"""What everyone may read."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.communities import queries
from essaim.communities.forms import NearForm
from essaim.communities.models import SELF_STANDING_KINDS, Community, Kind
from essaim.communities.readers import reader_of
from essaim.communities.views.people import seen
from essaim.design.printing import render_sheet
from essaim.foundation.http import public, render

SHOWN_KINDS = (
    Kind.MOVEMENT,
    Kind.ORGANISATION,
    Kind.COMMITTEE,
    Kind.CHAPTER,
    Kind.PRACTICE,
    Kind.PROJECT,
    Kind.CIRCLE,
)


@public
@require_safe
def communities(request: HttpRequest) -> HttpResponse:
    """All communities, by name: those that stand on their own, or all of one kind."""
    kind = request.GET.get("kind", "")
    if kind and kind not in Kind.values:
        raise Http404
    page = queries.communities_for_list(
        reader_of(request), kind=kind, after=request.GET.get("after")
    )
    base = reverse("communities")
    filters = [{"label": _("On their own"), "href": base, "current": not kind}]
    filters += [
        {"label": capfirst(one.label), "href": f"{base}?kind={one.value}", "current": kind == one}
        for one in SHOWN_KINDS
    ]
    context = {"page": page, "filters": filters, "kind": kind}
    return render(request, "communities/list.html", context, block="rows")


@public
@require_safe
def community(request: HttpRequest, slug: str) -> HttpResponse:
    """A community's page; what went up in another leads there, its own page stays at `?kept`.

    One of a kind with a page of its own leads to that.
    """
    found, reader = seen(request, slug, presents=True), reader_of(request)
    is_gone = found.merged_into_id is not None and "kept" not in request.GET
    if is_gone and (target := queries.became(reader, found)):
        return redirect("community", target.slug)
    if found.kind in SELF_STANDING_KINDS and "kept" not in request.GET:
        for address in queries.collected(queries.LEADS_TO, reader, found):
            return HttpResponseRedirect(address)
    page = queries.landing_for_page(reader, found)
    form, near = _near(request, found) if page.has_groups else (None, None)
    context = {"page": page, "near_search": form, "near": near}
    return render(request, "communities/landing.html", context)


def _near(request: HttpRequest, community: Community) -> tuple[NearForm, queries.NearPage | None]:
    """The form that asks where, and what is near there once it is said (`?near=`)."""
    form = NearForm(request.GET if request.GET.get("near") else None)
    place = form.cleaned_data["near"] if form.is_valid() else None
    return form, queries.near_for_page(reader_of(request), community, place) if place else None


@public
@require_safe
def manifesto_print(request: HttpRequest, slug: str, version: int | None = None) -> HttpResponse:
    """A version of the manifesto as a sheet for the wall."""
    found = seen(request, slug)
    page = queries.manifesto_for_page(reader_of(request), found, version)
    if page is None:
        raise Http404
    return render_sheet(
        request,
        "communities/manifesto_print.html",
        {"page": page, "name": found.name, "tagline": found.tagline},
        of=reverse("manifesto", args=[slug] if page.is_in_force else [slug, page.text.version]),
    )


@public
@require_safe
def groups(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands right under a community."""
    above, reader = seen(request, slug), reader_of(request)
    form, near = _near(request, above)
    page = (
        None
        if near
        else queries.communities_for_list(reader, parent=above, after=request.GET.get("after"))
    )
    context = {
        "page": page,
        "near_search": form,
        "near": near,
        "tiles": settings.ESSAIM_TILES,
        "attribution": settings.ESSAIM_TILES_ATTRIBUTION,
        "name": above.name,
        "slug": above.slug,
        "is_political": above.is_political,
        "bar": queries.bar_for_page(reader, above, here="groups"),
        "may_start": above.is_open and above.kind != Kind.CIRCLE,
        "took_in": queries.went_up_in(reader, above),
        "looking": queries.looking_below(reader, above) if reader.belongs_to(above.pk) else (),
    }
    return render(request, "communities/groups.html", context, block="rows")
