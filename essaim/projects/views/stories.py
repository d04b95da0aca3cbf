from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import member_of, reader_of
from essaim.foundation.access import require
from essaim.foundation.files import ACCEPTED_DOCUMENTS, served
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.projects.actions import stories as actions
from essaim.projects.forms.telling import BeginForm, KitForm, StoryForm
from essaim.projects.models import Project
from essaim.projects.queries import stories as queries
from essaim.projects.queries.logbook import head_of
from essaim.projects.queries.names import consent_to_found
from essaim.projects.rules import effects as rules
from essaim.projects.views.finding import find_project


@public
@require_safe
def project_story(request: HttpRequest, public_id: str) -> HttpResponse:
    """What worked, and where it spread."""
    reader, project = find_project(request, public_id)
    page = queries.story_for_page(reader, project)
    return render(request, "projects/story.html", {"page": page, "head": page.head})


@require_http_methods(["GET", "HEAD", "POST"])
def story_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, project = find_project(request, public_id)
    require(rules.may_tell_story(reader, project))
    form = StoryForm(
        request.POST or None, initial=StoryForm.values_of(getattr(project, "story", None))
    )
    if form.is_valid():
        try:
            actions.tell_story(member=member_of(request), project=project, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Your story is told: others can begin from it."))
            return _to_story(project)
    return render(
        request,
        "projects/story_form.html",
        {"form": form, "head": head_of(reader, project)},
        status=422 if form.errors else 200,
    )


@require_POST
def story_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, project = find_project(request, public_id)
    actions.withdraw_story(member=member_of(request), project=project)
    messages.success(request, _("The story is withdrawn; you can tell it again."))
    return _to_story(project)


@require_http_methods(["GET", "HEAD", "POST"])
def story_begin(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same elsewhere: a draft of one's own."""
    reader, project = find_project(request, public_id)
    require(rules.may_begin_from(reader, project))
    hosts = queries.hosts_to_choose(reader)
    form = BeginForm(request.POST or None, hosts=hosts)
    if form.is_valid():
        given = dict(form.cleaned_data)
        host = next(one for one in hosts if one.slug == given["host"])
        try:
            begun = actions.begin_from(
                member=member_of(request),
                project=project,
                consent_text=consent_to_found(),
                **{**given, "host": host},
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Your draft is there: its team alone sees it."))
            return HttpResponseRedirect(reverse("project", args=[begun.public_id]))
    return render(
        request,
        "projects/story_begin.html",
        {
            "form": form,
            "head": head_of(reader, project),
            "hosts": hosts,
            "consent": consent_to_found(),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def kit_new(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, project = find_project(request, public_id)
    require(rules.may_fill_kit(reader, project))
    form = KitForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.add_kit_file(
                member=member_of(request),
                project=project,
                upload=given["file"],
                label=given["label"],
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("It lies in the kit, for teams alone."))
            return _to_story(project)
    return render(
        request,
        "projects/kit_form.html",
        {"form": form, "head": head_of(reader, project), "accepted": ACCEPTED_DOCUMENTS},
        status=422 if form.errors else 200,
    )


@require_safe
def kit_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Handed over, never shown: by teams, to teams."""
    found = or_404(queries.kit_file_for_reading(reader_of(request), public_id))
    return served(found.file)


@require_POST
def kit_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    found = or_404(queries.kit_file_for_reading(reader_of(request), public_id))
    actions.withdraw_kit_file(member=member_of(request), file=found)
    messages.success(request, _("The file is gone."))
    return _to_story(found.project)


def _to_story(project: Project) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("project_story", args=[project.public_id]))
