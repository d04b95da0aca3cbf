from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import ANONYMOUS, member_of
from essaim.communities.rules import may_see_community
from essaim.discussions.forms import PostForm
from essaim.discussions.queries import thread_if_any
from essaim.foundation.access import require
from essaim.foundation.http import public, render
from essaim.ideas import actions, queries, rules
from essaim.ideas.forms import DebateForm, WithdrawForm
from essaim.ideas.models import Debate
from essaim.ideas.views.finding import find_community, find_debate

NARROWING = ("order", "category", "fate")


@dataclass(frozen=True, slots=True)
class Option:
    """One way to narrow or order a list."""

    label: str
    href: str
    current: bool


@public
@require_safe
def debates(request: HttpRequest, slug: str) -> HttpResponse:
    """What a community asked, asks, and kept from elsewhere."""
    reader, community = find_community(request, slug)
    return render(
        request,
        "ideas/debates.html",
        {
            "page": queries.debates_for_list(reader, community, after=request.GET.get("after")),
            "slug": slug,
            "has_feed": bool(may_see_community(ANONYMOUS, community)),
            "community": community.name,
            "is_archive": community.archived_at is not None,
            "may_ask": bool(rules.may_ask_debate(reader, community)),
            "bar": bar_for_page(reader, community, here="debates"),
        },
        block="rows",
    )


@public
@require_safe
def debate(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    reader, found = find_debate(request, slug, public_id)
    chosen = {name: request.GET.get(name, "") for name in NARROWING}
    categories = queries.categories_of(found)
    page = queries.debate_for_page(reader, found)
    return render(
        request,
        "ideas/debate.html",
        {
            "has_feed": bool(rules.may_see_debate(ANONYMOUS, found)),
            "page": page,
            "ideas": queries.ideas_for_list(
                reader,
                found,
                order=chosen["order"] or _first_order(found),
                category=chosen["category"],
                fate=chosen["fate"],
                has_carried=any(not one.is_sent for one in page.syntheses),
                after=request.GET.get("ideas"),
            ),
            "orders": _options(chosen, "order", _orders(found), first=_first_order(found)),
            "fates": _options(chosen, "fate", {"": _("all"), **queries.fates()}),
            "categories": _options(
                chosen, "category", {"": _("all"), **{name: name for name in categories}}
            ),
            "narrowed": {name: value for name, value in chosen.items() if value},
            "thread": thread_if_any(reader, found.thread, after=request.GET.get("after")),
            "form": PostForm(),
            "bar": bar_for_page(reader, found.community, here="debates"),
        },
        block="rows",
    )


def _first_order(found: Debate) -> str:
    """Newest first while all can still be read by all; then what most people stood behind."""
    if found.archived_at:
        return "source"
    return "new" if found.is_open else "supported"


def _orders(found: Debate) -> dict[str, str]:
    if found.archived_at:
        return {"source": _("most supported at the source"), "new": _("newest")}
    return {"new": _("newest"), "supported": _("most supported")}


def _options(
    chosen: dict[str, str], name: str, labels: dict[str, str], *, first: str = ""
) -> list[Option]:
    """The same list narrowed otherwise; what is chosen elsewhere stays."""
    current = chosen[name] or first
    return [
        Option(
            label=label,
            href="?" + urlencode({k: v for k, v in {**chosen, name: value}.items() if v}),
            current=value == current,
        )
        for value, label in labels.items()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def debate_new(request: HttpRequest, slug: str) -> HttpResponse:
    reader, community = find_community(request, slug)
    require(rules.may_ask_debate(reader, community))
    form = DebateForm(request.POST or None, initial={"language": community.language})
    if form.is_valid():
        try:
            made = actions.ask_debate(
                member=member_of(request), community=community, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your question is drafted. It is not open yet."))
            return _to(made)
    return render(
        request,
        "ideas/debate_form.html",
        {
            "form": form,
            "slug": slug,
            "debate": None,
            "bar": bar_for_page(reader, community, here="debates"),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def debate_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    reader, found = find_debate(request, slug, public_id)
    require(rules.may_edit_debate(reader, found))
    form = DebateForm(request.POST or None, initial=DebateForm.values_of(found))
    if form.is_valid():
        try:
            actions.update_debate(member=member_of(request), debate=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The draft is saved."))
            return _to(found)
    return render(
        request,
        "ideas/debate_form.html",
        {
            "form": form,
            "slug": slug,
            "debate": public_id,
            "bar": bar_for_page(reader, found.community, here="debates"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def debate_open(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    _reader, found = find_debate(request, slug, public_id)
    actions.open_debate(member=member_of(request), debate=found)
    messages.success(request, _("The debate is open. The members of the community are told."))
    return _to(found)


@require_http_methods(["GET", "HEAD", "POST"])
def debate_withdraw(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Take the question back: an open one with a reason."""
    reader, found = find_debate(request, slug, public_id)
    require(rules.may_withdraw_debate(reader, found))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdrawn = actions.withdraw_debate(
                member=member_of(request), debate=found, reason=form.cleaned_data["reason"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The debate is withdrawn."))
            if withdrawn.opened_at:
                return _to(found)
            return HttpResponseRedirect(reverse("debates", args=[slug]))
    return render(
        request,
        "ideas/debate_withdraw.html",
        {
            "form": form,
            "question": found.question,
            "language": found.language,
            "is_open": not found.is_draft,
            "back": reverse("debate", args=[slug, public_id]),
            "slug": slug,
            "bar": bar_for_page(reader, found.community, here="debates"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def debate_close(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    reader, found = find_debate(request, slug, public_id)
    require(rules.may_close_debate(reader, found))
    actions.close_debate(debate=found, member=member_of(request))
    messages.success(request, _("The debate is closed; its answers are now owed by their date."))
    return _to(found)


def _to(found: Debate) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("debate", args=[found.community.slug, found.public_id]))
