"""The one grouped mail of a day, as plain text: lines of notices under their communities."""

from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Community
from essaim.communities.readers import Reader, fresh_reader
from essaim.communities.rules import communities_visible_to
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.outreach.actions.preferences import preference_of
from essaim.outreach.models import Notice
from essaim.outreach.queries import BETWEEN_DIGESTS, NOTICE_WORDING, Told, notices_to_mail

MOST_LINES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One notice in the member's language; `community` is empty for what concerns none."""

    notice_id: int
    community: str
    text: str
    url: str


@transaction.atomic
def send_digest(*, member_id: int) -> bool:
    """Mail a member what they have not heard yet. True when a mail was sent.

    The member's preference is locked for as long as it takes, so that two workers never send the
    same; the mail goes last, and what it told is marked with it or not at all.
    """
    member = Member.objects.filter(pk=member_id, is_active=True, proved_at__isnull=False).first()
    if member is None:
        return False
    preference = preference_of(member)
    last = preference.last_digest_at
    if not preference.wants_digest or (last and last > now() - BETWEEN_DIGESTS):
        return False
    notices = list(
        notices_to_mail().filter(member=member).order_by("-created_at", "-pk").select_for_update()
    )
    reader = fresh_reader(member)
    with translation.override(member.language):
        lines = _in_words(reader, notices)
        if not lines:
            return False
        mail = digest_mail(member.email, lines, preference.stop_token)
        Notice.objects.filter(pk__in=[line.notice_id for line in lines]).update(mailed_at=now())
        preference.last_digest_at = now()
        preference.save(update_fields=["last_digest_at"])
        mail.send()
    return True


def _in_words(reader: Reader, notices: list[Notice]) -> list[DigestLine]:
    """What the reader may still see of the notices' things, named by their communities."""
    words = NOTICE_WORDING.collect(reader, [Told.of(notice) for notice in notices])
    ids = {notice.community_id for notice in notices if notice.community_id}
    visible = communities_visible_to(reader).filter(pk__in=ids) if ids else Community.objects.none()
    names = dict(visible.values_list("pk", "name"))
    return [
        DigestLine(
            notice_id=notice.pk,
            community=names.get(notice.community_id or 0, ""),
            text=words[notice.pk][0].text,
            url=words[notice.pk][0].url,
        )
        for notice in notices
        if words.get(notice.pk)
    ]


def digest_mail(address: str, lines: list[DigestLine], stop_token: str) -> EmailMessage:
    """The mail, with the header that lets mail programs stop it in one click (RFC 8058).

    Lines come newest first; communities keep that order.
    """
    stop = absolute(reverse("mail_stop", args=[stop_token]))
    return EmailMessage(
        subject=ngettext("%(num)s piece of news", "%(num)s pieces of news", len(lines))
        % {"num": len(lines)},
        body=digest_text(lines, stop),
        to=[address],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Precedence": "bulk",
        },
    )


def digest_text(lines: list[DigestLine], stop: str) -> str:
    groups: dict[str, list[DigestLine]] = {}
    for line in islice(lines, MOST_LINES):
        groups.setdefault(line.community, []).append(line)
    parts = [_("Hello, this is new since the last mail.")]
    for community, told in groups.items():
        if community:
            parts.append(one_line(community).upper())
        parts += [f"{one_line(line.text)}\n{absolute(line.url)}" for line in told]
    left = len(lines) - MOST_LINES
    if left > 0:
        more = ngettext("And %(num)s more:", "And %(num)s more:", left) % {"num": left}
        parts.append(f"{more}\n{absolute(reverse('notices'))}")
    parts.append(
        "-- \n"
        + _("At most one mail a day. To get none:")
        + f"\n{stop}\n"
        + _("Your choices:")
        + f"\n{absolute(reverse('mail_preferences'))}"
    )
    return "\n\n".join(parts) + "\n"


def one_line(text: str) -> str:
    """Names and titles cannot pretend to be another line of the mail."""
    return " ".join(text.split())


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
