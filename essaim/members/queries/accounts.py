"""What members read about themselves, and the name that others read."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from essaim.foundation.clock import now
from essaim.foundation.panels import Place
from essaim.foundation.privacy import REGISTER, Declaration
from essaim.foundation.text import unaccented
from essaim.members.models import (
    GUARDS,
    Consent,
    Interest,
    InterestKind,
    Member,
    MemberInterest,
    Scope,
    Token,
)

SUGGESTIONS = 8
# A word is suggested only once so many people say it: a rare one could point at somebody.
SAID_BY_AT_LEAST = 5
STARTS_TOKENS = "essaim_"  # by this people, and programs that look for leaks, know one


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


NAMED_BY = "named_by"  # of a model: the relations through which what it calls itself is read


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
    for field in fields:
        linked += [f"{field.name}__{one}" for one in getattr(field.related_model, NAMED_BY, ())]
    rows = rows_about(model, declaration, member).order_by("pk")
    if linked:
        rows = rows.select_related(*linked)
    told = [{field.name: _as_json(getattr(row, field.name)) for field in fields} for row in rows]
    if declaration.is_named:
        told = [{"name": str(row), **one} for row, one in zip(rows, told, strict=True)]
    return told


def _as_json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, date):  # and moments
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)  # the name of what is linked to


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as its member reads it; never what it is made of."""

    public_id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    state: str


def tokens_for_page(member: Member) -> list[TokenLine]:
    """The member's tokens, newest first, in one query; state: live, expired or revoked."""
    moment = now()
    return [
        TokenLine(
            public_id=token.public_id,
            name=token.name,
            prefix=token.prefix,
            scopes=tuple(str(Scope(scope).label) for scope in token.scopes),
            created_at=token.created_at,
            last_used_at=token.last_used_at,
            expires_at=token.expires_at,
            state="revoked"
            if token.revoked_at
            else "live"
            if token.expires_at > moment
            else "expired",
        )
        for token in Token.objects.filter(member=member).order_by("-created_at", "-id")
    ]


def token_to_revoke(member: Member, public_id: str) -> Token | None:
    return Token.objects.filter(member=member, public_id=public_id).first()


def digest_of(token: str) -> str:
    """What is kept of a token. It holds 256 random bits: no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def live_token(text: str) -> Token | None:
    """The token of this text with its member, while both stand; in one query."""
    return (
        Token.objects.filter(
            digest=digest_of(text),
            revoked_at__isnull=True,
            expires_at__gt=now(),
            member__is_active=True,
        )
        .select_related("member")
        .first()
    )


# By a member's id, whether they hold what asks for a second factor that they lack: upper floors
# know, and whoever signs in is led to set one up.
SECOND_FACTOR_OWED: Place[int, bool] = Place("members.second_factor_owed")


def has_second_factor(member: str) -> Exists:
    """Whether the member that this path leads to has a passkey or a code app: for any query."""
    return Exists(Authenticator.objects.filter(user=OuterRef(member), type__in=GUARDS))


@dataclass(frozen=True, slots=True)
class FactorLine:
    """A passkey, or the code app, as its member reads it."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What opens an account, and what else is needed; `codes_left` is None without such codes."""

    has_password: bool
    app: FactorLine | None
    passkeys: tuple[FactorLine, ...]
    codes_left: int | None
    session_count: int

    @property
    def has_factor(self) -> bool:
        return bool(self.app or self.passkeys)


def protection_of(member: Member) -> Protection:
    """For the page of what protects an account, in two queries."""
    factors = Authenticator.objects.filter(user=member).order_by("created_at", "pk")
    lines: dict[str, list[FactorLine]] = {}
    codes_left = None
    for factor in factors:
        if factor.type == Authenticator.Type.RECOVERY_CODES:
            used = int(factor.data.get("used_mask", 0)).bit_count()
            codes_left = mfa_settings.RECOVERY_CODE_COUNT - used
        line = FactorLine(factor.pk, str(factor), factor.created_at, factor.last_used_at)
        lines.setdefault(factor.type, []).append(line)
    return Protection(
        has_password=member.has_usable_password(),
        app=next(iter(lines.get(Authenticator.Type.TOTP, [])), None),
        passkeys=tuple(lines.get(Authenticator.Type.WEBAUTHN, [])),
        codes_left=codes_left,
        session_count=_alive_sessions(member).count(),
    )


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A device on which the account is signed in; `browser` and `system` may be empty."""

    id: int
    browser: str
    system: str
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


def sessions_for_page(member: Member, this: str) -> list[SessionLine]:
    """Where the account is signed in, this device first; `this` is its session's key."""
    rows = _alive_sessions(member).order_by("-last_seen_at", "-pk")
    lines = [
        SessionLine(
            row.pk,
            _first_of(BROWSERS, row.user_agent),
            _first_of(SYSTEMS, row.user_agent),
            row.created_at,
            row.last_seen_at,
            row.session_key == this,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: not line.is_this)


# By what they say of themselves; the first that fits: several also name others.
BROWSERS = {"Firefox/": "Firefox", "Edg": "Edge", "OPR/": "Opera", "Chrom": "Chrome"}
BROWSERS |= {"Safari/": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows"}
SYSTEMS |= {"Mac OS": "macOS", "CrOS": "ChromeOS", "Linux": "Linux"}


def _first_of(known: dict[str, str], said: str) -> str:
    return next((name for mark, name in known.items() if mark in said), "")


def _alive_sessions(member: Member) -> "models.QuerySet[UserSession]":
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now())
    sessions: models.QuerySet[UserSession] = UserSession.objects.filter(Exists(alive), user=member)
    return sessions
