"""Where django-allauth meets us: its checks, our words, no page and no mail of its own."""

from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import clear_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from essaim.foundation.access import require
from essaim.members import actions, confirmation, rules, sessions
from essaim.members.models import Member
from essaim.members.queries import SECOND_FACTOR_OWED

CODE_MAIL = "account/email/login_code"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The code, and nothing else that allauth could think of sending."""
        if template_prefix != CODE_MAIL:
            raise ValueError(template_prefix)
        code_mail(email, context["code"]).send()

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our views say what happened; allauth keeps silent."""

    def login(self, request: HttpRequest, user: Member) -> None:
        """The last gate of every way in: a new session key, our limits, no address in the session.

        The account may have been closed while its second factor was asked for.
        """
        require(rules.may_keep_account(user))
        super().login(request, user)
        clear_authentication_records(request)
        sessions.begin(request.session)
        confirmation.remember(request)
        if not request.session.session_key:
            request.session.save()
        actions.open_session(
            member=user,
            session_key=request.session.session_key or "",
            browser=request.headers.get("User-Agent", ""),
        )

    def post_login(
        self,
        _request: HttpRequest,
        user: Member,
        *,
        redirect_url: str | None,
        **_more: Any,
    ) -> HttpResponse:
        """On to where they wanted to go, or to a second factor that their roles ask for first."""
        if any(SECOND_FACTOR_OWED.collect(None, [user.pk]).values()):
            return HttpResponseRedirect(reverse("security"))
        return HttpResponseRedirect(redirect_url or resolve_url(settings.LOGIN_REDIRECT_URL))

    def respond_user_inactive(self, *_args: Any) -> HttpResponse:
        """Never asked: each way in has already refused whoever may not keep the account."""
        return HttpResponseRedirect(reverse("enter"))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets are readable with the site's key only; an account is named by its public id."""

    def encrypt(self, text: str) -> str:
        return _safe().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _safe().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:  # the site's key is another one: no code may be right any more
            return str(generate_totp_secret())

    def get_totp_issuer(self) -> str:
        return "Essaim"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Essaim"}

    def get_public_key_credential_user_entity(self, user: Member) -> dict[str, Any]:
        return {
            "id": user.public_id.encode(),
            "display_name": user.name or user.email,
            "name": user.email,
        }

    def _get_site_name(self) -> str:
        return "Essaim"


def _safe() -> MultiFernet:
    """The site's key first, then those it had before."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_fernet_key(key)) for key in keys])


def _fernet_key(secret: str) -> bytes:
    return urlsafe_b64encode(
        salted_hmac("essaim.members.factors", "", secret=secret, algorithm="sha256").digest()
    )


def code_mail(email: str, code: str) -> EmailMessage:
    """The one mail of signing in: the code in the subject and on a line of its own, no link."""
    lines = [
        _("Here is your code for %(site)s:") % {"site": settings.SITE_URL.split("//")[-1]},
        code,
        _("Type it on the page that you left open. It is good for ten minutes, once."),
        _("You did not ask for it? Then do nothing: without the code nobody comes in."),
    ]
    return EmailMessage(
        subject=_("%(code)s is your code for Essaim") % {"code": code},
        body="\n\n".join(lines) + "\n",
        to=[email],
        headers={"Auto-Submitted": "auto-generated"},
    )
