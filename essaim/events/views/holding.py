"""What those who hold a gathering do with it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.models import Community
from essaim.communities.readers import Reader, member_of
from essaim.events import actions, rules
from essaim.events.forms import CallOffForm, EventForm, RepeatedEventForm, SessionForm
from essaim.events.models import AwarenessStep, Event, State
from essaim.events.queries import events as queries
from essaim.events.queries.awareness import awareness_begins, step_to_plan
from essaim.events.queries.plenaries import plenary_begins
from essaim.events.queries.series import first_evening, series_of
from essaim.events.views.finding import FORM, bar, bar_of, find_community, find_event, zone_of
from essaim.events.views.series import evening_edit
from essaim.foundation.access import Verdict, require
from essaim.foundation.clock import now
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404

EVENING, LASTS = 19, timedelta(hours=2)
UNPUBLISHED = (State.DRAFT, State.POSTPONED)
_PUBLISHED = gettext_lazy("It is published: those it is for can say that they come.")
_DRAFTED = gettext_lazy("Kept as a draft. Nobody else reads it before you publish it.")


@require_http_methods(FORM)
def event_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan a gathering; it is a draft until it is published, on the same page or later."""
    reader, community = find_community(request, slug)
    require(rules.may_hold(reader, community))
    if public_id := request.GET.get("step"):
        return _new_for_step(request, reader, or_404(step_to_plan(reader, community, public_id)))
    with zone_of(community.time_zone):
        suggested = _suggested(reader, community, request)
        form = RepeatedEventForm(request.POST or None, initial=suggested)
        if form.is_valid():
            is_published = "publish" in request.POST
            try:
                made = _plan(request, community, form, is_published=is_published)
            except ValidationError as error:
                form.blame(error)
            else:
                messages.success(request, _PUBLISHED if is_published else _DRAFTED)
                return _to(made)
        return _form(request, form, bar(reader, community), slug, is_new=True)


def _new_for_step(request: HttpRequest, reader: Reader, step: AwarenessStep) -> HttpResponse:
    """One gathering, that a plan to make something known waits for.

    What was typed stays where somebody else has planned it meanwhile.
    """
    plan, community = step.plan, step.plan.community
    may = rules.may_plan_step(reader, step)
    if request.method != "POST":
        require(may)
    with zone_of(community.time_zone):
        suggested = _suggested(reader, community, request) | awareness_begins(step)
        form = EventForm(request.POST or None, initial=suggested)
        if form.is_bound and not may:
            form.add_error(None, str(may.reason))
        if form.is_valid():
            is_published = "publish" in request.POST
            try:
                actions.plan_awareness_step(
                    member=member_of(request),
                    step=step,
                    is_published=is_published,
                    **form.cleaned_data,
                )
            except ValidationError as error:
                form.blame(error)
            else:
                messages.success(request, _PUBLISHED if is_published else _DRAFTED)
                address = reverse("awareness", args=[community.slug, plan.public_id])
                return HttpResponseRedirect(address)
        page_bar = bar(reader, community)
        return _form(request, form, page_bar, community.slug, is_new=True, step=step)


def _plan(
    request: HttpRequest, community: Community, form: RepeatedEventForm, *, is_published: bool
) -> Event:
    """Once, or again and again: then the first evening stands for all."""
    member = member_of(request)
    if not form.cleaned_data["repeat"]:
        return actions.plan_event(
            member=member, community=community, is_published=is_published, **form.once
        )
    made = actions.plan_series(
        member=member,
        community=community,
        is_published=is_published,
        **form.repeated,
        **form.once,
    )
    return or_404(first_evening(made))


def _suggested(reader: Reader, community: Community, request: HttpRequest) -> dict[str, Any]:
    """An evening in two weeks, in the community’s own town and language."""
    here = now().astimezone(ZoneInfo(community.time_zone)) + timedelta(days=14)
    starts_at: datetime = here.replace(hour=EVENING, minute=0, second=0, microsecond=0)
    return {
        "starts_at": starts_at,
        "ends_at": starts_at + LASTS,
        "place": community.place,
        "language": community.language,
        "kind": request.GET.get("kind", ""),
        "repeat": request.GET.get("repeat", ""),
        **plenary_begins(starts_at, request.GET.get("kind", "")),
    }


@require_http_methods(FORM)
def event_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_event(request, public_id)
    require(rules.may_change(reader, found))
    if its := series_of(reader, found):
        return evening_edit(request, reader, found, its)
    with zone_of(found.zone):
        form = EventForm(request.POST or None, initial=EventForm.values_of(found))
        if form.is_valid():
            is_published = "publish" in request.POST and found.state in UNPUBLISHED
            act = actions.change_and_publish if is_published else actions.edit_event
            try:
                made = act(member=member_of(request), event=found, **form.cleaned_data)
            except ValidationError as error:
                form.blame(error)
            else:
                messages.success(request, _changed(found, made))
                return _to(found)
        return _form(
            request, form, bar_of(reader, found), found.community.slug, is_new=False, event=found
        )


