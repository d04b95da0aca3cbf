"""Another program's calendar: what is found in it, then drafts of that."""

import base64
import zlib

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.models import Community
from essaim.communities.readers import member_of
from essaim.design.typography import number
from essaim.events import actions, rules
from essaim.events.forms import ImportForm
from essaim.events.queries.imports import ImportPage, import_for_page
from essaim.events.views.finding import FORM, bar, find_community
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.limits import allow

SALT = "essaim.events.import"
A_DAY = 86_400
MOST_KEPT = 900_000  # characters; what a form may bring back
MOST_TRIES, PERIOD = 20, 3600


@require_http_methods(FORM)
def event_import(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file, and see what is found in it; nothing is made yet."""
    reader, community = find_community(request, slug)
    require(rules.may_hold(reader, community))
    is_sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if is_sent else ImportForm()
    page, kept = None, ""
    if form.is_valid():
        if not allow(f"import: {reader.member_id}", at_most=MOST_TRIES, seconds=PERIOD):
            form.add_error(None, _("Many files in an hour: go on later."))
        else:
            content = form.cleaned_data["file"]
            page, kept = import_for_page(content, community), _kept(content, community, request)
            _blame(form, page, kept)
    return render(
        request,
        "events/event_import.html",
        {
            "form": form,
            "page": None if form.errors else page,
            "kept": kept,
            "slug": slug,
            "bar": bar(reader, community),
        },
        status=422 if form.errors else 200,
    )


def _blame(form: ImportForm, page: ImportPage, kept: str) -> None:
    if not page.is_readable:
        words = page.refused[0].words if page.refused else _("There is nothing in this calendar.")
        form.add_error("file", words)
    elif not kept:
        form.add_error("file", _("The file is larger than 1 MB: export fewer months."))


@require_POST
def event_import_make(request: HttpRequest, slug: str) -> HttpResponse:
    """Drafts of what was shown; those made before are not made again."""
    reader, community = find_community(request, slug)
    require(rules.may_hold(reader, community))
    back = reverse("event_import", args=[slug])
    content = _brought(request.POST.get("kept", ""), community, request)
    if content is None:
        messages.error(request, _("This page is too old: choose the file once more."))
        return HttpResponseRedirect(back)
    try:
        made = actions.import_calendar(
            member=member_of(request), community=community, content=content
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(back)
    said = ngettext(
        "%(count)s draft is made: look at it and publish it.",
        "%(count)s drafts are made: look at them and publish them.",
        made,
    )
    messages.success(request, said % {"count": number(made)})
    return HttpResponseRedirect(reverse("events", args=[slug]))


def _signer(community: Community, request: HttpRequest) -> signing.TimestampSigner:
    """What one person was shown, nobody else can send, and for no other community."""
    return signing.TimestampSigner(salt=f"{SALT}:{community.pk}:{member_of(request).pk}")


def _kept(content: bytes, community: Community, request: HttpRequest) -> str:
    """The file as the next page brings it back: the server keeps nothing. Empty: too large."""
    packed = base64.urlsafe_b64encode(zlib.compress(content, 9)).decode()
    signed = _signer(community, request).sign(packed)
    return signed if len(signed) <= MOST_KEPT else ""


def _brought(kept: str, community: Community, request: HttpRequest) -> bytes | None:
    try:
        packed = _signer(community, request).unsign(kept, max_age=A_DAY)
    except signing.BadSignature:
        return None
    return zlib.decompress(base64.urlsafe_b64decode(packed))
