from dataclasses import dataclass
from datetime import datetime

from essaim.demo.cast import parts
from essaim.demo.models import Mail
from essaim.foundation.http import Page, keyset
from essaim.members.models import Member

ORDER = ("-sent_at", "-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class CastLine:
    """Someone to sign in as. `part` and `about` are in the reader's language."""

    name: str
    email: str
    part: str
    about: str
    is_there: bool  # the world is loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLine:
    public_id: str
    recipients: str
    subject: str
    paragraphs: tuple[tuple[str, ...], ...]  # of lines
    sent_at: datetime


def cast_for_page() -> list[CastLine]:
    """The cast, from newcomer to administrator; one query."""
    cast = parts()
    there = set(
        Member.objects.filter(email__in=[part.email for part in cast], is_active=True).values_list(
            "email", flat=True
        )
    )
    return [
        CastLine(
            name=part.name,
            email=part.email,
            part=str(part.label),
            about=str(part.about),
            is_there=part.email in there,
        )
        for part in cast
    ]


def mails_for_mailbox(*, after: str | None) -> Page[MailLine]:
    """The newest mails first, in one query."""
    return keyset(Mail.objects.all(), order=ORDER, after=after, size=20).map(
        lambda mail: MailLine(
            public_id=mail.public_id,
            recipients=mail.recipients,
            subject=mail.subject,
            paragraphs=_paragraphs(mail.text),
            sent_at=mail.sent_at,
        )
    )


def _paragraphs(text: str) -> tuple[tuple[str, ...], ...]:
    blocks = text.replace("\r\n", "\n").strip().split("\n\n")
    return tuple(tuple(block.strip("\n").split("\n")) for block in blocks)
