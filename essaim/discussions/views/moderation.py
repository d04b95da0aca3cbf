from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import member_of, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.discussions import actions, queries, rules
from essaim.discussions.forms import ModerationPolicyForm
from essaim.foundation.access import require
from essaim.foundation.http import public, render


@public
@require_safe
def moderation(request: HttpRequest, slug: str) -> HttpResponse:
    reader = reader_of(request)
    visible = communities_visible_to(reader, subplatform=rules.SUBPLATFORM)
    community = get_object_or_404(visible, slug=slug)
    page = queries.moderation_for_page(reader, community, waiting=request.GET.get("waiting"))
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
def moderation_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The numbers by which a community moderates, for those who run it."""
    reader = reader_of(request)
    visible = communities_visible_to(reader, subplatform=rules.SUBPLATFORM)
    community = get_object_or_404(visible, slug=slug)
    require(rules.may_set_moderation(reader, community))
    values = ModerationPolicyForm.values_of(queries.policy_of(community))
    form = ModerationPolicyForm(request.POST or None, initial=values)
    if form.is_valid():
        try:
            actions.set_moderation(
                member=member_of(request), community=community, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("These rules hold from now on; everyone can read them."))
            return HttpResponseRedirect(reverse("moderation", args=[slug]))
    return render(
        request,
        "discussions/moderation_rules.html",
        {
            "form": form,
            "bar": bar_for_page(reader, community, here="moderation"),
            "slug": community.slug,
        },
        status=422 if form.errors else 200,
    )
