"""The same request twice, at once, changed, or cut off in the middle: one act, one answer."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import connection
from django.test import Client, RequestFactory

from essaim.communities.actions import leave_community
from essaim.communities.models import Mandate, Role
from essaim.discussions.models import Post
from essaim.foundation.clock import at, now, today
from essaim.foundation.http.idempotency import _asked_of_form, forget_old_answers
from essaim.foundation.models import KeptAnswer
from essaim.ideas.actions import hide_idea
from essaim.ideas.models import Debate, Idea
from essaim.ideas.tests import factories as make
from essaim.members.actions import erase_member, make_token
from essaim.members.models import Member, Scope

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db
everything_committed = pytest.mark.django_db(transaction=True)
KEY = {"idempotency-key": "6f0d2c1e"}
IDEA = {"title": "A Sunday bus", "text": "Between Nay and Pau."}


def program(member: Member) -> Client:
    _token, text = make_token(member=member, name="Mine", scopes=Scope.values, days=1)
    return Client(headers={"authorization": f"Bearer {text}"})


def browser(member: Member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    return client


def propose(client: Client, debate: Debate, **headers: str) -> Any:
    address = f"/api/v1/debates/{debate.public_id}/ideas"
    return client.post(address, IDEA, content_type="application/json", headers={**KEY, **headers})


def place_to_write() -> tuple[Debate, Member]:
    debate = make.make_debate()
    return debate, make.make_person(debate.community)


def same(responses: list[Any]) -> None:
    told = {(one.status_code, one.content, one.headers.get("Location")) for one in responses}
    assert len(told) == 1


def at_once(times: int, act: Callable[[], Any]) -> list[Any]:
    def one(_: int) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        return list(threads.map(one, range(times)))


@everything_committed
def test_fifty_requests_of_a_program_with_one_key_make_one_idea_and_one_answer() -> None:
    debate, member = place_to_write()
    _token, text = make_token(member=member, name="Mine", scopes=Scope.values, days=1)
    bearer = {"authorization": f"Bearer {text}"}
    responses = at_once(50, lambda: propose(Client(), debate, **bearer))
    same(responses)
    assert responses[0].status_code == 201
    assert Idea.objects.count() == 1
    assert make.kinds().count("IdeaProposed") == 1


@everything_committed
def test_a_form_sent_fifty_times_at_once_leaves_one_message() -> None:
    debate, member = place_to_write()
    cookies = browser(member).cookies
    form = {"text": "Yes, and on Saturdays.", "idempotency_key": "abc"}

    def send() -> Any:
        client = Client()
        client.cookies = cookies
        return client.post(f"/threads/{debate.thread.public_id}/write/", form)

    responses = at_once(50, send)
    same(responses)
    assert responses[0].status_code == 302
    assert Post.objects.count() == 1


def test_a_retry_is_answered_with_the_same_words_and_the_same_address() -> None:
    debate, member = place_to_write()
    client = program(member)
    first = propose(client, debate)
    assert first.headers["Location"] == f"/api/v1/ideas/{first.json()['public_id']}"
    again = propose(client, debate)
    same([first, again])
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["Cache-Control"] == "private, no-store"


def test_the_key_of_one_request_is_refused_for_another() -> None:
    debate, member = place_to_write()
    client = program(member)
    propose(client, debate)
    other = client.post(
        f"/api/v1/debates/{debate.public_id}/ideas",
        {**IDEA, "title": "Another"},
        content_type="application/json",
        headers=KEY,
    )
    elsewhere = client.put(f"/api/v1/ideas/{Idea.objects.get().public_id}/support", headers=KEY)
    for answer in (other, elsewhere):
        assert answer.status_code == 422
        assert answer.json()["type"] == "/api/problems/#key-used"
    assert Idea.objects.count() == 1


def test_everyone_and_every_token_has_keys_of_their_own() -> None:
    debate, member = place_to_write()
    first, second = propose(program(member), debate), propose(program(member), debate)
    assert first.status_code == 201
    assert second.status_code == 422  # the idea is there already: it was asked, not repeated
    # Done as well; the same words from another new account wait for a look.
    assert propose(program(make.make_person(debate.community)), debate).status_code == 202


@pytest.mark.parametrize("key", ["x" * 201, "two words", "é"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    debate, member = place_to_write()
    answer = propose(program(member), debate, **{"idempotency-key": key})
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["errors"]


def test_what_was_refused_leaves_its_key_free_and_its_tries_counted() -> None:
    debate, member = place_to_write()
    client = browser(member)
    address = f"/threads/{debate.thread.public_id}/write/"
    empty = client.post(address, {"text": "", "idempotency_key": "abc"})
    assert empty.status_code == 422
    assert not KeptAnswer.objects.exists()
    said = client.post(address, {"text": "Now", "idempotency_key": "abc"})
    assert said.status_code == 302
    (kept,) = KeptAnswer.objects.all()
    assert kept.actor_id == member.pk
    # The page that says what is wrong has a key of its own.
    assert 'value="abc"' not in empty.content.decode()


def test_back_and_send_again_is_answered_alike_and_other_words_are_asked_about() -> None:
    debate, member = place_to_write()
    client = browser(member)
    address = f"/threads/{debate.thread.public_id}/write/"
    form = {"text": "Yes.", "parent": "", "idempotency_key": "abc"}
    first = client.post(address, form)
    same([first, client.post(address, form)])
    page = client.post(address, {**form, "text": "No <b>&"})
    assert page.status_code == 422
    assert Post.objects.count() == 1
    # One press sends the other words after all.
    html = page.content.decode()
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', html.split("<main")[1]))
    assert fields["text"] == "No &lt;b&gt;&amp;"
    assert fields["idempotency_key"] not in {"", "abc"}
    sent = client.post(address, {**fields, "text": "No <b>&"})
    assert sent.status_code == 302
    assert Post.objects.count() == 2


@pytest.mark.parametrize("text", ["Yes.", "No."])
def test_a_form_of_another_site_is_told_nothing_even_with_a_known_key(text: str) -> None:
    debate, member = place_to_write()
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    client.force_login(member)
    client.cookies["csrftoken"] = "a" * 32
    address = f"/threads/{debate.thread.public_id}/write/"
    form = {"text": "Yes.", "idempotency_key": "abc", "csrfmiddlewaretoken": "a" * 32}
    first = client.post(address, form)
    assert first.status_code == 302
    same([first, client.post(address, form)])
    forged = client.post(address, {**form, "text": text, "csrfmiddlewaretoken": "b" * 32})
    assert forged.status_code == 403
    assert Post.objects.count() == 1


def test_two_files_of_one_name_and_size_are_two_requests() -> None:
    def asked(content: bytes) -> str:
        file = SimpleUploadedFile("places.csv", content)
        request = RequestFactory().post("/", {"idempotency_key": "abc", "file": file})
        request.user = member
        found = _asked_of_form(request)
        assert found
        (sent,) = request.FILES.values()
        assert isinstance(sent, UploadedFile)
        assert sent.read() == content  # the view reads it from its beginning
        return found.request

    member = make.make_person(make.make_community())
    assert asked(b"one") == asked(b"one") != asked(b"two")


def test_a_form_that_asks_to_sign_in_or_to_confirm_is_taken_when_it_comes_again() -> None:
    debate, _member = place_to_write()
    client = Client()
    client.cookies["csrftoken"] = "a" * 32
    address = f"/threads/{debate.thread.public_id}/write/"
    form = {"text": "Yes.", "idempotency_key": "abc"}
    assert client.post(address, form).status_code == 302
    assert not KeptAnswer.objects.exists()


def test_a_token_is_shown_once_and_its_form_taken_once() -> None:
    client = browser(make.make_person(make.make_community()))
    session = client.session
    session["confirmed_at"] = now().timestamp()
    session.save()
    form = {"name": "Mine", "scopes": ["read"], "days": "30", "idempotency_key": "abc"}
    first = client.post("/me/tokens/new/", form)
    assert b"essaim_" in first.content
    again = client.post("/me/tokens/new/", form)
    assert again.status_code == 200
    assert b"essaim_" not in again.content
    assert b"sent already" in again.content
    assert not any(b"essaim_" in bytes(kept.content) for kept in KeptAnswer.objects.all())


def test_an_answer_is_kept_a_day_and_goes_with_the_account() -> None:
    debate, member = place_to_write()
    propose(program(member), debate)
    erase_member(member=member)
    assert not KeptAnswer.objects.exists()
    other = make.make_person(debate.community)
    client = program(other)
    propose(client, debate)
    assert forget_old_answers() == 0
    with at(now() + timedelta(hours=25)):
        assert forget_old_answers() == 1


def leaves(member: Member, debate: Debate) -> None:
    leave_community(member=member, community=debate.community)


def loses_a_role(member: Member, _debate: Debate) -> None:
    Mandate.objects.filter(member=member).update(ends_on=today() - timedelta(days=1))


def is_hidden(_member: Member, debate: Debate) -> None:
    host = make.make_host(debate.community)
    hide_idea(member=host, idea=Idea.objects.get(debate=debate), reason="It names a person.")


@pytest.mark.parametrize("changes", [leaves, loses_a_role, is_hidden])
def test_an_answer_is_not_told_again_to_whoever_may_not_read_it_any_more(
    changes: Callable[[Member, Debate], None],
) -> None:
    debate, member = place_to_write()
    make.entrust(member, debate.community, Role.ELECTED)
    client = program(member)
    first = propose(client, debate)
    changes(member, debate)
    again = propose(client, debate)
    assert (again.status_code, again.json()["type"]) == (409, "/api/problems/#not-told-again")
    assert "Sunday" not in again.content.decode()
    assert again.headers["Location"] == first.headers["Location"]
    assert Idea.objects.count() == 1


def test_what_redirects_is_told_again_whatever_changed() -> None:
    debate, member = place_to_write()
    client = browser(member)
    address = f"/threads/{debate.thread.public_id}/write/"
    form = {"text": "Yes.", "idempotency_key": "abc"}
    first = client.post(address, form)
    leaves(member, debate)
    same([first, client.post(address, form)])


def test_a_part_of_a_page_is_not_told_again_to_whoever_left() -> None:
    debate, member = place_to_write()
    idea = make.propose(debate)
    client = browser(member)
    address, form = f"/ideas/{idea.public_id}/support/", {"idempotency_key": "abc"}
    part = {"hx-request": "true", "hx-target": "support"}
    first = client.post(address, form, headers=part)
    assert b"Take my support back" in first.content
    same([first, client.post(address, form, headers=part)])
    leaves(member, debate)
    again = client.post(address, form, headers=part)
    assert b"Take my support back" not in again.content
    assert b"sent already" in again.content


def test_a_key_is_as_good_as_new_after_a_day() -> None:
    debate, member = place_to_write()
    form = {"text": "Yes.", "idempotency_key": "abc"}
    client = browser(member)
    client.post(f"/threads/{debate.thread.public_id}/write/", form)
    with at(now() + timedelta(hours=25)):
        client.post(f"/threads/{debate.thread.public_id}/write/", form)
    assert Post.objects.count() == 2


class Dies:
    """Kills its process after the view: within the transaction, or after it when put before."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        self.get_response(request)
        os.kill(os.getpid(), 9)


