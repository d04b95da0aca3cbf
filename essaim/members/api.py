"""Who a token speaks for."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from essaim.members.bearer import Bearer, token_of
from essaim.members.models import Scope

router = Router(tags=["members"])


class MeOut(Schema):
    name: str
    language: str
    token: str
    scopes: list[str]
    expires_at: datetime


@router.get(
    "/me",
    response=MeOut,
    auth=Bearer(Scope.READ),
    url_name="api_me",
    summary="Whom the token speaks for, and what it may do",
    openapi_extra={"x-needs-token": True},
)
def read_me(request: HttpRequest) -> dict[str, Any]:
    token = token_of(request)
    if token is None:
        raise TypeError("Nobody comes here without a token.")
    return {
        "name": token.member.name,
        "language": token.member.language,
        "token": token.name,
        "scopes": token.scopes,
        "expires_at": token.expires_at,
    }
