"""What protects the account: its password, code app, passkeys, recovery codes and sessions."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.design.qr_code import qr_code
from essaim.foundation.http import render
from essaim.foundation.http.idempotency import not_done, told_once
from essaim.members import actions, passkeys, queries
from essaim.members.confirmation import asks_to_confirm
from essaim.members.forms import AppForm, PasskeyForm, PasswordForm
from essaim.members.models import Member
from essaim.members.views.doors import TOO_MANY_FACTORS
from essaim.members.views.profile import act, member_of

SECRET_HOLDS_FOR = 60 * 60


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    return render(
        request, "members/security.html", {"protection": queries.protection_of(member_of(request))}
    )


@asks_to_confirm(back="security")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Choose or change it; other devices are signed out."""
    member = member_of(request)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and act(form, lambda: _choose(request, member, form.cleaned_data["password"]))
    ):
        messages.success(request, _("Your password is kept. Other devices were signed out."))
        return redirect("security")
    context = {"form": form, "has_password": member.has_usable_password()}
    return render(request, "members/password.html", context, status=422 if form.errors else 200)


@asks_to_confirm(back="password")
@require_POST
def password_remove(request: HttpRequest) -> HttpResponse:
    known = actions.remove_password(member=member_of(request))
    _stay_here_alone(request, known)
    messages.success(request, _("Your password is gone. Other devices were signed out."))
    return redirect("security")


def _choose(request: HttpRequest, member: Member, chosen: str) -> None:
    _stay_here_alone(request, actions.choose_password(member=member, password=chosen))


def _stay_here_alone(request: HttpRequest, member: Member) -> None:
    """Sessions open on the earlier password are void; this one goes on under a new key."""
    before = request.session.session_key or ""
    actions.end_other_sessions(member=member, but=before)
    update_session_auth_hash(request, member)
    actions.move_session(before=before, after=request.session.session_key or "")


@asks_to_confirm(back="security")
@sensitive_post_parameters("secret", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def factor_app(request: HttpRequest) -> HttpResponse:
    """Shows a secret as a square and as letters; the app's first code proves that it has it."""
    member = member_of(request)
    protection = queries.protection_of(member)
    if request.method != "POST" or protection.app:
        return _app_page(request, member, protection, AppForm())
    form = AppForm(request.POST)
    secret = _opened(member, request.POST.get("secret", ""))
    if not form.is_valid():
        return _app_page(request, member, protection, form, secret=secret, status=422)
    if secret is None:
        form.add_error(None, _("This page was open for too long: scan the new square."))
        return _app_page(request, member, protection, form, status=422)
    if not actions.may_try_factor(member):
        form.add_error(None, str(TOO_MANY_FACTORS))
        return _app_page(request, member, protection, form, secret=secret, status=429)
    made: list[list[str]] = []
    code = form.cleaned_data["code"]
    if not act(form, lambda: made.append(actions.add_app(member=member, secret=secret, code=code))):
        return _app_page(request, member, protection, form, secret=secret, status=422)
    return _added(request, made[0], _("From now on, signing in asks for a code of your app."))


def _app_page(
    request: HttpRequest,
    member: Member,
    protection: queries.Protection,
    form: AppForm,
    *,
    secret: str | None = None,
    status: int = 200,
) -> HttpResponse:
    secret = secret or generate_totp_secret()
    sealed = _sealed(member, secret)
    context = {
        "form": form,
        "sealed": sealed,
        "app": protection.app,
        "letters": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "square": qr_code(get_adapter().build_totp_url(member, secret)),
    }
    return render(request, "members/factor_app.html", context, status=status)


def _sealed(member: Member, secret: str) -> str:
    """Nothing is kept before the app has shown that it has it: the form carries it meanwhile."""
    return signing.dumps([member.pk, secret], salt="essaim.code-app")


def _opened(member: Member, sealed: str) -> str | None:
    try:
        owner, secret = signing.loads(sealed, salt="essaim.code-app", max_age=SECRET_HOLDS_FOR)
    except signing.BadSignature:
        return None
    return str(secret) if owner == member.pk else None


@asks_to_confirm(back="security")
@require_http_methods(["GET", "HEAD", "POST"])
def factor_passkeys(request: HttpRequest) -> HttpResponse:
    """One's passkeys, and a new one: first what to ask the device, then its answer."""
    member = member_of(request)
    if request.method == "POST" and "options" in request.POST:
        return not_done(JsonResponse(passkeys.ask_for_new(member)))
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    made: list[list[str]] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def add() -> None:
            passkeys.check_new(said["credential"])
            made.append(actions.add_passkey(member=member, **said))

        if act(form, add):
            return _added(request, made[0], _("Your passkey is kept: it opens your account."))
    context = {"form": form, "protection": queries.protection_of(member)}
    return render(request, "members/passkeys.html", context, status=422 if form.errors else 200)


def _added(request: HttpRequest, codes: list[str], sentence: str) -> HttpResponse:
    """With the first factor come recovery codes, in this answer and nowhere else."""
    messages.success(request, sentence)
    return _show_codes(request, codes) if codes else redirect("security")


@asks_to_confirm(back="security")
@require_POST
def factor_remove(request: HttpRequest) -> HttpResponse:
    if not actions.remove_factor(member=member_of(request), factor_id=_number(request, "factor")):
        raise Http404
    messages.success(request, _("Removed."))
    return redirect("security")


@asks_to_confirm(back="security")
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """How many are left; new ones are shown in the answer to the POST and never again."""
    member = member_of(request)
    if request.method == "POST":
        return _show_codes(request, actions.make_recovery_codes(member=member))
    context: dict[str, Any] = {"protection": queries.protection_of(member), "codes": []}
    return render(request, "members/recovery_codes.html", context)


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    context = {"codes": [f"{code[:4]} {code[4:]}" for code in codes], "protection": None}
    return told_once(render(request, "members/recovery_codes.html", context))


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    key = request.session.session_key or ""
    context = {"sessions": queries.sessions_for_page(member_of(request), key)}
    return render(request, "members/sessions.html", context)


@asks_to_confirm(back="sessions")
@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """One device (`session`), or all but this one."""
    member = member_of(request)
    if "session" in request.POST:
        if actions.end_session(member=member, session_id=_number(request, "session")):
            messages.success(request, _("That device is signed out."))
        return redirect("sessions")
    count = actions.end_other_sessions(member=member, but=request.session.session_key or "")
    sentence = ngettext(
        "%(num)s other device is signed out.", "%(num)s other devices are signed out.", count
    )
    messages.success(request, sentence % {"num": count})
    return redirect("sessions")


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0  # noqa: PLR2004  what a bigint holds
