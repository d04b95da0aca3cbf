from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import Reader, member_of, reader_of
from essaim.communities.rules import may_see_community
from essaim.discussions import actions, queries, rules
from essaim.discussions.forms import DecisionForm, PutBackForm
from essaim.discussions.models import POST, Case
from essaim.discussions.views.finding import find_post
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, public_id: str) -> HttpResponse:
    """To decide, for moderators; what became of one's words, for whoever wrote them."""
    reader = reader_of(request)
    found = find_case(reader, public_id)
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        require(rules.may_moderate(reader, found.community))
        if form.is_valid():
            try:
                was_first = actions.decide_case(
                    member=member_of(request),
                    case=found,
                    hide=form.cleaned_data["decision"] == "hide",
                    reason=form.cleaned_data["reason"],
                    word=form.cleaned_data["word"],
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                _say_whether_decided(request, was_first=was_first)
                return _to_moderation(found)
    return _page(request, reader, found, form, PutBackForm())


def _say_whether_decided(request: HttpRequest, *, was_first: bool) -> None:
    if was_first:
        messages.success(request, _("The decision is recorded and public."))
    else:
        messages.info(request, _("This has been decided already: that decision stands."))


@require_POST
def case_take(request: HttpRequest, public_id: str) -> HttpResponse:
    found = find_case(reader_of(request), public_id)
    if not actions.take_case(member=member_of(request), case=found):
        messages.info(request, _("Another moderator was quicker and looks at this."))
    return _to(found)


@require_POST
def case_give_back(request: HttpRequest, public_id: str) -> HttpResponse:
    found = find_case(reader_of(request), public_id)
    if actions.give_case_back(member=member_of(request), case=found):
        messages.success(request, _("Somebody else may take it now."))
    return _to_moderation(found)


@require_POST
def case_put_back(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    found = find_case(reader, public_id)
    require(rules.may_put_back(reader, found))
    form = PutBackForm(request.POST)
    if form.is_valid():
        try:
            actions.put_back(
                member=member_of(request), case=found, reason=form.cleaned_data["reason"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("It is shown again, and its author is told."))
            return _to(found)
    return _page(request, reader, found, DecisionForm(), form)


@require_safe
def post_case(request: HttpRequest, public_id: str) -> HttpResponse:
    """The newest case about a message, for its author and its moderators."""
    reader = reader_of(request)
    post = find_post(reader, public_id, or_own=True)
    return _to(or_404(queries.last_case_about(reader, POST, post.pk)))


@require_POST
def post_look(request: HttpRequest, public_id: str) -> HttpResponse:
    """A moderator looks at a message that nobody reported."""
    post = find_post(reader_of(request), public_id)
    return _to(actions.look_into(member=member_of(request), kind=POST, subject_id=post.pk))


def find_case(reader: Reader, public_id: str) -> Case:
    return or_404(queries.case_for_change(reader, public_id))


def _page(
    request: HttpRequest, reader: Reader, found: Case, form: DecisionForm, back: PutBackForm
) -> HttpResponse:
    """Without the community's menu for an author who no longer sees it."""
    is_inside = bool(may_see_community(reader, found.community))
    return render(
        request,
        "discussions/case.html",
        {
            "page": queries.case_for_page(reader, found),
            "form": form,
            "put_back": back,
            "slug": found.community.slug if is_inside else "",
            "bar": bar_for_page(reader, found.community, here="moderation") if is_inside else None,
        },
        status=422 if form.errors or back.errors else 200,
    )


def _to(found: Case) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("case", args=[found.public_id]))


def _to_moderation(found: Case) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("moderation", args=[found.community.slug]))
