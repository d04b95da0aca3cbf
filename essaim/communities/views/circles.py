"""Circles as a member has them: who sits where, one's own answers and wishes, swaps, syntheses."""

import logging

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities import actions, queries, rules
from essaim.communities.forms import (
    CircleAnswersForm,
    CircleSynthesisForm,
    CircleWishForm,
    MoveSeatForm,
    SwapForm,
)
from essaim.communities.models import Community
from essaim.communities.readers import Reader, member_of, reader_of
from essaim.communities.views.people import seen
from essaim.foundation.access import require
from essaim.foundation.http import render

audit = logging.getLogger("essaim.audit")


def seated(request: HttpRequest, slug: str) -> tuple[Community, Reader]:
    """The community whose circles this reader may see; else 404."""
    community, reader = seen(request, slug), reader_of(request)
    if not rules.may_see_circles(reader, community):
        raise Http404
    return community, reader


@require_safe
def circles(request: HttpRequest, slug: str) -> HttpResponse:
    """Who sits where, for the members; each reading is logged."""
    community, reader = seated(request, slug)
    audit.info("circles of community %s read by member %s", community.pk, reader.member_id)
    return circles_page(request, community, reader)


def circles_page(
    request: HttpRequest,
    community: Community,
    reader: Reader,
    *,
    swap_form: SwapForm | None = None,
    move_form: MoveSeatForm | None = None,
) -> HttpResponse:
    page = queries.circles_for_page(reader, community)
    status = 422 if swap_form or move_form else 200
    if swap_form is None and page.mine and not page.asking and page.others:
        swap_form = SwapForm(people=list(page.others))
    if move_form is None and page.may_divide:
        move_form = move_seat_form(community, page)
    context = {
        "page": page,
        "swap_form": swap_form,
        "move_form": move_form,
        "name": community.name,
        "slug": community.slug,
        "bar": queries.bar_for_page(reader, community, here="circles"),
    }
    return render(request, "communities/circles.html", context, status=status)


def move_seat_form(
    community: Community, page: queries.CirclesPage, data: object = None
) -> MoveSeatForm:
    taken = [public_id for public_id, _name in page.everybody]
    at = _("no circle")
    nowhere = [
        (public_id, f"{name} · {at}")
        for public_id, name in queries.unseated_for_choice(community, taken)
    ]
    return MoveSeatForm(
        data,
        people=[*nowhere, *page.everybody],
        circles=[(one.slug, one.name) for one in page.circles],
    )


