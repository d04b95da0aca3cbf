"""Starting a committee where one lives, and the check before it opens."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities import actions, queries, rules
from essaim.communities.forms import OpeningPolicyForm, RefuseForm, StartForm
from essaim.communities.models import Community, Kind, OpeningAsk
from essaim.communities.readers import member_of, reader_of
from essaim.communities.views.people import seen
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.places.queries import place_named


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """A committee, or a chapter (`?kind=chapter`), by three fields; whoever is new joins first."""
    reader, above = reader_of(request), seen(request, slug)
    kind = request.GET.get("kind", Kind.COMMITTEE)
    if not reader.belongs_to(above.pk) and rules.may_join(reader, above):
        messages.info(request, _("Join first: then you can start one where you live."))
        return redirect("community_join", slug)
    require(rules.may_start(reader, kind, above))
    wanted = place_named(request.GET.get("place", ""))
    initial = {"place": wanted or member_of(request).place}
    form = StartForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        values.pop("agree")
        try:
            begun = actions.found_community(
                member=member_of(request),
                kind=kind,
                parent=above,
                language=reader.language,
                consent_text=form.consent_text,
                **values,
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("It is begun. Nobody else sees it before you open it."))
            return redirect("community_founding", begun.slug)
    context = {
        "form": form,
        "name": above.name,
        "slug": slug,
        "kind": kind,
        "is_political": above.is_political,
        "policy": queries.policy_of(above),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/start.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def first_steps(request: HttpRequest, slug: str) -> HttpResponse:
    """The kit of those who run it; POST ticks a step (`step`, `done`)."""
    community = seen(request, slug)
    require(rules.may_edit(reader_of(request), community))
    if request.method == "POST":
        try:
            actions.tick_step(
                member=member_of(request),
                community=community,
                step=request.POST.get("step", ""),
                is_done=request.POST.get("done") == "yes",
            )
        except ValidationError as error:
            raise Http404 from error
        return redirect("first_steps" if community.opened_at else "community_founding", slug)
    context = {
        "name": community.name,
        "slug": slug,
        "kit": queries.kit_of(community),
        "bar": queries.bar_for_page(reader_of(request), community, here="desk"),
    }
    return render(request, "communities/first_steps.html", context)


@require_safe
def openings(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits to open in a community, and how it opens."""
    return _openings(request, _checked(request, slug))


@require_POST
def opening_policy(request: HttpRequest, slug: str) -> HttpResponse:
    """Say how what begins in a community opens."""
    community = _checked(request, slug)
    require(rules.may_set_opening(reader_of(request), community))
    form = OpeningPolicyForm(request.POST, choices=queries.role_holders(community))
    if form.is_valid():
        values = form.cleaned_data
        referent = queries.member_to_entrust(values.pop("referent"))
        try:
            actions.set_opening_policy(
                member=member_of(request), community=community, referent=referent, **values
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("community_openings", slug)
    return _openings(request, community, form=form, status=422)


def _checked(request: HttpRequest, slug: str) -> Community:
    community = seen(request, slug)
    if not rules.may_see_openings(reader_of(request), community):
        raise Http404
    return community


def _openings(
    request: HttpRequest,
    community: Community,
    *,
    form: OpeningPolicyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = queries.openings_for_page(reader_of(request), community)
    initial = {
        "is_checked": "yes" if page.policy.is_checked else "no",
        "days": page.policy.days,
        "referent": page.policy.referent_public_id,
    }
    context = {
        "page": page,
        "form": form or OpeningPolicyForm(initial=initial, choices=queries.role_holders(community)),
        "name": community.name,
        "slug": community.slug,
    }
    return render(request, "communities/openings.html", context, status=status)


@require_safe
def opening(request: HttpRequest, public_id: str) -> HttpResponse:
    """One that asks to open: what the check reads, and for those who asked what became of it."""
    return _opening(request, _asked(request, public_id))


@require_POST
def opening_grant(request: HttpRequest, public_id: str) -> HttpResponse:
    """The check says yes."""
    ask = _asked(request, public_id)
    actions.grant_opening(member=member_of(request), ask=ask)
    messages.success(request, _("%(name)s is open.") % {"name": ask.community.name})
    return redirect("opening", public_id)


@require_POST
def opening_refuse(request: HttpRequest, public_id: str) -> HttpResponse:
    """The check says no, and why."""
    ask = _asked(request, public_id)
    form = RefuseForm(request.POST)
    if form.is_valid():
        try:
            actions.refuse_opening(member=member_of(request), ask=ask, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Recorded. They read why, and may ask somebody else."))
            return redirect("opening", public_id)
    return _opening(request, ask, form=form, status=422)


@require_POST
def opening_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Those who asked take it back."""
    ask = _asked(request, public_id)
    actions.withdraw_ask(member=member_of(request), ask=ask)
    messages.success(request, _("Taken back. Ask again when you like."))
    return redirect("community_founding", ask.community.slug)


def _asked(request: HttpRequest, public_id: str) -> OpeningAsk:
    ask = queries.ask_to_see(reader_of(request), public_id)
    if ask is None:
        raise Http404
    return ask


def _opening(
    request: HttpRequest, ask: OpeningAsk, *, form: RefuseForm | None = None, status: int = 200
) -> HttpResponse:
    reader = reader_of(request)
    context = {
        "page": queries.opening_for_page(reader, ask),
        "form": form or RefuseForm(),
        "is_open": ask.community.is_open,
        "slug": ask.community.slug,
        "is_mine": reader.belongs_to(ask.community_id),
    }
    return render(request, "communities/opening.html", context, status=status)
