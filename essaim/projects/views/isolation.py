from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.readers import member_of, reader_of
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404
from essaim.projects.actions import isolation as actions
from essaim.projects.forms.telling import IsolationForm
from essaim.projects.models import IsolationCheck
from essaim.projects.queries import logbook as queries
from essaim.projects.rules import logbook as rules
from essaim.projects.views.finding import find_project


@require_http_methods(["GET", "HEAD", "POST"])
def project_isolation(request: HttpRequest, public_id: str) -> HttpResponse:
    """One's own page: nobody else's, but for what somebody chose to tell."""
    reader, project = find_project(request, public_id)
    page = or_404(queries.isolation_for_page(reader, project))
    form = IsolationForm(request.POST or None, listeners=page.listeners)
    if request.method == "POST":
        require(rules.may_check_isolation(reader, project))
    if form.is_valid():
        chosen = form.cleaned_data.pop("share_with")
        try:
            actions.check_isolation(
                member=member_of(request),
                project=project,
                share_with=queries.listener_named(project, chosen) if chosen else None,
                **form.cleaned_data,
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("It is written down, for you alone unless you chose."))
            return HttpResponseRedirect(request.path)
    return render(
        request,
        "projects/isolation.html",
        {"page": page, "head": page.head, "form": form},
        status=422 if form.errors else 200,
    )


def _own(request: HttpRequest, public_id: str) -> IsolationCheck:
    return or_404(queries.check_for_change(reader_of(request), public_id))


def _back(check: IsolationCheck) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("project_isolation", args=[check.project.public_id]))


@require_POST
def isolation_share(request: HttpRequest, public_id: str) -> HttpResponse:
    check = _own(request, public_id)
    chosen = queries.listener_named(check.project, request.POST.get("with", ""))
    if chosen is None:
        messages.error(request, _("Choose a coach or the referent of this project."))
        return _back(check)
    actions.share_check(member=member_of(request), check=check, with_whom=chosen)
    messages.success(request, _("They can read it now, and nobody else."))
    return _back(check)


@require_POST
def isolation_keep(request: HttpRequest, public_id: str) -> HttpResponse:
    check = _own(request, public_id)
    actions.keep_check_private(member=member_of(request), check=check)
    messages.success(request, _("Nobody but you reads it any more."))
    return _back(check)


@require_POST
def isolation_erase(request: HttpRequest, public_id: str) -> HttpResponse:
    check = _own(request, public_id)
    actions.erase_check(member=member_of(request), check=check)
    messages.success(request, _("It is erased."))
    return _back(check)
