from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import member_of
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.ideas import actions, queries, rules
from essaim.ideas.forms import AnswerForm, DeliveryForm, GroupAnswerForm
from essaim.ideas.views.finding import find_community, find_debate, find_idea, page_of


@require_safe
def answers(request: HttpRequest, slug: str) -> HttpResponse:
    """The desk of whoever answers: what is due, what is late, what was promised."""
    reader, community = find_community(request, slug)
    lines = queries.answers_for_page(reader, community)
    if not lines and not queries.has_desk(reader, community):
        raise Http404
    return render(
        request,
        "ideas/answers.html",
        {
            "lines": lines,
            "slug": slug,
            "bar": bar_for_page(reader, community, here="answers"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def idea_answer(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_idea(request, public_id)
    require(rules.may_answer(reader, found))
    debate = found.debate
    form = AnswerForm(
        request.POST or None,
        initial={"owner_role": debate.answering_role, "owner_title": debate.answering_title},
    )
    if form.is_valid():
        try:
            actions.answer_idea(
                member=member_of(request),
                idea=found,
                decision=form.cleaned_data["decision"],
                reasons=form.cleaned_data["reasons"],
                delivery=form.delivery,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your answer is published. Contributors are told."))
            return HttpResponseRedirect(reverse("idea", args=[public_id]))
    return render(
        request,
        "ideas/idea_answer.html",
        {
            "form": form,
            "idea": queries.idea_named(found),
            "bar": bar_for_page(reader, debate.community, here="answers"),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def debate_answer_group(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    reader, found = find_debate(request, slug, public_id)
    require(rules.may_answer_group(reader, found))
    form = GroupAnswerForm(request.POST or None)
    if form.is_valid():
        try:
            actions.answer_group(member=member_of(request), debate=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your answer is published. Contributors are told."))
            return HttpResponseRedirect(reverse("debate", args=[slug, public_id]))
    return render(
        request,
        "ideas/debate_answer.html",
        {
            "form": form,
            "debate": queries.debate_for_page(reader, found),
            "ideas": queries.group_for_page(reader, found),
            "bar": bar_for_page(reader, found.community, here="answers"),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def idea_deliver(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_idea(request, public_id)
    require(rules.may_deliver(reader, found, queries.promise_about(found)))
    form = DeliveryForm(request.POST or None)
    if form.is_valid():
        try:
            actions.keep_delivery(
                member=member_of(request), idea=found, text=form.cleaned_data["text"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Recorded as done today. Contributors are told."))
            return HttpResponseRedirect(reverse("idea", args=[public_id]))
    return render(
        request,
        "ideas/idea_deliver.html",
        {
            "form": form,
            "idea": page_of(reader, found),
            "bar": bar_for_page(reader, found.debate.community, here="answers"),
        },
        status=422 if form.errors else 200,
    )
