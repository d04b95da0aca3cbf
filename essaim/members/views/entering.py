"""One door for signing in and signing up: an address, a code, and one is in."""

import logging
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.flows.logout import logout
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.foundation.access import Refused
from essaim.foundation.http import public, render
from essaim.foundation.http.access import safe_path
from essaim.foundation.limits import allow
from essaim.members import actions
from essaim.members.actions.erasure import WAITING_SESSION
from essaim.members.forms import CodeForm, EnterForm
from essaim.members.models import Member

log = logging.getLogger(__name__)

CODES_EVALUATED, QUARTER = 5, 15 * 60
CODES_SENT, HOUR = 10, 60 * 60
TOO_MANY_TRIED = gettext_lazy(
    "Five codes were tried for this address within a quarter of an hour. "
    "Wait for a quarter of an hour, then ask for a new one."
)
TOO_MANY_SENT = gettext_lazy(
    "Many codes were asked for this address within an hour. Use the latest, or wait for an hour."
)
NOT_SENT = gettext_lazy("The mail could not be sent just now. Please try again in a moment.")


def next_path(request: HttpRequest) -> str:
    """Where the person wanted to go, when that is a page of this site; else empty."""
    return safe_path(request, request.POST.get("next") or request.GET.get("next"), default="")


def with_next(name: str, address: str) -> str:
    """A page's address that remembers where to go on."""
    return reverse(name) + (f"?{urlencode({'next': address})}" if address else "")


def _asks_for_name(address: str) -> bool:
    try:
        return getattr(resolve(urlsplit(address).path).func, "asks_for_name", False)
    except Resolver404:
        return False


def onward(request: HttpRequest, member: Member) -> str:
    """Where to go once signed in: to where they wanted, by way of their name if it is not known."""
    go_on = next_path(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
    if not member.name and not _asks_for_name(go_on):
        return with_next("me_name", next_path(request))
    return go_on


def wait_for_rest(request: HttpRequest) -> None:
    """A session in which only a part of signing in is done may hold an address: for minutes."""
    request.session.set_expiry(int(WAITING_SESSION.total_seconds()))


class CodeNotSentError(Exception):
    """The sentence of it is for the person who waits for the mail."""


def send_code(request: HttpRequest, member: Member) -> None:
    """Mail a new code and remember it in this session, in place of any earlier one."""
    if not allow(f"code sent: {member.email}", at_most=CODES_SENT, seconds=HOUR):
        raise CodeNotSentError(TOO_MANY_SENT)
    try:
        LoginCodeVerificationProcess.initiate(request=request, user=member, email=member.email)
    except (OSError, SMTPException) as error:
        log.exception("A code could not be sent")
        raise CodeNotSentError(NOT_SENT) from error
    wait_for_rest(request)


class EnterView(RequestLoginCodeView):  # type: ignore[misc]  # allauth has no types
    """Asks for the address. A known and an unknown one get the same answer and the same mail."""

    def get_form_class(self) -> type[EnterForm]:
        return EnterForm

    def form_valid(self, form: EnterForm) -> HttpResponse:
        email = form.cleaned_data["email"]
        member = actions.open_account(email=email, language=(get_language() or "fr")[:2])
        try:
            send_code(self.request, member)
        except CodeNotSentError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        return redirect(with_next("enter_code", next_path(self.request)))

    def form_invalid(self, form: EnterForm) -> HttpResponse:
        return self.show(form, status=422)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return self.show(self.get_form())

    def show(self, form: EnterForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "next": next_path(self.request)}
        return render(self.request, "members/enter.html", context, status=status)

    def get_authenticated_redirect_url(self) -> str:
        return next_path(self.request) or resolve_url(settings.LOGIN_REDIRECT_URL)

    def _redirect_to_pending_stage(self, *_args: Any) -> None:
        """Whoever mistyped the address may come back and write another."""


class EnterCodeView(ConfirmLoginCodeView):  # type: ignore[misc]  # allauth has no types
    """Takes the code back: at most five are evaluated per account and quarter of an hour."""

    def get_form_class(self) -> type[CodeForm]:
        return CodeForm

    @property
    def member(self) -> Member | None:
        """Whose code it is; nobody once their address is another than the code was sent to."""
        known: Member | None = self._process.user
        return known if known and known.email == self._process.state["email"] else None

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return self.show(CodeForm())

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        member = self.member
        if member is None:  # dropped meanwhile
            return redirect(with_next("enter", next_path(self.request)))
        if self.request.POST.get("action") == "resend":
            return self.resend(member)
        form = self.get_form()
        if not form.data.get("code", "").strip():  # nothing to evaluate
            form.is_valid()
            return self.show(form, status=422)
        # Counted in the database by account, whatever the session or the sender's address.
        tries = f"code evaluated: {member.pk}"
        if not allow(tries, at_most=CODES_EVALUATED, seconds=QUARTER):
            return self.refuse()
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form: CodeForm) -> HttpResponse:  # noqa: ARG002  allauth's signature
        assert self.member is not None  # noqa: S101  `post` has seen to it
        try:
            actions.prove_address(member=self.member)
        except Refused as error:
            messages.error(self.request, str(error.reason))
            self._process.abort()
            return redirect("enter")
        response: HttpResponse = self._process.finish(onward(self.request, self.member))
        return response

    def form_invalid(self, form: CodeForm) -> HttpResponse:
        if not self._process.record_invalid_attempt():
            messages.error(self.request, str(TOO_MANY_TRIED))
            return redirect(with_next("enter", next_path(self.request)))
        return self.show(form, status=422)

    def refuse(self) -> HttpResponse:
        """The code is not even looked at, so what is typed does not matter."""
        form = CodeForm({"code": ""})
        form.full_clean()
        form.errors.clear()
        form.add_error(None, str(TOO_MANY_TRIED))
        return self.show(form, status=429)

    def resend(self, member: Member) -> HttpResponse:
        try:
            send_code(self.request, member)
        except CodeNotSentError as error:
            messages.error(self.request, str(error))
        else:
            messages.success(self.request, _("A new code is on its way; the earlier one is void."))
        return redirect(with_next("enter_code", next_path(self.request)))

    def show(self, form: CodeForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "email": self._process.state["email"],
            "next": next_path(self.request),
        }
        return render(self.request, "members/enter_code.html", context, status=status)


enter = public(EnterView.as_view())
enter_code = public(EnterCodeView.as_view())


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect(reverse("home"))
