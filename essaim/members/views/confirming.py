"""« Is it still you? »: asked before sensitive acts; see members/confirmation.py."""

import hmac
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from essaim.foundation.clock import now
from essaim.foundation.http import render
from essaim.foundation.http.idempotency import not_done
from essaim.foundation.limits import allow
from essaim.members import actions, confirmation, passkeys, queries
from essaim.members.actions.factors import EVALUATED, QUARTER
from essaim.members.forms import CodeForm, ConfirmPasswordForm, FactorCodeForm
from essaim.members.models import Member
from essaim.members.views.doors import (
    TOO_MANY_FACTORS,
    TOO_MANY_PASSWORDS,
    WRONG_PASSKEY,
    passkey_that_answered,
)
from essaim.members.views.entering import (
    CODES_EVALUATED,
    CODES_SENT,
    HOUR,
    TOO_MANY_SENT,
    TOO_MANY_TRIED,
    next_path,
    with_next,
)
from essaim.members.views.profile import member_of

_CODE = "confirmation_code"  # in the session: a keyed hash and until when
CODE_HOLDS_FOR = 10 * 60


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """By the second factor where there is one, and by nothing less; else by password or mail."""
    member = member_of(request)
    protection = queries.protection_of(member)
    page = _Page(request, member, protection)
    if request.method != "POST":
        return page.show()
    if protection.has_factor:
        return page.by_factor()
    if "password" in request.POST and protection.has_password:
        return page.by_password()
    if "code" in request.POST:
        return page.by_mail()
    return page.send_code()


class _Page:
    def __init__(
        self, request: HttpRequest, member: Member, protection: queries.Protection
    ) -> None:
        self.request, self.member, self.protection = request, member, protection

    def by_factor(self) -> HttpResponse:
        if "options" in self.request.POST:
            return not_done(JsonResponse(passkeys.ask(self.member)))
        if self.request.POST.get("credential"):
            return self._by_passkey()
        form = FactorCodeForm(self.request.POST)
        if not form.is_valid():
            return self.show(422, factor=form)
        if not actions.may_try_factor(self.member):
            form.add_error(None, str(TOO_MANY_FACTORS))
            return self.show(429, factor=form)
        if actions.use_code(member=self.member, code=form.cleaned_data["code"]) is None:
            form.add_error("code", _("This code is not right, or it was used already."))
            return self.show(422, factor=form)
        return self._confirmed()

    def _by_passkey(self) -> HttpResponse:
        if passkey_that_answered(self.request, self.member):
            return self._confirmed()
        messages.error(self.request, str(WRONG_PASSKEY))
        return redirect(self._here())

    def by_password(self) -> HttpResponse:
        form = ConfirmPasswordForm(self.request.POST)
        if not form.is_valid():
            return self.show(422, password=form)
        tries = f"password evaluated: {self.member.email}"
        if not allow(tries, at_most=EVALUATED, seconds=QUARTER):
            form.add_error(None, str(TOO_MANY_PASSWORDS))
            return self.show(429, password=form)
        said = form.cleaned_data["password"]
        if actions.member_with_password(email=self.member.email, password=said) is None:
            form.add_error("password", _("This is not your password."))
            return self.show(422, password=form)
        return self._confirmed()

    def send_code(self) -> HttpResponse:
        if not allow(f"code sent: {self.member.email}", at_most=CODES_SENT, seconds=HOUR):
            messages.error(self.request, str(TOO_MANY_SENT))
            return redirect(self._here())
        code = get_random_string(6, "0123456789")
        self.request.session[_CODE] = [self._digest(code), now().timestamp() + CODE_HOLDS_FOR]
        actions.send_confirmation_code(member=self.member, code=code)
        return redirect(self._here())

    def by_mail(self) -> HttpResponse:
        expected, until = self.request.session.get(_CODE, ["", 0])
        form = CodeForm(self.request.POST)
        typed = "".join(self.request.POST.get("code", "").split())
        if not typed:
            form.is_valid()
            return self.show(422, code=form)
        tries = f"code evaluated: {self.member.pk}"
        if not allow(tries, at_most=CODES_EVALUATED, seconds=QUARTER):
            form.errors.clear()
            form.add_error(None, str(TOO_MANY_TRIED))
            return self.show(429, code=form)
        is_right = hmac.compare_digest(self._digest(typed), expected) and now().timestamp() < until
        if not is_right:
            form.is_valid()  # says so itself: it expects no code
            return self.show(422, code=form)
        return self._confirmed()

    def _digest(self, code: str) -> str:
        """Bound to this account and this purpose: a code for signing in does nothing here."""
        value = f"{self.member.pk}: {code}"
        return salted_hmac("essaim.confirmation", value, algorithm="sha256").hexdigest()

    def _confirmed(self) -> HttpResponse:
        self.request.session.pop(_CODE, None)
        confirmation.remember(self.request)
        return redirect(next_path(self.request) or "security")

    def _here(self) -> str:
        return with_next("confirm", next_path(self.request))

    def show(self, status: int = 200, **forms: Any) -> HttpResponse:
        is_sent = now().timestamp() < self.request.session.get(_CODE, ["", 0])[1]
        context = {
            "protection": self.protection,
            "next": next_path(self.request),
            "email": self.member.email,
            "factor_form": forms.get("factor", FactorCodeForm()),
            "password_form": forms.get("password", ConfirmPasswordForm()),
            "code_form": forms.get("code", CodeForm()) if is_sent or "code" in forms else None,
        }
        return render(self.request, "members/confirm.html", context, status=status)
