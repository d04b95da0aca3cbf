from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.commitments import actions, queries
from essaim.communities.queries import bar_for_page
from essaim.communities.readers import member_of, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.foundation.http import public, render


@public
@require_safe
def commitments(request: HttpRequest, slug: str) -> HttpResponse:
    """The public register of what a community owes."""
    reader = reader_of(request)
    community = get_object_or_404(communities_visible_to(reader), slug=slug)
    state = request.GET.get("state", "")
    return render(
        request,
        "commitments/register.html",
        {
            "page": queries.commitments_for_list(
                reader, community, state=state, after=request.GET.get("after")
            ),
            "state": state if state in queries.STATES else "",
            "figures": queries.REGISTER_FIGURES.collect(reader, [community.pk]).get(
                community.pk, ()
            ),
            "slug": community.slug,
            "bar": bar_for_page(reader, community, here="commitments"),
        },
        block="rows",
    )


@require_POST
def commitment_done(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    commitment = queries.commitment_for_keeping(reader, public_id)
    if commitment is None:
        raise Http404
    actions.say_it_is_done(member=member_of(request), commitment=commitment)
    messages.success(request, _("Recorded as done today. Thank you for closing the loop."))
    key = commitment.subject_key
    subject = queries.COMMITMENT_SUBJECTS.collect(reader, [key]).get(key)
    register = reverse("commitments", args=[commitment.community.slug])
    return HttpResponseRedirect(subject[0].url if subject else register)
