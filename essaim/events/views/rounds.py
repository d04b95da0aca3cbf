from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import Reader, member_of
from essaim.design.typography import number
from essaim.events import actions, rules
from essaim.events.forms.rounds import (
    HostTurnForm,
    PaperForm,
    QuestionsForm,
    StateForm,
    TakeForm,
    TurnActForm,
)
from essaim.events.models import Event
from essaim.events.queries import during
from essaim.events.queries.rounds import questions_given, round_for_host, round_for_screen
from essaim.events.views.finding import FORM, bar_of, find_event
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404

STATES = {
    "open": actions.open_round,
    "end": actions.end_opening_round,
    "close": actions.close_round,
}
TURNS = {"start": actions.start_turn, "end": actions.end_turn, "drop": actions.drop_turn}


@require_safe
def round_host(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was said, who waits to speak, and what phones can do: for those who hold it."""
    reader, event = find_event(request, public_id)
    return _page(request, reader, event)


@require_safe
def round_screen(request: HttpRequest, public_id: str) -> HttpResponse:
    """For a wall: keywords as they come, and how to join; htmx asks for them again by itself."""
    reader, event = find_event(request, public_id)
    require(rules.may_read_round(reader, event))
    asked = request.GET.get("question", "")
    only = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 1 else 0
    context = {"page": round_for_screen(event, only=only)}
    return render(request, "events/round_screen.html", context, block="words")


@require_http_methods(FORM)
def round_questions(request: HttpRequest, public_id: str) -> HttpResponse:
    """What everybody is asked as it begins."""
    reader, event = find_event(request, public_id)
    require(rules.may_word_round(reader, event, during.round_of(event)))
    form = QuestionsForm(request.POST or None, given=questions_given(event))
    if form.is_valid():
        try:
            actions.word_round(member=member_of(request), event=event, **form.asked)
        except ValidationError as error:
            form.blame(error, questions="question_1")
        else:
            messages.success(request, _("Saved. Open it to phones when everybody is there."))
            return _back(event)
    context = {
        "form": form,
        "public_id": event.public_id,
        "title": event.title,
        "slug": event.community.slug,
        "bar": bar_of(reader, event),
    }
    status = 422 if form.errors else 200
    return render(request, "events/round_questions.html", context, status=status)


@require_POST
def round_state(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open it to phones, end the opening round, close it."""
    _reader, event = find_event(request, public_id)
    form = StateForm(request.POST)
    if not form.is_valid():
        raise Http404
    STATES[form.cleaned_data["act"]](member=member_of(request), event=event)
    return _back(event)


@require_POST
def round_paper(request: HttpRequest, public_id: str) -> HttpResponse:
    """What those without a phone wrote."""
    reader, event = find_event(request, public_id)
    require(rules.may_keep_lines(reader, event))
    form = _paper_form(event, request.POST)
    if form.is_valid():
        try:
            made = actions.type_in(member=member_of(request), event=event, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            said = ngettext("%(count)s answer added.", "%(count)s answers added.", made)
            messages.success(request, said % {"count": number(made)})
            return _back(event, "paper")
    return _page(request, reader, event, paper_form=form)


@require_POST
def round_line_hide(request: HttpRequest, public_id: str, line: str) -> HttpResponse:
    """Nobody else reads it, or everybody again (`shown`)."""
    _reader, event = find_event(request, public_id)
    found = or_404(during.line_of(event, line))
    is_hidden = request.POST.get("shown") != "on"
    actions.hide_line(member=member_of(request), line=found, is_hidden=is_hidden)
    return _back(event, "lines")


@require_POST
def round_take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Questions become parts of the agenda."""
    reader, event = find_event(request, public_id)
    require(rules.may_keep_lines(reader, event))
    page = round_for_host(reader, event)
    form = _take_form(page, request.POST)
    if form.is_valid():
        try:
            made = actions.take_questions(
                member=member_of(request),
                event=event,
                is_one=request.POST.get("as") == "one",
                **form.cleaned_data,
            )
        except ValidationError as error:
            form.blame(error)
        else:
            said = ngettext(
                "%(count)s question is on the agenda.",
                "%(count)s questions are on the agenda.",
                len(made),
            )
            messages.success(request, said % {"count": number(len(made))})
            return _back(event, "take")
    return _page(request, reader, event, take_form=form)


@require_POST
def round_turn_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Somebody raised a hand."""
    reader, event = find_event(request, public_id)
    require(rules.may_lead(reader, event))
    form = HostTurnForm(request.POST)
    if form.is_valid():
        try:
            actions.add_turn(member=member_of(request), event=event, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            return _back(event, "turns")
    return _page(request, reader, event, turn_form=form)


@require_POST
def round_turn(request: HttpRequest, public_id: str, turn: str) -> HttpResponse:
    """They speak, have spoken, or want to no more."""
    _reader, event = find_event(request, public_id)
    found = or_404(during.turn_of(event, turn))
    form = TurnActForm(request.POST)
    if not form.is_valid():
        raise Http404
    TURNS[form.cleaned_data["act"]](member=member_of(request), turn=found)
    return _back(event, "turns")


def _back(event: Event, part: str = "") -> HttpResponseRedirect:
    place = f"#{part}" if part else ""
    return HttpResponseRedirect(reverse("round_host", args=[event.public_id]) + place)


def _paper_form(event: Event, data: Any = None) -> PaperForm:
    asked = enumerate(questions_given(event), start=1)
    return PaperForm(data, questions=[(place, text) for place, (text, _agenda) in asked])


def _take_form(page: Any, data: Any = None) -> TakeForm:
    return TakeForm(data, lines=[(line.public_id, line.text) for line in page.to_take])


def _page(request: HttpRequest, reader: Reader, event: Event, **forms: Any) -> HttpResponse:
    require(rules.may_read_round(reader, event))
    page = round_for_host(reader, event, after=request.GET.get("after"))
    context = {
        "page": page,
        "paper_form": _paper_form(event),
        "take_form": _take_form(page),
        "turn_form": HostTurnForm(),
        "bar": bar_of(reader, event),
    } | forms
    return render(request, "events/round.html", context, status=422 if forms else 200)
