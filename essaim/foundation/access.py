"""Whether someone may do something, and why not: the answer every rule gives."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a rule: true when allowed, else with a reason in the reader's language.

    `joins`: the slug of the community that one would have to belong to, where that is the reason.
    """

    allowed: bool
    reason: str | Promise = ""
    joins: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(allowed=True)


def refused(reason: str | Promise, *, joins: str = "") -> Verdict:
    return Verdict(allowed=False, reason=reason, joins=joins)


class Refused(Exception):  # noqa: N818  it is an answer, not a fault
    """Raised by an action whose rule refuses; pages show its reason."""

    def __init__(self, reason: str | Promise, *, joins: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.joins = joins


def require(verdict: Verdict) -> None:
    """Go on only when the rule allows; actions call this first, on a fresh reader."""
    if not verdict:
        raise Refused(verdict.reason, joins=verdict.joins)
