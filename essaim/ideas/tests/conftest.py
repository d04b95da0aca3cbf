import pytest

from essaim.ideas.models import Debate
from essaim.ideas.tests.factories import make_debate, make_host
from essaim.members.models import Member


@pytest.fixture
def debate() -> Debate:
    return make_debate()


@pytest.fixture
def host(debate: Debate) -> Member:
    return make_host(debate.community)
