from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import Reader, member_of
from essaim.events import actions, rules
from essaim.events.forms.agenda import (
    ItemForm,
    MergeForm,
    MoveForm,
    OutcomeForm,
    PositionsForm,
    TimeForm,
)
from essaim.events.models import AgendaItem, Event
from essaim.events.queries.agenda import (
    agenda_for_page,
    circles_page,
    item_choices,
    item_given,
)
from essaim.events.queries.templates import beginning_of
from essaim.events.views.during import find_item, say_what_is_wrong
from essaim.events.views.finding import FORM, bar_of, find_event
from essaim.foundation.access import require
from essaim.foundation.http import public, render


@public
@require_safe
def agenda(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is spoken of, when, and what came of it."""
    reader, event = find_event(request, public_id)
    context = {"page": agenda_for_page(reader, event), "bar": bar_of(reader, event)}
    return render(request, "events/agenda.html", context)


@require_http_methods(FORM)
def agenda_lead(request: HttpRequest, public_id: str) -> HttpResponse:
    """For those who hold it: its parts in order, started and ended, and one more."""
    reader, event = find_event(request, public_id)
    require(rules.may_plan_agenda(reader, event))
    form = ItemForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_item(member=member_of(request), event=event, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("It stands at the end of the agenda."))
            return _lead(event)
    return _page(request, reader, event, form)


@require_POST
def agenda_begin(request: HttpRequest, public_id: str) -> HttpResponse:
    """The agenda that gatherings of this kind begin with."""
    _reader, event = find_event(request, public_id)
    actions.begin_from_template(member=member_of(request), event=event)
    messages.success(request, _("Here is an agenda to begin with: change what you like."))
    return _lead(event)


@require_http_methods(FORM)
def agenda_item(request: HttpRequest, public_id: str, item: str) -> HttpResponse:
    """Say one part better."""
    reader, event, found = find_item(request, public_id, item)
    require(rules.may_plan_agenda(reader, event))
    form = ItemForm(request.POST or None, initial=item_given(found))
    if form.is_valid():
        try:
            actions.change_item(member=member_of(request), item=found, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            return _lead(event, found)
    return _item_page(request, reader, event, found, form=form)


@require_POST
def agenda_merge(request: HttpRequest, public_id: str, item: str) -> HttpResponse:
    """This part and another become that one."""
    reader, event, found = find_item(request, public_id, item)
    require(rules.may_remove_item(reader, found))
    form = MergeForm(request.POST, items=item_choices(event, found))
    if not form.is_valid():
        return _item_page(request, reader, event, found, merge_form=form)
    into = find_item(request, public_id, form.cleaned_data["into"])[2]
    actions.merge_items(member=member_of(request), item=found, into=into)
    messages.success(request, _("They are one part now."))
    return _lead(event, into)


@require_POST
def agenda_remove(request: HttpRequest, public_id: str, item: str) -> HttpResponse:
    _reader, event, found = find_item(request, public_id, item)
    actions.remove_item(member=member_of(request), item=found)
    messages.success(request, _("It is no longer on the agenda."))
    return _lead(event)


@require_POST
def agenda_move(request: HttpRequest, public_id: str, item: str) -> HttpResponse:
    _reader, event, found = find_item(request, public_id, item)
    way = _given(MoveForm(request.POST))["way"]
    actions.move_item(member=member_of(request), item=found, is_up=way == "up")
    return _lead(event, found)


@require_POST
def agenda_time(request: HttpRequest, public_id: str, item: str) -> HttpResponse:
    """It begins, or is over."""
    _reader, event, found = find_item(request, public_id, item)
    act = _given(TimeForm(request.POST))["act"]
    do = actions.start_item if act == "start" else actions.end_item
    do(member=member_of(request), item=found)
    return _lead(event, found)


@require_POST
def agenda_outcome(request: HttpRequest, public_id: str, item: str) -> HttpResponse:
    """A question was answered, was not, or is open again."""
    _reader, event, found = find_item(request, public_id, item)
    outcome = _given(OutcomeForm(request.POST))["outcome"]
    actions.close_question(member=member_of(request), item=found, outcome=outcome)
    return _lead(event, found)


@require_POST
def agenda_positions(request: HttpRequest, public_id: str, item: str) -> HttpResponse:
    """Phones are asked for a position on it, or it is counted."""
    _reader, event, found = find_item(request, public_id, item)
    act = _given(PositionsForm(request.POST))["act"]
    do = actions.ask_positions if act == "ask" else actions.count_positions
    try:
        do(member=member_of(request), item=found)
    except ValidationError as error:
        say_what_is_wrong(request, error)
    return _lead(event, found)


def _given(form: Any) -> dict[str, str]:
    """What a button said; what no button says is no address."""
    if not form.is_valid():
        raise Http404
    given: dict[str, str] = form.cleaned_data
    return given


def _lead(event: Event, item: AgendaItem | None = None) -> HttpResponseRedirect:
    place = f"#{item.public_id}" if item else ""
    return HttpResponseRedirect(reverse("agenda_lead", args=[event.public_id]) + place)


def _page(request: HttpRequest, reader: Reader, event: Event, form: ItemForm) -> HttpResponse:
    context = {
        "page": agenda_for_page(reader, event),
        "beginning": beginning_of(event.community, event.kind),
        "form": form,
        "bar": bar_of(reader, event),
        "circles": circles_page(reader, event),
    }
    status = 422 if form.errors else 200
    return render(request, "events/agenda_lead.html", context, status=status)


def _item_page(
    request: HttpRequest,
    reader: Reader,
    event: Event,
    item: AgendaItem,
    *,
    form: ItemForm | None = None,
    merge_form: MergeForm | None = None,
) -> HttpResponse:
    status = 422 if (form and form.errors) or merge_form else 200
    others = item_choices(event, item)
    context = {
        "form": form or ItemForm(initial=item_given(item)),
        "merge_form": merge_form or MergeForm(items=others),
        "public_id": event.public_id,
        "item": item.public_id,
        "slug": event.community.slug,
        "title": event.title,
        "may_merge": rules.may_remove_item(reader, item) and bool(others),
        "may_remove": rules.may_remove_item(reader, item),
        "bar": bar_of(reader, event),
    }
    return render(request, "events/agenda_item.html", context, status=status)
