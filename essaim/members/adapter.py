"""Where django-allauth meets the house: one mail, our words, no page of its own."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.members.models import Member

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
        """Sign in with a new session key, for the usual time; the address leaves the session."""
        super().login(request, user)
        request.session.set_expiry(None)
        request.session.pop(AUTHENTICATION_METHODS_SESSION_KEY, None)

    def respond_user_inactive(self, *_args: Any) -> HttpResponse:
        """Never asked: `EnterCodeView` has already refused whoever may not keep the account."""
        return HttpResponseRedirect(reverse("enter"))


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
