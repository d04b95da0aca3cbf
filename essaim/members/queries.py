"""What members read about themselves, and the name that others read."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from essaim.foundation.clock import now
from essaim.foundation.privacy import REGISTER, Declaration
from essaim.foundation.text import unaccented
from essaim.members.models import Consent, Interest, InterestKind, Member, MemberInterest

SUGGESTIONS = 8
# A word is suggested only once so many people say it: a rare one could point at somebody.
SAID_BY_AT_LEAST = 5


def display_name(member: Member | None) -> str:
    """How a member is called on pages: the name, or « former member » once there is none."""
    return (member.name if member else "") or _("former member")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the profile's form starts with; skills and topics as people write them."""

    name: str
    language: str
    place_id: int | None
    minutes_a_week: int | None
    motive: str
    skills: str
    topics: str


def profile_for_form(member: Member) -> Profile:
    """The member's own words, in one query."""
    said: dict[str, list[str]] = {kind: [] for kind in InterestKind.values}
    words = MemberInterest.objects.filter(member=member).order_by("interest__key")
    for kind, label in words.values_list("interest__kind", "interest__label"):
        said[kind].append(label)
    return Profile(
        name=member.name,
        language=member.language,
        place_id=member.place_id,
        minutes_a_week=member.minutes_a_week,
        motive=member.motive,
        skills=", ".join(said[InterestKind.SKILL]),
        topics=", ".join(said[InterestKind.TOPIC]),
    )


def interests_matching(kind: str, text: str) -> list[str]:
    """The text with its last word completed in several ways: « law, acc » → « law, accounting »."""
    before, _comma, begun = text.rpartition(",")
    key = unaccented(begun.strip())
    if not key or kind not in InterestKind.values:
        return []
    said = {unaccented(word.strip()) for word in before.split(",")}
    words = (
        Interest.objects.filter(kind=kind)
        .filter(Q(key__startswith=key) | Q(key__contains=f" {key}"))
        .exclude(key__in=said)
        .annotate(sayers=Count("memberinterest"))
        .filter(sayers__gte=SAID_BY_AT_LEAST)
        .order_by("-sayers", "key")
    )
    start = f"{before.strip()}, " if before.strip() else ""
    return [f"{start}{label}" for label in words.values_list("label", flat=True)[:SUGGESTIONS]]


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One consent and its words. `about` is a public address, such as a community's slug."""

    purpose: str
    about: str
    text: str
    given_at: datetime
    withdrawn_at: datetime | None


def consents_for_page(member: Member) -> list[ConsentLine]:
    """All consents of a member, standing ones first, in one query."""
    rows = Consent.objects.filter(member=member).order_by("-withdrawn_at", "-given_at", "-id")
    return [
        ConsentLine(
            purpose=row.get_purpose_display(),
            about=row.about,
            text=row.text,
            given_at=row.given_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row in rows
    ]


def archive_of(member: Member) -> dict[str, Any]:
    """Everything the privacy register says is exported about a person, as JSON values.

    {"made_at", "records": [{"kind": "ideas.Idea", "purpose", "rows": [{field: value}]}]}
    """
    records = []
    for model in apps.get_models():
        declaration = REGISTER.get(model)
        if declaration and declaration.subject and declaration.exported:
            rows = _exported_rows(model, declaration, member)
            if rows:
                records.append(
                    {"kind": model._meta.label, "purpose": declaration.purpose, "rows": rows}
                )
    return {"made_at": now().isoformat(), "records": records}


def rows_about(
    model: type[models.Model], declaration: Declaration, member: Member
) -> models.QuerySet[Any]:
    """Rows linked to the person, and those that hold their address without a link (invitations)."""
    about = Q(**{declaration.subject: member.pk})
    if model is not Member and "email" in declaration.fields:
        about |= Q(email__iexact=member.email)
    return model._default_manager.filter(about)


def _exported_rows(
    model: type[models.Model], declaration: Declaration, member: Member
) -> list[dict[str, Any]]:
    fields = [field for field in model._meta.fields if field.name in declaration.exported]
    linked = [field.name for field in fields if field.is_relation]
    rows = rows_about(model, declaration, member).order_by("pk")
    if linked:
        rows = rows.select_related(*linked)
    return [{field.name: _as_json(getattr(row, field.name)) for field in fields} for row in rows]


def _as_json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, date):  # and moments
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)  # the name of what is linked to
