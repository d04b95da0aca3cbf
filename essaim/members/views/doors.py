"""The other ways in: a password, a passkey; and the second factor, which no way goes around."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.stages import LoginStage, LoginStageController
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from essaim.foundation.http import public, render
from essaim.foundation.http.idempotency import not_done
from essaim.foundation.limits import allow
from essaim.members import actions, passkeys, queries
from essaim.members.actions.factors import EVALUATED, QUARTER
from essaim.members.forms import FactorCodeForm, PasskeyForm, PasswordEnterForm
from essaim.members.models import Member
from essaim.members.views.entering import next_path, onward, wait_for_rest, with_next

TOO_MANY_PASSWORDS = gettext_lazy(
    "Five passwords were tried for this address within a quarter of an hour. "
    "Wait for a quarter of an hour, or ask for a code by mail."
)
TOO_MANY_FACTORS = gettext_lazy(
    "Five codes were tried for this account within a quarter of an hour. "
    "Wait for a quarter of an hour, then try again."
)
# The same words for an unknown address, one without a password, and a wrong one.
WRONG_PASSWORD = gettext_lazy(
    "This address and this password do not go together. A code by mail always works."
)

WRONG_PASSKEY = gettext_lazy("This passkey does not open this account. Try again, or another.")


def passkey_that_answered(
    request: HttpRequest, member: Member | None = None
) -> Authenticator | None:
    """The passkey of any account, or of this one, whose answer was posted; None for nonsense."""
    form = PasskeyForm(request.POST)
    try:
        if form.is_valid():
            return passkeys.passkey_of(form.cleaned_data["credential"], member)
    except ValidationError:
        pass
    return None


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def enter_password(request: HttpRequest) -> HttpResponse:
    """Five passwords are evaluated per address and quarter of an hour, known or not."""
    if request.user.is_authenticated:
        return redirect(next_path(request) or "today")
    form = PasswordEnterForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if allow(f"password evaluated: {said['email']}", at_most=EVALUATED, seconds=QUARTER):
            member = actions.member_with_password(email=said["email"], password=said["password"])
            if member is not None:
                return _enter_by_password(request, member)
            form.add_error(None, str(WRONG_PASSWORD))
        else:
            form.add_error(None, str(TOO_MANY_PASSWORDS))
            status = 429
    if form.errors and status == 200:  # noqa: PLR2004  the page as it was asked for
        status = 422
    context = {"form": form, "next": next_path(request)}
    return render(request, "members/enter_password.html", context, status=status)


def _enter_by_password(request: HttpRequest, member: Member) -> HttpResponse:
    wait_for_rest(request)
    login = Login(user=member, redirect_url=onward(request, member), email=member.email)
    response: HttpResponse = perform_password_login(request, {}, login)
    return response


@public
@require_POST
def enter_passkey(request: HttpRequest) -> HttpResponse:
    """First what to ask the device (`options`), then its answer."""
    if request.user.is_authenticated:
        return redirect(next_path(request) or "today")
    if "options" in request.POST:
        wait_for_rest(request)
        return not_done(JsonResponse(passkeys.ask()))
    passkey = passkey_that_answered(request)
    if passkey is None:
        messages.error(request, _("No account here opens with this passkey."))
        return redirect(with_next("enter", next_path(request)))
    login = Login(user=passkey.user, redirect_url=onward(request, passkey.user))
    response: HttpResponse = perform_passwordless_login(request, passkey, login)
    return response


@public
@require_http_methods(["GET", "HEAD", "POST"])
def enter_second(request: HttpRequest) -> HttpResponse:
    """After a code by mail or a password: the app's code, a recovery code, or a passkey."""
    stage: LoginStage | None = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None or stage.login.user is None:
        return redirect("enter")
    member: Member = stage.login.user
    if request.method == "POST" and "options" in request.POST:
        return not_done(JsonResponse(passkeys.ask(member)))
    if request.method == "POST" and request.POST.get("credential"):
        return _second_by_passkey(request, stage, member)
    form = FactorCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not actions.may_try_factor(member):
            form.add_error(None, str(TOO_MANY_FACTORS))
            return _ask_for_second(request, member, form, 429)
        factor = actions.use_code(member=member, code=form.cleaned_data["code"])
        if factor is not None:
            return _finish(request, stage, factor)
        form.add_error("code", str(_("This code is not right, or it was used already.")))
    return _ask_for_second(request, member, form, 422 if form.errors else 200)


def _second_by_passkey(request: HttpRequest, stage: LoginStage, member: Member) -> HttpResponse:
    factor = passkey_that_answered(request, member)
    if factor is None:
        messages.error(request, str(WRONG_PASSKEY))
        return redirect("enter_second")
    return _finish(request, stage, factor)


def _finish(request: HttpRequest, stage: LoginStage, factor: object) -> HttpResponse:
    post_authentication(request, factor)
    response: HttpResponse = stage.exit()
    return response


def _ask_for_second(
    request: HttpRequest, member: Member, form: FactorCodeForm, status: int
) -> HttpResponse:
    context = {"form": form, "protection": queries.protection_of(member)}
    return render(request, "members/enter_second.html", context, status=status)
