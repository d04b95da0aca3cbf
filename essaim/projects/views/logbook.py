from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import Reader, member_of, reader_of
from essaim.discussions.actions import look_into, report_thing, take_report_back
from essaim.discussions.forms import ReportForm
from essaim.discussions.queries import has_reported
from essaim.discussions.rules import may_moderate
from essaim.foundation.access import require
from essaim.foundation.files import ACCEPTED_PICTURES, served
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.projects.actions import logbook as actions
from essaim.projects.forms.telling import EntryEditForm, EntryForm
from essaim.projects.models import LOG_ENTRY, EntryKind, LogEntry
from essaim.projects.queries import logbook as queries
from essaim.projects.rules import host_of
from essaim.projects.rules import logbook as rules
from essaim.projects.views.finding import find_project


@public
@require_safe
def project_logbook(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, project = find_project(request, public_id)
    page = queries.logbook_for_page(
        reader, project, kind=request.GET.get("kind", ""), after=request.GET.get("after")
    )
    context = {"page": page, "head": page.head, "kinds": EntryKind.choices}
    return render(request, "projects/logbook.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_new(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, project = find_project(request, public_id)
    require(rules.may_write_entry(reader, project))
    form = EntryForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            actions.write_entry(member=member_of(request), project=project, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("It stands in the logbook."))
            return HttpResponseRedirect(reverse("project_logbook", args=[public_id]))
    return render(
        request,
        "projects/entry_form.html",
        {
            "form": form,
            "head": queries.head_of(reader, project),
            "action": reverse("entry_new", args=[public_id]),
            "back": reverse("project_logbook", args=[public_id]),
            "accepted": ACCEPTED_PICTURES,
            "shown": None,
        },
        status=422 if form.errors else 200,
    )


def _find(request: HttpRequest, public_id: str) -> tuple[Reader, LogEntry]:
    reader = reader_of(request)
    return reader, or_404(queries.entry_for_change(reader, public_id))


@public
@require_safe
def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """One entry by itself: what notices and reports lead to."""
    reader, found = _find(request, public_id)
    return render(
        request,
        "projects/entry.html",
        {
            "entry": queries.entry_for_page(reader, found),
            "head": queries.head_of(reader, found.project),
        },
    )


@public
@require_safe
def entry_picture(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Read by whoever reads the entry, and by nobody else."""
    _reader, found = _find(request, public_id)
    return served(queries.picture_of(found), inline=True)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = _find(request, public_id)
    require(rules.may_edit_entry(reader, found))
    form = EntryEditForm(
        request.POST or None, request.FILES or None, initial=EntryEditForm.values_of(found)
    )
    if form.is_valid():
        try:
            actions.correct_entry(member=member_of(request), entry=found, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("The entry is corrected."))
            return _to_entry(found)
    return render(
        request,
        "projects/entry_form.html",
        {
            "form": form,
            "head": queries.head_of(reader, found.project),
            "action": reverse("entry_edit", args=[public_id]),
            "back": reverse("entry", args=[public_id]),
            "accepted": ACCEPTED_PICTURES,
            "shown": queries.entry_for_page(reader, found),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def entry_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = _find(request, public_id)
    actions.withdraw_entry(member=member_of(request), entry=found)
    return render(
        request,
        "projects/entry_withdrawn.html",
        {"public_id": public_id, "head": queries.head_of(reader, found.project)},
    )


@require_POST
def entry_restore(request: HttpRequest, public_id: str) -> HttpResponse:
    found = or_404(queries.entry_for_restore(reader_of(request), public_id))
    actions.restore_entry(member=member_of(request), entry=found)
    messages.success(request, _("It stands in the logbook again."))
    return _to_entry(found)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_report(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = _find(request, public_id)
    require(rules.may_report_entry(reader, found))
    form = ReportForm(request.POST or None)
    if form.is_valid():
        try:
            report_thing(
                member=member_of(request),
                kind=LOG_ENTRY,
                subject_id=found.pk,
                **form.cleaned_data,
            )
        except ValidationError as error:
            form.add_error("note", error.messages)
        else:
            messages.success(
                request, _("Thank you. The moderators will look and publish their decision.")
            )
            return _to_entry(found)
    return render(
        request,
        "projects/entry_report.html",
        {
            "form": form,
            "entry": queries.entry_for_page(reader, found),
            "head": queries.head_of(reader, found.project),
            "reported": has_reported(reader, LOG_ENTRY, found.pk),
            "may_look": bool(may_moderate(reader, host_of(found.project))),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def entry_report_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = _find(request, public_id)
    if take_report_back(member=member_of(request), kind=LOG_ENTRY, subject_id=found.pk):
        messages.success(request, _("Your report is taken back."))
    else:
        messages.info(request, _("No report of yours is waiting for a decision here."))
    return _to_entry(found)


@require_POST
def entry_look(request: HttpRequest, public_id: str) -> HttpResponse:
    """A moderator looks at an entry that nobody reported."""
    _reader, found = _find(request, public_id)
    case = look_into(member=member_of(request), kind=LOG_ENTRY, subject_id=found.pk)
    return HttpResponseRedirect(reverse("case", args=[case.public_id]))


def _to_entry(found: LogEntry) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("entry", args=[found.public_id]))
