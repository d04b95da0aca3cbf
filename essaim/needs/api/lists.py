"""What the operations of this sub-platform share."""

from typing import Any, Literal

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
from essaim.places.queries import place_asked

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
        """ValidationError where nobody knows the place: nothing is listed then."""
        place_asked(self.place or None)
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


def given_of(body: Any) -> dict[str, Any]:
    """What a body says, with its place found."""
    given: dict[str, Any] = body.model_dump()
    given["place"] = place_asked(given["place"])
    return given
