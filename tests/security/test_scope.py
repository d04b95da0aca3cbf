"""What a right reaches, and until when: V08, V09, V11 to V13."""

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.actions import end_mandate, leave_community, update_community
from essaim.communities.models import Community, Founder, Mandate, Membership
from essaim.communities.tests.factories import community_factory, founder_factory
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.ideas.actions import hide_idea
from essaim.ideas.models import Idea
from essaim.members import bearer
from essaim.members.actions import erase_member, make_token, revoke_token
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.outreach.actions import send_digest
from essaim.outreach.models import MailPreference
from tests.architecture.cast import World, build
from tests.architecture.test_access import (
    Try,
    calls,
    client_of,
    outcome,
    program_of,
    rows_written,
    tries,
)
from tests.security.traces import same_each_time, tells

pytestmark = pytest.mark.django_db

# Questions about what is not shown, in the words of several frameworks.
ORACLES = {
    "email__startswith": "a",
    "author__email__startswith": "orakel",
    "author__password__gt": "a",
    "member__motive__contains": "orakel",
    "id__gt": "0",
    "pk__in": "1,2",
    "is_active": "0",
    "visibility": "members",
    "audience": "members",
    "hidden_at__isnull": "0",
    "order_by": "-author__email",
    "ordering": "password",
    "sort": "author__email",
    "fields": "password,email",
    "include": "author.email",
    "expand": "author",
    "filter": "author.email ilike 'a%'",
    "where": "1=1",
    "ransack[author_email_start]": "a",
    "page_size": "100000",
}


NEW_EACH_TIME = {"factor_app"}  # a secret that nobody has seen


def test_v08_no_question_in_an_address_reaches_a_column_that_is_not_shown() -> None:
    """The page is the same, letter for letter, and the database was asked the same."""
    world = build()
    client = client_of(world, "administrator")
    wrong, pages = [], 0
    for key, address, given in _readable(world):
        if key in NEW_EACH_TIME:
            continue
        pages += 1
        if _answer(client, address, given) != _answer(client, address, {**ORACLES, **given}):
            wrong.append(key)
    assert pages > 45
    assert not wrong, wrong


def _answer(client: Client, address: str, asked: dict[str, Any]) -> tuple[int, str, int]:
    """What came of it, without the questions that links may carry on, and at which cost."""
    client.cookies.pop("phone", None)  # each time the first visit of a phone in the room
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, asked)
    assert not any("orakel" in one["sql"] for one in queries), address
    plain = {name: word for name, word in asked.items() if name not in ORACLES}
    asks = [urlencode(one) for one in ({**ORACLES, **plain}, ORACLES, plain) if one]
    ways = [f"{sign}{one}" for one in asks for sign in ("?", "")]
    ways += [way.replace("&", "&amp;") for way in ways]
    said = same_each_time(response, *sorted(ways, key=len, reverse=True))
    return response.status_code, said, len(queries)


def test_v08_the_orders_and_filters_there_are_take_their_own_words_only() -> None:
    """A column's name instead asks the database nothing else than before, and hides nothing."""
    world = build()
    client = client_of(world, "member")
    debate = reverse("debate", args=["movement", world.things["debate"]["open"]["public_id"]])
    owed = reverse("commitments", kwargs={"slug": "movement"})
    for address, name in ((debate, "order"), (owed, "state")):
        plain = _statements(client, address, {})
        for word in ("author__password", "-author__email", "1); SELECT pg_sleep(9) --", "?"):
            assert _statements(client, address, {name: word}) == plain, (address, word)


def test_v08_an_unknown_kind_is_nothing() -> None:
    assert Client().get("/communities/", {"kind": "author__password"}).status_code == 404


def _statements(client: Client, address: str, asked: dict[str, str]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, asked).status_code == 200
    return [re.sub(r"'[^']*'|\d+", "…", one["sql"]) for one in queries]


