import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.communities.models import Audience, Role, Visibility
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.discussions import rules
from essaim.discussions.tests.factories import thread_factory
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db


@given(
    audience=st.sampled_from(Audience.values),
    visibility=st.sampled_from(Visibility.values),
    who=st.sampled_from(["nobody", "stranger", "member", "host", "moderator_above"]),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_list_of_threads_and_the_rule_agree(audience: str, visibility: str, who: str) -> None:
    above = community_factory(kind="movement")
    community = community_factory(parent=above, visibility=visibility)
    thread = thread_factory(community, audience)
    reader = {
        "nobody": lambda: ANONYMOUS,
        "stranger": lambda: fresh_reader(member_factory()),
        "member": lambda: fresh_reader(member_of(community)),
        "host": lambda: fresh_reader(in_role(community, Role.HOST)),
        "moderator_above": lambda: fresh_reader(in_role(above, Role.MODERATOR)),
    }[who]()
    listed = rules.threads_visible_to(reader).filter(pk=thread.pk).exists()
    assert listed == bool(rules.may_see_thread(reader, thread))


def test_nobody_moderates_without_the_role() -> None:
    community = community_factory()
    assert not rules.may_moderate(fresh_reader(member_of(community)), community)
    assert not rules.may_moderate(fresh_reader(in_role(community, Role.DECIDER)), community)
    assert rules.may_moderate(fresh_reader(in_role(community, Role.HOST)), community)
