"""For those who run a community."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities import actions, queries, rules
from essaim.communities.forms import (
    DelegateForm,
    MandateForm,
    ManifestoForm,
    MoveForm,
    ReasonForm,
    SettingsForm,
    SwitchForm,
)
from essaim.communities.models import Community, Mandate
from essaim.communities.readers import Reader, member_of, reader_of
from essaim.communities.views.people import seen
from essaim.foundation.access import require
from essaim.foundation.http import render


@require_http_methods(["GET", "HEAD", "POST"])
def manifesto_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the next version; `publish` puts it in force."""
    community, reader = seen(request, slug), reader_of(request)
    require(rules.may_edit(reader, community))
    if not community.needs_manifesto:
        raise Http404
    if community.opened_at is None:
        return redirect("community_founding", slug)
    form = ManifestoForm(request.POST or None, initial=queries.draft_texts(community))
    if request.method == "POST" and form.is_valid():
        member = member_of(request)
        try:
            actions.write_manifesto(member=member, community=community, **form.cleaned_data)
            if "publish" in request.POST:
                actions.publish_manifesto(member=member, community=community)
        except ValidationError as error:
            form.blame(error)
        else:
            if "publish" not in request.POST:
                messages.success(request, _("Saved. Nobody else sees this draft."))
                return redirect("manifesto_edit", slug)
            messages.success(request, _("The new version is in force. Members can renew."))
            return redirect("manifesto", slug)
    context = {
        "form": form,
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community, here="manifesto"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/manifesto_edit.html", context, status=status)


@require_safe
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for those who hold a role here."""
    community, reader = seen(request, slug), reader_of(request)
    if not rules.may_use_desk(reader, community):
        raise Http404
    context = {
        "desk": queries.desk_for_page(reader, community),
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community, here="desk"),
    }
    return render(request, "communities/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """What a community says of itself and who may see it."""
    community, reader = seen(request, slug), reader_of(request)
    require(rules.may_describe(reader, community))
    fields = ("name", "tagline", "purpose", "place", "founded_on", "language", "visibility")
    form = SettingsForm(
        request.POST or None, initial={field: getattr(community, field) for field in fields}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_community(
                member=member_of(request), community=community, **form.cleaned_data
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("community_settings", slug)
    status = 422 if request.method == "POST" else 200
    return _settings(request, community, form, _move_form(reader, community), status)


def _settings(
    request: HttpRequest, community: Community, form: SettingsForm, move_form: MoveForm, status: int
) -> HttpResponse:
    reader = reader_of(request)
    context = {
        "form": form,
        "move_form": move_form,
        "name": community.name,
        "slug": community.slug,
        "is_open": community.is_open,
        "leaving": queries.leaving_reasons(community),
        "may_close": rules.may_close(reader, community),
        "switches": queries.switches_of(community),
        "may_move": rules.may_move(reader, community, None),
        "bar": queries.bar_for_page(reader, community, here="desk"),
    }
    return render(request, "communities/settings.html", context, status=status)


def _move_form(reader: Reader, community: Community, data: object = None) -> MoveForm:
    parents = [
        (one.slug, one.name)
        for one in reader.communities
        if one.is_open and one.community_id != community.pk
    ]
    above = community.parent.slug if community.parent else ""
    return MoveForm(data, parents=parents, initial={"parent": above})


@require_POST
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a community under another one, or on its own."""
    community, reader = seen(request, slug), reader_of(request)
    form = _move_form(reader, community, request.POST)
    if not form.is_valid():
        require(rules.may_edit(reader, community))
        return _settings(request, community, SettingsForm(), form, 422)
    parent = seen(request, form.cleaned_data["parent"]) if form.cleaned_data["parent"] else None
    actions.move_community(member=member_of(request), community=community, parent=parent)
    messages.success(request, _("Moved."))
    return redirect("community_settings", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest, slug: str, subplatform: str) -> HttpResponse:
    """What there is of a sub-platform, and the button that switches it off or on."""
    community, reader = seen(request, slug), reader_of(request)
    require(rules.may_edit(reader, community))
    page = queries.switch_for_page(reader, community, subplatform)
    if page is None:
        raise Http404
    form = SwitchForm(request.POST or None, initial={"is_on": "no" if page.line.is_on else "yes"})
    if request.method == "POST" and form.is_valid():
        is_on = form.cleaned_data["is_on"] == "yes"
        switch_it = actions.switch_on if is_on else actions.switch_off
        switch_it(member=member_of(request), community=community, subplatform=subplatform)
        messages.success(
            request,
            _("Switched on: everything is where it was.")
            if is_on
            else _("Switched off: nothing of it is shown any more."),
        )
        return redirect(reverse("community_settings", args=[slug]) + "#uses")
    context = {
        "page": page,
        "form": form,
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community, here="settings"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/switch.html", context, status=status)


@require_POST
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """End a community; what it holds stays readable."""
    community = seen(request, slug)
    actions.close_community(member=member_of(request), community=community)
    messages.success(request, _("%(name)s is closed.") % {"name": community.name})
    return redirect("community", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def close_from_above(request: HttpRequest, slug: str) -> HttpResponse:
    """End a community that one looks after from above, with a reason that everyone reads."""
    community, reader = seen(request, slug), reader_of(request)
    require(rules.may_close_from_above(reader, community))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_from_above(
                member=member_of(request), community=community, reason=form.cleaned_data["reason"]
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("%(name)s is closed.") % {"name": community.name})
            return redirect("decisions", slug)
    context = {
        "form": form,
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community, here="desk"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/close_from_above.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def mandates(request: HttpRequest, slug: str) -> HttpResponse:
    """Who holds which role, since when; POST gives one."""
    community, reader = seen(request, slug), reader_of(request)
    if not rules.may_see_members(reader, community):
        raise Http404
    page = queries.mandates_for_page(reader, community)
    who = request.GET.get("who", "")[:80]
    form, choices = None, []
    if page.may_give:
        chosen = request.POST.get("holder", "")
        choices = queries.members_for_choice(community, text=who, chosen=chosen)
        form = MandateForm(request.POST or None, members=choices)
    if request.method == "POST":
        require(page.may_give)
        if form is not None and form.is_valid() and _given(request, community, form):
            return redirect("mandates", slug)
    context = {
        "page": page,
        "form": form,
        "who": who,
        "has_choices": bool(choices),
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community, here="members"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/mandates.html", context, status=status)


def _given(request: HttpRequest, community: Community, form: MandateForm) -> bool:
    """Whether the role was given; else the form says why not."""
    values = form.cleaned_data
    holder = queries.member_to_entrust(values.pop("holder"))
    if holder is None:
        raise Http404
    try:
        actions.give_mandate(
            member=member_of(request), community=community, holder=holder, **values
        )
    except ValidationError as error:
        form.blame(error)
        return False
    messages.success(request, _("The role is given."))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def mandate_delegate(request: HttpRequest, slug: str, role: str) -> HttpResponse:
    """Let somebody else do what a role of one's own entitles to."""
    community, reader = seen(request, slug), reader_of(request)
    mandate = queries.mandate_to_lend_from(reader, community, role)
    if mandate is None:
        raise Http404
    who = request.GET.get("who", "")[:80]
    chosen = request.POST.get("delegate", "")
    members = queries.members_for_choice(community, text=who, chosen=chosen)
    form = DelegateForm(
        request.POST or None,
        members=[one for one in members if one[0] != reader.public_id],
        powers=queries.powers_to_lend(mandate),
    )
    if request.method == "POST" and form.is_valid() and _lent(request, mandate, form):
        return redirect("mandates", slug)
    context = {
        "form": form,
        "who": who,
        "has_choices": bool(members),
        "title": queries.title_of(mandate),
        "role": role,
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community, here="members"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/mandate_delegate.html", context, status=status)


def _lent(request: HttpRequest, mandate: Mandate, form: DelegateForm) -> bool:
    """Whether it was lent; else the form says why not."""
    values = form.cleaned_data
    somebody = queries.member_to_entrust(values["delegate"])
    if somebody is None:
        raise Http404
    try:
        actions.delegate(
            member=member_of(request),
            mandate=mandate,
            delegate=somebody,
            powers=values["powers"],
            ends_on=values["ends_on"],
        )
    except ValidationError as error:
        form.blame(error)
        return False
    messages.success(request, _("%(name)s may act in your stead.") % {"name": somebody.name})
    return True


@require_POST
def delegation_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """End at once what was lent."""
    community = seen(request, slug)
    delegation = queries.delegation_to_withdraw(community, request.POST.get("delegation", ""))
    if delegation is None:
        raise Http404
    actions.withdraw_delegation(member=member_of(request), delegation=delegation)
    messages.success(request, _("It ends now."))
    return redirect("mandates", slug)


@require_POST
def mandate_end(request: HttpRequest, slug: str) -> HttpResponse:
    """End a role today."""
    community = seen(request, slug)
    mandate = queries.mandate_for_ending(community, request.POST.get("mandate", ""))
    if mandate is None:
        raise Http404
    is_sure = request.POST.get("without_host") == "yes"
    try:
        actions.end_mandate(member=member_of(request), mandate=mandate, without_host=is_sure)
    except actions.LastHost as last:
        messages.error(request, str(last.reason))
        return redirect("community_hosting", slug)
    messages.success(request, _("The role ends today."))
    return redirect("mandates", slug)
