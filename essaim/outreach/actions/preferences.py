from django.db import transaction

from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.members.models import Member
from essaim.outreach import rules
from essaim.outreach.facts import DigestChosen
from essaim.outreach.models import MailPreference


@transaction.atomic
def choose_digest(*, member: Member, wants: bool) -> None:
    """The daily e-mail, or none; takes effect with the next one."""
    require(rules.may_have_notices(fresh_reader(member)))
    _choose(preference_of(member), wants=wants)


@transaction.atomic
def stop_digest(*, token: str) -> bool:
    """What the link at the end of each mail does, without signing in. False: no such token."""
    preference = MailPreference.objects.select_for_update().filter(stop_token=token).first()
    if preference is None:
        return False
    _choose(preference, wants=False)
    return True


def _choose(preference: MailPreference, *, wants: bool) -> None:
    if preference.wants_digest == wants:
        return
    preference.wants_digest = wants
    preference.save(update_fields=["wants_digest"])
    record(DigestChosen(actor_id=preference.member_id, wants_digest=wants))


def preference_of(member: Member) -> MailPreference:
    """The member's row, made if need be, and locked."""
    MailPreference.objects.bulk_create([MailPreference(member=member)], ignore_conflicts=True)
    return MailPreference.objects.select_for_update().get(member=member)
