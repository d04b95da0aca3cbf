"""What happened to an account: a trail that no feed shows and that upper floors hear."""

from dataclasses import dataclass

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


@dataclass(frozen=True, kw_only=True)
class MemberErased(Fact):
    """The account is anonymous from now on; memberships and mandates end on hearing this."""

    audience: str = "nobody"
