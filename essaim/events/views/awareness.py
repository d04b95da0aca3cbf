"""Plans to make something known before it begins; 404 for whoever is not a member."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.readers import Reader, member_of
from essaim.events import actions, rules
from essaim.events.forms.awareness import AwarenessForm, AwarenessLinkForm, AwarenessStepForm
from essaim.events.models import AwarenessPlan, AwarenessStep
from essaim.events.queries import awareness as queries
from essaim.events.views.finding import FORM, bar, find_community
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404


@require_http_methods(FORM)
def awareness_new(request: HttpRequest, slug: str) -> HttpResponse:
    reader, community = find_community(request, slug)
    require(rules.may_plan_awareness(reader, community))
    form = AwarenessForm(request.POST or None, initial={"language": community.language})
    if form.is_valid():
        try:
            made = actions.plan_awareness(
                member=member_of(request), community=community, **form.cleaned_data
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Here is a first plan: change what does not fit."))
            return _to(slug, made)
    context = {
        "form": form,
        "slug": slug,
        "bar": bar(reader, community),
        "ended": queries.ended_plans(community),
    }
    status = 422 if form.errors else 200
    return render(request, "events/awareness_new.html", context, status=status)


@require_http_methods(FORM)
def awareness(request: HttpRequest, slug: str, plan: str) -> HttpResponse:
    """Its steps and what became of each; one more is added on the same page."""
    reader, found = _find(request, slug, plan)
    form = AwarenessStepForm(request.POST or None)
    if form.is_bound:
        require(rules.may_change_awareness(reader, found))
    if form.is_valid():
        try:
            actions.add_awareness_step(member=member_of(request), plan=found, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("The step is in the plan."))
            return _to(slug, found)
    context = {
        "page": queries.awareness_for_page(reader, found),
        "bar": bar(reader, found.community),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "events/awareness.html", context, status=status)


@require_http_methods(FORM)
def awareness_edit(request: HttpRequest, slug: str, plan: str) -> HttpResponse:
    reader, found = _find(request, slug, plan)
    require(rules.may_change_awareness(reader, found))
    form = AwarenessForm(request.POST or None, initial=AwarenessForm.values_of(found))
    if form.is_valid():
        try:
            actions.change_awareness(member=member_of(request), plan=found, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return _to(slug, found)
    context = {"form": form, "plan": found, "slug": slug, "bar": bar(reader, found.community)}
    status = 422 if form.errors else 200
    return render(request, "events/awareness_edit.html", context, status=status)


@require_POST
def awareness_end(request: HttpRequest, slug: str, plan: str) -> HttpResponse:
    _reader, found = _find(request, slug, plan)
    actions.end_awareness(member=member_of(request), plan=found)
    messages.success(request, _("The plan has ended. Its page stays readable."))
    return _to(slug, found)


@require_http_methods(FORM)
def awareness_step(request: HttpRequest, slug: str, plan: str, step: str) -> HttpResponse:
    reader, found = _find(request, slug, plan)
    require(rules.may_change_awareness(reader, found))
    one = _step(found, step)
    form = AwarenessStepForm(request.POST or None, initial=AwarenessStepForm.values_of(one))
    if form.is_valid():
        try:
            actions.change_awareness_step(member=member_of(request), step=one, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return _to(slug, found)
    return _step_page(request, reader, one, form=form)


@require_POST
def awareness_step_remove(request: HttpRequest, slug: str, plan: str, step: str) -> HttpResponse:
    _reader, found = _find(request, slug, plan)
    actions.remove_awareness_step(member=member_of(request), step=_step(found, step))
    messages.success(request, _("Removed."))
    return _to(slug, found)


@require_POST
def awareness_step_link(request: HttpRequest, slug: str, plan: str, step: str) -> HttpResponse:
    """Say which gathering it is that stands for it."""
    reader, found = _find(request, slug, plan)
    one = _step(found, step)
    require(rules.may_plan_step(reader, one))
    events = queries.events_to_link(found)
    form = AwarenessLinkForm(request.POST, events=queries.choices_of(events))
    if not form.is_valid():
        return _step_page(request, reader, one, link=form)
    chosen = next(event for event in events if event.public_id == form.cleaned_data["event"])
    actions.link_awareness_step(member=member_of(request), step=one, event=chosen)
    messages.success(request, _("This gathering stands for the step now."))
    return _to(slug, found)


@require_POST
def awareness_step_unlink(request: HttpRequest, slug: str, plan: str, step: str) -> HttpResponse:
    _reader, found = _find(request, slug, plan)
    actions.unlink_awareness_step(member=member_of(request), step=_step(found, step))
    messages.success(request, _("The gathering stays; the step waits for another one."))
    return _to(slug, found)


def _step_page(
    request: HttpRequest,
    reader: Reader,
    step: AwarenessStep,
    *,
    form: AwarenessStepForm | None = None,
    link: AwarenessLinkForm | None = None,
) -> HttpResponse:
    plan = step.plan
    may_plan = bool(rules.may_plan_step(reader, step))
    if link is None and may_plan:
        link = AwarenessLinkForm(events=queries.choices_of(queries.events_to_link(plan)))
    form = form or AwarenessStepForm(initial=AwarenessStepForm.values_of(step))
    context: dict[str, Any] = {
        "form": form,
        "link": link,
        "step": step,
        "plan": plan,
        "may_plan": may_plan,
        "gathering": queries.gathering_of(step),
        "slug": plan.community.slug,
        "bar": bar(reader, plan.community),
    }
    is_wrong = form.errors or (link is not None and link.errors)
    return render(request, "events/awareness_step.html", context, status=422 if is_wrong else 200)


def _find(request: HttpRequest, slug: str, public_id: str) -> tuple[Reader, AwarenessPlan]:
    reader, community = find_community(request, slug)
    return reader, or_404(queries.plan_named(reader, community, public_id))


def _step(plan: AwarenessPlan, public_id: str) -> AwarenessStep:
    return or_404(queries.step_named(plan, public_id))


def _to(slug: str, plan: AwarenessPlan) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("awareness", args=[slug, plan.public_id]))
