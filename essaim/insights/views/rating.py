"""How a community rates itself once a year."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.models import Community
from essaim.communities.readers import member_of, reader_of
from essaim.foundation.http import render
from essaim.insights import actions, queries, rules
from essaim.insights.forms import OpenRatingForm, RatingForm
from essaim.insights.views.figures import seen


def _seen(request: HttpRequest, slug: str) -> Community:
    community = seen(request, slug)
    if not rules.may_see_rating(reader_of(request), community):
        raise Http404
    return community


@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: HttpRequest, slug: str) -> HttpResponse:
    """What came out, year by year; POST answers this year's."""
    community = _seen(request, slug)
    form = RatingForm(request.POST or None)
    if request.method == "POST":
        running = queries.running_rating(community)
        if running is None:
            raise Http404
        if form.is_valid():
            actions.answer_rating(member=member_of(request), rating=running, marks=form.marks)
            messages.success(request, _("Thank you. Nobody can tell which answer was yours."))
            return redirect("community_rating", slug)
    return _page(request, community, 422 if request.method == "POST" else 200, form=form)


def _page(
    request: HttpRequest, community: Community, status: int, **forms: RatingForm | OpenRatingForm
) -> HttpResponse:
    context = {
        "page": queries.rating_for_page(reader_of(request), community),
        "slug": community.slug,
        "form": RatingForm(),
        "open_form": OpenRatingForm(),
        **forms,
    }
    return render(request, "insights/rating.html", context, status=status)


@require_POST
def rating_open(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the members."""
    community, form = _seen(request, slug), OpenRatingForm(request.POST)
    if form.is_valid():
        try:
            actions.open_rating(member=member_of(request), community=community, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("The members are asked from today on."))
            return redirect("community_rating", slug)
    return _page(request, community, 422, open_form=form)
