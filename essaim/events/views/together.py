"""Who is invited, and which other communities hold it too."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import Reader, member_of, reader_of
from essaim.design.typography import number as in_words
from essaim.events import actions, rules
from essaim.events.forms import HolderForm, InviteForm
from essaim.events.models import Event
from essaim.events.queries import events as queries
from essaim.events.views.finding import FORM, bar_of, find_event
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404
from essaim.members.models import NAME_LENGTH


@require_http_methods(FORM)
def event_holders(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask another community to hold it too; its own people say yes or no."""
    reader, found = find_event(request, public_id)
    require(rules.may_change(reader, found))
    form = HolderForm(request.POST or None)
    if form.is_valid():
        community = queries.community_to_ask(reader, form.cleaned_data["community"])
        if community is None:
            form.add_error("community", _("We know no such community."))
        else:
            try:
                asked = actions.ask_to_hold(
                    member=member_of(request), event=found, community=community
                )
            except ValidationError as error:
                form.blame(error)
            else:
                said = _("Asked. You are told what they answer.")
                done = _("They hold it too.")
                messages.success(request, done if asked.accepted_at else said)
                return HttpResponseRedirect(reverse("event_holders", args=[public_id]))
    return _page(request, reader, found, "events/event_holders.html", {"form": form})


@require_safe
def holding(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What a community is asked: to hold a gathering with another one."""
    reader = reader_of(request)
    asked = or_404(queries.holding_asked(reader, slug, number))
    return render(
        request,
        "events/holding.html",
        {
            "asked": queries.holding_for_page(asked),
            "bar": bar_of(reader, asked.event),
            "slug": slug,
            "number": number,
        },
    )


@require_POST
def holding_accept(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    asked = or_404(queries.holding_asked(reader_of(request), slug, number))
    actions.accept_holding(member=member_of(request), asked=asked)
    messages.success(request, _("You hold it too: it stands among your gatherings."))
    return HttpResponseRedirect(reverse("events", args=[slug]))


@require_POST
def holding_end(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """No, or no longer; by those who asked, taken back."""
    asked = or_404(queries.holding_asked(reader_of(request), slug, number))
    actions.end_holding(member=member_of(request), asked=asked)
    messages.success(request, _("This community does not hold it."))
    if reader_of(request).may(asked.community, rules.HOLD):
        return HttpResponseRedirect(reverse("events", args=[slug]))
    return HttpResponseRedirect(reverse("event_holders", args=[asked.event.public_id]))


@require_http_methods(FORM)
def event_invite(request: HttpRequest, public_id: str) -> HttpResponse:
    """Members of the communities that hold it, by name; whoever is ticked stays so while one looks
    for others, and only who may be invited is ticked.
    """
    reader, found = find_event(request, public_id)
    require(rules.may_invite(reader, found))
    who = request.POST.get("q", request.GET.get("q", ""))[:NAME_LENGTH]
    me = [reader.member_id or 0]
    ticked = _ticked(request)
    chosen = queries.members_to_invite(found, but=me, chosen=ticked) if ticked else []
    people = queries.members_to_invite(found, but=me, who=who)
    others = [one for one in people if one not in chosen]
    form = InviteForm(
        _given(request, ticked),
        people=others,
        chosen=chosen,
        initial={"chosen": [one for one, _name in chosen]},
    )
    if form.is_valid():
        named = queries.members_named(form.cleaned_data["chosen"])
        try:
            count = actions.invite(member=member_of(request), event=found, people=named)
        except ValidationError as error:
            form.blame(error)
        else:
            said = ngettext("%(count)s person is invited.", "%(count)s people are invited.", count)
            messages.success(request, said % {"count": in_words(count)})
            return HttpResponseRedirect(reverse("event", args=[public_id]))
    context = {
        "form": form,
        "has_people": bool(others),
        "has_chosen": bool(chosen) or bool(form.errors.get("chosen")),
        "who": who,
        "most": queries.MOST_TO_INVITE,
        "is_full": len(people) == queries.MOST_TO_INVITE,
    }
    return _page(request, reader, found, "events/event_invite.html", context)


def _ticked(request: HttpRequest) -> list[str]:
    """Now and before, each once; too many are said, and not taken."""
    given = dict.fromkeys(request.POST.getlist("chosen") + request.POST.getlist("people"))
    ticked = list(given)[: queries.MOST_CHOSEN]
    if len(given) > len(ticked):
        said = _("At most %(most)s people are invited at once: the others are not ticked any more.")
        messages.error(request, said % {"most": in_words(queries.MOST_CHOSEN)})
    return ticked


def _given(request: HttpRequest, ticked: list[str]) -> QueryDict | None:
    """What is to be done now: nothing yet for whoever looks for another name."""
    if request.method != "POST" or "find" in request.POST:
        return None
    given = request.POST.copy()
    given.setlist("chosen", ticked)
    given.setlist("people", [])
    return given


def _page(
    request: HttpRequest, reader: Reader, found: Event, template: str, context: dict[str, Any]
) -> HttpResponse:
    read = or_404(queries.event_to_read(reader, found.public_id))
    page = queries.event_for_page(reader, read)
    form = context["form"]
    return render(
        request,
        template,
        {"page": page, "bar": bar_of(reader, found), **context},
        status=422 if form.errors else 200,
    )
