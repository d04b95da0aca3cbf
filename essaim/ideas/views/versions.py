from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import Reader, member_of, reader_of
from essaim.discussions.models import WITHDRAWAL_UNDO
from essaim.foundation.http import public, render
from essaim.ideas import actions, queries, rules
from essaim.ideas.models import Idea
from essaim.ideas.views.finding import find_idea


@public
@require_safe
def idea_versions(request: HttpRequest, public_id: str) -> HttpResponse:
    """What an idea said before, and how each rewriting changed it."""
    reader, found = find_idea(request, public_id)
    return render(
        request,
        "ideas/idea_versions.html",
        {
            "page": queries.versions_for_page(reader, found, after=request.GET.get("after")),
            "slug": found.debate.community.slug,
            "bar": bar_for_page(reader, found.debate.community, here="debates"),
        },
    )


def _withdrawn(request: HttpRequest, public_id: str) -> tuple[Reader, Idea]:
    reader = reader_of(request)
    found = queries.withdrawn_idea(reader, public_id)
    if found is None:
        raise Http404
    return reader, found


@require_safe
def idea_withdrawn(request: HttpRequest, public_id: str) -> HttpResponse:
    """For its author: it is withdrawn, and for some minutes that can be undone."""
    reader, found = _withdrawn(request, public_id)
    return render(
        request,
        "ideas/idea_withdrawn.html",
        {
            "idea": found.public_id,
            "is_read": bool(rules.may_see_idea(reader, found)),
            "minutes": int(WITHDRAWAL_UNDO.total_seconds() // 60),
            "may_restore": rules.may_restore_idea(reader, found),
            "debate": reverse("debate", args=[found.debate.community.slug, found.debate.public_id]),
            "slug": found.debate.community.slug,
            "bar": bar_for_page(reader, found.debate.community, here="debates"),
        },
    )


@require_POST
def idea_restore(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = _withdrawn(request, public_id)
    try:
        is_back = actions.restore_idea(member=member_of(request), idea=found)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        is_back = False
    if not is_back:
        return HttpResponseRedirect(reverse("idea_withdrawn", args=[public_id]))
    messages.success(request, _("Your idea is back."))
    return HttpResponseRedirect(reverse("idea", args=[public_id]))