SCRIPT = """
import sys
import django
django.setup()
from django.conf import settings
from django.test import Client, override_settings
place, address, bearer, key = sys.argv[1:]
whole = list(settings.MIDDLEWARE)
once = whole.index("essaim.foundation.http.idempotency.OnceOnly")
whole.insert(once + (place == "within"), "tests.reliability.test_once.Dies")
with override_settings(MIDDLEWARE=whole):
    Client(headers={"authorization": bearer, "idempotency-key": key}).post(
        address, {"title": "A Sunday bus", "text": "Between Nay and Pau."}, "application/json"
    )
"""


@everything_committed
@pytest.mark.parametrize(("place", "left"), [("within", 0), ("after", 1)])
def test_a_process_killed_in_the_middle_leaves_nothing_and_one_killed_after_it_all(
    place: str, left: int
) -> None:
    debate, member = place_to_write()
    _token, text = make_token(member=member, name="Mine", scopes=Scope.values, days=1)
    given = connection.get_connection_params()
    # Its host may be the folder of a socket: that goes behind, not between the slashes.
    where = f"{given['user']}@/{given['dbname']}?host={given['host']}&port={given['port']}"
    address = f"/api/v1/debates/{debate.public_id}/ideas"
    bearer = f"Bearer {text}"
    killed = subprocess.run(
        [sys.executable, "-c", SCRIPT, place, address, bearer, KEY["idempotency-key"]],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "ESSAIM_DATABASE_URL": f"postgres://{where}",
        },
        check=False,
        timeout=60,
        capture_output=True,
    )
    assert killed.returncode == -9, killed.stderr.decode()
    assert (Idea.objects.count(), KeptAnswer.objects.count()) == (left, left)
    answer = propose(Client(headers={"authorization": bearer}), debate)
    assert answer.status_code == 201
    assert Idea.objects.get().public_id == answer.json()["public_id"]
