"""What was decided, for everyone; and for those concerned, the second look."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.communities import actions, queries
from essaim.communities.forms import AppealForm, SecondLookForm
from essaim.communities.models import Decision
from essaim.communities.readers import member_of, reader_of
from essaim.communities.views.people import seen
from essaim.foundation.http import public, render


@public
@require_safe
def decisions(request: HttpRequest, slug: str) -> HttpResponse:
    """All decisions of a community, with their reasons."""
    community, reader = seen(request, slug), reader_of(request)
    context = {
        "page": queries.decisions_for_page(reader, community, after=request.GET.get("after")),
        "name": community.name,
        "slug": slug,
        "bar": queries.bar_for_page(reader, community, here="decisions"),
    }
    return render(request, "communities/decisions.html", context, block="rows")


@require_safe
def decision(request: HttpRequest, public_id: str) -> HttpResponse:
    """One decision, with what it is about and what one can do."""
    return _page(request, _found(request, public_id))


@require_POST
def decision_appeal(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask that somebody else looks at it."""
    found = _found(request, public_id)
    form = AppealForm(request.POST)
    if form.is_valid():
        try:
            actions.appeal_decision(
                member=member_of(request), decision=found, words=form.cleaned_data["words"]
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Somebody else looks at it, and you are told."))
            return redirect("decision", public_id)
    return _page(request, found, appeal_form=form, status=422)


@require_POST
def decision_answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """The second look: confirm or overturn, with a reason."""
    found = _found(request, public_id)
    form = SecondLookForm(request.POST)
    if form.is_valid():
        try:
            actions.answer_appeal(
                member=member_of(request),
                decision=found,
                is_upheld=form.cleaned_data["answer"] == "overturn",
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("The second look is recorded and public."))
            return redirect("decision", public_id)
    return _page(request, found, answer_form=form, status=422)


def _found(request: HttpRequest, public_id: str) -> Decision:
    found = queries.decision_to_see(reader_of(request), public_id)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    found: Decision,
    *,
    appeal_form: AppealForm | None = None,
    answer_form: SecondLookForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reader = reader_of(request)
    context = {
        "page": queries.decision_for_page(reader, found),
        "appeal_form": appeal_form or AppealForm(),
        "answer_form": answer_form or SecondLookForm(),
    }
    return render(request, "communities/decision.html", context, status=status)