def _changed(before: Event, made: Event) -> str:
    """What they read who changed it: whether others are told."""
    if made.sequence != before.sequence:
        return _("Saved. Everybody registered is told of the change.")
    return str(_PUBLISHED) if made.state != before.state else _("Saved.")


def _form(
    request: HttpRequest,
    form: EventForm,
    page_bar: Any,
    slug: str,
    *,
    is_new: bool,
    event: Event | None = None,
    step: AwarenessStep | None = None,
) -> HttpResponse:
    back = reverse("event", args=[event.public_id]) if event else reverse("events", args=[slug])
    if step:
        back = reverse("awareness", args=[slug, step.plan.public_id])
    return render(
        request,
        "events/event_form.html",
        {
            "form": form,
            "slug": slug,
            "bar": page_bar,
            "back": back,
            "is_new": is_new,
            "is_unpublished": event is None or event.state in UNPUBLISHED,
            "promised": event.taken if event else 0,
            "step": step,
        },
        status=422 if form.errors else 200,
    )


@require_POST
def event_publish(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_event(request, public_id)
    its = series_of(reader, found) if found.state == State.DRAFT else None
    try:
        if its:
            actions.publish_series(member=member_of(request), series=its)
        else:
            actions.publish_event(member=member_of(request), event=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("event_edit", args=[public_id]))
    messages.success(request, _PUBLISHED)
    return _to(found)


@require_http_methods(FORM)
def event_postpone(request: HttpRequest, public_id: str) -> HttpResponse:
    return _call_off(
        request,
        public_id,
        may=rules.may_postpone,
        act=actions.postpone_event,
        template="events/event_postpone.html",
        said=_("It is postponed; everybody registered is told why."),
    )


@require_http_methods(FORM)
def event_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    return _call_off(
        request,
        public_id,
        may=rules.may_cancel,
        act=actions.cancel_event,
        template="events/event_cancel.html",
        said=_("It is cancelled; everybody registered is told why."),
    )


def _call_off(
    request: HttpRequest,
    public_id: str,
    *,
    may: Callable[[Reader, Event], Verdict],
    act: Callable[..., Event],
    template: str,
    said: str,
) -> HttpResponse:
    reader, found = find_event(request, public_id)
    require(may(reader, found))
    form = CallOffForm(request.POST or None)
    if form.is_valid():
        try:
            act(member=member_of(request), event=found, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, said)
            return _to(found)
    return _small(request, reader, found, template, form)


@require_POST
def event_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_event(request, public_id)
    its = series_of(reader, found) if found.state == State.DRAFT else None
    if its:
        actions.delete_series(member=member_of(request), series=its)
    else:
        actions.delete_draft(member=member_of(request), event=found)
    messages.success(request, _("The draft is deleted."))
    return HttpResponseRedirect(reverse("events", args=[found.community.slug]))


@require_http_methods(FORM)
def event_sessions(request: HttpRequest, public_id: str) -> HttpResponse:
    """The parts of a gathering that lasts: what, when, in which room, with whom."""
    reader, found = find_event(request, public_id)
    require(rules.may_change(reader, found))
    with zone_of(found.zone):
        initial = {"starts_at": found.starts_at, "ends_at": found.ends_at}
        form = SessionForm(request.POST or None, initial=initial)
        if form.is_valid():
            try:
                actions.add_session(member=member_of(request), event=found, **form.cleaned_data)
            except ValidationError as error:
                form.blame(error)
            else:
                return HttpResponseRedirect(reverse("event_sessions", args=[public_id]))
        return _small(request, reader, found, "events/event_sessions.html", form)


@require_POST
def event_session_remove(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    _reader, found = find_event(request, public_id)
    member = member_of(request)
    or_404(actions.remove_session(member=member, event=found, session_id=number) or None)
    return HttpResponseRedirect(reverse("event_sessions", args=[public_id]))


def _small(
    request: HttpRequest, reader: Reader, found: Event, template: str, form: Any
) -> HttpResponse:
    read = or_404(queries.event_to_read(reader, found.public_id))
    return render(
        request,
        template,
        {
            "form": form,
            "page": queries.event_for_page(reader, read),
            "bar": bar_of(reader, found),
        },
        status=422 if form.errors else 200,
    )


def _to(found: Event) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("event", args=[found.public_id]))
