from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import Reader, member_of
from essaim.discussions.actions import look_into, report_thing, take_report_back
from essaim.discussions.forms import ReportForm
from essaim.discussions.queries import has_reported
from essaim.discussions.rules import may_moderate
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404
from essaim.ideas import queries, rules
from essaim.ideas.models import IDEA
from essaim.ideas.queries.moderation import hidden_idea
from essaim.ideas.views.finding import find_idea


@require_http_methods(["GET", "HEAD", "POST"])
def idea_report(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the moderators to look at an idea."""
    reader, found = find_idea(request, public_id)
    require(rules.may_report_idea(reader, found))
    form = ReportForm(request.POST or None)
    if form.is_valid():
        try:
            report_thing(
                member=member_of(request), kind=IDEA, subject_id=found.pk, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error("note", error.messages)
        else:
            messages.success(
                request, _("Thank you. The moderators will look and publish their decision.")
            )
            return HttpResponseRedirect(reverse("idea", args=[public_id]))
    return render(
        request,
        "ideas/idea_report.html",
        {
            "form": form,
            "reported": has_reported(reader, IDEA, found.pk),
            "may_look": bool(may_moderate(reader, found.debate.community)),
            "idea": queries.idea_named(found),
            "bar": bar_for_page(reader, found.debate.community, here="debates"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def idea_report_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_idea(request, public_id)
    if take_report_back(member=member_of(request), kind=IDEA, subject_id=found.pk):
        messages.success(request, _("Your report is taken back."))
    else:
        messages.info(request, _("No report of yours is waiting for a decision here."))
    return HttpResponseRedirect(reverse("idea", args=[public_id]))


@require_POST
def idea_look(request: HttpRequest, public_id: str) -> HttpResponse:
    """A moderator looks at an idea that nobody reported."""
    _reader, found = find_idea(request, public_id)
    case = look_into(member=member_of(request), kind=IDEA, subject_id=found.pk)
    return HttpResponseRedirect(reverse("case", args=[case.public_id]))


def hidden_page(request: HttpRequest, reader: Reader, public_id: str) -> HttpResponse:
    """What stands where an idea was, or will be: that moderators hid it, or look at it first."""
    gone = or_404(hidden_idea(reader, public_id))
    status = 200 if gone.is_held else 410
    return render(request, "ideas/idea_hidden.html", {"gone": gone}, status=status)
