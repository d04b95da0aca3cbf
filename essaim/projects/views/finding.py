"""What a request's address names, as far as its reader may see it: all else is 404."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from essaim.communities.models import Community
from essaim.communities.readers import Reader, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404
from essaim.projects import queries, rules
from essaim.projects.models import Observation, Project


def find_host(request: HttpRequest, slug: str) -> tuple[Reader, Community]:
    reader = reader_of(request)
    visible = communities_visible_to(reader, subplatform=rules.SUBPLATFORM)
    return reader, get_object_or_404(visible, slug=slug)


def find_project(request: HttpRequest, public_id: str) -> tuple[Reader, Project]:
    reader = reader_of(request)
    return reader, or_404(queries.project_for_change(reader, public_id))


def find_observation(request: HttpRequest, public_id: str) -> tuple[Reader, Observation]:
    reader = reader_of(request)
    return reader, or_404(queries.observation_for_change(reader, public_id))


def to(project: Project, *, at: str = "") -> HttpResponseRedirect:
    """The page of the project, at one of its parts."""
    return HttpResponseRedirect(reverse("project", args=[project.public_id]) + at)


def form_page(
    request: HttpRequest,
    project: Project,
    form: Any,
    *,
    title: str,
    submit: str,
    says: str = "",
    note: str = "",
    **more: Any,
) -> HttpResponse:
    """One act about a project: a title, the form, one button, the way back."""
    context = {
        "title": title,
        "form": form,
        "submit": submit,
        "says": says,
        "note": note,
        "action": request.path,
        "back": reverse("project", args=[project.public_id]),
        "name": project.community.name,
        "lang": project.language,
        "slug": project.community.slug,
        "bar": queries.bar_of_project(reader_of(request), project),
        **more,
    }
    status = 422 if form.errors else 200
    return render(request, "projects/form.html", context, status=status)


def did(form: Any, act: Any, **values: Any) -> bool:
    """Whether an action was done; what it refused stands beside its field."""
    try:
        act(**values)
    except ValidationError as error:
        form.blame(error)
        return False
    return True
