"""Tokens: the keys with which programs use the API in a member's name."""

import secrets
from collections.abc import Collection
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.text import clean_line
from essaim.members import rules
from essaim.members.facts import TokenMade, TokenRevoked
from essaim.members.models import NAME_LENGTH, Member, Scope, Token
from essaim.members.queries import STARTS_TOKENS, digest_of

RANDOM_BYTES = 32
PREFIX = len(STARTS_TOKENS) + 6
MOST_TOKENS = 20
LONGEST_DAYS = 366
USE_NOTED_EVERY = timedelta(hours=1)
KEPT_WHEN_OVER = timedelta(days=90)


@transaction.atomic
def make_token(
    *, member: Member, name: str, scopes: Collection[str], days: int
) -> tuple[Token, str]:
    """A new token and its text, which nothing keeps: whoever asked sees it this once."""
    known = Member.objects.select_for_update().get(pk=member.pk)  # their number is bounded
    require(rules.may_keep_account(known))
    errors: dict[str, list[str]] = {}
    try:
        name = clean_line(name)
    except ValidationError as error:
        errors["name"] = error.messages
    if not name:
        errors["name"] = [_("Say what it is for.")]
    elif len(name) > NAME_LENGTH:
        errors["name"] = [_("At most %(most)s characters.") % {"most": NAME_LENGTH}]
    if not scopes or not set(scopes) <= set(Scope.values):
        errors["scopes"] = [_("Choose what it may do.")]
    if not 1 <= days <= LONGEST_DAYS:
        errors["days"] = [_("Between 1 and %(most)s days.") % {"most": LONGEST_DAYS}]
    alive = Token.objects.filter(member=known, revoked_at__isnull=True, expires_at__gt=now())
    if alive.count() >= MOST_TOKENS:
        errors["name"] = [_("You have %(most)s tokens: revoke one first.") % {"most": MOST_TOKENS}]
    if errors:
        raise ValidationError(errors)
    text = STARTS_TOKENS + secrets.token_urlsafe(RANDOM_BYTES)
    token = Token.objects.create(
        member=known,
        name=name,
        prefix=text[:PREFIX],
        digest=digest_of(text),
        scopes=[scope for scope in Scope.values if scope in scopes],
        expires_at=now() + timedelta(days=days),
    )
    record(TokenMade(actor_id=known.pk, token_id=token.pk))
    return token, text


@transaction.atomic
def revoke_token(*, member: Member, token: Token) -> bool:
    """It opens nothing from now on; False when that was so already."""
    require(rules.may_revoke_token(member, token))
    standing = Token.objects.filter(pk=token.pk, revoked_at__isnull=True)
    if not standing.update(revoked_at=now()):
        return False
    record(TokenRevoked(actor_id=member.pk, token_id=token.pk))
    return True


def note_use_of_token(*, token: Token) -> None:
    """Remember that it was used, to the hour: the page says so to whoever wonders."""
    moment = now()
    if token.last_used_at and token.last_used_at > moment - USE_NOTED_EVERY:
        return
    Token.objects.filter(pk=token.pk).update(last_used_at=moment)


def drop_old_tokens() -> int:
    """Delete those that opened nothing for three months; every night. Returns how many."""
    then = now() - KEPT_WHEN_OVER
    over = Q(expires_at__lt=then) | Q(revoked_at__lt=then)
    deleted, _by_model = Token.objects.filter(over).delete()
    return deleted
