from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.readers import member_of, reader_of
from essaim.foundation.access import require
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.projects import actions, rules
from essaim.projects.forms import DecideForm, GateForm
from essaim.projects.queries import gates as queries
from essaim.projects.queries.bars import bar_of_project
from essaim.projects.views.finding import did, find_project, form_page, to


@require_http_methods(["GET", "HEAD", "POST"])
def gate_ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask to start, to go on, or to be accepted, with what beneficiaries say."""
    reader, found = find_project(request, public_id)
    require(rules.may_ask_gate(reader, found))
    kinds = queries.gates_to_ask(found)
    form = GateForm(request.POST or None, kinds=kinds)
    words = queries.words_to_ask(kinds[0][0])
    if form.is_valid() and did(
        form,
        actions.ask_gate,
        member=member_of(request),
        project=found,
        kind=form.cleaned_data["kind"],
        evidence=form.cleaned_data["evidence"],
        heard=form.heard,
    ):
        messages.success(request, _("It is asked; the answer and its reasons come to you."))
        return to(found, at="#gates")
    return form_page(
        request,
        found,
        form,
        title=words,
        submit=words,
        says=queries.words_on_answer(found),
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def gate(request: HttpRequest, public_id: str, gate_id: str) -> HttpResponse:
    """What was asked, on which evidence, and the answer; who may answer does it here."""
    reader = reader_of(request)
    _reader, found = find_project(request, public_id)
    one = or_404(queries.gate_named(found, gate_id))
    may = rules.may_decide_gate(reader, one)
    form = DecideForm(request.POST or None, is_go_stop_only=one.is_go_stop_only)
    if request.method == "POST":
        require(may)
        if form.is_valid() and did(
            form,
            actions.decide_gate,
            member=member_of(request),
            gate=one,
            decision=form.cleaned_data["decision"],
            reasons=form.cleaned_data["reasons"],
            keeps=form.cleaned_data["keeps"],
            conditions=form.conditions,
        ):
            messages.success(request, _("Your answer is given; the team is told."))
            return to(found, at="#gates")
    context = {
        "page": queries.gate_for_page(reader, one),
        "form": form,
        "may": may,
        "bar": bar_of_project(reader, found),
    }
    return render(request, "projects/gate.html", context, status=422 if form.errors else 200)


@require_POST
def condition_met(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_project(request, public_id)
    one = or_404(queries.condition_named(found, request.POST.get("condition", "")))
    actions.meet_condition(member=member_of(request), condition=one)
    return to(found, at="#gates")
