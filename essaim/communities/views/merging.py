"""Two communities that become one, and one that becomes two."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.communities import actions, queries, rules
from essaim.communities.forms import MergeForm, SplitForm
from essaim.communities.models import Community, Split
from essaim.communities.readers import member_of, reader_of
from essaim.communities.views.people import seen
from essaim.foundation.access import require
from essaim.foundation.http import render


@require_http_methods(["GET", "HEAD", "POST"])
def merging(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose into which one, see what would happen; POST proposes it to the other side."""
    community, reader = seen(request, slug), reader_of(request)
    require(rules.may_merge_from(reader, community))
    who = request.GET.get("who", "")[:80]
    targets = queries.merge_targets(reader, community, who)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = asked.get("into", "")
    target = seen(request, chosen) if chosen else None
    if request.method == "POST" and target is not None:
        merge = actions.propose_merge(member=member_of(request), source=community, target=target)
        messages.success(request, _("The other side is asked."))
        return redirect("merge", merge.public_id)
    context = {
        "form": MergeForm(initial={"into": chosen}, targets=targets),
        "has_targets": bool(targets),
        "who": who,
        "preview": queries.preview_of(reader, community, target) if target else None,
        "merges": queries.merges_of(community),
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community, here="desk"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/merging.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was proposed, done or undone; to accept, decline or undo it."""
    reader = reader_of(request)
    found = queries.merge_to_see(reader, public_id)
    if found is None:
        raise Http404
    if request.method == "POST":
        act, member = request.POST.get("act", "accept"), member_of(request)
        if act == "accept":
            actions.accept_merge(member=member, merge=found)
            messages.success(request, _("They are one. It can be undone for 30 days."))
        elif act == "undo":
            actions.undo_merge(member=member, merge=found)
            messages.success(request, _("They are two again."))
        else:
            actions.drop_merge(member=member, merge=found)
            messages.success(request, _("Nothing happens."))
        still = queries.merge_to_see(reader_of(request), public_id)
        return redirect("merge", public_id) if still else redirect("today")
    page = queries.merge_for_page(reader, found)
    return render(request, "communities/merge.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def dividing(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose that those who like go to a new community beside this one."""
    community, reader = seen(request, slug), reader_of(request)
    require(rules.may_propose_split(reader, community))
    if request.method != "POST" and (waiting := queries.open_split(community)):
        return redirect("split", slug, waiting.public_id)
    who = request.GET.get("who", "")[:80]
    members = queries.members_for_choice(community, text=who, chosen=request.POST.get("host", ""))
    form = SplitForm(request.POST or None, members=members)
    if request.method == "POST" and form.is_valid():
        split = _proposed(request, community, form)
        if split:
            messages.success(request, _("Members are asked: each chooses for themselves."))
            return redirect("split", slug, split.public_id)
    context = {
        "form": form,
        "who": who,
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community, here="desk"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/dividing.html", context, status=status)


@require_safe
def dividing_now(request: HttpRequest, slug: str) -> HttpResponse:
    """Where members choose; the community's page once that is over."""
    community = seen(request, slug)
    if not rules.may_see_members(reader_of(request), community):
        raise Http404
    waiting = queries.open_split(community)
    return redirect("split", slug, waiting.public_id) if waiting else redirect("community", slug)


def _proposed(request: HttpRequest, community: Community, form: SplitForm) -> Split | None:
    values = dict(form.cleaned_data)
    host = queries.member_to_entrust(values.pop("host"))
    if host is None:
        raise Http404
    try:
        return actions.propose_split(
            member=member_of(request), community=community, host=host, **values
        )
    except ValidationError as error:
        form.blame(error)
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Go or stay: each member for themselves."""
    community, reader = seen(request, slug), reader_of(request)
    found = queries.split_of(community, public_id)
    if found is None or not rules.may_see_members(reader, community):
        raise Http404
    if request.method == "POST":
        act, member = request.POST.get("act", ""), member_of(request)
        if act == "call_off":
            actions.call_off_split(member=member, split=found)
            messages.success(request, _("Everyone stays."))
        else:
            actions.choose_side(member=member, split=found, goes=act == "go")
            messages.success(
                request,
                _("You go, unless you change your mind.") if act == "go" else _("You stay."),
            )
        return redirect("split", slug, public_id)
    context = {
        "page": queries.split_for_page(reader, found),
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community),
    }
    return render(request, "communities/split.html", context)
