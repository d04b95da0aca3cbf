"""The e-mail backend of the demo: nothing leaves, everything can be read at `/demo/mailbox`."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from essaim.demo.actions import keep_mail


class MailboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep each mail; returns how many."""
        for message in email_messages:
            keep_mail(
                recipients=message.recipients(),
                subject=str(message.subject),
                text=str(message.body),
            )
        return len(email_messages)
