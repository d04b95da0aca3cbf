"""Ask the moderators to look at a need, an offer, a message between two or a story."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.models import Community
from essaim.communities.readers import Reader, member_of, reader_of
from essaim.discussions.actions import look_into, report_thing, take_report_back
from essaim.discussions.forms import ReportForm
from essaim.discussions.queries import has_reported
from essaim.discussions.rules import may_moderate
from essaim.foundation.access import Verdict, refused, require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404
from essaim.needs.models import MESSAGE, NEED, OFFER, STORY
from essaim.needs.queries import reported
from essaim.needs.views.finding import bar

FORM = ["GET", "HEAD", "POST"]
KINDS = {"need": NEED, "offer": OFFER, "message": MESSAGE, "story": STORY}


@dataclass(frozen=True)
class _Subject:
    kind: str
    pk: int
    title: str
    back: str
    community: Community
    may_report: Verdict


def _subject(reader: Reader, word: str, public_id: str) -> _Subject:
    found = or_404(reported.subject(reader, word, public_id))
    return _Subject(KINDS[word], *found)


@require_http_methods(FORM)
def help_report(request: HttpRequest, word: str, public_id: str) -> HttpResponse:
    """Only the moderators see it; of messages between two they read what is reported."""
    reader = reader_of(request)
    subject = _subject(reader, word, public_id)
    require(subject.may_report)
    form = ReportForm(request.POST or None)
    if form.is_valid():
        try:
            report_thing(
                member=member_of(request),
                kind=subject.kind,
                subject_id=subject.pk,
                **form.cleaned_data,
            )
        except ValidationError as error:
            form.add_error("note", error.messages)
        else:
            messages.success(request, _("Thank you. The moderators will look and decide."))
            return HttpResponseRedirect(subject.back)
    may_look = word in ("need", "offer") and may_moderate(reader, subject.community)
    return render(
        request,
        "needs/report.html",
        {
            "form": form,
            "word": word,
            "public_id": public_id,
            "title": subject.title,
            "back": subject.back,
            "slug": subject.community.slug,
            "may_look": bool(may_look),
            "reported": has_reported(reader, subject.kind, subject.pk),
            "bar": bar(reader, subject.community),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def help_report_withdraw(request: HttpRequest, word: str, public_id: str) -> HttpResponse:
    subject = _subject(reader_of(request), word, public_id)
    if take_report_back(member=member_of(request), kind=subject.kind, subject_id=subject.pk):
        messages.success(request, _("Your report is taken back."))
    else:
        messages.info(request, _("No report of yours is waiting for a decision here."))
    return HttpResponseRedirect(subject.back)


@require_POST
def help_look(request: HttpRequest, word: str, public_id: str) -> HttpResponse:
    """A moderator looks at a need or an offer that nobody reported."""
    if word not in ("need", "offer"):
        require(refused(_("This is read by its two sides alone.")))
    subject = _subject(reader_of(request), word, public_id)
    case = look_into(member=member_of(request), kind=subject.kind, subject_id=subject.pk)
    return HttpResponseRedirect(reverse("case", args=[case.public_id]))
