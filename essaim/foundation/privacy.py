"""The privacy register: what each field is for, whether it is exported, what erasure does to it.

Every model carries `@personal` or `@impersonal`; a test fails on a field that no declaration names.
Export and erasure read this register and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.db import models

M = TypeVar("M", bound=type[models.Model])


class Erasure(StrEnum):
    """What happens to a row when the person it is about is erased."""

    DELETE = "delete"
    ANONYMISE = (
        "anonymise"  # the row stays for others; the link to the person and `blanked` fields go
    )
    KEEP = "keep"  # a law or another person's right keeps it; `reason` says which


class Use(StrEnum):
    """What rows are for; what is kept for one use is never joined to another that excludes it."""

    COMMUNITY = "community"
    INITIATIVE = "initiative"  # what people undertake and need: never for an election
    ELECTORAL = "electoral"  # what says how somebody stands politically


_USES: dict[str, Use] = {}  # by label of a model (« communities.signature ») or of an app


def serves(use: Use, *labels: str) -> None:
    """Declare what the models of an app, or single ones, are for."""
    _USES.update({label.lower(): use for label in labels})


def use_of(model: type[models.Model]) -> Use:
    meta = model._meta
    return _USES.get(meta.label_lower, _USES.get(meta.app_label, Use.COMMUNITY))


@dataclass(frozen=True)
class Declaration:
    """What one model holds about people; `subject` names the foreign key to the person."""

    purpose: str
    subject: str
    on_erasure: Erasure | None
    exported: frozenset[str]
    blanked: frozenset[str]
    other: frozenset[str]
    reason: str = ""
    is_named: bool = False

    @property
    def fields(self) -> frozenset[str]:
        return (
            self.exported | self.other | self.blanked | ({self.subject} if self.subject else set())
        )


REGISTER: dict[type[models.Model], Declaration] = {}


def personal(
    *,
    purpose: str,
    subject: str,
    on_erasure: Erasure,
    exported: str = "",
    blanked: str = "",
    other: str = "",
    reason: str = "",
    is_named: bool = False,
) -> Callable[[M], M]:
    """Declare rows about a person; field lists are space-separated names.

    `exported` goes into the person's archive, `blanked` is emptied when the row is anonymised,
    `other` neither. `is_named`: what the row calls itself is exported too, as `name`.
    """

    def declare(model: M) -> M:
        REGISTER[model] = Declaration(
            purpose=purpose,
            subject=subject,
            on_erasure=on_erasure,
            exported=frozenset(exported.split()),
            blanked=frozenset(blanked.split()),
            other=frozenset(other.split()),
            reason=reason,
            is_named=is_named,
        )
        return model

    return declare


def impersonal(*, purpose: str, fields: str) -> Callable[[M], M]:
    """Declare rows that are about nobody; all field names, so that a new one is thought about."""

    def declare(model: M) -> M:
        REGISTER[model] = Declaration(
            purpose=purpose,
            subject="",
            on_erasure=None,
            exported=frozenset(),
            blanked=frozenset(),
            other=frozenset(fields.split()),
        )
        return model

    return declare
