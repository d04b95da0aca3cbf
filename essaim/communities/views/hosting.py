"""Hosts: welcoming, sharing, handing over; and taking over what looks for somebody."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities import actions, queries, rules
from essaim.communities.forms import OfferForm, WelcomeForm
from essaim.communities.models import Community
from essaim.communities.readers import member_of, reader_of
from essaim.communities.views.people import seen
from essaim.foundation.access import require
from essaim.foundation.http import render


@require_safe
def hosting(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is new and waits for a word; who could host with one or after one."""
    return _hosting(request, seen(request, slug))


def _hosting(
    request: HttpRequest, community: Community, form: OfferForm | None = None, status: int = 200
) -> HttpResponse:
    reader = reader_of(request)
    require(rules.may_host(reader, community))
    context = {
        "page": queries.hosting_for_page(reader, community, after=request.GET.get("after")),
        "form": form or _offer_form(request, community),
        "who": request.GET.get("who", "")[:80],
        "name": community.name,
        "slug": community.slug,
        "bar": queries.bar_for_page(reader, community, here="desk"),
    }
    return render(request, "communities/hosting.html", context, status=status)


def _offer_form(request: HttpRequest, community: Community) -> OfferForm:
    choices = queries.members_for_choice(
        community, text=request.GET.get("who", "")[:80], chosen=request.POST.get("asked", "")
    )
    own = reader_of(request).public_id
    return OfferForm(request.POST or None, members=[one for one in choices if one[0] != own])


@require_POST
def welcome_newcomer(request: HttpRequest, slug: str) -> HttpResponse:
    """One click, and a line for those who like."""
    community, form = seen(request, slug), WelcomeForm(request.POST)
    require(rules.may_host(reader_of(request), community))
    if not form.is_valid():
        messages.error(request, _("That line is too long."))
        return redirect("community_hosting", slug)
    membership = queries.newcomer_named(community, form.cleaned_data["newcomer"])
    if membership is None:
        raise Http404
    try:
        actions.welcome_newcomer(
            member=member_of(request), membership=membership, words=form.cleaned_data["words"]
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("They are told that you welcome them."))
    return redirect("community_hosting", slug)


@require_POST
def hosting_offer(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask somebody to host it too, or in one's place."""
    community = seen(request, slug)
    require(rules.may_host(reader_of(request), community))
    form = _offer_form(request, community)
    if form.is_valid():
        asked = queries.member_to_entrust(form.cleaned_data["asked"])
        if asked is None:
            raise Http404
        try:
            actions.offer_hosting(
                member=member_of(request),
                community=community,
                asked=asked,
                is_handover=form.cleaned_data["way"] == "handover",
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("They are asked, and answer within 14 days."))
            return redirect("community_hosting", slug)
    return _hosting(request, community, form, 422)


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, public_id: str) -> HttpResponse:
    """What one is asked to host; yes or no, or taken back by who asked."""
    reader = reader_of(request)
    found = queries.offer_to_see(reader, public_id)
    if found is None:
        raise Http404
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer == "withdraw":
            actions.withdraw_offer(member=member_of(request), offer=found)
            messages.success(request, _("The offer is taken back."))
            return redirect("community_hosting", found.community.slug)
        accepts = answer == "yes"
        actions.answer_offer(member=member_of(request), offer=found, accepts=accepts)
        said = _("You host %(name)s. Thank you.") if accepts else _("Your no is told to them.")
        messages.success(request, said % {"name": found.community.name})
        return redirect("community", found.community.slug)
    return render(
        request, "communities/offer.html", {"page": queries.offer_for_page(reader, found)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def adoption(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether a community looks for somebody; to take it over, or to say that it is alive."""
    community, reader = seen(request, slug), reader_of(request)
    if request.method == "POST":
        return redirect(_act(request, community), slug)
    context = {
        "page": queries.adoption_for_page(reader, community),
        "bar": queries.bar_for_page(reader, community),
    }
    return render(request, "communities/adoption.html", context)


def _act(request: HttpRequest, community: Community) -> str:
    """The page where it goes on."""
    member, act = member_of(request), request.POST.get("act", "adopt")
    if act == "adopt":
        adopted = actions.adopt_community(member=member, community=community)
        messages.success(
            request,
            _("You host it now. Thank you.")
            if adopted.outcome
            else _("Its hosts are told. If none of them answers, you host it."),
        )
        return "community" if adopted.outcome else "community_adoption"
    waiting = queries.open_adoption(community)
    if waiting is None:
        raise Http404
    if act == "alive":
        actions.say_alive(member=member, adoption=waiting)
        messages.success(request, _("It stays in your hands."))
    else:
        actions.withdraw_adoption(member=member, adoption=waiting)
        messages.success(request, _("You have taken it back."))
    return "community_adoption"
