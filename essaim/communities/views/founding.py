"""From the first idea to the opening."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities import actions, queries, rules
from essaim.communities.forms import FounderForm, FoundForm, ManifestoForm, PurposeForm
from essaim.communities.models import SELF_STANDING_KINDS, Community, Kind
from essaim.communities.readers import member_of, reader_of
from essaim.communities.views.people import seen
from essaim.foundation import limits
from essaim.foundation.access import Refused, refused, require
from essaim.foundation.http import public, render

MOST_TO_ONE = 3  # a day, to one address, whoever asks: taking back and asking again is no way round
MOST_INVITATIONS = 20  # an hour, for one person: an invitation sends a mail to a stranger


@require_http_methods(["GET", "HEAD", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """Begin a community, on its own or inside another (`?inside=slug`)."""
    reader = reader_of(request)
    inside = request.GET.get("inside", "")
    parent = seen(request, inside) if inside else None
    require(rules.may_found(reader, Kind.CIRCLE, parent))
    kind = request.GET.get("kind", Kind.COMMITTEE if parent else Kind.MOVEMENT)
    asked = request.POST.get("kind", kind)
    if parent and asked in SELF_STANDING_KINDS:
        for name in queries.BEGINS_AT.collect(reader, [asked]).get(asked, ()):
            return redirect(name, parent.slug)
    form = FoundForm(request.POST or None, inside=parent is not None, initial={"kind": kind})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        values.pop("agree")
        try:
            community = actions.found_community(
                member=member_of(request),
                parent=parent,
                language=reader.language,
                consent_text=form.consent_text,
                **values,
            )
        except ValidationError as error:
            form.blame(error)
        else:
            return redirect("community_founding", community.slug)
    context = {
        "form": form,
        "helps": {one.value: _help(one) for one in form.kinds},
        "parent_name": parent.name if parent else "",
        "parent_slug": parent.slug if parent else "",
        "is_political": parent.is_political if parent else False,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "communities/found.html", context, status=status)


def _help(kind: Kind) -> str:
    return {
        Kind.MOVEMENT: _("People who want to change something, wherever they live."),
        Kind.ORGANISATION: _("People of one or several organisations who try new ways."),
        Kind.COMMITTEE: _("The same cause, near where you live or work."),
        Kind.CHAPTER: _("A branch elsewhere, with its own life."),
        Kind.PRACTICE: _("People who learn from one another in one field."),
        Kind.COHORT: _("People who go through a programme together."),
        Kind.PROJECT: _("A team that makes one thing."),
        Kind.CIRCLE: _("Eight, twelve, at most twenty-five people who know one another."),
        Kind.UNIT: _("A service or a department of an organisation, and who works in it."),
    }[kind]


@require_http_methods(["GET", "HEAD", "POST"])
def founding(request: HttpRequest, slug: str) -> HttpResponse:
    """What is there and what is missing; POST keeps the manifesto's draft or the purpose."""
    community = seen(request, slug)
    if community.opened_at:
        return redirect("community", slug)
    require(rules.may_describe(reader_of(request), community))
    if request.method != "POST":
        return _founding(request, community)
    form = _text_form(request, community)
    if form.is_valid():
        try:
            if isinstance(form, ManifestoForm):
                actions.write_manifesto(
                    member=member_of(request), community=community, **form.cleaned_data
                )
            else:
                actions.update_community(
                    member=member_of(request), community=community, **form.cleaned_data
                )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved. Nobody but the founders sees it yet."))
            return redirect("community_founding", slug)
    return _founding(request, community, text_form=form, status=422)


def _text_form(request: HttpRequest, community: Community) -> ManifestoForm | PurposeForm:
    if community.needs_manifesto:
        return ManifestoForm(request.POST)
    return PurposeForm(request.POST)


def _founding(  # the one page that all these views come back to
    request: HttpRequest,
    community: Community,
    *,
    text_form: ManifestoForm | PurposeForm | None = None,
    founder_form: FounderForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    page = queries.founding_for_page(reader_of(request), community)
    if text_form is None:
        text_form = (
            ManifestoForm(initial=page.draft)
            if page.needs_manifesto
            else PurposeForm(initial={"purpose": page.purpose})
        )
    context = {
        "page": page,
        "text_form": text_form,
        "founder_form": founder_form or FounderForm(prefix="founder"),
        "problem": problem,
    }
    return render(request, "communities/founding.html", context, status=status)


@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Name a founder."""
    community, member = seen(request, slug), member_of(request)
    require(rules.may_describe(reader_of(request), community))
    form = FounderForm(request.POST, prefix="founder")
    if form.is_valid():
        asked = form.cleaned_data["email"].lower()
        if not (
            limits.allow(f"invite:{member.pk}", at_most=MOST_INVITATIONS, seconds=3600)
            and limits.allow(f"invited:{asked}", at_most=MOST_TO_ONE, seconds=86_400)
        ):
            require(refused(_("That is many invitations. Wait an hour before the next ones.")))
        try:
            founder = actions.invite_founder(
                member=member, community=community, **form.cleaned_data
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(
                request, _("%(name)s receives a mail and answers.") % {"name": founder.name}
            )
            return redirect("community_founding", slug)
    return _founding(request, community, founder_form=form, status=422)


@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back an invitation."""
    actions.withdraw_founder(
        member=member_of(request),
        community=seen(request, slug),
        email=request.POST.get("email", ""),
    )
    messages.success(request, _("The invitation is taken back."))
    return redirect("community_founding", slug)


@require_POST
def withdraw_words(request: HttpRequest, slug: str) -> HttpResponse:
    """A founder takes back what stands beside their name."""
    if actions.withdraw_founder_words(member=member_of(request), community=seen(request, slug)):
        messages.success(request, _("What you said as a founder is taken back; your name stays."))
    return redirect("community", slug)


@require_POST
def open_it(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the community; the action refuses while something is missing."""
    community = seen(request, slug)
    try:
        opened = actions.open_community(member=member_of(request), community=community)
    except Refused as refusal:
        if community.opened_at or not rules.may_describe(reader_of(request), community):
            raise
        return _founding(request, community, problem=str(refusal.reason), status=422)
    if opened.opened_at is None:
        messages.success(request, _("Asked. You are told as soon as there is an answer."))
        return redirect("community_founding", slug)
    messages.success(request, _("%(name)s is open: everyone can join.") % {"name": community.name})
    return redirect("community", slug)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def founder_answer(request: HttpRequest, token: str) -> HttpResponse:
    """A founder says yes or no; looking at the page says nothing."""
    reader = reader_of(request)
    email = getattr(request.user, "email", "") if reader.is_known else ""
    page = queries.invitation_for_page(reader, email, token)
    if page is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("answer") == "no":
            actions.decline_founder(token=token)
            messages.success(request, _("Thank you for answering. You will not be named."))
            return redirect("founder_answer", token)
        if not reader.is_known:
            raise Refused(_("Sign in with the address that this invitation was sent to."))
        community = actions.confirm_founder(member=member_of(request), token=token)
        messages.success(request, _("You are a founder of %(name)s.") % {"name": community.name})
        return redirect("community", community.slug)
    return render(request, "communities/answer.html", {"page": page, "token": token})
