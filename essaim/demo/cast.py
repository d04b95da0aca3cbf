"""The five people one may sign in as: also printed by `essaim demo`."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from essaim.demo.world_book import read_world


@dataclass(frozen=True, slots=True)
class Part:
    """One of the cast: what they are, who plays it, what they are there to show."""

    label: str | Promise
    about: str | Promise
    name: str
    email: str


_PARTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "newcomer": (
        _("newcomer"),
        _("Has an account and belongs to nothing yet: can read a manifesto, sign it and join."),
    ),
    "member": (
        _("member"),
        _("Proposes, supports and talks; one of her ideas has come a long way."),
    ),
    "host": (_("host"), _("Runs a committee and moderates the debate that is open.")),
    "decider": (
        _("decider"),
        _("Owes written answers by a date: a debate of a committee waits for hers."),
    ),
    "administrator": (
        _("administrator"),
        _("Opens debates, edits the manifesto and the programme, gives mandates."),
    ),
}


def parts() -> list[Part]:
    """The cast in the order in which one grows into it."""
    people = {person.cast: person for person in read_world().cast}
    return [
        Part(label, about, people[key].name, people[key].email)
        for key, (label, about) in _PARTS.items()
    ]


def cast() -> list[tuple[str | Promise, str, str]]:
    """What they are, name, address: the rows that the command line shows."""
    return [(part.label, part.name, part.email) for part in parts()]
