from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.readers import member_of
from essaim.foundation.access import require
from essaim.foundation.http.missing import or_404
from essaim.projects import actions, rules
from essaim.projects.forms import PartyForm, SupportForm, TextForm
from essaim.projects.models import UNOPENED, Project
from essaim.projects.queries import support as queries
from essaim.projects.views.finding import did, find_project, form_page, to


@require_http_methods(["GET", "HEAD", "POST"])
def support_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """One line of the support plan: a promise with its day."""
    reader, found = find_project(request, public_id)
    require(rules.may_promise_support(reader, found))
    form = SupportForm(request.POST or None)
    if form.is_valid() and did(
        form,
        actions.promise_support,
        member=member_of(request),
        project=found,
        **form.cleaned_data,
    ):
        return to(found, at="#support")
    return form_page(
        request,
        found,
        form,
        title=_("Promise support"),
        submit=_("Promise it"),
        says=_("You owe it by that day, and everyone sees whether it came."),
    )


@require_POST
def support_done(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_project(request, public_id)
    line = or_404(queries.line_named(found, request.POST.get("line", "")))
    actions.give_support(member=member_of(request), line=line)
    return to(found, at="#support")


@require_http_methods(["GET", "HEAD", "POST"])
def party_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """A service or an association that the project touches: it is told, not asked for leave."""
    reader, found = find_project(request, public_id)
    require(rules.may_name_party(reader, found))
    form = PartyForm(request.POST or None, units=queries.units_to_name(reader, found))
    if form.is_valid():
        unit = queries.unit_named(found, form.cleaned_data.get("unit", ""))
        name = form.cleaned_data["name"]
        if did(
            form,
            actions.name_party,
            member=member_of(request),
            project=found,
            unit=unit,
            name=name,
        ):
            return to(found, at="#touches")
    return form_page(
        request,
        found,
        form,
        title=_("Whom it touches"),
        submit=_("Name it"),
        says=_who_is_told(found),
    )


def _who_is_told(project: Project) -> str:
    if project.state in UNOPENED:
        return _(
            "Those responsible for a service, up to the top, are told once the project is"
            " validated."
        )
    if project.is_live:
        return _("Those responsible for a service, up to the top, are told at once.")
    return ""


@require_POST
def party_told(request: HttpRequest, public_id: str) -> HttpResponse:
    """The team told an association; or those responsible for a service say that they know."""
    reader, found = find_project(request, public_id)
    party = or_404(queries.party_named(found, request.POST.get("party", "")))
    if party.unit_id and rules.may_acknowledge(reader, party):
        actions.acknowledge(member=member_of(request), party=party)
    else:
        actions.say_informed(member=member_of(request), party=party)
    return to(found, at="#touches")


@require_http_methods(["GET", "HEAD", "POST"])
def objection_new(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_project(request, public_id)
    require(rules.may_object(reader, found))
    form = TextForm(
        request.POST or None,
        name="words",
        label=_("What do you object?"),
        help_text=_("What it would spoil, for whom, and what would make it good."),
    )
    if form.is_valid() and did(
        form, actions.object_to, member=member_of(request), project=found, **form.cleaned_data
    ):
        messages.success(request, _("The team owes you an answer within 21 days."))
        return to(found, at="#objections")
    return form_page(
        request,
        found,
        form,
        title=_("Object"),
        submit=_("Send the objection"),
        says=_("It is answered in public. It stops nothing: a project is its team’s."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def objection_answer(request: HttpRequest, public_id: str, objection: str) -> HttpResponse:
    reader, found = find_project(request, public_id)
    one = or_404(queries.objection_named(found, objection))
    require(rules.may_answer_objection(reader, one))
    form = TextForm(request.POST or None, name="answer", label=_("Your answer"))
    if form.is_valid() and did(
        form,
        actions.answer_objection,
        member=member_of(request),
        objection=one,
        **form.cleaned_data,
    ):
        return to(found, at="#objections")
    return form_page(
        request,
        found,
        form,
        title=_("Answer an objection"),
        submit=_("Publish the answer"),
        quoted=one.words,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def obstacle_new(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_project(request, public_id)
    require(rules.may_tell_obstacle(reader, found))
    form = TextForm(
        request.POST or None,
        name="words",
        label=_("What stands in the way?"),
        help_text=_("A rule, a key, a signature: something that somebody could remove."),
    )
    if form.is_valid() and did(
        form, actions.tell_obstacle, member=member_of(request), project=found, **form.cleaned_data
    ):
        return to(found, at="#obstacles")
    return form_page(
        request, found, form, title=_("Tell an obstacle"), submit=_("Tell those who can remove it")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def obstacle_remove(request: HttpRequest, public_id: str, obstacle: str) -> HttpResponse:
    reader, found = find_project(request, public_id)
    one = or_404(queries.obstacle_named(found, obstacle))
    require(rules.may_remove_obstacle(reader, one))
    form = TextForm(request.POST or None, name="how", label=_("How was it removed?"))
    if form.is_valid() and did(
        form, actions.remove_obstacle, member=member_of(request), obstacle=one, **form.cleaned_data
    ):
        return to(found, at="#obstacles")
    return form_page(
        request,
        found,
        form,
        title=_("An obstacle less"),
        submit=_("It is removed"),
        quoted=one.words,
    )
