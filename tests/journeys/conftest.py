from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from essaim.communities.models import Community, Kind
from essaim.communities.tests.factories import community_factory, manifesto_factory
from tests.journeys.walker import Walker, Way


@pytest.fixture(params=list(Way))
def walker(request: pytest.FixtureRequest, open_page: Callable[..., Page]) -> Walker:
    return Walker(open_page, request.param)


@pytest.fixture
def movement() -> Community:
    community = community_factory(
        slug="valley", name="The Valley", kind=Kind.MOVEMENT, language="en"
    )
    manifesto_factory(community, language="en")
    return community