@require_safe
def circles_screen(request: HttpRequest, slug: str) -> HttpResponse:
    """The circles for a projector, or on paper for a wall."""
    community, reader = seated(request, slug)
    audit.info("circles of community %s shown by member %s", community.pk, reader.member_id)
    context = {
        "page": queries.circles_for_page(reader, community),
        "name": community.name,
        "slug": slug,
    }
    return render(request, "communities/circles_screen.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def circle_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """What one says of one's work and wishes; nobody else reads it."""
    community, reader = seen(request, slug), reader_of(request)
    if not (verdict := rules.may_answer_for_circles(reader, community)):
        if not reader.belongs_to(community.pk):
            raise Http404
        require(verdict)
    page = queries.answers_for_page(reader, community)
    form = CircleAnswersForm(
        request.POST or None,
        offered=[(one.attribute, one.label, one.answers) for one in page.attributes],
        initial={**page.values, "sits_out": page.sits_out},
    )
    if request.method == "POST" and form.is_valid():
        answers = dict(form.cleaned_data)
        sits_out = answers.pop("sits_out")
        try:
            actions.answer_for_circles(
                member=member_of(request), community=community, answers=answers, sits_out=sits_out
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved. Nobody else reads your answers."))
            return redirect("circle_answers", slug)
    status = 422 if request.method == "POST" else 200
    return _answers(request, community, page, form=form, status=status)


def _answers(
    request: HttpRequest,
    community: Community,
    page: queries.AnswersPage,
    *,
    form: CircleAnswersForm | None = None,
    wish_form: CircleWishForm | None = None,
    status: int,
) -> HttpResponse:
    reader = reader_of(request)
    who = request.GET.get("who", "")[:80]
    if form is None:
        form = CircleAnswersForm(
            offered=[(one.attribute, one.label, one.answers) for one in page.attributes],
            initial={**page.values, "sits_out": page.sits_out},
        )
    if wish_form is None:
        wish_form = CircleWishForm(members=_others(reader, community, text=who))
    context = {
        "page": page,
        "form": form,
        "wish_form": wish_form,
        "who": who,
        "is_divided": community.divided_at is not None,
        "name": community.name,
        "slug": community.slug,
        "bar": queries.bar_for_page(reader, community, here="circles"),
    }
    return render(request, "communities/circle_answers.html", context, status=status)


def _others(
    reader: Reader, community: Community, *, text: str = "", chosen: str = ""
) -> list[tuple[str, str]]:
    found = queries.members_for_choice(community, text=text, chosen=chosen)
    return [one for one in found if one[0] != reader.public_id]


@require_POST
def circle_wish(request: HttpRequest, slug: str) -> HttpResponse:
    """Wish to sit with somebody, or not to."""
    community, reader = seen(request, slug), reader_of(request)
    if not reader.belongs_to(community.pk):
        raise Http404
    chosen = request.POST.get("other", "")
    form = CircleWishForm(request.POST, members=_others(reader, community, chosen=chosen))
    other = queries.member_to_entrust(chosen)
    if form.is_valid() and other is not None:
        try:
            actions.add_circle_wish(
                member=member_of(request),
                community=community,
                other=other,
                is_with=form.cleaned_data["is_with"] == "with",
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Your wish is kept; only you read it."))
            return redirect("circle_answers", slug)
    require(rules.may_answer_for_circles(reader, community))
    page = queries.answers_for_page(reader, community)
    return _answers(request, community, page, wish_form=form, status=422)


@require_POST
def circle_wish_remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a wish of one's own back."""
    community, reader = seen(request, slug), reader_of(request)
    other = queries.member_to_entrust(request.POST.get("other", ""))
    if other is None or not reader.belongs_to(community.pk):
        raise Http404
    actions.remove_circle_wish(member=member_of(request), community=community, other=other)
    messages.success(request, _("Your wish is gone."))
    return redirect("circle_answers", slug)


@require_POST
def circle_seat(request: HttpRequest, slug: str) -> HttpResponse:
    """Sit down, as somebody who joined after the division."""
    community, _reader = seated(request, slug)
    circle = actions.take_seat(member=member_of(request), community=community)
    messages.success(request, _("You sit in %(name)s. Welcome.") % {"name": circle.name})
    return redirect("circles", slug)


@require_POST
def circle_swap(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask somebody of another circle for their seat."""
    community, reader = seated(request, slug)
    page = queries.circles_for_page(reader, community)
    form = SwapForm(request.POST, people=list(page.others))
    other = queries.member_to_entrust(request.POST.get("other", ""))
    if not form.is_valid() or other is None:
        return circles_page(request, community, reader, swap_form=form)
    actions.ask_swap(member=member_of(request), community=community, other=other)
    messages.success(request, _("Asked. You sit where you are until they say yes."))
    return redirect("circles", slug)


@require_POST
def circle_swap_answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Say yes or no to a swap, or take back the one asked for."""
    community, reader = seated(request, slug)
    swap = queries.swap_for_answer(reader, request.POST.get("swap", ""))
    if swap is None or swap.division.community_id != community.pk:
        raise Http404
    member = member_of(request)
    answer = request.POST.get("answer", "")
    if answer == "back":
        actions.take_back_swap(member=member, swap=swap)
        messages.success(request, _("Taken back."))
    elif answer in {"yes", "no"}:
        actions.answer_swap(member=member, swap=swap, accepts=answer == "yes")
        changed = _("You have changed seats.")
        messages.success(request, changed if answer == "yes" else _("You stay where you sit."))
    else:
        raise Http404
    return redirect("circles", slug)


@require_POST
def circle_host(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin to host one's own circle, which nobody hosts."""
    community, reader = seated(request, slug)
    mine = queries.circles_for_page(reader, community).mine
    circle = queries.circle_named(community, mine.slug) if mine else None
    if circle is None:
        raise Http404
    actions.host_circle(member=member_of(request), circle=circle)
    messages.success(request, _("You host %(name)s.") % {"name": circle.name})
    return redirect("circles", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def circle_synthesis(request: HttpRequest, slug: str) -> HttpResponse:
    """What a circle says to the community it is part of; the address is the circle's own."""
    circle, reader = seen(request, slug), reader_of(request)
    part = queries.part_for_writing(circle)
    if part is None:
        raise Http404
    require(rules.may_write_synthesis(reader, part))
    above = part.division.community
    form = CircleSynthesisForm(request.POST or None, initial={"synthesis": part.synthesis})
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_circle_synthesis(
                member=member_of(request), part=part, text=form.cleaned_data["synthesis"]
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Sent to %(name)s.") % {"name": above.name})
            return redirect("circles", above.slug)
    context = {
        "form": form,
        "question": part.division.question,
        "above": above.name,
        "lang": circle.language,
        "name": circle.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, circle),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/circle_synthesis.html", context, status=status)
