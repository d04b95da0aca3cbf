"""The committees of the demo world begin, merge, sit in circles, are moderated, gather; projects
live.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

from essaim.communities.models import Community
from essaim.demo.crowd import Calendar, Crowd
from essaim.demo.load_circles import CircleMaker
from essaim.demo.load_events import EventWriter
from essaim.demo.load_figures import Figures
from essaim.demo.load_merging import Merging
from essaim.demo.load_moderation import Moderation
from essaim.demo.load_needs import NeedWriter
from essaim.demo.load_projects import ProjectWriter
from essaim.demo.load_starting import Starting
from essaim.demo.world_book import World
from essaim.discussions.models import Post
from essaim.ideas.models import Idea
from essaim.members.models import Member
from essaim.places.models import Place

Event = tuple[datetime, Callable[[], object]]


class Built(Protocol):
    """What the builder of the world has made so far, as the world's loader keeps it."""

    world: World
    crowd: Crowd
    places: dict[str, Place]
    members: dict[str, Member]
    communities: dict[str, Community]
    ideas: dict[str, Idea]
    posts: dict[int, Post]

    @property
    def calendar(self) -> Calendar: ...


def life_of_committees(built: Built) -> Iterator[Event]:
    """What each of these does, and when, in no order."""
    people, groups = built.members, built.communities
    yield from Merging(people, groups).events(built.calendar)
    yield from CircleMaker(people, groups).events(built.world, built.calendar)
    yield from Starting(people, groups, built.places).events(built.calendar)
    yield from Figures(built.world, people, groups).events(built.calendar)
    yield from Moderation(built.posts, people).events(built.calendar)
    projects = ProjectWriter(people, groups, built.places, built.ideas, built.calendar)
    yield from projects.events()
    needs = NeedWriter(people, groups, built.places, projects.projects, built.calendar)
    yield from needs.events(built.world)
    gatherings = EventWriter(built.crowd, people, groups, built.places, projects.projects)
    yield from gatherings.events()
