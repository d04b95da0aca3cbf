from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import ngettext

from essaim.communities.actions.belonging import lock_member
from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.needs import rules
from essaim.needs.facts import SearchRemoved, SearchSaved
from essaim.needs.models import MOST_SEARCHES, SavedSearch
from essaim.needs.queries.board import OFFERS


@transaction.atomic
def save_search(
    *, member: Member, community: Community | None, params: dict[str, Any]
) -> SavedSearch:
    """Be told of what is newly looked for; the same search is kept once."""
    is_for_offers = params.get("kind") == OFFERS
    require(rules.may_save_search(fresh_reader(member), community, is_for_offers=is_for_offers))
    lock_member(member)
    mine = SavedSearch.objects.filter(member=member)
    if same := mine.filter(community=community, params=params).first():
        return same
    if mine.count() >= MOST_SEARCHES:
        said = ngettext(
            "You keep %(most)s search already: remove one first.",
            "You keep %(most)s searches already: remove one first.",
            MOST_SEARCHES,
        )
        raise ValidationError({"": [said % {"most": MOST_SEARCHES}]})
    made = SavedSearch.objects.create(
        member=member, community=community, params=params, created_at=now(), told_until=now()
    )
    record(SearchSaved(actor_id=member.pk, community_id=community.pk if community else None))
    return made


@transaction.atomic
def remove_search(*, member: Member, public_id: str) -> bool:
    removed, _by_model = SavedSearch.objects.filter(member=member, public_id=public_id).delete()
    if removed:
        record(SearchRemoved(actor_id=member.pk))
    return bool(removed)


@transaction.atomic
def searched_until(search: SavedSearch, moment: Any) -> None:
    SavedSearch.objects.filter(pk=search.pk).update(told_until=moment)
