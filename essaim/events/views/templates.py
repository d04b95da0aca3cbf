"""What gatherings of each kind begin with, as a community says it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.readers import member_of
from essaim.events import actions, rules
from essaim.events.forms.templates import TemplateForm
from essaim.events.models import Kind
from essaim.events.queries import templates as queries
from essaim.events.views.finding import FORM, bar, find_community
from essaim.foundation.access import require
from essaim.foundation.http import render


@require_safe
def event_templates(request: HttpRequest, slug: str) -> HttpResponse:
    """All kinds, and which of them are the community's own."""
    reader, community = find_community(request, slug)
    require(rules.may_change_template(reader, community))
    context = {
        "kinds": queries.templates_for_page(community),
        "slug": slug,
        "bar": bar(reader, community),
    }
    return render(request, "events/templates.html", context)


@require_http_methods(FORM)
def event_template(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    reader, community = find_community(request, slug)
    require(rules.may_change_template(reader, community))
    page = queries.template_for_page(community, _kind(kind))
    form = TemplateForm(request.POST or None, initial=page.initial)
    if form.is_valid():
        try:
            actions.change_template(
                member=member_of(request), community=community, kind=kind, **form.cleaned_data
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved. The next gatherings of this kind begin with it."))
            return _to_all(slug)
    context = {
        "page": page,
        "lang": community.language,
        "slug": slug,
        "bar": bar(reader, community),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "events/template.html", context, status=status)


@require_POST
def event_template_reset(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The one from above again, or the one that comes with the site."""
    _reader, community = find_community(request, slug)
    actions.reset_template(member=member_of(request), community=community, kind=_kind(kind))
    messages.success(request, _("Gatherings of this kind begin as they did before."))
    return _to_all(slug)


def _kind(given: str) -> Kind:
    if given not in Kind.values:
        raise Http404
    return Kind(given)


def _to_all(slug: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("event_templates", args=[slug]))
