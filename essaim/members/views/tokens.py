"""Keys for programs: made, shown once, revoked."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.foundation.http import render
from essaim.foundation.http.idempotency import told_once
from essaim.members import actions, queries
from essaim.members.confirmation import asks_to_confirm
from essaim.members.forms import TokenForm
from essaim.members.views.profile import member_of


@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    context = {"tokens": queries.tokens_for_page(member_of(request))}
    return render(request, "members/tokens.html", context)


@asks_to_confirm(back="token_new")
@require_http_methods(["GET", "HEAD", "POST"])
def token_new(request: HttpRequest) -> HttpResponse:
    """Make one; the answer to the form is the only page that ever shows it."""
    form = TokenForm(request.POST or None)
    if form.is_valid():
        try:
            token, text = actions.make_token(member=member_of(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            context = {"name": token.name, "text": text}
            return told_once(render(request, "members/token_made.html", context))
    status = 422 if form.errors else 200
    return render(request, "members/token_new.html", {"form": form}, status=status)


@require_POST
def token_revoke(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    token = queries.token_to_revoke(member, request.POST.get("token", ""))
    if token is None:
        raise Http404
    actions.revoke_token(member=member, token=token)
    messages.success(
        request, _("“%(name)s” opens nothing any more, from now on.") % {"name": token.name}
    )
    return redirect("tokens")
