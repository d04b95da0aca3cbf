from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import member_of, reader_of
from essaim.foundation.http import public, render
from essaim.outreach import actions, queries
from essaim.outreach.forms import MailForm, ReadForm


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    page = queries.notices_for_page(reader_of(request), after=request.GET.get("after"))
    return render(request, "outreach/notices.html", {"page": page}, block="notices")


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    form = ReadForm(request.POST)
    if form.is_valid():
        actions.mark_notices_read(member=member_of(request), up_to=form.cleaned_data["up_to"])
    return redirect("notices")


@require_http_methods(["GET", "HEAD", "POST"])
def mail_preferences(request: HttpRequest) -> HttpResponse:
    wants = "yes" if queries.wants_digest(reader_of(request)) else "no"
    form = MailForm(
        request.POST if request.method == "POST" else None, initial={"wants_digest": wants}
    )
    if request.method == "POST" and form.is_valid():
        actions.choose_digest(member=member_of(request), wants=form.cleaned_data["wants_digest"])
        messages.success(request, _("Your choice is saved."))
        return redirect("mail_preferences")
    status = 422 if form.errors else 200
    return render(request, "outreach/mail_preferences.html", {"form": form}, status=status)


@public
@csrf_exempt  # mail programs post here for their user, without a page and without a session
@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, since mail scanners follow links; POST stops. Names nobody."""
    if request.method == "POST":
        if not actions.stop_digest(token=token):
            raise Http404
        return render(request, "outreach/mail_stop.html", {"is_stopped": True, "token": token})
    if not queries.is_stop_token(token):
        raise Http404
    return render(request, "outreach/mail_stop.html", {"is_stopped": False, "token": token})
