"""What the operations of this sub-platform share."""

from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.communities.rules import communities_visible_to
from essaim.foundation.http.missing import or_404
from essaim.members.bearer import Bearer
from essaim.members.models import Scope
from essaim.needs import rules
from essaim.needs.queries.board import Filters
from essaim.places.models import Place
from essaim.places.queries import place_named

MOST = 100
Language = Literal["fr", "en"]
READS = Bearer(Scope.READ)
WRITES = Bearer(Scope.NEEDS)

router = Router(tags=["needs"])


class BoardAsked(Schema):
    """The filters of the board; `place` is a public_id."""

    after: str = ""
    limit: int = Field(20, ge=1, le=MOST)
    kind: Literal["", "official"] = ""
    skill: str = Field("", max_length=120)
    place: str = Field("", max_length=12)
    length: Literal["", "hour", "half", "longer"] = ""
    remote: bool = False

    @property
    def filters(self) -> Filters:
        return Filters(
            kind=self.kind,
            skill=self.skill.strip(),
            place=self.place,
            length=self.length,
            remote=self.remote,
        )


class MatchesAsked(Schema):
    after: str = ""
    limit: int = Field(20, ge=1, le=MOST)


def community_or_404(reader: Reader, slug: str) -> Community:
    visible = communities_visible_to(reader, subplatform=rules.SUBPLATFORM)
    return or_404(visible.filter(slug=slug).select_related("place").first())


def place_of(public_id: str | None) -> Place | None:
    if public_id is None:
        return None
    found = place_named(public_id)
    if found is None:
        raise ValidationError({"place": [_("We know no such place.")]})
    return found


def given_of(body: Any) -> dict[str, Any]:
    """What a body says, with its place found."""
    given: dict[str, Any] = body.model_dump()
    given["place"] = place_of(given["place"])
    return given
