"""The way into the demo: its cast and its mailbox."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.demo import actions, queries, rules
from essaim.foundation.access import Refused
from essaim.foundation.http import public, render
from essaim.members.adapter import AccountAdapter
from essaim.members.models import Member


def _only_on_a_demo() -> None:
    if not rules.may_look_around():
        raise Http404


@public
@require_safe
@never_cache
def demo(request: HttpRequest) -> HttpResponse:
    """Who is in the world, and how to be one of them."""
    _only_on_a_demo()
    return render(request, "demo/cast.html", {"cast": queries.cast_for_page()})


@public
@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every mail the demo would have sent, the newest first."""
    _only_on_a_demo()
    page = queries.mails_for_mailbox(after=request.GET.get("after"))
    return render(request, "demo/mailbox.html", {"page": page})


@public
@require_POST
def enter_as(request: HttpRequest) -> HttpResponse:
    """Sign in as someone of the cast, in one click."""
    _only_on_a_demo()
    try:
        member = actions.person_to_enter_as(email=request.POST.get("email", ""))
    except (Refused, Member.DoesNotExist) as error:
        raise Http404 from error
    AccountAdapter().login(request, member)
    return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))
