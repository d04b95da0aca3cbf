"""One's own data: all of it in a file, or gone."""

import json

from allauth.account.internal.flows.logout import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.foundation.clock import today
from essaim.foundation.http import public, render
from essaim.foundation.http.idempotency import not_done
from essaim.foundation.limits import allow
from essaim.members import actions, queries
from essaim.members.confirmation import asks_to_confirm
from essaim.members.forms import EraseForm
from essaim.members.views.profile import member_of

ARCHIVES, HOUR = 5, 60 * 60


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    return _data_page(request)


def _data_page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    context = {"consents": queries.consents_for_page(member_of(request)), "problem": problem}
    return render(request, "members/data.html", context, status=status)


@asks_to_confirm(back="my_data")
@require_POST
def archive(request: HttpRequest) -> HttpResponse:
    """Everything we hold about the person, made now for this session and kept nowhere."""
    member = member_of(request)
    if not allow(f"archive: {member.pk}", at_most=ARCHIVES, seconds=HOUR):
        sentence = _("You have downloaded your data several times this hour: wait a little.")
        return _data_page(request, sentence, status=429)
    text = json.dumps(queries.archive_of(member), ensure_ascii=False, indent=2)
    name = f"essaim-{today().isoformat()}.json"
    file = HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    return not_done(file)  # nothing was: it may be asked for again, and is kept nowhere


@asks_to_confirm(back="erase")
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Says what goes and what stays; a ticked box and a POST do it."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.erase_member(member=member_of(request))
        logout(request)
        return redirect("erased")
    return render(request, "members/erase.html", {"form": form}, status=422 if form.errors else 200)


@public
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "members/erased.html")
