"""What came up at a gathering: proposed, asked for, linked to it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.readers import member_of
from essaim.events import actions, rules
from essaim.events.forms.after import NeedLinkForm
from essaim.events.queries import born as queries
from essaim.events.queries.events import community_to_ask
from essaim.events.views.finding import FORM, bar_of, find_event
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404
from essaim.needs.forms import NeedForm
from essaim.needs.queries.pages import contacts_here, member_named

LONGEST_TITLE = 200


@require_http_methods(FORM)
def event_born(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where one goes on with what came up; an open need is linked right here."""
    reader, event = find_event(request, public_id)
    require(rules.may_say_born(reader, event))
    needs = queries.needs_to_link(reader, event)
    form = NeedLinkForm(request.POST or None, needs=needs)
    if form.is_valid():
        need = or_404(queries.need_named(reader, form.cleaned_data["need"]))
        try:
            actions.link_need(member=member_of(request), event=event, need=need)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("It stands on the page of the gathering."))
            return HttpResponseRedirect(reverse("event_born", args=[public_id]))
    title = request.GET.get("title", "")[:LONGEST_TITLE]
    return render(
        request,
        "events/event_born.html",
        {
            "page": queries.born_for_page(reader, event),
            "form": form,
            "has_needs": bool(needs),
            "title": title,
            "with_title": f"&{urlencode({'title': title})}" if title else "",
            "bar": bar_of(reader, event),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(FORM)
def event_need(request: HttpRequest, public_id: str, slug: str) -> HttpResponse:
    """The form of a need, of one of the communities that hold the gathering."""
    reader, event = find_event(request, public_id)
    community = or_404(community_to_ask(reader, slug))
    require(rules.may_ask_help(reader, event, community))
    form = NeedForm(
        request.POST or None,
        contacts=contacts_here(reader, community),
        initial={"language": reader.language, "place": event.place or community.place},
    )
    if form.is_valid():
        given = dict(form.cleaned_data)
        contact = member_named(given.pop("contact", "") or reader.public_id)
        try:
            made = actions.ask_help(
                member=member_of(request),
                event=event,
                community=community,
                contact=contact,
                **given,
            )
        except ValidationError as error:
            form.blame(error)
        else:
            if made.waiting_for:
                said = _("It waits for a first look: moderators read what new accounts write.")
            else:
                said = _("It stands on the board, and on the page of the gathering.")
            messages.success(request, said)
            return HttpResponseRedirect(reverse("need", args=[made.public_id]))
    return render(
        request,
        "needs/need_form.html",
        {
            "form": form,
            "slug": slug,
            "bar": bar_of(reader, event),
            "action": reverse("event_need", args=[public_id, slug]),
            "back": reverse("event_born", args=[public_id]),
            "is_new": True,
            "note": _("It will be linked to “%(title)s”, where it came up.")
            % {"title": event.title},
        },
        status=422 if form.errors else 200,
    )


@require_POST
def event_need_unlink(request: HttpRequest, public_id: str, need: str) -> HttpResponse:
    reader, event = find_event(request, public_id)
    found = or_404(queries.need_linked(reader, event, need))
    actions.unlink_need(member=member_of(request), event=event, need=found)
    messages.success(request, _("It is no longer linked; the need itself stays."))
    return HttpResponseRedirect(reverse("event", args=[public_id]) + "#born")
