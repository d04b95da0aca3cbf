import pytest

from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.members.tests.factories import member_factory
from essaim.outreach.rules import may_have_notices


@pytest.mark.django_db
def test_notices_are_for_whoever_is_known() -> None:
    assert may_have_notices(fresh_reader(member_factory()))
    refusal = may_have_notices(ANONYMOUS)
    assert not refusal
    assert "Sign in" in str(refusal.reason)
