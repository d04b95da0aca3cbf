from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import member_of, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.discussions import actions, queries, rules
from essaim.discussions.forms import DecisionForm
from essaim.foundation.http import public, render


@public
@require_safe
def moderation(request: HttpRequest, slug: str) -> HttpResponse:
    reader = reader_of(request)
    visible = communities_visible_to(reader, subplatform=rules.SUBPLATFORM)
    community = get_object_or_404(visible, slug=slug)
    page = queries.moderation_for_page(reader, community, after=request.GET.get("after"))
    return render(
        request,
        "discussions/moderation.html",
        {
            "page": page,
            "bar": bar_for_page(reader, community, here="moderation"),
            "slug": community.slug,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def report_decide(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    report = queries.report_for_decision(reader, public_id)
    if report is None:
        raise Http404
    community = report.post.thread.community
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        try:
            actions.decide_report(
                member=member_of(request),
                report=report,
                hide=form.cleaned_data["decision"] == "hide",
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as error:
            form.add_error("reason", error.messages)
        else:
            messages.success(request, _("The decision is recorded and public."))
            return HttpResponseRedirect(reverse("moderation", args=[community.slug]))
    return render(
        request,
        "discussions/decide.html",
        {
            "form": form,
            "comment": queries.comment_alone(reader, report.post),
            "report": report.public_id,
            "slug": community.slug,
            "bar": bar_for_page(reader, community, here="moderation"),
        },
        status=422 if form.errors else 200,
    )
