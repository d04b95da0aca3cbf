"""What new accounts may do, and when what they write waits for a first look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.design.typography import number
from essaim.discussions.first_look import Sign, links_in, look_at
from essaim.discussions.models import ModerationPolicy, Post
from essaim.discussions.queries.policies import (
    is_new,
    own_texts,
    policy_of,
    texts_of_other_newcomers,
)
from essaim.foundation.clock import now
from essaim.members.models import Member

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody has written of one kind of thing: messages here, other kinds on floors above.

    `stands` is what is shown of it; `texts` are the words of what they wrote lately, `others` those
    of other new accounts in this community.
    """

    stands: QuerySet[Any]
    today: QuerySet[Any]
    texts: Callable[[], list[str]]
    others: Callable[[ModerationPolicy], list[str]]


def messages_of(member: Member, community: Community) -> Written:
    posts = Post.objects.filter(author=member)
    return Written(
        stands=posts.standing(),
        today=posts.filter(created_at__gt=now() - A_DAY),
        texts=lambda: own_texts(member),
        others=lambda policy: texts_of_other_newcomers(member, community, policy),
    )


def signs_of_a_first(
    *, member: Member, reader: Reader, community: Community, text: str, written: Written
) -> list[Sign]:
    """What a new account's text is held for; nothing of anybody else, or where nothing is seen.

    Refuses what goes beyond the community's limits. The member is locked, so that two messages at
    once count each other.
    """
    if reader.holds(community):
        return []
    policy = policy_of(community)
    if not is_new(member, policy, stands=written.stands):
        return []
    Member.objects.select_for_update().get(pk=member.pk)
    if written.today.count() >= policy.newcomer_posts:
        said = ngettext(
            "A new account may write %(count)s of these a day: write again tomorrow.",
            "A new account may write %(count)s of these a day: write again tomorrow.",
            policy.newcomer_posts,
        )
        raise ValidationError({"text": said % {"count": number(policy.newcomer_posts)}})
    links = len(links_in(text))
    if links > policy.newcomer_links:
        raise ValidationError({"text": _too_many(policy.newcomer_links, links)})
    look = look_at(text, own=written.texts(), others=written.others(policy))
    return list(look.signs) if look.holds else []


def _too_many(most: int, links: int) -> str:
    if not most:
        return _("A new account puts no links into what it writes yet.")
    said = ngettext(
        "A new account may put %(count)s link into what it writes; this has %(has)s.",
        "A new account may put %(count)s links into what it writes; this has %(has)s.",
        most,
    )
    return said % {"count": number(most), "has": number(links)}
