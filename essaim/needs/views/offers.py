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
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.needs import actions, rules
from essaim.needs.forms import AskForm, OfferForm
from essaim.needs.models import Offer
from essaim.needs.queries import pages
from essaim.needs.queries.suggestions import codes_between, needs_for
from essaim.needs.views.finding import bar, find_community, find_offer

FORM = ["GET", "HEAD", "POST"]


@public
@require_safe
def offer(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    found = or_404(pages.offer_to_read(reader, public_id))
    page = pages.offer_for_page(reader, found)
    return render(
        request,
        "needs/offer.html",
        {
            "page": page,
            "suggested": needs_for(reader, limit=5) if page.is_mine else (),
            "bar": bar(reader, found.community),
        },
    )


@require_http_methods(FORM)
def offer_new(request: HttpRequest, slug: str) -> HttpResponse:
    reader, community = find_community(request, slug)
    require(rules.may_offer(reader, community))
    member = member_of(request)
    form = OfferForm(
        request.POST or None,
        initial={
            "language": reader.language,
            "languages": [reader.language],
            "place": member.place or community.place,
        },
    )
    if form.is_valid():
        try:
            made = actions.make_offer(member=member, community=community, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            said = (
                _("It waits for a first look: moderators read what new accounts write.")
                if made.waiting_for
                else _("Thank you. Here is what you could help with.")
            )
            messages.success(request, said)
            return _to(made)
    return _form_page(request, form, slug, bar(reader, community), is_new=True)


@require_http_methods(FORM)
def offer_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_offer(request, public_id)
    require(rules.may_change_offer(reader, found))
    form = OfferForm(request.POST or None, initial=OfferForm.values_of(found))
    if form.is_valid():
        try:
            actions.edit_offer(member=member_of(request), offer=found, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return _to(found)
    slug = found.community.slug
    return _form_page(request, form, slug, bar(reader, found.community), offer=public_id)


def _form_page(
    request: HttpRequest,
    form: OfferForm,
    slug: str,
    bar_: Any,
    *,
    offer: str = "",
    is_new: bool = False,
) -> HttpResponse:
    back = reverse("needs", args=[slug]) if is_new else reverse("help_offer", args=[offer])
    return render(
        request,
        "needs/offer_form.html",
        {
            "form": form,
            "slug": slug,
            "bar": bar_,
            "action": request.path,
            "back": back,
            "is_new": is_new,
        },
        status=422 if form.errors else 200,
    )


@require_POST
def offer_pause(request: HttpRequest, public_id: str) -> HttpResponse:
    return _change(request, public_id, actions.pause_offer, _("Paused: nobody asks meanwhile."))


@require_POST
def offer_renew(request: HttpRequest, public_id: str) -> HttpResponse:
    return _change(request, public_id, actions.renew_offer, _("It takes requests again."))


@require_POST
def offer_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    _change(request, public_id, actions.withdraw_offer, _("Your offer is taken back."))
    return HttpResponseRedirect(reverse("my_help"))


def _change(
    request: HttpRequest, public_id: str, act: Callable[..., Offer], said: str
) -> HttpResponse:
    _reader, found = find_offer(request, public_id)
    act(member=member_of(request), offer=found)
    messages.success(request, said)
    return _to(found)


@require_http_methods(FORM)
def offer_ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask whoever offers this, for one of one's own needs."""
    reader, found = find_offer(request, public_id)
    require(rules.may_ask_offer(reader, found))
    needs = pages.own_open_needs(reader, found)
    form = AskForm(request.POST or None, needs=needs, initial={"need": request.GET.get("need", "")})
    if form.is_valid():
        given = form.cleaned_data
        need = or_404(pages.need_for_change(reader, given["need"]))
        try:
            match = actions.ask_helper(
                member=member_of(request),
                need=need,
                offer=found,
                reasons=codes_between(need, found),
                words=given["text"],
                gives_address=given["gives_address"],
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Sent. You will be told the answer, whatever it is."))
            return HttpResponseRedirect(reverse("match", args=[match.public_id]))
    read = or_404(pages.offer_to_read(reader, public_id))
    return render(
        request,
        "needs/offer_ask.html",
        {
            "form": form,
            "needs": needs,
            "page": pages.offer_for_page(reader, read),
            "asks_address": "text" in form.errors and bool(form.data.get("text")),
            "bar": bar(reader, found.community),
        },
        status=422 if form.errors else 200,
    )


def _to(found: Offer) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("help_offer", args=[found.public_id]))
