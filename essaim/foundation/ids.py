"""Random public identifiers: what stands in addresses instead of serial numbers."""

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # no 0/o, 1/l/i, u: can be read aloud
LENGTH = 12


def public_id() -> str:
    """Twelve characters of 30, about 59 bits: not to be guessed, short enough for an address."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def secret_token() -> str:
    """256 bits for links that prove something (invitations, opt-out)."""
    return secrets.token_urlsafe(32)


def ticket() -> str:
    """Sixteen characters of 30, about 78 bits: a secret that can still be typed at a door."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))
