from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import member_of
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404
from essaim.members.queries import display_name
from essaim.projects import actions, queries, rules
from essaim.projects.actions import Met
from essaim.projects.forms import PARTS_IN_SHORT, PolicyForm, validation_form
from essaim.projects.models import ValidationDecision
from essaim.projects.views.finding import did, find_host, find_project, to

POLICY = (
    *("needs_validation", "needs_second_validator", "validation_days"),
    *("gate_decider", "is_go_stop_only", "gate_days"),
)


@require_safe
def projects_queue(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for an answer, the oldest first, with its age."""
    reader, host = find_host(request, slug)
    or_404(rules.may_see_queue(reader, host) or None)
    context = {
        "lines": queries.queue_for_page(reader, host),
        "name": host.name,
        "slug": slug,
        "bar": bar_for_page(reader, host, here="projects"),
    }
    return render(request, "projects/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def projects_policy(request: HttpRequest, slug: str) -> HttpResponse:
    """How projects are validated here, what is asked of them, who answers at gates."""
    reader, host = find_host(request, slug)
    require(rules.may_set_policy(reader, host))
    policy = rules.policy_of(host)
    form = PolicyForm(
        request.POST or None, initial={name: getattr(policy, name) for name in POLICY}
    )
    if form.is_valid():
        values, member = dict(form.cleaned_data), member_of(request)
        start_from, question = values.pop("start_from"), values.pop("question")
        done = did(form, actions.set_policy, member=member, host=host, **values)
        if done and start_from:
            done = did(form, actions.start_from_set, member=member, host=host, name=start_from)
        if done and question:
            done = did(form, actions.add_criterion, member=member, host=host, question=question)
        if done:
            messages.success(request, _("Saved. What waits already keeps its own date."))
            return redirect("projects_policy", slug)
    context = {
        "form": form,
        "criteria": queries.criteria_of(host),
        "name": host.name,
        "slug": slug,
        "bar": bar_for_page(reader, host, here="projects"),
    }
    status = 422 if form.errors else 200
    return render(request, "projects/policy.html", context, status=status)


@require_POST
def criterion_retire(request: HttpRequest, slug: str) -> HttpResponse:
    _reader, host = find_host(request, slug)
    key = request.POST.get("key", "")
    actions.retire_criterion(member=member_of(request), host=host, key=key)
    return redirect("projects_policy", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def project_validate(request: HttpRequest, public_id: str) -> HttpResponse:
    """Each criterion, then the answer."""
    reader, found = find_project(request, public_id)
    waiting = queries.validation_waiting(found)
    require(rules.may_validate(reader, found, waiting))
    host = rules.host_of(found)
    criteria = queries.criteria_of(host)
    form = validation_form(criteria, request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        answers = {
            one.key: Met(values[f"criterion_{one.key}"] == "yes", values[f"words_{one.key}"])
            for one in criteria
        }
        validates = values["decision"] == ValidationDecision.VALIDATED
        if did(
            form,
            actions.answer_validation,
            member=member_of(request),
            project=found,
            answers=answers,
            validates=validates,
            reasons=values["reasons"],
            word=values["word"],
        ):
            messages.success(request, _("Your answer is given, and its bearer is told."))
            return to(found) if validates else redirect("projects_queue", host.slug)
    context = {
        "form": form,
        "criteria": criteria,
        "name": found.community.name,
        "lang": found.language,
        "parts_of": _parts(found),
        "action": request.path,
        "back": reverse("projects_queue", args=[host.slug]),
        "slug": host.slug,
        "is_second": bool(waiting and waiting.decided_at),
        "bearer": display_name(found.bearer) if found.bearer else "",
        "due_on": waiting.due_on if waiting else None,
        "questions": [(form[f"criterion_{one.key}"], form[f"words_{one.key}"]) for one in criteria],
        "answer": [form[name] for name in ("decision", "reasons", "word")],
        "bar": bar_for_page(reader, host, here="projects"),
    }
    status = 422 if form.errors else 200
    return render(request, "projects/validate.html", context, status=status)


def _parts(project: object) -> list[tuple[str, str]]:
    """What the project says of itself, as validators read it."""
    return [(str(label), getattr(project, name)) for name, label in PARTS_IN_SHORT.items()]
