"""The ladder, for those who run a community."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.communities.models import Community
from essaim.communities.readers import member_of, reader_of
from essaim.foundation.access import require
from essaim.foundation.activity import Rung
from essaim.foundation.http import render
from essaim.insights import actions, queries, rules
from essaim.insights.forms import EstimateForm, KindForm, TargetsForm
from essaim.insights.views.figures import seen


def _seen(request: HttpRequest, slug: str) -> Community:
    """404 for whoever may not see who the members are; the others are told who sees the ladder."""
    community, reader = seen(request, slug), reader_of(request)
    if not rules.may_see_rating(reader, community):
        raise Http404
    require(rules.may_see_ladder(reader, community))
    return community


@require_safe
def ladder(request: HttpRequest, slug: str) -> HttpResponse:
    """Stock, cohorts, what moved people, targets and estimates."""
    return _page(request, _seen(request, slug))


def _page(
    request: HttpRequest, community: Community, status: int = 200, **forms: Any
) -> HttpResponse:
    page = queries.ladder_for_page(reader_of(request), community)
    context = {
        "page": page,
        "slug": community.slug,
        "targets_form": TargetsForm(initial=queries.targets_of(community)),
        "estimate_form": EstimateForm(),
        "kind_form": _kind_form(page.kinds),
        "rung_words": dict(queries.rung_choices()),
        **forms,
    }
    return render(request, "insights/ladder.html", context, status=status)


def _kind_form(kinds: Any, data: Any = None) -> KindForm:
    return KindForm(data, kinds=queries.kind_choices(kinds), rungs=queries.rung_choices())


@require_POST
def targets(request: HttpRequest, slug: str) -> HttpResponse:
    """How many are wanted on each rung."""
    community, form = _seen(request, slug), TargetsForm(request.POST)
    if form.is_valid():
        try:
            actions.set_targets(member=member_of(request), community=community, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("community_ladder", slug)
    return _page(request, community, 422, targets_form=form)


@require_POST
def estimate(request: HttpRequest, slug: str) -> HttpResponse:
    """An audience, with its source."""
    community, form = _seen(request, slug), EstimateForm(request.POST)
    if form.is_valid():
        try:
            actions.enter_estimate(
                member=member_of(request), community=community, **form.cleaned_data
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("community_ladder", slug)
    return _page(request, community, 422, estimate_form=form)


@require_POST
def estimate_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Not shown any more."""
    community = _seen(request, slug)
    found = queries.estimate_to_withdraw(community, request.POST.get("estimate", ""))
    if found is None:
        raise Http404
    actions.withdraw_estimate(member=member_of(request), estimate=found)
    messages.success(request, _("Withdrawn."))
    return redirect("community_ladder", slug)


@require_POST
def kind(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a kind of act on another rung."""
    community = _seen(request, slug)
    form = _kind_form(queries.kinds_for_page(community), request.POST)
    if form.is_valid():
        asked, rung = form.cleaned_data["kind"], Rung(form.cleaned_data["rung"])
        if verdict := rules.may_put_on(asked, rung):
            actions.move_kind(member=member_of(request), community=community, kind=asked, rung=rung)
            messages.success(request, _("Saved."))
            return redirect("community_ladder", slug)
        form.add_error("rung", str(verdict.reason))
    return _page(request, community, 422, kind_form=form)
