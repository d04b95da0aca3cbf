from itertools import count
from typing import Any

from essaim.foundation.clock import now
from essaim.foundation.text import unaccented
from essaim.members.models import Interest, InterestKind, Member, MemberInterest

_numbers = count(1)

# What people type to break pages, mails and headers; all of it must stay plain words.
HOSTILE_NAMES = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} {% raw %} ${7*7} {0} %(name)s %s",
    "Robert'); DROP TABLE members",
    "A & < > \" ' `",
]


def member_factory(**fields: Any) -> Member:
    """A member with a proved address and a name, unless told otherwise."""
    number = next(_numbers)
    name = fields.pop("name", f"Membre {number}")
    return Member.objects.create_user(
        fields.pop("email", f"membre{number}@example.org"),
        name=name,
        name_key=unaccented(name),
        proved_at=fields.pop("proved_at", now()),
        language=fields.pop("language", "en"),  # the words that tests look for
        **fields,
    )


def interest_factory(member: Member, label: str, kind: str = InterestKind.SKILL) -> Interest:
    interest, _made = Interest.objects.get_or_create(
        kind=kind, key=unaccented(label), defaults={"label": label}
    )
    MemberInterest.objects.create(member=member, interest=interest)
    return interest
