from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import Reader, member_of, reader_of
from essaim.design.printing import render_sheet
from essaim.foundation.access import require
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.needs import actions, rules
from essaim.needs.forms import (
    AskOfficialForm,
    CloseForm,
    FacilitateForm,
    NeedEditForm,
    NeedForm,
    OfferHelpForm,
)
from essaim.needs.models import Need
from essaim.needs.queries import pages
from essaim.needs.queries.matches import my_match_over
from essaim.needs.queries.suggestions import people_for
from essaim.needs.views.finding import bar, find_community, find_need

FORM = ["GET", "HEAD", "POST"]


@public
@require_safe
def need(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is looked for; for those who answer, who offers and who could."""
    reader = reader_of(request)
    found = or_404(pages.need_to_read(reader, public_id))
    page = pages.need_for_page(reader, found)
    return render(
        request,
        "needs/need.html",
        {
            "page": page,
            "people": people_for(reader, found) if page.may_answer else (),
            "bar": bar(reader, found.community),
        },
    )


@public
@require_safe
def need_print(request: HttpRequest, public_id: str) -> HttpResponse:
    """A notice for a wall, whose square leads to the page."""
    reader = reader_of(request)
    found = or_404(pages.need_to_read(reader, public_id))
    return render_sheet(
        request,
        "needs/need_print.html",
        {"page": pages.need_for_page(reader, found)},
        of=reverse("need", args=[public_id]),
    )


@require_http_methods(FORM)
def need_new(request: HttpRequest, slug: str) -> HttpResponse:
    reader, community = find_community(request, slug)
    require(rules.may_post(reader, community))
    form = NeedForm(
        request.POST or None,
        contacts=pages.contacts_here(reader, community),
        initial={"language": reader.language, "place": community.place},
    )
    if form.is_valid():
        given = dict(form.cleaned_data)
        contact = pages.member_named(given.pop("contact", "") or reader.public_id)
        try:
            made = actions.post_need(
                member=member_of(request), community=community, contact=contact, **given
            )
        except ValidationError as error:
            form.blame(error)
        else:
            if made.waiting_for:
                said = _("It waits for a first look: moderators read what new accounts write.")
            elif rules.shown_to(made) != made.audience:
                said = _("A facilitator reads it first; you will be told.")
            else:
                said = _("It is on the board. Here is who could help.")
            messages.success(request, said)
            return _to(made)
    return render(
        request,
        "needs/need_form.html",
        {
            "form": form,
            "slug": slug,
            "bar": bar(reader, community),
            "action": reverse("need_new", args=[slug]),
            "back": reverse("needs", args=[slug]),
            "is_new": True,
            "note": "",
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(FORM)
def need_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_need(request, public_id)
    require(rules.may_edit_need(reader, found))
    form = NeedEditForm(request.POST or None, initial=NeedForm.values_of(found))
    if form.is_valid():
        try:
            actions.edit_need(member=member_of(request), need=found, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return _to(found)
    return render(
        request,
        "needs/need_form.html",
        {
            "form": form,
            "slug": found.community.slug,
            "bar": bar(reader, found.community),
            "action": reverse("need_edit", args=[public_id]),
            "back": reverse("need", args=[public_id]),
            "is_new": False,
            "note": "",
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(FORM)
def need_help(request: HttpRequest, public_id: str) -> HttpResponse:
    """« I can help »: with a first word."""
    reader, found = find_need(request, public_id)
    require(rules.may_help(reader, found, my_match_over(reader, found)))
    form = OfferHelpForm(request.POST or None, offers=pages.own_offers(reader, found))
    if form.is_valid():
        given = form.cleaned_data
        offer = pages.offer_for_change(reader, given.get("offer") or "")
        try:
            match = actions.offer_help(
                member=member_of(request),
                need=found,
                words=given["text"],
                offer=offer,
                gives_address=given["gives_address"],
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Sent. You will be told the answer, whatever it is."))
            return HttpResponseRedirect(reverse("match", args=[match.public_id]))
    return _form(request, reader, found, form, "needs/need_help.html")


@require_http_methods(FORM)
def need_close(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_need(request, public_id)
    require(rules.may_close_need(reader, found))
    form = CloseForm(request.POST or None)
    if form.is_valid():
        actions.close_need(member=member_of(request), need=found, **form.cleaned_data)
        messages.success(request, _("It is over; those who still waited are thanked."))
        return _to(found)
    return _form(request, reader, found, form, "needs/need_close.html")


@require_POST
def need_renew(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_need(request, public_id)
    actions.renew_need(member=member_of(request), need=found)
    messages.success(request, _("It stays on the board."))
    return _to(found)


@require_http_methods(FORM)
def need_facilitate(request: HttpRequest, public_id: str) -> HttpResponse:
    """A facilitator takes on what is meant for the elected, or says why not."""
    reader, found = find_need(request, public_id)
    require(rules.may_facilitate(reader, found))
    form = FacilitateForm(request.POST or None)
    if form.is_valid():
        member = member_of(request)
        try:
            if form.cleaned_data["decision"] == "take":
                actions.take_on(member=member, need=found)
                messages.success(request, _("You carry it. Ask one of the elected now."))
            else:
                reason = form.cleaned_data["reason"]
                actions.refuse_need(member=member, need=found, reason=reason)
                messages.success(request, _("It is refused, and the person is told why."))
        except ValidationError as error:
            form.blame(error)
        else:
            if form.cleaned_data["decision"] == "take":
                return _to(found)
            return HttpResponseRedirect(reverse("needs", args=[found.community.slug]))
    return _form(request, reader, found, form, "needs/need_facilitate.html")


@require_http_methods(FORM)
def need_ask_official(request: HttpRequest, public_id: str) -> HttpResponse:
    """Its facilitator asks one of the elected."""
    reader, found = find_need(request, public_id)
    require(rules.may_ask_official(reader, found))
    form = AskOfficialForm(request.POST or None, officials=pages.officials_for(found))
    if form.is_valid():
        given = form.cleaned_data
        try:
            match = actions.ask_helper(
                member=member_of(request),
                need=found,
                words=given["text"],
                official=pages.member_named(given["official"]),
                gives_address=given["gives_address"],
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Sent. You will be told the answer, whatever it is."))
            return HttpResponseRedirect(reverse("match", args=[match.public_id]))
    return _form(request, reader, found, form, "needs/need_ask_official.html")


def _form(
    request: HttpRequest, reader: Reader, found: Need, form: Any, template: str
) -> HttpResponse:
    read = or_404(pages.need_to_read(reader, found.public_id))
    return render(
        request,
        template,
        {
            "form": form,
            "page": pages.need_for_page(reader, read),
            "asks_address": "text" in form.errors and bool(form.data.get("text")),
            "bar": bar(reader, found.community),
        },
        status=422 if form.errors else 200,
    )


def _to(found: Need) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("need", args=[found.public_id]))
