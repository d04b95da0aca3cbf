"""A generated movement: one open debate with as many ideas, supports and comments as asked for.

The same numbers give the same world each time. What is many goes in by COPY or in bulk, what is
few by the factories of the tests.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection

from bench.undertaking import Undertaking, make_undertaking
from essaim.communities.models import Community, Kind, Membership, Role
from essaim.communities.tests.factories import (
    community_factory,
    founder_factory,
    in_role,
    manifesto_factory,
)
from essaim.discussions.models import Post, Thread
from essaim.foundation.clock import at, now
from essaim.ideas.models import (
    Debate,
    Idea,
    Programme,
    ProgrammeItem,
    ProgrammeVersion,
    Section,
    Sentence,
    SentenceSource,
)
from essaim.ideas.tests import factories as make
from essaim.members.models import Member
from essaim.places.models import Level, Place
from essaim.places.tests.factories import small_france

BATCH = 5_000
HEAD = 30  # how flat the head of the distribution is: the first idea has no half of all supports
GROUPS = 6
ANSWERED = 8
ITEMS = 12
SENTENCE = "What is near to where people live, at a price that everyone pays without counting."
TITLES = ("A bus on Sundays", "Safe ways to school", "Doctors in each canton", "One free ride")
TEXT = (
    "Today one needs a **car** for everything: work, school, the doctor. Those who have none stay"
    " at home, and nobody asks them.\n\nWhat I propose:\n\n- {what} in {where};\n- the same fare"
    " as in town;\n- a meeting each year, where those who use it say what they would change.\n\n"
    "Two villages near us have tried it for a year: four of ten seats were taken in the first"
    " month, seven of ten in the last. See https://example.org/trial-{number} for the figures."
)
COMMENT = "I would use it. In {where} the last one leaves at six, and nobody is home by then."

# Whose acts, about which idea, when: of one debate.
IDEAS = "SELECT id, author_id, proposed_at FROM ideas_idea WHERE debate_id = %s"
SUPPORTS = (
    "SELECT idea_id, member_id, supported_at FROM ideas_support"
    " JOIN ideas_idea ON ideas_idea.id = idea_id WHERE debate_id = %s"
)


@dataclass(frozen=True, slots=True)
class Size:
    ideas: int
    supports: int
    comments: int
    members: int
    undertaken: int = 2


LARGE = Size(ideas=10_860, supports=165_000, comments=18_000, members=20_000, undertaken=9)
TWIN = Size(ideas=100, supports=1_500, comments=170, members=300)


@dataclass(frozen=True, slots=True)
class World:
    """What the pages that are measured are about; `idea` is the most supported and discussed."""

    community: Community
    debate: Debate
    idea: Idea
    reader: Member
    undertaking: Undertaking


def make_world(name: str, size: Size) -> World:
    """A movement of this size, with groups, an answered debate and a programme."""
    community = community_factory(slug=f"bench-{name}", name=f"Movement {name}", kind=Kind.MOVEMENT)
    manifesto_factory(community)
    for _ in range(GROUPS):
        in_role(community_factory(kind=Kind.COMMITTEE, parent=community), Role.HOST)
        founder_factory(community, confirmed_at=now(), member=in_role(community, Role.HOST))
    _make_programme(community, _answered(community))
    places = _places()
    opened = now() - timedelta(days=60)
    with at(opened):
        debate = make.make_debate(community, closes_at=now() + timedelta(days=90))
    members = _make_members(name, community, size.members)
    ideas = _make_ideas(debate, members, places, size.ideas)
    _make_supports(ideas, members, size.supports, opened)
    _make_comments(ideas, members, size.comments, opened)
    _make_facts(debate)
    _count_anew()
    undertaking = make_undertaking(name, size.undertaken)
    return World(community, debate, ideas[0], members[0], undertaking)


def _answered(community: Community) -> list[Idea]:
    debate = make.make_closed(community, ideas=ANSWERED)
    decider = make.make_decider(community)
    ideas = list(Idea.objects.filter(debate=debate).order_by("pk"))
    for idea in ideas[:-2]:  # two still wait
        make.adopt(idea, decider)
    return ideas


def _make_programme(community: Community, ideas: Sequence[Idea]) -> None:
    version = ProgrammeVersion.objects.create(
        programme=Programme.objects.create(community=community), number=1, published_at=now()
    )
    for number in range(ITEMS):
        section, _made = Section.objects.get_or_create(version=version, position=number // 4)
        item = ProgrammeItem.objects.create(
            section=section, position=number, number=number + 1, title=f"Measure {number + 1}"
        )
        for position in (1, 2):
            sentence = Sentence.objects.create(item=item, position=position, text=SENTENCE)
            idea = ideas[(number + position) % len(ideas)]
            SentenceSource.objects.create(sentence=sentence, idea=idea)


def _places() -> list[Place]:
    communes = Place.objects.filter(level=Level.COMMUNE).order_by("pk")
    if not communes:
        small_france()
    return list(communes.all())


def _make_members(name: str, community: Community, number: int) -> list[Member]:
    members = Member.objects.bulk_create(
        [
            Member(
                email=f"{name}-{n}@example.org",
                name=f"Camille {n}",
                name_key=f"camille {n}",
                language="fr",
                proved_at=now(),
            )
            for n in range(number)
        ],
        batch_size=BATCH,
    )
    Membership.objects.bulk_create(
        [Membership(member=member, community=community) for member in members], batch_size=BATCH
    )
    return members


def _make_ideas(
    debate: Debate, members: Sequence[Member], places: Sequence[Place], number: int
) -> list[Idea]:
    """The first ones are the most supported; their dates are in no such order."""
    threads = Thread.objects.bulk_create(
        [Thread(community=debate.community, subject_kind="idea") for _ in range(number)],
        batch_size=BATCH,
    )
    since = debate.opened_at or now()
    return Idea.objects.bulk_create(
        [
            Idea(
                debate=debate,
                thread=threads[n],
                author=members[n * 7 % len(members)],
                place=places[n % len(places)] if n % 3 else None,
                title=f"{TITLES[n % len(TITLES)]}, number {n}",
                text=TEXT.format(
                    what=TITLES[n % len(TITLES)], where=places[n % len(places)].name, number=n
                ),
                proposed_at=since + timedelta(seconds=n * 7_919 % 86_400 * 50),
            )
            for n in range(number)
        ],
        batch_size=BATCH,
    )


def _make_supports(
    ideas: Sequence[Idea], members: Sequence[Member], number: int, since: datetime
) -> None:
    def rows() -> Iterator[tuple[Any, ...]]:
        for n, count in enumerate(shares(number, len(ideas), most=len(members))):
            for k in range(count):
                member = members[(n * 31 + k) % len(members)]
                yield ideas[n].pk, member.pk, since + timedelta(seconds=(n + k * 61) % 5_000_000)

    with connection.cursor() as cursor:
        statement = "COPY ideas_support (idea_id, member_id, supported_at) FROM STDIN"
        with cursor.copy(statement) as copy:
            for row in rows():
                copy.write_row(row)


def _make_comments(
    ideas: Sequence[Idea], members: Sequence[Member], number: int, since: datetime
) -> None:
    """A root and two replies, again and again."""
    roots: list[Post] = []
    replies: list[Post] = []
    for n, count in enumerate(shares(number, len(ideas), most=number)):
        for k in range(count):
            post = Post(
                thread_id=ideas[n].thread_id,
                author=members[(n * 13 + k) % len(members)],
                text=COMMENT.format(where=f"village {k}"),
                created_at=since + timedelta(minutes=n % 1_000 + k * 20),
            )
            if k % 3:
                post.parent = post.root = roots[-1]
                replies.append(post)
            else:
                roots.append(post)
    Post.objects.bulk_create(roots, batch_size=BATCH)
    for post in replies:
        post.parent_id = post.root_id = post.parent.pk if post.parent else None
    Post.objects.bulk_create(replies, batch_size=BATCH)


def shares(total: int, number: int, *, most: int) -> list[int]:
    """A long tail: `total` things over `number` others, the first ones getting most of them."""
    weights = [1 / (n + HEAD) for n in range(number)]
    all_of_them = sum(weights)
    upto = [round(total * part / all_of_them) for part in accumulate(weights)]
    counts = [b - a for a, b in zip([0, *upto], upto, strict=False)]
    return [min(count, most) for count in counts]


def _make_facts(debate: Debate) -> None:
    """What each of these acts would have left in the log: active members are counted from it."""
    for kind, acts in (("IdeaProposed", IDEAS), ("IdeaSupported", SUPPORTS)):
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO foundation_fact"  # noqa: S608  one of the two texts above
                " (kind, rung, actor_id, community_id, audience, details, happened_at)"
                " SELECT %s, 'engage', act.member, %s, 'public',"
                " jsonb_build_object('idea_id', act.idea, 'debate_id', %s), act.moment"
                f" FROM ({acts}) act (idea, member, moment)",
                [f"ideas.{kind}", debate.community_id, debate.pk, debate.pk],
            )


def _count_anew() -> None:
    """What autovacuum would do a minute later."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
