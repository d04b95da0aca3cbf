"""Ask the moderators to look at a gathering."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.readers import member_of
from essaim.discussions.actions import look_into, report_thing, take_report_back
from essaim.discussions.forms import ReportForm
from essaim.discussions.queries import has_reported
from essaim.discussions.rules import may_moderate
from essaim.events import rules
from essaim.events.models import EVENT, Event
from essaim.events.views.finding import FORM, bar_of, find_event
from essaim.foundation.access import require
from essaim.foundation.http import render


@require_http_methods(FORM)
def event_report(request: HttpRequest, public_id: str) -> HttpResponse:
    """Only the moderators see that somebody did, and never who."""
    reader, found = find_event(request, public_id)
    require(rules.may_report_event(reader, found))
    form = ReportForm(request.POST or None)
    if form.is_valid():
        try:
            report_thing(
                member=member_of(request), kind=EVENT, subject_id=found.pk, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error("note", error.messages)
        else:
            messages.success(request, _("Thank you. The moderators will look and decide."))
            return _to(found)
    return render(
        request,
        "events/report.html",
        {
            "form": form,
            "public_id": public_id,
            "title": found.title,
            "slug": found.community.slug,
            "may_look": bool(may_moderate(reader, found.community)),
            "reported": has_reported(reader, EVENT, found.pk),
            "bar": bar_of(reader, found),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def event_report_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_event(request, public_id)
    if take_report_back(member=member_of(request), kind=EVENT, subject_id=found.pk):
        messages.success(request, _("Your report is taken back."))
    else:
        messages.info(request, _("No report of yours is waiting for a decision here."))
    return _to(found)


@require_POST
def event_look(request: HttpRequest, public_id: str) -> HttpResponse:
    """A moderator looks at a gathering that nobody reported."""
    _reader, found = find_event(request, public_id)
    case = look_into(member=member_of(request), kind=EVENT, subject_id=found.pk)
    return HttpResponseRedirect(reverse("case", args=[case.public_id]))


def _to(found: Event) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("event", args=[found.public_id]))
