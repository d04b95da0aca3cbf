"""Where it is asked for, a role sleeps until its holder's account has a second factor."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from essaim.communities.actions import give_mandate
from essaim.communities.models import Kind, Role, Visibility
from essaim.communities.readers import ANONYMOUS, Reader, fresh_reader, reader_of
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.access import Refused
from essaim.members import actions, sessions
from essaim.members.models import Member
from essaim.members.tests.door import app_code, ask, is_in, with_app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_for(settings: Any) -> None:
    settings.ESSAIM_SECOND_FACTOR = True


def page_reader(member: Member) -> Reader:
    """The reader of an ordinary page."""
    request = RequestFactory().get("/")
    request.user = member
    request.session = {}  # type: ignore[assignment]  # all that is asked of it
    return reader_of(request)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("look", [fresh_reader, page_reader])
def test_every_role_sleeps_without_a_second_factor_and_wakes_with_one(
    role: Role, look: Any
) -> None:
    community = community_factory()
    member = in_role(community, role)
    assert look(member).roles == frozenset()
    assert look(member).has_sleeping_roles
    assert not look(member).holds(community)
    with_app(member)
    assert look(member).roles == {(community.pk, role)}
    assert not look(member).has_sleeping_roles


def test_recovery_codes_do_not_wake_it_nor_does_anothers_factor() -> None:
    community = community_factory()
    member = in_role(community, Role.HOST)
    with_app(in_role(community, Role.HOST))
    assert fresh_reader(member).has_sleeping_roles


def test_a_passkey_wakes_it_and_losing_the_last_one_puts_it_to_sleep() -> None:
    member = in_role(community_factory(), Role.HOST)
    actions.add_passkey(member=member, name="", credential={})
    assert fresh_reader(member).roles
    actions.remove_every_factor(member=member)
    assert not fresh_reader(member).roles


def test_where_it_is_not_asked_for_roles_are_awake(settings: Any) -> None:
    settings.ESSAIM_SECOND_FACTOR = False
    member = in_role(community_factory(), Role.HOST)
    assert fresh_reader(member).roles
    assert not fresh_reader(member).has_sleeping_roles


def test_membership_and_whoever_holds_nothing_are_as_before() -> None:
    community = community_factory()
    plain = member_of(community)
    assert fresh_reader(plain).belongs_to(community.pk)
    assert not fresh_reader(plain).has_sleeping_roles
    assert not ANONYMOUS.has_sleeping_roles
    assert fresh_reader(in_role(community, Role.HOST)).belongs_to(community.pk)


def test_it_costs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    member = in_role(community_factory(), Role.HOST)
    with django_assert_num_queries(2):  # the account; memberships and mandates
        fresh_reader(member)


def test_actions_refuse_what_a_sleeping_role_would_allow() -> None:
    community = community_factory(kind=Kind.MOVEMENT)
    host, holder = in_role(community, Role.ADMINISTRATOR), member_of(community)
    with pytest.raises(Refused):
        give_mandate(member=host, community=community, holder=holder, role=Role.HOST)
    with_app(host)
    give_mandate(member=host, community=community, holder=holder, role=Role.HOST)


def test_pages_hide_what_the_role_would_show_and_say_how_to_wake_it(client: Client) -> None:
    above = community_factory(kind=Kind.MOVEMENT)
    inner = community_factory(kind=Kind.COMMITTEE, parent=above, visibility=Visibility.MEMBERS)
    manager = in_role(above, Role.ADMINISTRATOR)
    client.force_login(manager)
    address = reverse("community", args=[inner.slug])
    assert client.get(address).status_code == 404
    page = client.get(reverse("me")).text
    assert "Your roles sleep" in page
    assert f'href="{reverse("security")}"' in page
    with_app(manager)
    assert client.get(address).status_code == 200
    assert "Your roles sleep" not in client.get(reverse("me")).text


def test_whoever_holds_a_sleeping_role_is_led_to_set_up_a_factor_on_the_way_in() -> None:
    community = community_factory()
    host, plain = in_role(community, Role.HOST), member_of(community)
    for member, where in ((host, reverse("security")), (plain, "/me/")):
        client = Client()
        said = {"code": ask(client, member.email), "next": "/me/"}
        assert client.post("/enter/code/", said)["Location"] == where
    secret, _codes = with_app(host)
    client = Client()
    client.post("/enter/code/", {"code": ask(client, host.email), "next": "/me/"})
    assert client.post("/enter/second/", {"code": app_code(secret)})["Location"] == "/me/"


def test_a_session_of_whoever_holds_a_role_is_shorter(time_machine: Any) -> None:
    start = datetime(2026, 11, 3, 10, tzinfo=UTC)
    time_machine.move_to(start, tick=False)
    host = in_role(community_factory(), Role.HOST)
    plain = member_of(community_factory())
    secret, codes = with_app(host)
    assert secret
    held, free = Client(), Client()
    held.post("/enter/code/", {"code": ask(held, host.email)})
    held.post("/enter/second/", {"code": codes[0]})
    free.post("/enter/code/", {"code": ask(free, plain.email)})
    assert is_in(held)
    assert is_in(free)
    time_machine.move_to(start + sessions.OF_ROLE_HOLDERS.idle + timedelta(minutes=1), tick=False)
    assert is_in(free)
    assert not is_in(held)
    held.post("/enter/code/", {"code": ask(held, host.email)})
    held.post("/enter/second/", {"code": codes[1]})
    begun = start + sessions.OF_ROLE_HOLDERS.idle + timedelta(minutes=1)
    for hours in range(11, 7 * 24, 11):
        time_machine.move_to(begun + timedelta(hours=hours), tick=False)
        assert is_in(held), hours
    time_machine.move_to(
        begun + sessions.OF_ROLE_HOLDERS.longest + timedelta(minutes=1), tick=False
    )
    assert not is_in(held)
