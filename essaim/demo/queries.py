from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from essaim.demo.models import Mail
from essaim.demo.world_book import read_world
from essaim.foundation.http import Page, keyset
from essaim.members.models import Member

ORDER = ("-sent_at", "-id")

_PARTS = {
    "newcomer": (
        _("newcomer"),
        _("has an account and belongs to nothing yet: sign a manifesto, join."),
    ),
    "member": (_("member"), _("proposes, supports, talks, and hears what became of it.")),
    "host": (_("host"), _("runs a committee and looks after the debate that is open.")),
    "decider": (_("decider"), _("owes written answers by a date: one debate is waiting for hers.")),
    "administrator": (
        _("administrator"),
        _("edits the manifesto and the programme, gives mandates."),
    ),
}


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
    """The cast in the order of the ladder; one query."""
    cast = {person.cast: person for person in read_world().cast}
    there = set(
        Member.objects.filter(
            email__in=[person.email for person in cast.values()], is_active=True
        ).values_list("email", flat=True)
    )
    return [
        CastLine(
            name=cast[part].name,
            email=cast[part].email,
            part=str(label),
            about=str(about),
            is_there=cast[part].email in there,
        )
        for part, (label, about) in _PARTS.items()
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
