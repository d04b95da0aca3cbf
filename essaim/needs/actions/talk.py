"""The private conversation of a match: two people, no address, moderated when reported."""

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.models import Audience
from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import Thing
from essaim.discussions.models import Waiting
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.needs import rules
from essaim.needs.actions.values import Checks, addresses_in
from essaim.needs.facts import MessageSent
from essaim.needs.models import MESSAGE, MESSAGE_LENGTH, Match, MatchMessage

FIRST = 3  # of each side's words, in which an address is warned about


@transaction.atomic
def write_message(
    *, member: Member, match: Match, text: str, gives_address: bool = False
) -> MatchMessage:
    """To the other side. In one's first words an address is asked about once: `gives_address`."""
    match = Match.objects.select_related("need__community", "offer").get(pk=match.pk)
    require(rules.may_write(fresh_reader(member), match))
    return say(match, member, text, gives_address=gives_address)


def say(match: Match, member: Member, text: str, *, gives_address: bool) -> MatchMessage:
    """A message as it is kept; ValidationError where there are no words, or too many."""
    checks = Checks()
    checks.text("text", text, longest=MESSAGE_LENGTH, is_open=False)
    if not gives_address and addresses_in(text) and _are_first(match, member):
        checks.say(
            "text",
            _(
                "This holds an address or a phone number. You can talk here without giving any; to"
                " send it all the same, tick the box."
            ),
        )
    message = MatchMessage.objects.create(
        match=match, author=member, written_at=now(), **checks.done()
    )
    record(
        MessageSent(
            actor_id=member.pk,
            community_id=match.need.community_id,
            match_id=match.pk,
            message_id=message.pk,
        )
    )
    return message


def _are_first(match: Match, member: Member) -> bool:
    return MatchMessage.objects.filter(match=match, author=member).count() < FIRST


def thing_of(message: MatchMessage) -> Thing:
    """A message that is locked, as moderation handles it once one of its two sides reports it."""
    return Thing(
        kind=MESSAGE,
        pk=message.pk,
        community=message.match.need.community,
        audience=Audience.ROLE_HOLDERS,
        author_id=message.author_id,
        text=message.text,
        is_hidden=message.hidden_at is not None,
        waiting_for=Waiting(message.waiting_for) if message.waiting_for else None,
        is_gone=not message.text,
        may_see=lambda reader: rules.may_see_message(reader, message),
        speaks_for_others=True,
        needs_a_report=True,
        row=message,
    )
