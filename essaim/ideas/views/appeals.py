from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import member_of
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.ideas import actions, rules
from essaim.ideas.forms import ContestForm, HideForm, SecondLookForm
from essaim.ideas.views.finding import find_idea, page_of


@require_http_methods(["GET", "HEAD", "POST"])
def idea_contest(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for a second look at the answer."""
    reader, found = find_idea(request, public_id)
    require(rules.may_contest(reader, found))
    form = ContestForm(request.POST or None)
    if form.is_valid():
        try:
            actions.contest_answer(member=member_of(request), idea=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Someone else will look at it again. You will be told."))
            return HttpResponseRedirect(reverse("idea", args=[public_id]) + "#answer")
    return render(
        request,
        "ideas/idea_contest.html",
        {
            "form": form,
            "idea": page_of(reader, found),
            "days": found.debate.answer_delay_days or actions.USUAL_DAYS,
            "bar": bar_for_page(reader, found.debate.community, here="debates"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def idea_contest_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_idea(request, public_id)
    was_decided = bool(found.answer.appeal.decided_at) if rules.appeal_against(found) else False
    actions.withdraw_appeal(member=member_of(request), idea=found)
    messages.success(
        request,
        _("Your words are gone; the decision stays.")
        if was_decided
        else _("Taken back: the first answer stands."),
    )
    return HttpResponseRedirect(reverse("idea", args=[public_id]) + "#answer")


@require_http_methods(["GET", "HEAD", "POST"])
def idea_contest_hide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hide why an answer was contested."""
    reader, found = find_idea(request, public_id)
    require(rules.may_hide_appeal(reader, found))
    form = HideForm(request.POST or None)
    if form.is_valid():
        try:
            actions.hide_appeal(member=member_of(request), idea=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The reasons are hidden; whoever wrote them is told why."))
            return HttpResponseRedirect(reverse("idea", args=[public_id]) + "#answer")
    return render(
        request,
        "ideas/idea_contest_hide.html",
        {
            "form": form,
            "idea": page_of(reader, found),
            "bar": bar_for_page(reader, found.debate.community, here="debates"),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def idea_second_look(request: HttpRequest, public_id: str) -> HttpResponse:
    """Decide about an answer that was contested."""
    reader, found = find_idea(request, public_id)
    require(rules.may_decide_appeal(reader, found))
    debate = found.debate
    form = SecondLookForm(
        request.POST or None,
        first=found.answer.decision,
        initial={"owner_role": debate.answering_role, "owner_title": debate.answering_title},
    )
    if form.is_valid():
        try:
            actions.decide_appeal(member=member_of(request), idea=found, **form.values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your decision is published. Contributors are told."))
            return HttpResponseRedirect(reverse("idea", args=[public_id]) + "#answer")
    return render(
        request,
        "ideas/idea_second_look.html",
        {
            "form": form,
            "idea": page_of(reader, found),
            "bar": bar_for_page(reader, debate.community, here="answers"),
        },
        status=422 if form.errors else 200,
    )
