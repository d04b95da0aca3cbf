from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.models import Community
from essaim.communities.queries import bar_for_page, consent_words
from essaim.communities.readers import member_of, reader_of
from essaim.foundation.access import require
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.places.queries import place_named
from essaim.projects import actions, queries, rules
from essaim.projects.forms import PARTS_IN_SHORT, EndForm, ProjectForm
from essaim.projects.models import NEEDED, Observation, Project
from essaim.projects.queries import effects, logbook
from essaim.projects.queries.names import consent_to_found
from essaim.projects.rules import may_write_in
from essaim.projects.views.finding import did, find_host, find_project, form_page, to


@public
@require_safe
def projects(request: HttpRequest, slug: str) -> HttpResponse:
    """What people of a community undertake, and of those below it."""
    reader, host = find_host(request, slug)
    state = request.GET.get("state", "")
    filters = dict(queries.filters_for(reader))
    state = state if state in filters else ""
    place = place_named(request.GET.get("place", ""))
    base = reverse("projects", args=[slug])
    return render(
        request,
        "projects/list.html",
        {
            "page": queries.projects_for_list(
                reader, host, state=state, place=place, after=request.GET.get("after")
            ),
            "filters": [
                {
                    "label": words,
                    "href": f"{base}?state={key}" if key else base,
                    "current": key == state,
                }
                for key, words in filters.items()
            ],
            "state": state,
            "place": place.name if place else "",
            "place_id": place.public_id if place else "",
            "waiting": queries.waiting_in(host),
            "may_file": rules.may_file(reader, host),
            "may_observe": rules.may_observe(reader, host),
            "may_see_queue": bool(rules.may_see_queue(reader, host)),
            "may_set_policy": bool(rules.may_set_policy(reader, host)),
            "name": host.name,
            "slug": slug,
            "bar": bar_for_page(reader, host, here="projects"),
        },
        block="rows",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def project_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a project, from nothing or from a need that somebody saw (`?need=`)."""
    reader, host = find_host(request, slug)
    require(rules.may_file(reader, host))
    seen = _observation(request)
    if seen:
        require(rules.may_start_from(reader, seen))
    consent = consent_to_found()
    initial: dict[str, Any] = {"language": reader.language}
    if seen:
        initial |= {"problem": seen.what, "for_whom": seen.for_whom, "place": seen.place}
    form = ProjectForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            made = actions.file_project(
                member=member_of(request),
                host=host,
                observation=seen,
                consent_text=consent,
                **form.cleaned_data,
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Your draft is kept: nobody else sees it yet."))
            return to(made)
    return render(
        request,
        "projects/project_form.html",
        {
            "form": form,
            "is_new": True,
            "action": request.get_full_path(),
            "back": reverse("projects", args=[slug]),
            "name": host.name,
            "slug": slug,
            "seen": seen.what if seen else "",
            "consent": consent,
            "needed": _needed(host),
            "bar": bar_for_page(reader, host, here="projects"),
        },
        status=422 if form.errors else 200,
    )


def _needed(host: Community, project: Project | None = None) -> dict[str, str]:
    """How the form marks what somebody else has to understand before they say yes."""
    if project and project.validated_at:
        words = _("required")
    elif rules.policy_of(host).needs_validation:
        words = _("needed for validation")
    else:
        words = _("needed to open it to everyone")
    return dict.fromkeys(NEEDED, words)


def _observation(request: HttpRequest) -> Observation | None:
    named = request.GET.get("need", "")
    return queries.observation_for_change(reader_of(request), named) if named else None


@public
@require_safe
def project(request: HttpRequest, public_id: str) -> HttpResponse:
    """What it is, for whom, where it stands, and the one thing this reader can do."""
    reader = reader_of(request)
    found = or_404(queries.project_to_read(reader, public_id))
    page = queries.project_for_page(reader, found)
    told = {
        "entries": logbook.last_entries(reader, found),
        "may_write_entry": bool(may_write_in(reader, found)),
        "effects": effects.effects_in_short(reader, found),
    }
    return render(request, "projects/project.html", {"page": page, "bar": page.bar, **told})


@require_http_methods(["GET", "HEAD", "POST"])
def project_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_project(request, public_id)
    require(rules.may_edit_project(reader, found))
    form = ProjectForm(request.POST or None, initial=ProjectForm.values_of(found))
    if form.is_valid() and did(
        form, actions.edit_project, member=member_of(request), project=found, **form.cleaned_data
    ):
        messages.success(request, _("Saved."))
        return to(found)
    return render(
        request,
        "projects/project_form.html",
        {
            "form": form,
            "is_new": False,
            "action": request.path,
            "back": reverse("project", args=[public_id]),
            "name": found.community.name,
            "slug": found.community.slug,
            "seen": "",
            "consent": "",
            "needed": _needed(rules.host_of(found), found),
            "bar": queries.bar_of_project(reader, found),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def project_submit(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is missing leads to the form, with words beside each field."""
    _reader, found = find_project(request, public_id)
    try:
        made = actions.submit_project(member=member_of(request), project=found)
    except ValidationError as error:
        parts = [str(PARTS_IN_SHORT[one]) for one in error.message_dict if one in PARTS_IN_SHORT]
        missing = ", ".join(f"{one[:1].lower()}{one[1:]}" for one in parts)
        messages.error(request, _("Still missing: %(parts)s.") % {"parts": missing})
        return redirect("project_edit", public_id)
    if made.validated_at:
        messages.success(request, _("Your project is open: people can follow it and join in."))
    else:
        messages.success(request, _("It is sent: the answer and its reasons come to you."))
    return to(found)


@require_http_methods(["GET", "HEAD", "POST"])
def project_take_up(request: HttpRequest, public_id: str) -> HttpResponse:
    """The author of an adopted idea bears the project, or leaves it to others."""
    reader, found = find_project(request, public_id)
    require(rules.may_take_up(reader, found))
    consent = consent_words(found.community)
    if request.method == "POST":
        member = member_of(request)
        if request.POST.get("answer") == "no":
            actions.decline(member=member, project=found)
            messages.success(request, _("Thank you for your idea: others may start from it."))
            return redirect("today")
        actions.take_up(member=member, project=found, consent_text=consent)
        messages.success(request, _("It is yours. Say for whom, and what could be tried first."))
        return redirect("project_edit", public_id)
    context = {
        "name": found.community.name,
        "lang": found.language,
        "problem": found.problem,
        "host": rules.host_of(found).name,
        "consent": consent,
        "public_id": public_id,
    }
    return render(request, "projects/take_up.html", context)


@require_POST
def project_take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_project(request, public_id)
    actions.take_back(member=member_of(request), project=found)
    messages.success(request, _("It is a draft again: change it as you like."))
    return to(found)


@require_POST
def project_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_project(request, public_id)
    host = rules.host_of(found)
    actions.withdraw_project(member=member_of(request), project=found)
    messages.success(request, _("Your project is withdrawn."))
    return redirect("projects", host.slug)


@require_POST
def project_pause(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_project(request, public_id)
    actions.pause_project(member=member_of(request), project=found)
    return to(found)


@require_POST
def project_resume(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_project(request, public_id)
    actions.resume_project(member=member_of(request), project=found)
    return to(found)


@require_http_methods(["GET", "HEAD", "POST"])
def project_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say that it ended, and what became of it."""
    reader, found = find_project(request, public_id)
    require(rules.may_end(reader, found))
    initial = {"outcome": found.outcome, "words": found.outcome_words}
    form = EndForm(request.POST or None, initial=initial)
    if form.is_valid() and did(
        form, actions.end_project, member=member_of(request), project=found, **form.cleaned_data
    ):
        messages.success(request, _("Thank you: what was learnt stays here for others."))
        return to(found)
    return form_page(
        request,
        found,
        form,
        title=_("How did it end?"),
        submit=_("Say it"),
        says=_("Where it went matters more than whether it went on."),
    )
