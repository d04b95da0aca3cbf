from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members import rules
from essaim.members.facts import ConsentGiven, ConsentWithdrawn
from essaim.members.models import Consent, Member, Purpose

ABOUT_LENGTH = 100


@transaction.atomic
def give_consent(*, member: Member, purpose: str, about: str, text: str) -> Consent:
    """Keep what was agreed to, in the words shown; asking again while it stands changes nothing."""
    known = Member.objects.select_for_update().get(pk=member.pk)  # two clicks take turns
    require(rules.may_keep_account(known))
    if not text.strip():
        raise ValidationError({"text": [_("A consent needs the words that were agreed to.")]})
    if not about or len(about) > ABOUT_LENGTH:
        raise ValidationError({"about": [_("A consent is about one thing.")]})
    consents = Consent.objects.filter(member=known, purpose=Purpose(purpose), about=about)
    standing = consents.filter(withdrawn_at__isnull=True).first()
    if standing is None:
        standing = Consent.objects.create(
            member=known, purpose=Purpose(purpose), about=about, text=text.strip()
        )
        record(ConsentGiven(actor_id=known.pk, consent_id=standing.pk))
    return standing


@transaction.atomic
def withdraw_consent(*, member: Member, purpose: str, about: str) -> bool:
    """End a consent; the row stays as a proof of what held until now. False when none stood."""
    standing = (
        Consent.objects.select_for_update()
        .filter(member=member, purpose=purpose, about=about, withdrawn_at__isnull=True)
        .first()
    )
    if standing is None:
        return False
    standing.withdrawn_at = now()
    standing.save(update_fields=["withdrawn_at"])
    record(ConsentWithdrawn(actor_id=member.pk, consent_id=standing.pk))
    return True
