"""Whether someone may do something, and why not: the answer every rule gives."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a rule: true when allowed, else with a reason in the reader's language."""

    allowed: bool
    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(allowed=True)


def refused(reason: str | Promise) -> Verdict:
    return Verdict(allowed=False, reason=reason)


class Refused(Exception):  # noqa: N818  it is an answer, not a fault
    """Raised by an action whose rule refuses; pages show its reason."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(reason)
        self.reason = reason


def require(verdict: Verdict) -> None:
    """Go on only when the rule allows; actions call this first, on a fresh reader."""
    if not verdict:
        raise Refused(verdict.reason)
