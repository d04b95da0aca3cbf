"""What the lists of this sub-platform share."""

from typing import Literal

from ninja import Router, Schema
from pydantic import Field

MOST = 100
Language = Literal["fr", "en"]

router = Router(tags=["projects"])


class Asked(Schema):
    after: str = ""
    limit: int = Field(20, ge=1, le=MOST)
