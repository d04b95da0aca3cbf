"""A community that divides: what members read, how many go."""

from dataclasses import dataclass
from datetime import datetime

from essaim.communities import rules
from essaim.communities.models import SPLIT_NEEDS, Community, Split
from essaim.communities.queries.mandates import name_of
from essaim.communities.readers import Reader
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now


@dataclass(frozen=True, slots=True)
class SplitPage:
    """`going` is a number only: who goes is theirs to tell until it is done."""

    public_id: str
    name: str
    purpose: str
    place: str
    host: str
    is_host: bool
    closes_at: datetime
    ended_at: datetime | None
    made_name: str
    made_slug: str
    going: int
    needs: int
    goes: bool
    may_choose: Verdict
    may_call_off: bool


def split_of(community: Community, public_id: str) -> Split | None:
    return (
        Split.objects.select_related("community", "host", "place", "made")
        .filter(community=community, public_id=public_id)
        .first()
    )


def open_split(community: Community) -> Split | None:
    return Split.objects.filter(community=community, ended_at__isnull=True).first()


def split_for_page(reader: Reader, split: Split) -> SplitPage:
    chosen = set(split.choices.values_list("member_id", flat=True))
    made = split.made
    is_told = made is not None and bool(rules.may_see_community(reader, made))
    return SplitPage(
        public_id=split.public_id,
        name=split.name,
        purpose=split.purpose,
        place=split.place.name if split.place else "",
        host=name_of(split.host.name),
        is_host=split.host_id == reader.member_id,
        closes_at=split.closes_at,
        ended_at=split.ended_at,
        made_name=made.name if made and is_told else "",
        made_slug=made.slug if made and is_told else "",
        going=len(chosen),
        needs=SPLIT_NEEDS,
        goes=reader.member_id in chosen,
        may_choose=rules.may_choose_side(reader, split),
        may_call_off=bool(rules.may_call_off_split(reader, split)),
    )


def splits_to_complete() -> list[Split]:
    waiting = Split.objects.filter(ended_at__isnull=True, closes_at__lte=now())
    return list(waiting.select_related("community").order_by("closes_at", "pk"))
