"""Gatherings that come again: what those who hold them do with them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import Reader, member_of, reader_of
from essaim.design.typography import day as day_words
from essaim.events import actions, rules
from essaim.events.forms import CallOffForm, EveningForm, SkipForm
from essaim.events.models import Event, Series, State
from essaim.events.queries import series as queries
from essaim.events.views.finding import FORM, bar, bar_of, zone_of
from essaim.foundation.access import require
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404


def find_series(request: HttpRequest, public_id: str) -> tuple[Reader, Series]:
    reader = reader_of(request)
    return reader, or_404(queries.series_to_read(reader, public_id))


@public
@require_safe
def series(request: HttpRequest, public_id: str) -> HttpResponse:
    """How often it comes, its next evenings, and for those who hold it what they can do."""
    reader, found = find_series(request, public_id)
    return _page(request, reader, found, "events/series.html", {})


@require_POST
def series_publish(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_series(request, public_id)
    try:
        actions.publish_series(member=member_of(request), series=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is published: those it is for are told once of all of it."))
    return _to(found)


@require_http_methods(FORM)
def series_skip(request: HttpRequest, public_id: str) -> HttpResponse:
    """« Not on 24 December »."""
    reader, found = find_series(request, public_id)
    require(rules.may_change_series(reader, found))
    days = [(one.isoformat(), day_words(one)) for one in queries.days_to_skip(found)]
    form = SkipForm(request.POST or None, days=days)
    if form.is_valid():
        day = next(
            one
            for one in queries.days_to_skip(found)
            if one.isoformat() == form.cleaned_data["day"]
        )
        try:
            gone = actions.skip_day(
                member=member_of(request),
                series=found,
                day=day,
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as error:
            form.blame(error)
        else:
            cancelled = _("It is cancelled; everybody registered is told why.")
            messages.success(request, cancelled if gone else _("It does not take place that day."))
            return _to(found)
    return _page(request, reader, found, "events/series_skip.html", {"form": form})


@require_http_methods(FORM)
def series_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """All that is to come is cancelled; what was stays readable."""
    reader, found = find_series(request, public_id)
    require(rules.may_end_series(reader, found))
    form = CallOffForm(request.POST or None)
    if form.is_valid():
        try:
            actions.end_series(
                member=member_of(request), series=found, reason=form.cleaned_data["reason"]
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("The series has ended; everybody registered is told why."))
            return _to(found)
    return _page(request, reader, found, "events/series_end.html", {"form": form})


@require_POST
def series_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_series(request, public_id)
    actions.delete_series(member=member_of(request), series=found)
    messages.success(request, _("The draft is deleted."))
    return HttpResponseRedirect(reverse("events", args=[found.community.slug]))


def evening_edit(request: HttpRequest, reader: Reader, found: Event, its: Series) -> HttpResponse:
    """Change one evening, or it and all that follow."""
    is_draft = found.state == State.DRAFT
    with zone_of(found.zone):
        form = EveningForm(
            request.POST or None,
            initial=EveningForm.values_of_evening(found, its),
            may_follow=bool(rules.may_change_following(reader, its, found)),
            is_draft=is_draft,
        )
        if form.is_valid():
            try:
                made = _change(request, form, found)
            except ValidationError as error:
                form.blame(error)
            else:
                messages.success(request, _said(form, found, made))
                return HttpResponseRedirect(reverse("event", args=[found.public_id]))
        return render(
            request,
            "events/event_form.html",
            {
                "form": form,
                "slug": found.community.slug,
                "bar": bar_of(reader, found),
                "back": reverse("event", args=[found.public_id]),
                "is_new": False,
                # A draft is published with its series; what was postponed, with its new day.
                "is_unpublished": found.state == State.POSTPONED,
                "step": None,
                "promised": found.taken,
            },
            status=422 if form.errors else 200,
        )


def _change(request: HttpRequest, form: EveningForm, found: Event) -> Event:
    member = member_of(request)
    if form.is_for_following:
        actions.change_following(member=member, event=found, **form.repeated, **form.once)
        return found
    has_new_day = "publish" in request.POST and found.state == State.POSTPONED
    act = actions.change_and_publish if has_new_day else actions.edit_event
    return act(member=member, event=found, **form.once)


def _said(form: EveningForm, found: Event, made: Event) -> str:
    if form.is_for_following:
        return _("Saved, from this one on. Everybody registered is told of what moved.")
    moved = made.sequence != found.sequence
    return _("Saved. Everybody registered is told of the change.") if moved else _("Saved.")


def _page(
    request: HttpRequest, reader: Reader, found: Series, template: str, context: dict[str, Any]
) -> HttpResponse:
    form = context.get("form")
    return render(
        request,
        template,
        {
            "page": queries.series_for_page(reader, found),
            "bar": bar(reader, found.community),
            **context,
        },
        status=422 if form is not None and form.errors else 200,
    )


def _to(found: Series) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("series", args=[found.public_id]))
