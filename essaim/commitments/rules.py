from django.utils.translation import gettext as _

from essaim.commitments.models import Commitment, CommitmentKind, CommitmentQuerySet
from essaim.communities.readers import Reader
from essaim.communities.rules import is_on, may_read, readable
from essaim.foundation.access import ALLOWED, Verdict, refused

SUBPLATFORM = "commitments"  # nobody switches off what they owe; it goes with what it is about


def may_see_commitment(reader: Reader, commitment: Commitment) -> Verdict:
    return may_read(
        reader,
        commitment.community,
        commitment.audience,
        subplatform=SUBPLATFORM,
        subject_kind=commitment.subject_kind,
    )


def commitments_visible_to(reader: Reader) -> CommitmentQuerySet:
    """The twin of `may_see_commitment`."""
    found = readable(reader, subplatform=SUBPLATFORM, subject_kind="subject_kind")
    return Commitment.objects.filter(found)


def may_keep(reader: Reader, commitment: Commitment) -> Verdict:
    """Whoever holds the owing role in the community, or was named as its holder."""
    if not is_on(commitment.community, SUBPLATFORM, subject_kind=commitment.subject_kind):
        return refused(_("This page does not exist."))
    if commitment.cancelled_at or commitment.kept_at:
        return refused(_("This commitment is no longer open."))
    if commitment.kind != CommitmentKind.DELIVERY:
        return refused(_("An answer is kept by giving it, with its reasons."))
    if reader.is_known and commitment.owner_id == reader.member_id:
        return ALLOWED
    if reader.holds(commitment.community, commitment.owner_role):
        return ALLOWED
    return refused(
        _("Only the role that owes this can say it is done: %(title)s.")
        % {"title": commitment.owner_title or commitment.get_owner_role_display()}
    )
