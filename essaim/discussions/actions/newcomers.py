"""What new accounts may do, and when what they write waits for a first look."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.design.typography import number
from essaim.discussions.first_look import Sign, links_in, look_at
from essaim.discussions.models import Post
from essaim.discussions.queries.policies import (
    is_new,
    own_texts,
    policy_of,
    texts_of_other_newcomers,
)
from essaim.foundation.clock import now
from essaim.members.models import Member

A_DAY = timedelta(days=1)


def signs_of_a_first(
    *, member: Member, reader: Reader, community: Community, text: str
) -> list[Sign]:
    """What a new account's text is held for; nothing of anybody else, or where nothing is seen.

    Refuses what goes beyond the community's limits. The member is locked, so that two messages at
    once count each other.
    """
    if reader.holds(community):
        return []
    policy = policy_of(community)
    if not is_new(member, policy):
        return []
    Member.objects.select_for_update().get(pk=member.pk)
    today = Post.objects.filter(author=member, created_at__gt=now() - A_DAY).count()
    if today >= policy.newcomer_posts:
        said = ngettext(
            "A new account may write %(count)s message a day: write again tomorrow.",
            "A new account may write %(count)s messages a day: write again tomorrow.",
            policy.newcomer_posts,
        )
        raise ValidationError({"text": said % {"count": number(policy.newcomer_posts)}})
    links = len(links_in(text))
    if links > policy.newcomer_links:
        raise ValidationError({"text": _too_many(policy.newcomer_links, links)})
    look = look_at(
        text,
        own=own_texts(member),
        others=texts_of_other_newcomers(member, community, policy),
    )
    return list(look.signs) if look.holds else []


def _too_many(most: int, links: int) -> str:
    if not most:
        return _("A new account puts no links into its messages yet.")
    said = ngettext(
        "A new account may put %(count)s link into a message; yours has %(has)s.",
        "A new account may put %(count)s links into a message; yours has %(has)s.",
        most,
    )
    return said % {"count": number(most), "has": number(links)}
