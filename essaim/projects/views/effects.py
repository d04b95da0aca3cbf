from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import member_of, reader_of
from essaim.design.printing import render_sheet
from essaim.foundation.access import require
from essaim.foundation.forms import Form
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.members.models import Member
from essaim.projects.actions import effects as actions
from essaim.projects.actions import follow_ups
from essaim.projects.forms.effects import (
    AroundForm,
    BeneficiariesForm,
    GroupForm,
    IndicatorForm,
    MeasureForm,
    RecognitionForm,
    WordsForm,
)
from essaim.projects.forms.telling import NewsForm
from essaim.projects.models import Project
from essaim.projects.queries import effects as queries
from essaim.projects.queries.logbook import head_of
from essaim.projects.rules import effects as rules
from essaim.projects.views.finding import find_project

Choices = Callable[[Project], list[Any]]


@dataclass(frozen=True)
class Part:
    """One kind of thing that is counted: its form, what it is chosen from, and the action."""

    title: Promise
    form: type[Form]
    act: Callable[..., Any]
    of: str = ""  # the field that names what it is chosen from
    choices: Choices | None = None
    edits: bool = False


PARTS = {
    "group": Part(
        gettext_lazy("Who gains, along the chain"), GroupForm, actions.name_group, edits=True
    ),
    "indicator": Part(
        gettext_lazy("What we measure"), IndicatorForm, actions.define_indicator, edits=True
    ),
    "measure": Part(
        gettext_lazy("A number of ours"),
        MeasureForm,
        actions.record_measure,
        "indicator",
        queries.indicators_to_choose,
    ),
    "beneficiaries": Part(
        gettext_lazy("People who gained"),
        BeneficiariesForm,
        actions.count_beneficiaries,
        "group",
        queries.groups_to_choose,
    ),
    "around": Part(gettext_lazy("People around the team"), AroundForm, actions.count_people_around),
    "recognition": Part(
        gettext_lazy("A prize, funding, an article"), RecognitionForm, actions.add_recognition
    ),
}
RENAMED = {"ends_on": "last_day", "amount_cents": "amount"}


def _part(name: str) -> Part:
    if name not in PARTS:
        raise Http404
    return PARTS[name]


@public
@require_safe
def project_effects(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, project = find_project(request, public_id)
    page = queries.effects_for_page(reader, project)
    return render(request, "projects/effects.html", {"page": page, "head": page.head})


@public
@require_safe
def project_effects_print(request: HttpRequest, public_id: str) -> HttpResponse:
    """One page for a wall or a council."""
    reader, project = find_project(request, public_id)
    return render_sheet(
        request,
        "projects/effects_print.html",
        {"page": queries.effects_for_page(reader, project)},
        of=reverse("project_effects", args=[public_id]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def effect_words(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, project = find_project(request, public_id)
    require(rules.may_count_effects(reader, project))
    initial = WordsForm.values_of(getattr(project, "effect_words", None))
    form = WordsForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            actions.say_effects(member=member_of(request), project=project, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            return _to_effects(project)
    return _form(
        request, project, form, title=_("What is ours in it"), action=request.get_full_path()
    )


@require_http_methods(["GET", "HEAD", "POST"])
def effect_new(request: HttpRequest, public_id: str, part: str) -> HttpResponse:
    return _write(request, public_id, part)


@require_http_methods(["GET", "HEAD", "POST"])
def effect_edit(request: HttpRequest, public_id: str, part: str, item: str) -> HttpResponse:
    """A group or an indicator in better words; numbers are withdrawn and entered again."""
    return _write(request, public_id, part, item)


def _write(request: HttpRequest, public_id: str, name: str, item: str = "") -> HttpResponse:
    reader, project = find_project(request, public_id)
    part = _part(name)
    require(rules.may_count_effects(reader, project))
    offered = part.choices(project) if part.choices else []
    values: dict[str, Any] = {}
    if part.of:
        if not offered:
            messages.info(request, _("First say of whom, or of what, the number is."))
            first = "indicator" if name == "measure" else "group"
            return HttpResponseRedirect(reverse("effect_new", args=[public_id, first]))
        values = {
            "chosen_from": offered,
            "initial": {part.of: request.GET.get("of", "")},
        }
    edited = _edited(part, name, project, item) if item else None
    if edited is not None:
        names = part.form.base_fields
        values["initial"] = {field: getattr(edited, field) for field in names}
    form = part.form(request.POST or None, **values)
    if form.is_valid():
        given = dict(form.cleaned_data)
        if part.of:
            chosen = given[part.of]
            given[part.of] = next(one for one in offered if one.public_id == chosen)
        else:
            given["project"] = project
        if edited is not None:
            given[name] = edited
        if _done(form, part.act, member_of(request), given):
            messages.success(request, _("It is written down."))
            return _to_effects(project)
    return _form(request, project, form, title=str(part.title), action=request.get_full_path())


def _edited(part: Part, name: str, project: Project, item: str) -> Any:
    if not part.edits:
        raise Http404
    listed = (
        queries.groups_to_choose(project)
        if name == "group"
        else queries.indicators_to_choose(project)
    )
    return or_404(next((one for one in listed if one.public_id == item), None))


def _done(form: Form, act: Callable[..., Any], member: Member, given: Any) -> bool:
    try:
        act(member=member, **given)
    except ValidationError as error:
        form.blame(error, **RENAMED)
        return False
    return True


@require_POST
def effect_remove(request: HttpRequest, public_id: str, part: str, item: str) -> HttpResponse:
    reader, project = find_project(request, public_id)
    _part(part)
    require(rules.may_count_effects(reader, project))
    actions.take_effect_away(member=member_of(request), project=project, kind=part, public_id=item)
    return render(
        request,
        "projects/effect_removed.html",
        {"head": head_of(reader, project), "part": part, "item": item},
    )


@require_POST
def effect_restore(request: HttpRequest, public_id: str, part: str, item: str) -> HttpResponse:
    _reader, project = find_project(request, public_id)
    _part(part)
    actions.put_effect_back(member=member_of(request), project=project, kind=part, public_id=item)
    return _to_effects(project)


@require_http_methods(["GET", "HEAD", "POST"])
def news(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is owed after some months: is it alive, and how does it go."""
    reader = reader_of(request)
    follow_up = or_404(queries.follow_up_for_page(reader, public_id))
    require(rules.may_tell_news(reader, follow_up))
    form = NewsForm(request.POST or None)
    if form.is_valid() and _done(
        form,
        follow_ups.tell_news,
        member_of(request),
        {"follow_up": follow_up, **form.cleaned_data},
    ):
        messages.success(request, _("Thank you: this is public now."))
        return _to_effects(follow_up.project)
    return _form(
        request,
        follow_up.project,
        form,
        title=_("How does it go?"),
        action=request.get_full_path(),
    )


def _form(
    request: HttpRequest, project: Project, form: Form, *, title: str, action: str
) -> HttpResponse:
    return render(
        request,
        "projects/effect_form.html",
        {
            "form": form,
            "title": title,
            "action": action,
            "head": head_of(reader_of(request), project),
            "back": reverse("project_effects", args=[project.public_id]),
        },
        status=422 if form.errors else 200,
    )


def _to_effects(project: Project) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("project_effects", args=[project.public_id]))
