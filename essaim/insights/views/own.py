"""One's own place on the ladder: this page shows nobody else's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from essaim.communities.readers import member_of, reader_of
from essaim.foundation.http import render
from essaim.insights import actions, queries
from essaim.insights.forms import OwnViewForm


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """My rungs, the next small step, and whether I want to know."""
    place = queries.own_place(reader_of(request))
    view = "declined" if place.has_declined else "hidden" if place.is_hidden else "shown"
    form = OwnViewForm(request.POST or None, initial={"view": view})
    if form.is_valid():
        chosen = form.cleaned_data["view"]
        actions.choose_own_view(
            member=member_of(request),
            is_hidden=chosen == "hidden",
            has_declined=chosen == "declined",
        )
        messages.success(request, _("Saved."))
        return redirect("own_place")
    status = 422 if request.method == "POST" else 200
    return render(request, "insights/own.html", {"place": place, "form": form}, status=status)
