"""Dividing a community into circles, for those who run it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities import actions, queries, rules
from essaim.communities.circles import USUAL_SIZES, pairs
from essaim.communities.forms import CircleAttributesForm, DivideForm
from essaim.communities.models import Community
from essaim.communities.readers import Reader, member_of, reader_of
from essaim.communities.views.circles import circles_page, move_seat_form, seated
from essaim.communities.views.people import seen
from essaim.foundation.access import require
from essaim.foundation.http import render


def _run(request: HttpRequest, slug: str) -> tuple[Community, Reader]:
    community, reader = seen(request, slug), reader_of(request)
    require(rules.may_divide(reader, community))
    return community, reader


@require_http_methods(["GET", "HEAD", "POST"])
def circle_attributes(request: HttpRequest, slug: str) -> HttpResponse:
    """By which attributes of work circles are mixed, and what one can answer."""
    community, reader = _run(request, slug)
    chosen = queries.circle_attributes(community)
    initial = {one: "\n".join(answers) for one, answers in chosen.items()}
    form = CircleAttributesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_circle_attributes(
                member=member_of(request), community=community, chosen=form.chosen
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved. Members can answer now."))
            return redirect("circles_divide", slug)
    context = {
        "form": form,
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community, here="desk"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/circle_attributes.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def circles_divide(request: HttpRequest, slug: str) -> HttpResponse:
    """How large, about what; POST draws circles that can be looked at before anybody sits."""
    community, reader = _run(request, slug)
    form = DivideForm(request.POST or None, initial={"size": str(USUAL_SIZES[0])})
    if request.method == "POST" and form.is_valid():
        try:
            actions.draft_circles(
                member=member_of(request),
                community=community,
                wished_size=form.wished_size,
                question=form.cleaned_data["question"],
            )
        except ValidationError as error:
            form.blame(error)
        else:
            return redirect("circles_divide", slug)
    context = {
        "page": queries.divide_for_page(community),
        "form": form,
        "helps": {
            str(one): _("%(number)s possible pairs") % {"number": pairs(one)} for one in USUAL_SIZES
        },
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community, here="desk"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/circles_divide.html", context, status=status)


@require_POST
def circles_confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the draft's circles stand."""
    community, _reader = _run(request, slug)
    actions.confirm_circles(
        member=member_of(request),
        community=community,
        draft=request.POST.get("draft", ""),
        with_hosts="with_hosts" in request.POST,
    )
    messages.success(request, _("The circles stand. Show them on a screen, or on paper."))
    return redirect("circles", slug)


@require_POST
def circles_dissolve(request: HttpRequest, slug: str) -> HttpResponse:
    """End the circles, without others in their place."""
    community, _reader = _run(request, slug)
    actions.dissolve_circles(member=member_of(request), community=community)
    messages.success(request, _("The circles are closed; what they said stays."))
    return redirect("circles_divide", slug)


@require_POST
def circle_move(request: HttpRequest, slug: str) -> HttpResponse:
    """Put somebody in a circle."""
    community, reader = seated(request, slug)
    require(rules.may_divide(reader, community))
    form = move_seat_form(community, queries.circles_for_page(reader, community), request.POST)
    if not form.is_valid():
        return circles_page(request, community, reader, move_form=form)
    person = queries.member_to_entrust(form.cleaned_data["person"])
    if person is None:
        raise Http404
    slug_there = form.cleaned_data["circle"]
    circle = actions.move_to_circle(
        member=member_of(request),
        community=community,
        person=person,
        circle=queries.circle_named(community, slug_there) if slug_there else None,
    )
    messages.success(
        request,
        _("%(person)s sits in %(circle)s.") % {"person": person.name, "circle": circle.name},
    )
    return redirect("circles", slug)
