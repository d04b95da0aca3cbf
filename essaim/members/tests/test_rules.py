import pytest

from essaim.foundation.clock import now
from essaim.members.rules import may_keep_account
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db


def test_a_member_keeps_their_own_account() -> None:
    assert may_keep_account(member_factory())


def test_an_erased_account_takes_no_change_and_says_why() -> None:
    verdict = may_keep_account(member_factory(erased_at=now(), is_active=False))
    assert not verdict
    assert "erased" in str(verdict.reason)


def test_a_closed_account_takes_no_change() -> None:
    assert not may_keep_account(member_factory(is_active=False))