def _readable(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    """One address of each kind of page, and each operation of the API."""
    found: dict[str, tuple[str, str, dict[str, Any]]] = {}
    for one in tries(world, "administrator"):
        if one.method == "get" and one.wanted == "200":
            found.setdefault(one.key, (one.key, one.address, one.body))
    for one in calls(world, "anonymous"):
        if one.method == "GET" and one.wanted == "200":
            found.setdefault(one.key, (one.key, one.address, {}))
    return list(found.values())


def test_v09_a_token_is_good_for_what_it_was_made_for_and_nothing_else(client: Client) -> None:
    """An invitation opens its own community, for whom it was sent to, in no other role."""
    here, there = (community_factory(opened_at=None) for _ in range(2))
    invited, other = member_factory(email="invited@example.org"), member_factory()
    founder = founder_factory(here, email=invited.email)
    stop = MailPreference.objects.create(member=invited).stop_token
    address = reverse("founder_answer", args=[founder.token])

    client.force_login(other)  # the right link in the wrong hands
    assert client.post(address, {"answer": "yes"}).status_code == 403
    assert not Membership.objects.exists()

    client.force_login(invited)  # the right hands, with more than was offered
    raised = {"role": "administrator", "community": there.slug, "slug": there.slug, "member": "1"}
    client.post(address, {"answer": "yes", **raised})
    assert [m.community for m in Membership.objects.filter(member=invited)] == [here]
    assert not Mandate.objects.filter(member=invited).exists()

    # One kind of token is nothing where another kind is asked for.
    assert client.post(reverse("founder_answer", args=[stop])).status_code == 404
    crossed = client.post(reverse("mail_stop", args=[founder.token.replace(".", "-")]))
    assert crossed.status_code == 404
    assert MailPreference.objects.get(member=invited).wants_digest
    for token in (stop, founder.token):
        for name in ("__Host-session", django_settings.SESSION_COOKIE_NAME, "token"):
            stranger = Client()
            stranger.cookies[name] = token
            for headers in ({}, {"authorization": f"Bearer {token}"}):
                assert outcome(stranger.get("/me/", headers=headers)) == "enter"


def test_v09_tokens_are_long_random_and_of_one_use() -> None:
    tokens = {founder_factory().token for _ in range(50)}
    assert len(tokens) == 50
    assert min(len(token) for token in tokens) >= 22  # 128 bits in letters and digits
    invited = member_factory(email="twice@example.org")
    founder = founder_factory(email=invited.email)
    client = Client()
    client.force_login(invited)
    address = reverse("founder_answer", args=[founder.token])
    client.post(address, {"answer": "yes"})
    Membership.objects.update(left_at=now())
    client.post(address, {"answer": "yes"})
    assert not Membership.objects.filter(left_at__isnull=True).exists()
    assert client.post(address, {"answer": "no"}).status_code == 403
    assert Founder.objects.get(pk=founder.pk).confirmed_at


def test_v09_a_token_speaks_for_one_member_within_its_scopes_whatever_it_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What one may do with it is what its member may do, with no field that says otherwise."""
    monkeypatch.setattr(bearer, "WRITES", 1_000_000)  # in a minute
    world = build()
    client = program_of(world, "stranger", "read")
    client.get("/api/v1/me")  # its use is noted, once
    for one in calls(world, "stranger"):
        if one.method == "GET":
            continue
        more = {"scopes": ["write"], "member": "1", "actor": "1", "as": "administrator"}
        before = rows_written()
        response = client.generic(
            one.method,
            f"{one.address}?scope=write&member={world.people['host'].public_id}",
            json.dumps({**one.body, **more}),
            "application/json",
            headers={"x-http-method-override": "GET", "x-user": "1"},
        )
        assert response.status_code == 403, one.key
        assert rows_written() == before


@pytest.mark.parametrize("end", ["revoked", "expired", "closed", "erased", "left"])
def test_v11_a_token_opens_nothing_of_what_its_member_lost(end: str) -> None:
    world = build()
    member = world.people["member"]
    token, text = make_token(member=member, name="Try", scopes=["read"], days=2)
    client = Client(headers={"authorization": f"Bearer {text}"})
    address = f"/api/v1/ideas/{world.things['idea']['private']['public_id']}"
    assert client.get(address).status_code == 200
    if end == "revoked":
        revoke_token(member=member, token=token)
    elif end == "closed":
        _close(member)
    elif end == "erased":
        erase_member(member=member)
    elif end == "left":
        leave_community(member=member, community=Community.objects.get(slug="circle"))
    with at(now() + timedelta(days=3 if end == "expired" else 0)):
        assert client.get(address).status_code == (404 if end == "left" else 401)


def _allowed(world: World, name: str) -> list[Try]:
    return [
        one
        for one in tries(world, name)
        if one.method == "get" and one.wanted == "200" and not one.row.get("public")
    ]


def test_v11_a_role_that_ended_opens_nothing_any_more() -> None:
    """In the session that was open when it ended."""
    world = build()
    name = "moderator"
    client = client_of(world, name)
    pages = [one for one in _allowed(world, name) if one.key in {"report_decide", "idea_hide"}]
    assert len(pages) > 5
    assert {client.get(one.address).status_code for one in pages} == {200}
    for mandate in Mandate.objects.filter(member=world.people[name]):
        end_mandate(member=world.people[name], mandate=mandate)
    assert {client.get(one.address).status_code for one in pages} <= {403, 404}
    for one in tries(world, name):
        if one.method == "post" and one.key in {"report_decide", "idea_hide"}:
            assert client.post(one.address, one.body).status_code in {403, 404}


def test_v11_an_account_that_was_closed_or_erased_has_no_session_left() -> None:
    world = build()
    for name, end in (("member", _close), ("author", lambda m: erase_member(member=m))):
        client, elsewhere = client_of(world, name), client_of(world, name)
        assert client.get("/me/").status_code == elsewhere.get("/me/").status_code == 200
        end(world.people[name])
        deliver_pending()
        for session in (client, elsewhere):
            assert outcome(session.get("/me/")) == "enter"
            assert outcome(session.get("/communities/circle/")) == "404"
            session.post(reverse("idea_support", kwargs=world.things["idea"]["open"]))


def _close(member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(is_active=False)


def test_v11_a_kept_page_is_forgotten_when_it_is_not_for_everyone_any_more(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.ESSAIM_PAGE_CACHE_SECONDS = 60
    world = build()
    transaction_free = Client()
    address = "/communities/neighbourhood/"
    assert transaction_free.get(address).status_code == 200
    near = Community.objects.get(slug="neighbourhood")
    with django_capture_on_commit_callbacks(execute=True):
        update_community(
            member=world.people["neighbour"],
            community=near,
            name=near.name,
            tagline="",
            purpose="",
            place=None,
            language="en",
            visibility="members",
        )
    assert transaction_free.get(address).status_code == 404
    assert Client().get(address).status_code == 404


def test_v12_nothing_is_told_as_it_happens_to_whom_it_is_not_for() -> None:
    """There is no stream; what waits for a reader is worded when they look, with their eyes."""
    world = build()
    deliver_pending()
    for name in ("stranger", "neighbour", "former"):
        client = client_of(world, name)
        hidden = {word for word, readers in world.secrets.items() if name not in readers}
        for address in ("/notices/", "/today/"):
            assert not tells(client.get(address).content.decode(), hidden), (name, address)
    idea = Idea.objects.get(public_id=world.things["idea"]["inner"]["public_id"])
    member = client_of(world, "author")
    assert "kanariinner" in member.get("/notices/").content.decode()
    hide_idea(member=world.people["moderator"], idea=idea, reason="It names a person.")
    Community.objects.filter(slug="movement").update(visibility="members")
    Membership.objects.filter(member=world.people["author"]).update(left_at=now())
    assert "kanariinner" not in member.get("/notices/").content.decode()
    mail.outbox.clear()
    send_digest(member_id=world.people["author"].pk)
    assert "kanariinner" not in str([message.body for message in mail.outbox])


DRAFTS = {
    "debate_edit": "draft",
    "manifesto_edit": "open",
    "programme_edit": "open",
    "programme_item": "open",
    "programme_sentence": "open",
    "community_settings": "open",
    "community_founding": "draft",
}


def test_v13_drafts_and_their_previews_are_for_those_who_may_write_them() -> None:
    """Under each address and each number of a version; only what was published has others."""
    world = build()
    word = next(word for word in world.secrets if word.startswith("kanariprogramme"))
    for name in ("anonymous", "member", "decider"):
        client = client_of(world, name)
        for one in tries(world, name):
            if one.method == "get" and DRAFTS.get(one.key) == one.state:
                assert outcome(client.get(one.address)) in {"403", "404", "enter"}, one.key
        pages = ["programme/", "programme/draft/", "programme/draft/1/", "programme/draft/1/edit/"]
        pages += [f"programme/versions/{number}/" for number in range(4)]
        pages += [f"manifesto/{number}/" for number in range(4)]
        pages += ["programme/?draft=1", "programme/?preview=1", "programme/?version=2"]
        for page in pages:
            response = client.get(f"/communities/movement/{page}")
            assert word not in response.content.decode(), (name, page)
    host = client_of(world, "host")
    assert word in host.get("/communities/movement/programme/draft/1/").content.decode()
