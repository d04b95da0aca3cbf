"""Made and kept for a subject by the package that owns it, which has asked its own rule."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.commitments import rules
from essaim.commitments.facts import CommitmentCancelled, CommitmentKept, CommitmentMade
from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Audience, Community
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record, record_all
from essaim.foundation.clock import now, today
from essaim.members.models import Member


@transaction.atomic
def make_commitment(
    *,
    community: Community,
    kind: CommitmentKind,
    subject_kind: str,
    subject_id: int,
    due_on: date,
    owner_role: str,
    owner_title: str,
    owner: Member | None = None,
    promise: str = "",
    audience: str = Audience.PUBLIC,
    actor: Member | None = None,
) -> Commitment:
    """Owe one thing about one subject by a date; asking twice, even at once, makes it once."""
    if kind == CommitmentKind.DELIVERY and due_on < today():
        raise ValidationError({"due_on": _("Choose a date that has not passed.")})
    made = Commitment(
        community=community,
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        due_on=due_on,
        owner_role=owner_role,
        owner_title=owner_title,
        owner=owner,
        promise=promise,
        audience=audience,
    )
    inserted = Commitment.objects.bulk_create([made], ignore_conflicts=True)
    standing = Commitment.objects.get(
        kind=kind, subject_kind=subject_kind, subject_id=subject_id, cancelled_at__isnull=True
    )
    if inserted[0].public_id == standing.public_id:
        record(CommitmentMade(**_about(standing, actor), due_on=standing.due_on))
    return standing


@transaction.atomic
def make_commitments(
    *, subject_kind: str, subjects: Mapping[int, str], kind: CommitmentKind, **owed: Any
) -> None:
    """The same owed about many subjects (number: audience), in as many statements as about one."""
    made = [
        Commitment(kind=kind, subject_kind=subject_kind, subject_id=pk, audience=audience, **owed)
        for pk, audience in subjects.items()
    ]
    Commitment.objects.bulk_create(made, ignore_conflicts=True)
    new = Commitment.objects.filter(public_id__in=[one.public_id for one in made]).order_by("pk")
    record_all([CommitmentMade(**_about(one, None), due_on=one.due_on) for one in new])


@transaction.atomic
def keep_commitment(
    *, kind: CommitmentKind, subject_kind: str, subject_id: int, actor: Member | None = None
) -> Commitment | None:
    """What was owed is done, today. None when nothing open was owed (a repeat changes nothing)."""
    commitment = (
        Commitment.objects.standing()
        .select_for_update()
        .filter(kind=kind, subject_kind=subject_kind, subject_id=subject_id)
        .first()
    )
    if commitment:
        _keep(commitment, actor)
    return commitment


@transaction.atomic
def say_it_is_done(*, member: Member, commitment: Commitment) -> None:
    """The owing role declares a delivery done."""
    commitment = (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("community")
        .get(pk=commitment.pk)
    )
    require(rules.may_keep(fresh_reader(member), commitment))
    _keep(commitment, member)


def _keep(commitment: Commitment, actor: Member | None) -> None:
    commitment.kept_at, commitment.kept_on = now(), today()
    commitment.save(update_fields=["kept_at", "kept_on"])
    record(CommitmentKept(**_about(commitment, actor), was_late=today() > commitment.due_on))


@transaction.atomic
def cancel_commitment(
    *,
    kind: CommitmentKind,
    subject_kind: str,
    subject_id: int,
    reason: str,
    actor: Member | None = None,
) -> None:
    """Nothing is owed any more (its subject was withdrawn…); the reason stays."""
    commitment = (
        Commitment.objects.standing()
        .select_for_update()
        .filter(kind=kind, subject_kind=subject_kind, subject_id=subject_id)
        .first()
    )
    if commitment:
        commitment.cancelled_at, commitment.cancelling_reason = now(), reason
        commitment.save(update_fields=["cancelled_at", "cancelling_reason"])
        record(CommitmentCancelled(**_about(commitment, actor)))


def _about(commitment: Commitment, actor: Member | None) -> dict[str, Any]:
    return {
        "actor_id": actor.pk if actor else None,
        "community_id": commitment.community_id,
        "audience": commitment.audience,
        "commitment_id": commitment.pk,
        "kind": commitment.kind,
        "subject_kind": commitment.subject_kind,
        "subject_id": commitment.subject_id,
    }


@transaction.atomic
def hand_over_commitments(
    *,
    kind: CommitmentKind,
    subject_kind: str,
    subject_ids: Collection[int],
    owner: Member | None,
    owner_role: str,
) -> int:
    """Somebody else owes what is still open about these subjects. Returns how many changed."""
    owed = Commitment.objects.standing().filter(
        kind=kind, subject_kind=subject_kind, subject_id__in=subject_ids
    )
    return owed.update(owner=owner, owner_role=owner_role)


@transaction.atomic
def show_commitments_to(
    audience: str, *, kind: CommitmentKind, subject_kind: str, subject_ids: Collection[int]
) -> int:
    """What is owed about these subjects is for other readers from now on, kept or not.

    Returns how many changed.
    """
    owed = Commitment.objects.filter(
        kind=kind, subject_kind=subject_kind, subject_id__in=subject_ids
    )
    return owed.exclude(audience=audience).update(audience=audience)
