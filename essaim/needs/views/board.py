from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_POST, require_safe

from essaim.communities.models import Community
from essaim.communities.readers import Reader, member_of, reader_of
from essaim.foundation.access import require
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.foundation.text import for_xml
from essaim.needs import actions, rules
from essaim.needs.forms import BoardForm
from essaim.needs.queries import feeds
from essaim.needs.queries.board import OFFERS, board, needs_waiting, offers_on_board
from essaim.needs.queries.suggestions import needs_for
from essaim.needs.views.finding import bar, find_community


@public
@require_safe
def needs_everywhere(request: HttpRequest) -> HttpResponse:
    """What is looked for in all communities that the reader sees."""
    return _board(request, reader_of(request), None)


@public
@require_safe
def needs(request: HttpRequest, slug: str) -> HttpResponse:
    """The board of a community, and of those below it."""
    reader, community = find_community(request, slug)
    return _board(request, reader, community)


def _board(request: HttpRequest, reader: Reader, community: Community | None) -> HttpResponse:
    form = BoardForm(request.GET)
    filters = form.filters
    after = request.GET.get("after")
    is_offers = filters.kind == OFFERS
    rows: Any = offers_on_board if is_offers else board
    page = None if form.errors else rows(reader, community, filters, after=after)
    asked = {name: request.GET[name] for name in (*form.fields, "place_id") if name in request.GET}
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "is_offers": is_offers,
        "filters": filters.params,
        "kept": _kept(form, community) if reader.is_known and page and not is_offers else {},
        "asked": asked,
        "community": community.name if community else "",
        "slug": community.slug if community else "",
        "suggested": needs_for(reader, limit=3) if reader.is_known and not asked else (),
        "bar": bar(reader, community) if community else None,
        "may_post": rules.may_post(reader, community) if community else None,
        "may_offer": rules.may_offer(reader, community) if community else None,
        "has_feed": community is None or feeds.has_feed(community),
    }
    return render(request, "needs/board.html", context, status=422 if form.errors else 200)


def _kept(form: BoardForm, community: Community | None) -> dict[str, Any]:
    """What is posted to keep this search; nothing where nothing is looked for."""
    params = form.filters.params
    if not params:
        return {}
    place = {"place": form["place"].value().text, "place_id": params.get("place", "")}
    return params | place | {"community": community.slug if community else ""}


@require_safe
def needs_to_carry(request: HttpRequest, slug: str) -> HttpResponse:
    """What is meant for the elected and waits for a facilitator."""
    reader, community = find_community(request, slug)
    require(rules.may_carry(reader, community))
    return render(
        request,
        "needs/to_carry.html",
        {
            "lines": needs_waiting(reader, community),
            "slug": slug,
            "bar": bar(reader, community),
        },
    )


@require_POST
def search_save(request: HttpRequest) -> HttpResponse:
    """Keep the filters of a board: what is new is told in the daily mail."""
    slug = request.POST.get("community", "")
    community = find_community(request, slug)[1] if slug else None
    form = BoardForm(request.POST)
    filters = form.filters
    if form.errors:
        messages.error(
            request, " ".join(str(one) for found in form.errors.values() for one in found)
        )
        return HttpResponseRedirect(reverse("my_help") + "#searches")
    try:
        actions.save_search(member=member_of(request), community=community, params=filters.params)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Kept. What is new will be in your daily mail."))
    return HttpResponseRedirect(reverse("my_help") + "#searches")


@require_POST
def search_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    if not actions.remove_search(member=member_of(request), public_id=public_id):
        raise Http404
    messages.success(request, _("This search is no longer kept."))
    return HttpResponseRedirect(reverse("my_help") + "#searches")


class _Atom(Atom1Feed):
    """Dated by its newest entry."""

    def latest_post_date(self) -> Any:
        return max((item["updateddate"] for item in self.items), default=self.feed["begun_at"])


@public
@require_safe
@conditional_page
def needs_feed(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """Atom 1.0 of what everyone may read, the same for everyone."""
    community = or_404(feeds.community_for_feed(slug)) if slug else None
    language = community.language if community else (get_language() or "en")[:2]
    with override(language):
        feed = feeds.feed_of(community)
        atom = _Atom(
            title=for_xml(feed.title),
            link=request.build_absolute_uri(feed.path),
            feed_url=request.build_absolute_uri(request.path),
            feed_guid=request.build_absolute_uri(request.path),
            description=None,
            language=language,
            author_name=for_xml(community.name if community else "Essaim"),
            begun_at=feed.begun_at,
        )
        for entry in feed.entries:
            address = request.build_absolute_uri(entry.path)
            atom.add_item(
                title=for_xml(entry.title),
                link=address,
                unique_id=address,
                description=for_xml(entry.html),
                pubdate=entry.at,
                updateddate=entry.at,
                categories=[for_xml(one) for one in entry.skills],
            )
    return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)
