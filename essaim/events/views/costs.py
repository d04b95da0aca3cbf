"""What a gathering cost, and all those of a community; 404 for whoever does not keep it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.models import Community
from essaim.communities.readers import Reader, member_of, reader_of
from essaim.events import actions, rules
from essaim.events.forms.costs import CostForm, OfferedForm, PeriodForm, RateForm
from essaim.events.models import CostLine, Event
from essaim.events.queries import costs as queries
from essaim.events.views.finding import FORM, bar, bar_of, find_community
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404
from essaim.foundation.http.sheets import sheet


@require_http_methods(FORM)
def event_costs(request: HttpRequest, public_id: str) -> HttpResponse:
    """Its lines and what they come to; one more is added on the same page."""
    reader, found = _find(request, public_id)
    form = CostForm(request.POST or None, initial={"day": queries.day_of(found)})
    if form.is_bound:
        require(rules.may_keep_costs(reader, found))
    if form.is_valid():
        try:
            actions.add_cost(member=member_of(request), event=found, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("It is in the account."))
            return _to(found)
    page = queries.costs_for_page(reader, found)
    context = {"page": page, "bar": bar_of(reader, found), "form": form}
    if page.offer:
        context["offered"] = OfferedForm(initial=page.offer.initial)
    return render(request, "events/costs.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM)
def event_cost(request: HttpRequest, public_id: str, line: str) -> HttpResponse:
    reader, found = _find(request, public_id)
    require(rules.may_keep_costs(reader, found))
    cost = _line(found, line)
    form = CostForm(request.POST or None, initial=CostForm.values_of(cost))
    if form.is_valid():
        try:
            actions.change_cost(member=member_of(request), line=cost, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return _to(found)
    context: dict[str, Any] = {
        "event": found,
        "line": cost,
        "bar": bar_of(reader, found),
        "form": form,
    }
    return render(request, "events/cost.html", context, status=422 if form.errors else 200)


@require_POST
def event_cost_remove(request: HttpRequest, public_id: str, line: str) -> HttpResponse:
    _reader, found = _find(request, public_id)
    actions.remove_cost(member=member_of(request), line=_line(found, line))
    messages.success(request, _("Removed."))
    return _to(found)


@require_safe
def event_costs_file(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = _find(request, public_id)
    return sheet(f"costs-{public_id}", queries.headings(), queries.rows_of_event(found))


@require_safe
def events_costs(request: HttpRequest, slug: str) -> HttpResponse:
    """All gatherings of a community over a period, by account and one by one."""
    reader, community = _find_account(request, slug)
    return _account(request, reader, community)


@require_safe
def events_costs_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The same, line by line; a period that is not understood is no file."""
    _reader, community = _find_account(request, slug)
    period = PeriodForm(request.GET)
    if not period.is_valid():
        raise Http404
    first, last = period.cleaned_data["first"], period.cleaned_data["last"]
    return sheet(
        f"costs-{slug}-{first}-{last}",
        queries.headings(),
        queries.rows_of_account(community, first, last),
    )


@require_POST
def events_rate(request: HttpRequest, slug: str) -> HttpResponse:
    """What an hour is worth from a day on, or that it is worth nothing more."""
    reader, community = _find_account(request, slug)
    require(rules.may_set_rate(reader, community))
    form = RateForm(request.POST)
    if form.is_valid():
        try:
            actions.set_hour_rate(
                member=member_of(request), community=community, **form.cleaned_data
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved. What hours are worth is counted anew."))
            return HttpResponseRedirect(reverse("events_costs", args=[slug]) + "#rate")
    return _account(request, reader, community, form)


def _find(request: HttpRequest, public_id: str) -> tuple[Reader, Event]:
    reader = reader_of(request)
    return reader, or_404(queries.accounted_event(reader, public_id))


def _find_account(request: HttpRequest, slug: str) -> tuple[Reader, Community]:
    reader, community = find_community(request, slug)
    if not rules.may_read_account(reader, community):
        raise Http404
    return reader, community


def _line(found: Event, line: str) -> CostLine:
    return or_404(queries.cost_of(found, line))


def _account(
    request: HttpRequest, reader: Reader, community: Community, form: RateForm | None = None
) -> HttpResponse:
    period = PeriodForm(request.GET)
    page = None
    if period.is_valid():
        first, last = period.cleaned_data["first"], period.cleaned_data["last"]
        page = queries.account_for_page(community, first, last)
    context = {
        "page": page,
        "period": period,
        "asked": {name: period[name].value() for name in period.fields},
        "form": form or RateForm(),
        "rates": queries.rates_for_page(reader, community),
        "name": community.name,
        "slug": community.slug,
        "bar": bar(reader, community),
    }
    is_wrong = bool(period.errors or (form and form.errors))
    return render(request, "events/account.html", context, status=422 if is_wrong else 200)


def _to(found: Event) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("event_costs", args=[found.public_id]))
