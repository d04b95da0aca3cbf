import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from config.cli import main
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now
from essaim.members import bearer
from essaim.members.actions import drop_old_tokens, erase_member, make_token, revoke_token
from essaim.members.confirmation import CONFIRMED_AT
from essaim.members.models import Member, Scope, Token
from essaim.members.queries import archive_of
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

ME = "/api/v1/me"
ALL = Scope.values


def made(member: Member, *scopes: str, days: int = 90) -> str:
    _token, text = make_token(member=member, name="Mine", scopes=scopes or ALL, days=days)
    return text


def ask(text: str, scheme: str = "Bearer") -> Any:
    return Client(headers={"authorization": f"{scheme} {text}"}).get(ME)


def signed_in(member: Member, *, confirmed: bool = True) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    if confirmed:
        session = client.session
        session[CONFIRMED_AT] = now().timestamp()
        session.save()
    return client


def test_a_token_speaks_for_its_member_and_nobody_keeps_the_answer() -> None:
    member = member_factory(name="Nadia", language="en")
    response = ask(made(member, Scope.READ))
    assert response.json()["name"] == "Nadia"
    assert response.json()["scopes"] == ["read"]
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_database_holds_nothing_that_a_token_could_be_made_from() -> None:
    text = made(member_factory())
    kept = [str(value) for value in Token.objects.values().get().values()]
    assert not [value for value in kept if text in value]
    assert len(text) >= len("essaim_") + 43  # 32 random bytes
    assert Token.objects.get().prefix == text[:13]


@pytest.mark.parametrize("end", ["revoked", "expired", "closed", "erased", "mistyped", "basic"])
def test_a_token_that_ended_opens_nothing_at_once(end: str) -> None:
    member = member_factory()
    text = made(member)
    assert ask(text).status_code == 200
    moment, scheme = now(), "Bearer"
    if end == "revoked":
        revoke_token(member=member, token=Token.objects.get())
    elif end == "expired":
        moment += timedelta(days=90, seconds=1)
    elif end == "closed":
        Member.objects.update(is_active=False)
    elif end == "erased":
        erase_member(member=member)
        assert not Token.objects.exists()
    elif end == "mistyped":
        text = text[:-1] + ("a" if text[-1] != "a" else "b")
    else:
        scheme = "Basic"
    with at(moment):
        response = ask(text, scheme)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Essaim", error="invalid_token"'
    assert response.json()["type"] == "/api/problems/#no-token"


def test_a_dead_token_does_not_even_read_what_is_public() -> None:
    client = Client(headers={"authorization": "Bearer essaim_nothing"})
    assert client.get("/api/v1/places").status_code == 401


def test_a_token_opens_no_page_and_a_session_no_operation() -> None:
    member = member_factory()
    client = Client(headers={"authorization": f"Bearer {made(member)}"})
    assert client.get("/me/").status_code == 302
    assert signed_in(member).get(ME).status_code == 401


def test_a_scope_that_is_missing_is_named() -> None:
    client = Client(headers={"authorization": f"Bearer {made(member_factory(), Scope.IDEAS)}"})
    response = client.get(ME)
    assert response.status_code == 403
    assert 'scope="read"' in response.headers["WWW-Authenticate"]
    assert client.get("/api/v1/places").status_code == 403


def test_too_many_writes_of_one_token_are_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearer, "WRITES", 2)
    client = Client(headers={"authorization": f"Bearer {made(member_factory())}"})
    answers = [client.put("/api/v1/ideas/nothing/support") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[2].headers["Retry-After"]
    assert client.get(ME).status_code == 200


def test_what_a_token_is_for_is_asked_and_bounded() -> None:
    member = member_factory()
    wrongs: list[dict[str, Any]] = [
        {"name": " "},
        {"name": "x" * 81},
        {"name": "two\nlines"},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"days": 0},
        {"days": 400},
    ]
    for wrong in wrongs:
        values: dict[str, Any] = {"name": "Mine", "scopes": ["read"], "days": 1, **wrong}
        with pytest.raises(ValidationError):
            make_token(member=member, **values)
    for _ in range(20):
        made(member)
    with pytest.raises(ValidationError):
        made(member)
    with pytest.raises(Refused):
        revoke_token(member=member_factory(), token=Token.objects.first())  # type: ignore[arg-type]  # there is one


def test_the_page_shows_a_token_once_and_lists_it_without() -> None:
    member = member_factory()
    client = signed_in(member)
    assert client.get("/me/tokens/new/").status_code == 200
    form = {"name": "My calendar", "scopes": ["read"], "days": "30"}
    page = client.post("/me/tokens/new/", form)
    text = page.content.decode().split("<code>")[1].split("<")[0]
    assert page.headers["Cache-Control"] == "private, no-store"
    assert ask(text).status_code == 200
    listed = client.get("/me/tokens/").content.decode()
    assert "My calendar" in listed
    assert text not in listed
    revoke = {"token": Token.objects.get().public_id}
    assert signed_in(member_factory()).post("/me/tokens/revoke/", revoke).status_code == 404
    assert client.post("/me/tokens/revoke/", revoke).status_code == 302
    assert ask(text).status_code == 401


def test_making_one_asks_first_who_it_is() -> None:
    client = signed_in(member_factory(), confirmed=False)
    response = client.post("/me/tokens/new/", {"name": "Mine", "scopes": ["read"], "days": "30"})
    assert response.headers["Location"].startswith("/me/confirm/")
    assert not Token.objects.exists()


def test_one_can_take_away_what_is_known_of_ones_tokens_but_no_key() -> None:
    member = member_factory()
    made(member)
    (rows,) = [r["rows"] for r in archive_of(member)["records"] if r["kind"] == "members.Token"]
    assert rows[0]["name"] == "Mine"
    assert "digest" not in rows[0]


def test_tokens_long_over_are_forgotten() -> None:
    made(member_factory(), days=1)
    assert drop_old_tokens() == 0
    with at(now() + timedelta(days=100)):
        assert drop_old_tokens() == 1


def test_the_keyboard_makes_one_and_prints_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    member_factory(email="nadia@example.org")
    assert main(["token", "create", "--member", "Nadia@example.org", "--scope", "read"]) == 0
    (text,) = capsys.readouterr().out.split()
    assert ask(text).json()["scopes"] == ["read"]
    for wrong in (["--member", "nobody@example.org"], ["--scope", "x"], ["--days", "0"]):
        asked = ["--member", "nadia@example.org", *wrong]
        assert main(["token", "create", *asked]) == 1
        assert capsys.readouterr().err.strip()


def test_the_page_of_tokens_says_where_they_open_something(client: Client) -> None:
    client.force_login(member_factory())
    page = client.get("/me/tokens/").text
    assert "<code>http://testserver/api/v1/</code>" in page
    document = re.search(r'href="([^"]+openapi[^"]+)"', page)
    assert document
    assert client.get(document[1]).json()["openapi"]
