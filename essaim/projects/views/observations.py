from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.models import Community
from essaim.communities.queries import bar_for_page
from essaim.communities.readers import member_of, reader_of
from essaim.discussions.actions import report_thing
from essaim.discussions.forms import ReportForm
from essaim.foundation.access import require
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.projects import actions, queries, rules
from essaim.projects.forms import HidingForm, ObservationForm
from essaim.projects.models import OBSERVATION, PROJECT
from essaim.projects.queries.support import objection_named
from essaim.projects.views.finding import (
    did,
    find_host,
    find_observation,
    find_project,
    form_page,
    to,
)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def observations(request: HttpRequest, slug: str) -> HttpResponse:
    """Needs that people saw around them; POST reports one more, without any project."""
    reader, host = find_host(request, slug)
    form = ObservationForm(request.POST or None)
    if request.method == "POST":
        require(rules.may_observe(reader, host))
        if form.is_valid() and _observed(request, host, form):
            return redirect("observations", slug)
    context = {
        "page": queries.observations_for_list(reader, host, after=request.GET.get("after")),
        "form": form,
        "may_observe": rules.may_observe(reader, host),
        "name": host.name,
        "slug": slug,
        "bar": bar_for_page(reader, host, here="projects"),
    }
    status = 422 if form.errors else 200
    return render(request, "projects/observations.html", context, block="rows", status=status)


def _observed(request: HttpRequest, host: Community, form: Any) -> bool:
    try:
        one = actions.observe(member=member_of(request), host=host, **form.cleaned_data)
    except ValidationError as error:
        form.blame(error)
        return False
    said = (
        _("It waits for a first look: moderators read what new accounts write.")
        if one.waiting_for
        else _("Thank you: anybody may take it up from here.")
    )
    messages.success(request, said)
    return True


@require_POST
def observation_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_observation(request, public_id)
    actions.withdraw_observation(member=member_of(request), observation=found)
    messages.success(request, _("It is taken back."))
    return redirect("observations", found.community.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def observation_report(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_observation(request, public_id)
    require(rules.may_report_observation(reader, found))
    back = reverse("observations", args=[found.community.slug])
    form = ReportForm(request.POST or None)
    if form.is_valid() and _reported(request, form, OBSERVATION, found.pk):
        return redirect(back)
    return _about_observation(
        request,
        found,
        form,
        title=_("Report this"),
        submit=_("Send the report"),
        says=_words_of_reports(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def observation_hide(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_observation(request, public_id)
    require(rules.may_hide_observation(reader, found))
    form = HidingForm(request.POST or None)
    if form.is_valid() and did(
        form,
        actions.hide_observation,
        member=member_of(request),
        observation=found,
        **form.cleaned_data,
    ):
        return redirect("observations", found.community.slug)
    words = pgettext("need", "Hide it")
    return _about_observation(request, found, form, title=words, submit=words)


def _about_observation(
    request: HttpRequest, found: Any, form: Any, *, title: str, submit: str, says: str = ""
) -> HttpResponse:
    host = found.community
    context = {
        "title": title,
        "form": form,
        "submit": submit,
        "says": says,
        "note": "",
        "action": request.path,
        "back": reverse("observations", args=[host.slug]),
        "name": host.name,
        "lang": host.language,
        "slug": host.slug,
        "quoted": found.what,
        "bar": bar_for_page(reader_of(request), host, here="projects"),
    }
    return render(request, "projects/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def project_report(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the moderators to look at a project."""
    reader, found = find_project(request, public_id)
    require(rules.may_report_project(reader, found))
    form = ReportForm(request.POST or None)
    if form.is_valid() and _reported(request, form, PROJECT, found.pk):
        return to(found)
    return form_page(
        request,
        found,
        form,
        title=_("Report this project"),
        submit=_("Send the report"),
        says=_words_of_reports(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def objection_report(request: HttpRequest, public_id: str, objection: str) -> HttpResponse:
    reader, found = find_project(request, public_id)
    one = or_404(objection_named(found, objection))
    require(rules.may_report_objection(reader, one))
    form = ReportForm(request.POST or None)
    if form.is_valid() and _reported(request, form, rules.OBJECTION, one.pk):
        return to(found, at="#objections")
    return form_page(
        request,
        found,
        form,
        title=_("Report this objection"),
        submit=_("Send the report"),
        says=_words_of_reports(),
        quoted=one.words,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def project_hide(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_project(request, public_id)
    require(rules.may_hide_project(reader, found))
    form = HidingForm(request.POST or None)
    if form.is_valid() and did(
        form, actions.hide_project, member=member_of(request), project=found, **form.cleaned_data
    ):
        messages.success(request, _("The project is hidden, and its bearer is told why."))
        return redirect("projects", rules.host_of(found).slug)
    return form_page(
        request, found, form, title=_("Hide this project"), submit=pgettext("project", "Hide it")
    )


def _words_of_reports() -> str:
    return _(
        "Only the moderators see that it was reported, and never by whom. Their decision and its"
        " reason are public, and you are told."
    )


def _reported(request: HttpRequest, form: Any, kind: str, subject_id: int) -> bool:
    try:
        report_thing(
            member=member_of(request), kind=kind, subject_id=subject_id, **form.cleaned_data
        )
    except ValidationError as error:
        form.add_error("note", error.messages)
        return False
    messages.success(request, _("Thank you. The moderators will look and publish their decision."))
    return True
