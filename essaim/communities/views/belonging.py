"""Signing, leaving, and who the others are."""

import logging
from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities import actions, queries, rules
from essaim.communities.forms import LeaveForm
from essaim.communities.models import Community
from essaim.communities.readers import member_of, reader_of
from essaim.communities.views.people import seen
from essaim.foundation.access import require
from essaim.foundation.http import public, render

audit = logging.getLogger("essaim.audit")


@public
@require_safe
def manifesto(request: HttpRequest, slug: str, version: int | None = None) -> HttpResponse:
    """A version of a community's manifesto; also good on paper."""
    community, reader = seen(request, slug), reader_of(request)
    page = queries.manifesto_for_page(reader, community, version)
    if page is None:
        raise Http404
    context = {
        "page": page,
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community, here="manifesto"),
        "is_member": reader.belongs_to(community.pk),
        "may_join": rules.may_join(reader, community),
    }
    return render(request, "communities/manifesto.html", context)


@require_POST
def manifesto_sign(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign the version in force, or renew the signature of an earlier one."""
    actions.renew_signature(member=member_of(request), community=seen(request, slug))
    messages.success(request, _("You stand behind this manifesto. Thank you."))
    return redirect("manifesto", slug)


@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who belongs to a community, for those who do; each reading is logged."""
    community, reader = seen(request, slug), reader_of(request)
    if not rules.may_see_members(reader, community):
        raise Http404
    audit.info("member list of community %s read by member %s", community.pk, reader.member_id)
    figure = queries.member_figures(reader, [community])[community.pk]
    context = {
        "page": queries.members_for_list(reader, community, after=request.GET.get("after")),
        "name": community.name,
        "slug": slug,
        "figure": figure,
        "bar": queries.bar_for_page(reader, community, here="members"),
    }
    return render(request, "communities/members.html", context, block="rows")


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """What leaving does, and the button."""
    community, reader = seen(request, slug), reader_of(request)
    require(rules.may_leave(reader, community))
    alone = queries.left_alone_by(reader, community)
    form = _leave_form(request, alone)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            _ask_successor(request, alone, form.cleaned_data.get("asked", ""))
            actions.leave_community(
                member=member_of(request),
                community=community,
                reason=form.cleaned_data["reason"],
                without_host=bool(alone),
            )
        except actions.LastHost as last:  # who shared it went a moment ago
            problem, alone = str(last.reason), list(last.communities)
            form = _leave_form(request, alone, is_bound=False)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(
                request, _("You have left %(name)s. Good luck.") % {"name": community.name}
            )
            return redirect("communities")
    context = {
        "form": form,
        "name": community.name,
        "slug": slug,
        "alone": [one.name for one in alone],
        "problem": problem,
        "effects": queries.leaving_for_page(reader, community),
        "bar": queries.bar_for_page(reader, community),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/leave.html", context, status=status)


def _leave_form(
    request: HttpRequest, alone: Sequence[Community], *, is_bound: bool = True
) -> LeaveForm:
    """Where one community would be left without host, one of its members can be asked."""
    members = queries.members_for_choice(alone[0]) if len(alone) == 1 else []
    own = reader_of(request).public_id
    return LeaveForm(
        request.POST or None if is_bound else None,
        is_alone=bool(alone),
        is_adoptable=all(rules.can_be_adopted(one) for one in alone),
        members=[one for one in members if one[0] != own],
    )


def _ask_successor(request: HttpRequest, alone: Sequence[Community], asked: str) -> None:
    successor = queries.member_to_entrust(asked) if asked else None
    if successor is not None:
        actions.offer_hosting(
            member=member_of(request), community=alone[0], asked=successor, is_handover=True
        )
