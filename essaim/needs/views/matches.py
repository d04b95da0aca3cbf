from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import member_of, reader_of
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404
from essaim.members.actions import unblock_member
from essaim.needs import actions, rules
from essaim.needs.forms import ConfirmForm, HelpForm, JoyForm, StoryForm, WordsForm
from essaim.needs.models import Match
from essaim.needs.queries import mine
from essaim.needs.queries.matches import match_for_page
from essaim.needs.queries.suggestions import needs_for
from essaim.needs.views.finding import bar, find_match

FORM = ["GET", "HEAD", "POST"]


@require_safe
def my_help(request: HttpRequest) -> HttpResponse:
    """What one asked and was asked, gives and looks for; hours, a private record."""
    reader = reader_of(request)
    return render(
        request,
        "needs/my_help.html",
        {
            "page": mine.my_help(reader, after=request.GET.get("after")),
            "suggested": needs_for(reader, limit=3),
        },
    )


@require_POST
def person_unblock(request: HttpRequest, public_id: str) -> HttpResponse:
    other = or_404(mine.blocked_named(reader_of(request), public_id))
    unblock_member(member=member_of(request), other=other)
    messages.success(request, _("You may meet again."))
    return HttpResponseRedirect(reverse("my_help") + "#kept-away")


@require_http_methods(FORM)
def match(request: HttpRequest, public_id: str) -> HttpResponse:
    """A match, and what its two sides say to each other."""
    reader, found = find_match(request, public_id)
    form = WordsForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.write_message(member=member_of(request), match=found, **given)
        except ValidationError as error:
            form.blame(error)
        else:
            return _to(found, "#conversation")
    return render(
        request,
        "needs/match.html",
        {
            "page": match_for_page(reader, found),
            "form": form,
            "asks_address": "text" in form.errors and bool(form.data.get("text")),
            "joy": JoyForm(),
            "story": StoryForm(),
            "bar": bar(reader, found.need.community),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def match_accept(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, actions.accept, _("Agreed. The other side is told."))


@require_POST
def match_decline(request: HttpRequest, public_id: str) -> HttpResponse:
    said = _("Answered. You can undo it for a day.")
    return _act(request, public_id, actions.decline, said)


@require_POST
def match_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    said = _("Taken back. You can undo it for a day.")
    return _act(request, public_id, actions.withdraw, said)


@require_POST
def match_call_off(request: HttpRequest, public_id: str) -> HttpResponse:
    said = _("Called off. The other side is told; you can undo it for a day.")
    return _act(request, public_id, actions.call_off, said)


@require_POST
def match_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, actions.undo, _("Undone."))


def _act(
    request: HttpRequest, public_id: str, act: Callable[..., Match], said: str
) -> HttpResponse:
    _reader, found = find_match(request, public_id)
    act(member=member_of(request), match=found)
    messages.success(request, said)
    return _to(found)


@require_POST
def match_block(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep the other side away: what is under way ends, and neither is suggested to the other."""
    _reader, found = find_match(request, public_id)
    actions.keep_away(member=member_of(request), match=found)
    messages.success(request, _("You will not be suggested to each other any more."))
    return HttpResponseRedirect(reverse("my_help") + "#kept-away")


@require_http_methods(FORM)
def match_help(request: HttpRequest, public_id: str) -> HttpResponse:
    """The helper says how long it took."""
    reader, found = find_match(request, public_id)
    require(rules.may_say_help(reader, found))
    form = HelpForm(request.POST or None, match=found)
    said = _("Thank you. The other side is asked to confirm it.")
    return _form(request, found, form, actions.say_help, "needs/match_help.html", said)


@require_http_methods(FORM)
def match_confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """The side that was helped confirms the hours, and thanks."""
    reader, found = find_match(request, public_id)
    require(rules.may_confirm(reader, found))
    said_minutes = mine.said_minutes(found)
    initial = {"minutes": said_minutes} if said_minutes else {}
    form = ConfirmForm(request.POST or None, match=found, initial=initial)
    if request.POST.get("thanks", "").strip():
        said = _("Confirmed. Whoever helped is told, with your thanks.")
    else:
        said = _("Confirmed. Whoever helped is told.")
    return _form(request, found, form, actions.confirm_help, "needs/match_confirm.html", said)


@require_http_methods(FORM)
def match_joy(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_match(request, public_id)
    require(rules.may_tell_joy(reader, found))
    said = _("Thank you.")
    form = JoyForm(request.POST or None)
    return _form(request, found, form, actions.tell_joy, "needs/match_joy.html", said)


@require_http_methods(FORM)
def match_story(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_match(request, public_id)
    require(rules.may_tell_story(reader, found))
    form = StoryForm(request.POST or None, initial=mine.story_values(found))
    said = _("Saved. It stands under the need.")
    return _form(request, found, form, actions.tell_story, "needs/match_story.html", said)


def _form(  # noqa: PLR0917  one frame for the small forms of a match
    request: HttpRequest,
    found: Match,
    form: Any,
    act: Callable[..., object],
    template: str,
    said: str,
) -> HttpResponse:
    reader = reader_of(request)
    if form.is_valid():
        try:
            act(member=member_of(request), match=found, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, said)
            return _to(found)
    return render(
        request,
        template,
        {
            "form": form,
            "page": match_for_page(reader, found),
            "bar": bar(reader, found.need.community),
        },
        status=422 if form.errors else 200,
    )


def _to(found: Match, part: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("match", args=[found.public_id]) + part)
