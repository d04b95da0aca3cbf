"""What happened to an account: a trail that no feed shows and that upper floors hear."""

from dataclasses import dataclass
from enum import StrEnum

from essaim.foundation.activity import Fact


@dataclass(frozen=True, kw_only=True)
class AddressProved(Fact):
    """A code proved the address for the first time: the account is somebody's."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class MemberNamed(Fact):
    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class ProfileUpdated(Fact):
    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class InterestsSet(Fact):
    audience: str = "nobody"
    interest_count: int


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Fact):
    audience: str = "nobody"
    consent_id: int


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Fact):
    audience: str = "nobody"
    consent_id: int


class FactorKind(StrEnum):
    """What, beside the mailbox, opens an account."""

    APP = "app"
    PASSKEY = "passkey"


@dataclass(frozen=True, kw_only=True)
class FactorAdded(Fact):
    audience: str = "nobody"
    factor: FactorKind


@dataclass(frozen=True, kw_only=True)
class FactorRemoved(Fact):
    audience: str = "nobody"
    factor: FactorKind


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(Fact):
    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(Fact):
    audience: str = "nobody"
    codes_left: int


@dataclass(frozen=True, kw_only=True)
class PasswordChosen(Fact):
    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class PasswordRemoved(Fact):
    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(Fact):
    audience: str = "nobody"
    session_count: int


@dataclass(frozen=True, kw_only=True)
class MemberErased(Fact):
    """The account is anonymous from now on; memberships and mandates end on hearing this."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class MemberBlocked(Fact):
    """Whom, only the block itself knows."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class MemberUnblocked(Fact):
    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class TokenMade(Fact):
    audience: str = "nobody"
    token_id: int


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Fact):
    audience: str = "nobody"
    token_id: int


@dataclass(frozen=True, kw_only=True)
class SkillsImported(Fact):
    """A vocabulary brought something new; nobody's act on the ladder."""

    audience: str = "nobody"
    added: int
    changed: int
