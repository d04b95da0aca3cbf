"""The pages of the door and of tickets: who opens them, what they tell, what they cost."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.communities.models import Community
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.actions import Scan
from essaim.events.models import CheckIn, DoorLink, Event, How, Registration, Standing
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.foundation import clock
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def event(community: Community) -> Event:
    return make_event(community, starts_at=now() - timedelta(minutes=10), guests=3)


@pytest.fixture
def host(community: Community) -> Member:
    return make_host(community)


@pytest.fixture
def link(event: Event, host: Member) -> DoorLink:
    return actions.make_door_link(member=host, event=event, label="Main door")


@pytest.fixture
def guest(event: Event) -> Registration:
    return make_registration(event, email="zoe.hidden@example.org", name="Zoé Nay", guests=1)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def pages(event: Event) -> list[str]:
    door = f"/events/{event.public_id}/door/"
    return [door, f"{door}links/"]


def send(client: Client, address: str, *acts: dict[str, str], **also: str) -> Any:
    body = {"device": "a-telephone", "acts": acts} | also
    return client.post(address, data=json.dumps(body), content_type="application/json")


def test_the_door_is_a_page_for_those_who_hold_it_alone(event: Event, host: Member) -> None:
    for address in pages(event):
        assert signed_in(host).get(address).status_code == 200
        assert signed_in(member_of(event.community)).get(address).status_code == 404
        assert signed_in(make_host(community_factory())).get(address).status_code == 404
        assert Client().get(address).status_code == 302
    acts = f"/events/{event.public_id}/door/acts/"
    assert send(signed_in(member_of(event.community)), acts).status_code == 404
    assert send(Client(), acts).status_code == 302


def test_a_link_opens_its_own_door_and_nothing_else(
    event: Event, link: DoorLink, guest: Registration
) -> None:
    other = make_registration(make_event(event.community, starts_at=now()))
    client, address = Client(), f"/events/door/{link.token}/"
    assert client.get(address).status_code == 200
    answer = send(
        client,
        f"{address}acts/",
        {"nonce": "nonce-of-one", "code": guest.ticket},
        {"nonce": "nonce-of-two", "code": other.ticket},
        {"nonce": "nonce-of-three", "person": other.public_id},
    ).json()
    assert [one["outcome"] for one in answer["answers"]] == ["accepted", "refused", "refused"]
    assert answer["counts"]["here"] == 2
    for page in pages(event):
        assert client.get(page).status_code == 302


def test_a_link_that_is_revoked_or_of_yesterday_is_a_page_that_does_not_exist(
    event: Event, host: Member, link: DoorLink
) -> None:
    address = f"/events/door/{link.token}/"
    with clock.at(event.ends_at + timedelta(hours=25)):
        assert Client().get(address).status_code == 404
        assert send(Client(), f"{address}acts/").status_code == 404
    end = f"/events/{event.public_id}/door/links/{link.public_id}/end/"
    assert signed_in(member_of(event.community)).post(end).status_code == 404
    assert signed_in(host).post(end).status_code == 302
    assert Client().get(address).status_code == 404
    assert Client().get("/events/door/nobodys-token/").status_code == 404


def test_a_link_shows_no_names_days_before(community: Community, host: Member) -> None:
    event = make_event(community, starts_at=now() + timedelta(days=3))
    make_registration(event, email="zoe@example.org", name="Zoé Nay")
    link = actions.make_door_link(member=host, event=event)
    page = Client().get(f"/events/door/{link.token}/").content.decode()
    assert "Zoé Nay" not in page
    assert "twelve hours" in page


def test_no_page_and_no_answer_of_a_door_tells_an_address_or_a_secret(
    event: Event, host: Member, link: DoorLink, guest: Registration
) -> None:
    member = make_registration(event).member
    assert member
    address = f"/events/door/{link.token}/"
    acts = {"nonce": "nonce-of-one", "code": guest.ticket}
    told = [
        *(signed_in(host).get(page) for page in pages(event)),
        signed_in(host).post(f"/events/{event.public_id}/door/paper/"),
        send(Client(), f"{address}acts/", acts),
        Client().get(address),
    ]
    for answer in told:
        said = answer.content.decode()
        for secret in (guest.email or "", member.email, guest.ticket, guest.token):
            assert secret not in said
    assert "Zoé Nay" in told[-1].content.decode()


def test_everything_works_by_forms_and_the_page_says_what_was_done(
    event: Event, host: Member, guest: Registration
) -> None:
    client, door = signed_in(host), f"/events/{event.public_id}/door/"

    def done(**given: str) -> str:
        answer = client.post(door, given, follow=True)
        assert answer.redirect_chain
        return answer.content.decode()

    spaced = " ".join(guest.ticket[at : at + 4] for at in range(0, 16, 4)).upper()
    assert "Welcome, Zoé Nay, and 1 guest." in done(code=spaced)
    assert "is here already" in done(code=f"https://essaim.example/door/{guest.ticket}/")
    assert "Zoé Nay is not here: taken back." in done(undo=guest.public_id)
    assert "Welcome, Zoé Nay" in done(person=guest.public_id)
    assert "Welcome, Paul." in done(walk_in="1", name=" Paul ")
    assert "Welcome." in done(walk_in="1", name="")
    assert "One more counted." in done(count="1")
    assert "One fewer counted." in done(count="-1")
    paul = CheckIn.objects.get(name="Paul")
    assert "Taken back." in done(undo_walk_in=paul.nonce)
    assert "Nobody has this ticket" in done(code="what is this")
    event.refresh_from_db()
    assert (event.attended, event.headcount) == (2, 1)
    assert client.post(door, {}).status_code == 422
    assert client.post(door, {"count": "99"}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"device": "a-telephone", "acts": []}',
        b'{"device": "a-telephone", "acts": [{"nonce": "x", "count": "1"}]}',
        b'{"device": "a-telephone", "acts": [{"nonce": "nonce-of-one"}]}',
        b'{"device": "a-telephone", "acts": [{"nonce": "nonce-of-one", "count": 1}]}',
        b'{"device": "a-telephone", "acts": [{"nonce": "nonce-of-one", "count": "1", "at": "?"}]}',
        b'{"device": 7, "acts": [{"nonce": "nonce-of-one", "count": "1"}]}',
        b'{"device": "a-telephone", "acts": [7]}',
        (
            b'{"device":"a-telephone","sent_at":"0001-01-01T00:00:00Z",'
            b'"acts":[{"nonce":"nonce-of-one","count":"1","at":"9999-12-31T23:59:59Z"}]}'
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(link: DoorLink, body: bytes) -> None:
    answer = Client().post(
        f"/events/door/{link.token}/acts/", data=body, content_type="application/json"
    )
    assert answer.status_code == 422
    assert "Open the page of the door again" in answer.json()["problem"]
    assert not CheckIn.objects.exists()


def test_a_telephone_whose_clock_is_wrong_is_put_right(
    event: Event, link: DoorLink, guest: Registration
) -> None:
    scanned, sent = now() - timedelta(hours=5, minutes=3), now() - timedelta(hours=5)
    acts = {"nonce": "nonce-of-one", "code": guest.ticket, "at": scanned.isoformat()}
    address = f"/events/door/{link.token}/acts/"
    assert send(Client(), address, acts, sent_at=sent.isoformat()).status_code == 200
    guest.refresh_from_db()
    assert guest.checked_in_at == pytest.approx(
        now() - timedelta(minutes=3), abs=timedelta(seconds=30)
    )


def test_sessions_send_the_token_of_their_page(event: Event, host: Member) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(host)
    page = client.get(f"/events/{event.public_id}/door/")
    acts = f"/events/{event.public_id}/door/acts/"
    assert send(client, acts, {"nonce": "nonce-of-one", "count": "1"}).status_code == 403
    found = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.content)
    assert found
    answer = client.post(
        acts,
        data=json.dumps({"device": "a-telephone", "acts": [{"nonce": "nonce-one", "count": "1"}]}),
        content_type="application/json",
        headers={"X-CSRFToken": found[1].decode()},
    )
    assert answer.status_code == 200


def test_only_the_page_of_a_door_may_use_the_camera(event: Event, host: Member) -> None:
    client = signed_in(host)
    door = client.get(f"/events/{event.public_id}/door/").headers["Permissions-Policy"]
    assert "camera=(self)" in door
    links = client.get(f"/events/{event.public_id}/door/links/").headers["Permissions-Policy"]
    assert "camera=()" in links


def test_a_square_says_nothing_to_strangers_and_lets_in_where_the_door_is_open(
    event: Event, host: Member, link: DoorLink, guest: Registration
) -> None:
    address, nobodys = f"/door/{guest.ticket}/", "/door/aaaabbbbccccdddd/"
    for client in (Client(), signed_in(member_of(event.community))):
        pages = [client.get(one).content.decode() for one in (address, nobodys)]
        assert all("This is a ticket" in one and "Zoé" not in one for one in pages)
        assert client.post(address).status_code == 404
    assert not CheckIn.objects.exists()

    helper = Client()
    helper.get(f"/events/door/{link.token}/")
    assert "Zoé Nay" in helper.get(address).content.decode()
    assert "Welcome, Zoé Nay" in helper.post(address, follow=True).content.decode()
    assert "not of this door" in helper.get(nobodys).content.decode()
    elsewhere = make_registration(make_event(event.community, starts_at=now()))
    said = helper.post(f"/door/{elsewhere.ticket}/", follow=True).content.decode()
    assert "This ticket is for another gathering." in said

    again = signed_in(host).post(address, follow=True).content.decode()
    assert "is here already" in again
    assert CheckIn.objects.filter(outcome="accepted").count() == 1


def test_a_ticket_is_for_whoever_comes_and_says_what_to_do_to_whoever_does_not_yet(
    event: Event, guest: Registration
) -> None:
    mine = make_registration(event)
    assert mine.member
    client, address = signed_in(mine.member), f"/events/{event.public_id}/ticket/"
    code = " ".join(mine.ticket[at : at + 4] for at in range(0, 16, 4))
    assert code in client.get(address).content.decode()
    Registration.objects.filter(pk=mine.pk).update(standing=Standing.MAYBE)
    page = client.get(address).content.decode()
    assert code not in page
    assert "say that you do" in page
    assert signed_in(member_of(event.community)).get(address).status_code == 404
    assert Client().get(address).status_code == 302

    page = Client().get(f"/registrations/{guest.token}/ticket/").content.decode()
    assert guest.ticket[:4] in page
    assert "zoe.hidden" not in page
    assert guest.token not in re.sub(r'<link rel="canonical"[^>]*>', "", page)
    assert Client().get("/registrations/nobodys/ticket/").status_code == 404


def test_each_printing_of_the_list_is_recorded(event: Event, host: Member) -> None:
    make_registration(event, email="zoe@example.org", name="Zoé Nay")
    make_registration(event, email="ida@example.org", name="Ida", standing=Standing.NOT)
    page = signed_in(host).post(f"/events/{event.public_id}/door/paper/").content.decode()
    assert "Zoé Nay" in page
    assert "Ida" not in page
    fact = FactRow.objects.get(kind="events.RegistrantsTaken")
    assert fact.actor_id == host.pk


def test_pages_and_answers_cost_the_same_for_one_and_for_many(
    event: Event, host: Member, link: DoorLink
) -> None:
    def cost(number: int) -> tuple[int, ...]:
        people = [make_registration(event) for _ in range(number)]
        scans = [Scan(How.SCAN, f"{one.pk}-nonce", code=one.ticket) for one in people[1:]]
        actions.keep_door(event=event, member=host, scans=[*scans, Scan(How.WALK_IN, f"w{number}")])
        client = signed_in(host)
        door = f"/events/{event.public_id}/door/"
        client.get(door)
        found = []
        for address in (door, f"/events/door/{link.token}/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        acts = [{"nonce": f"nonce-of-{one.pk}", "code": one.ticket} for one in people]
        with CaptureQueriesContext(connection) as queries:
            assert send(client, f"{door}acts/", *acts).status_code == 200
        return (*found, len(queries))

    assert cost(1) == cost(9)
