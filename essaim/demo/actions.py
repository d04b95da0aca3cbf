from collections.abc import Sequence

from django.db import transaction

from essaim.demo import rules
from essaim.demo.models import SUBJECT_LENGTH, Mail
from essaim.foundation.access import require
from essaim.members.models import Member

MOST_MAILS = 300


@transaction.atomic
def keep_mail(*, recipients: Sequence[str], subject: str, text: str) -> Mail:
    """Put a mail in the mailbox; the oldest beyond the last few hundred go."""
    mail = Mail.objects.create(
        recipients=", ".join(recipients), subject=subject[:SUBJECT_LENGTH], text=text
    )
    newest = Mail.objects.order_by("-sent_at", "-id").values("pk")[:MOST_MAILS]
    Mail.objects.exclude(pk__in=newest).delete()
    return mail


def person_to_enter_as(*, email: str) -> Member:
    """The cast's account with this address; Refused for others, DoesNotExist before the load."""
    require(rules.may_enter_as(email))
    return Member.objects.get(email=email, is_active=True)
