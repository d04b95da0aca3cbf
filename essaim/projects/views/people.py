from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.queries import consent_words
from essaim.communities.readers import member_of, reader_of
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404
from essaim.projects import actions, rules
from essaim.projects.forms import ExceptionForm, InviteForm
from essaim.projects.models import SPONSOR_PARTS, Invitation, Part, Sponsorship
from essaim.projects.queries import people as queries
from essaim.projects.queries.bars import bar_of_project
from essaim.projects.views.finding import did, find_project, form_page, to

DOES = {
    Part.SPONSOR: gettext_lazy(
        "A sponsor stands outside the team: they open doors for the project, and answer at its"
        " gates whether it goes on."
    ),
    Part.ELECTED: gettext_lazy(
        "An elected sponsor stands outside the team: they open doors for the project among those"
        " who decide. They do not answer at its gates."
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def project_team(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who takes part and who was asked; POST asks somebody, or makes a link to pass on."""
    reader, found = find_project(request, public_id)
    or_404(reader.is_known or None)
    page = queries.team_for_page(reader, found)
    form = InviteForm(
        request.POST or None,
        parts=page.parts,
        people=page.people,
        excepts=page.excepts,
        initial={"part": page.parts[0][0] if page.parts else ""},
    )
    if request.method == "POST":
        require(rules.may_invite(reader, found, request.POST.get("part", "team")))
        if form.is_valid():
            values = dict(form.cleaned_data)
            values["invited"] = queries.person_to_invite(values["invited"])
            if did(form, actions.invite, member=member_of(request), project=found, **values):
                messages.success(request, _("They are asked; they take part once they say yes."))
                return redirect("project_team", public_id)
    context = {
        "page": page,
        "form": form,
        "name": found.community.name,
        "lang": found.language,
        "public_id": public_id,
        "slug": found.community.slug,
        "site": settings.SITE_URL,
        "bar": bar_of_project(reader, found),
    }
    return render(request, "projects/team.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What one is asked to be, for what; yes or no."""
    reader = reader_of(request)
    found = or_404(queries.invitation_to_answer(token))
    or_404(rules.may_see_invitation(reader, found) or None)
    joins = found.part not in SPONSOR_PARTS and not reader.belongs_to(found.project.community_id)
    consent = consent_words(found.project.community)
    may = rules.may_accept(reader, found)
    if request.method == "POST":
        member = member_of(request)
        if request.POST.get("answer") == "no":
            actions.decline_invitation(member=member, invitation=found)
            if found.member_id is None:
                said = _("Nothing was kept; the link stays open for others.")
            else:
                said = _("They are told that you do not.")
            messages.success(request, said)
            return redirect("today")
        try:
            actions.accept_invitation(member=member, invitation=found, consent_text=consent)
        except ValidationError as error:
            raise Http404 from error
        messages.success(request, _("You take part. Thank you."))
        return redirect("project", found.project.public_id)
    context = {
        "page": queries.invitation_for_page(found),
        "may": may,
        "token": token,
        "consent": consent if joins else "",
        "heading": _asked_to_be(found),
        "does": DOES.get(Part(found.part), ""),
    }
    return render(request, "projects/invitation.html", context)


def _asked_to_be(invitation: Invitation) -> str:
    said = {"name": invitation.project.community.name, "part": Part(invitation.part).label}
    if invitation.part == Part.BEARER:
        return _("You are asked to bear “%(name)s”") % said
    if invitation.part == Part.CO_BEARER:
        return _("You are asked to bear “%(name)s” with others") % said
    return pgettext("project", "You are asked to be %(part)s of “%(name)s”") % said


@require_POST
def invitation_withdraw(request: HttpRequest, token: str) -> HttpResponse:
    made = or_404(queries.invitation_named(token))
    _reader, found = find_project(request, made.project.public_id)
    actions.withdraw_invitation(member=member_of(request), invitation=made)
    return redirect("project_team", found.public_id)


@require_POST
def part_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """Leave a part, or end it for somebody."""
    reader, found = find_project(request, public_id)
    mandate = or_404(queries.part_named(found, request.POST.get("part", "")))
    is_mine = mandate.member_id == reader.member_id
    actions.end_part(member=member_of(request), project=found, mandate=mandate)
    messages.success(request, _("You have left it.") if is_mine else _("It is ended."))
    return to(found) if is_mine else redirect("project_team", public_id)


@require_POST
def sponsor_end(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_project(request, public_id)
    chosen = or_404(queries.sponsorship_named(found, request.POST.get("sponsor", "")))
    actions.end_sponsorship(member=member_of(request), sponsorship=chosen)
    return redirect("project_team", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def sponsor_exception(request: HttpRequest, public_id: str, sponsor: str) -> HttpResponse:
    """Why a sponsor who stands inside the perimeter stays."""
    reader, found = find_project(request, public_id)
    chosen: Sponsorship = or_404(queries.sponsorship_named(found, sponsor))
    require(rules.may_grant_exception(reader, found, chosen.member_id))
    form = ExceptionForm(request.POST or None, initial={"reason": chosen.exception_reason})
    if form.is_valid() and did(
        form,
        actions.grant_exception,
        member=member_of(request),
        sponsorship=chosen,
        **form.cleaned_data,
    ):
        return redirect("project_team", public_id)
    return form_page(
        request,
        found,
        form,
        title=_("An exception for the sponsor"),
        submit=_("Write the exception"),
        says=_("A sponsor comes from outside the units of the team and of what is touched."),
        back=reverse("project_team", args=[public_id]),
    )
