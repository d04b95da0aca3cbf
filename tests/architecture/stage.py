"""The stage of the access table: its ten readers, their words and secrets, what they say and do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from essaim.commitments.models import Commitment
from essaim.communities import actions as communities
from essaim.communities.actions import (
    appeal_decision,
    found_community,
    open_community,
    record_decision,
    refuse_opening,
    set_opening_policy,
)
from essaim.communities.models import Audience, Community, Kind, Mandate, OpeningAsk, Role
from essaim.communities.tests.factories import community_factory, manifesto_factory
from essaim.discussions.actions import (
    name_current,
    report_post,
    write_post,
)
from essaim.discussions.models import POST, Case, Post, Thread
from essaim.foundation.clock import now, today
from essaim.ideas import actions as ideas
from essaim.ideas.models import Debate, Idea
from essaim.ideas.tests import factories as make
from essaim.insights.actions import enter_estimate, open_rating
from essaim.members.models import Member

INSIDERS = ("member", "author", "host", "decider", "moderator", "administrator")
OUTSIDERS = ("anonymous", "stranger", "former", "neighbour")
CAST = OUTSIDERS + INSIDERS
MANDATED = ("host", "decider", "moderator", "administrator")
RUNNERS = ("host", "administrator")
MODERATORS = ("host", "moderator", "administrator")
# Things whose address is itself the right to read of them: whoever has the link, has it.
BY_SECRET = ("invitation", "registration", "door", "calendar")
GROUPS = {
    "outsiders": OUTSIDERS,
    "insiders": INSIDERS,
    "mandated": MANDATED,
    "runners": RUNNERS,
    "moderators": MODERATORS,
}
ROLES = {
    "host": Role.HOST,
    "decider": Role.ELECTED,
    "moderator": Role.MODERATOR,
    "administrator": Role.ADMINISTRATOR,
}
LONG_AGO = timedelta(days=300)


@dataclass
class World:
    """`things[kind][state]` holds what the addresses of such a thing are made of."""

    people: dict[str, Member] = field(default_factory=dict)
    things: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    secrets: dict[str, frozenset[str]] = field(default_factory=dict)
    writers: dict[str, frozenset[str]] = field(default_factory=dict)

    def secret(self, name: str, readers: Iterable[str], writers: Iterable[str] = ()) -> str:
        """A word that only these of the cast may ever read; its writers keep it in their data."""
        word = f"kanari{name}x"
        self.secrets[word] = frozenset(readers)
        self.writers[word] = frozenset(writers)
        return word

    def keep(self, kind: str, state: str, /, **address: Any) -> None:
        self.things.setdefault(kind, {})[state] = address


def asked(world: World, community: Community, question: str, **values: Any) -> Debate:
    debate = make.make_debate(community, world.people["host"], question=question, **values)
    thread = Thread.objects.get(pk=debate.thread_id)
    write_post(member=world.people["author"], thread=thread, text=f"About {question}")
    return debate


def said(
    world: World, debate: Debate, title: str, state: str = "", *, supports: int = 0, text: str = ""
) -> Idea:
    """An idea of the author's with a message of theirs, supported by the member and the host."""
    idea = ideas.propose_idea(
        member=world.people["author"], debate=debate, title=title, text=text or f"More: {title}."
    )
    for name in ("member", "host")[:supports]:
        ideas.support_idea(member=world.people[name], idea=idea)
    if state:
        world.keep("idea", state, public_id=idea.public_id)
    return idea


def talked(world: World, idea: Idea, state: str, word: str = "buses") -> Post:
    """A message under the idea, with an answer to it and a report of it."""
    thread = Thread.objects.get(pk=idea.thread_id)
    post = write_post(
        member=world.people["author"],
        thread=thread,
        text=f"I like {word}.",
        position="another_way",
    )
    write_post(member=world.people["member"], thread=thread, text=f"And {word}?", parent=post)
    note = world.secret(f"note{state}", MODERATORS, ["member"])
    report_post(member=world.people["member"], post=post, reason="spam", note=note)
    current = name_current(
        member=world.people["host"], thread=thread, name=f"Current of {word}", posts=[post]
    )
    chosen = {"post": post.public_id, "posts": [post.public_id]}
    world.keep("thread", state, public_id=thread.public_id, **chosen)
    world.keep("post", state, public_id=post.public_id)
    world.keep("current", state, public_id=current.public_id, **chosen)
    case = Case.objects.about(POST, post.pk).get()
    world.keep("case", state, public_id=case.public_id)
    return post


def closed_debate(
    world: World, movement: Community, *, inner: bool = False
) -> tuple[Debate, Idea, Idea]:
    """A debate about to close: one idea to adopt, one that waits, one below the threshold."""
    word = world.secret("innerclosed", INSIDERS) if inner else "trams"
    debate = asked(
        world,
        movement,
        f"What about {word}?",
        closes_at=now() + timedelta(days=19),
        audience=Audience.MEMBERS if inner else Audience.PUBLIC,
    )
    adopted = said(world, debate, f"More {word}", supports=2)
    owed = said(world, debate, f"Still more {word}", supports=2)
    said(world, debate, f"Fewer {word}")
    return debate, adopted, owed


def answered(world: World, idea: Idea, reasons: str, promise: str, state: str = "open") -> None:
    ideas.answer_idea(
        member=world.people["decider"],
        idea=Idea.objects.get(pk=idea.pk),
        decision="adopted",
        reasons=reasons,
        delivery=make.promise(promise=promise),
    )
    made = Commitment.objects.get(kind="delivery", subject_id=idea.pk)
    world.keep("commitment", state, public_id=made.public_id)


def decided(world: World, community: Community) -> None:
    """Two decisions of the moderator about what the author made, the second contested."""
    for state in ("open", "contested"):
        decision = record_decision(
            member=world.people["moderator"],
            community=community,
            verb="hid",
            subject=("communities.community", community.pk),
            concerned=world.people["author"],
            reason=f"It was off the subject, said the {state} one.",
            word=world.secret(f"word{state}", ["author"]),
        )
        world.keep("decision", state, public_id=decision.public_id)
    words = world.secret("appealwords", [*MODERATORS, "author"])
    appeal_decision(member=world.people["author"], decision=decision, words=f"No: {words}.")


def begun(world: World, movement: Community) -> None:
    """Two committees of the author that are not open: one waits for the check, one was refused."""
    set_opening_policy(member=world.people["host"], community=movement, is_checked=True, days=7)
    author = world.people["author"]
    for state, readers in (("asked", RUNNERS), ("refused", MODERATORS)):
        word = world.secret(f"{state}opening", [*readers, "author"])
        draft = found_community(
            member=author,
            kind=Kind.COMMITTEE,
            name=f"Committee of {word}",
            parent=movement,
            purpose=f"For {word}.",
        )
        open_community(member=author, community=draft)
        ask = OpeningAsk.objects.get(community=draft)
        if state == "refused":
            refuse_opening(
                member=world.people["host"],
                ask=ask,
                reason="There is one in the next street.",
            )
        world.keep("opening", state, public_id=ask.public_id)


def merging(
    world: World, mill: Community, barn: Community, well: Community, pond: Community
) -> None:
    """One would merge into another, one has; one may divide, is shared, and welcomes somebody."""
    host, member = world.people["host"], world.people["member"]
    waiting = communities.propose_merge(member=host, source=mill, target=barn)
    world.keep("merge", "waiting", public_id=waiting.public_id, act="accept")
    done = communities.propose_merge(member=host, source=well, target=pond)
    communities.accept_merge(member=world.people["administrator"], merge=done)
    world.keep("merge", "done", public_id=done.public_id, act="undo")
    offer = communities.offer_hosting(member=host, community=mill, asked=member)
    world.keep("offer", "open", public_id=offer.public_id)
    split = communities.propose_split(
        member=host, community=mill, name="Upstream", purpose="Ours.", host=host
    )
    world.keep("split", "open", slug=mill.slug, public_id=split.public_id)
    world.keep("committee", "open", slug=barn.slug, holder=member.public_id)
    communities.welcome_newcomer(
        member=host,
        membership=mill.memberships.get(member=world.people["author"]),
        words=f"See you at {world.secret('welcome', ['author'])}",
    )


def contested(world: World, idea: Idea) -> None:
    """Refused, and contested by someone who supported it."""
    ideas.answer_idea(
        member=world.people["decider"],
        idea=Idea.objects.get(pk=idea.pk),
        decision="not_adopted",
        reasons="The drivers sleep.",
    )
    ideas.contest_answer(
        member=world.people["member"],
        idea=Idea.objects.get(pk=idea.pk),
        reasons="Not all of them.",
    )
    world.keep("idea", "contested", public_id=idea.public_id)


def figures(world: World, movement: Community) -> None:
    """The members are asked how they see themselves; an audience was estimated."""
    host = world.people["host"]
    open_rating(member=host, community=movement)
    estimate = enter_estimate(
        member=host,
        community=movement,
        number=200_000,
        channel="A book",
        source=f"The publisher of {world.secret('estimate', RUNNERS)}",
        method="Copies sold",
        starts_on=today() - timedelta(days=90),
        ends_on=today(),
        is_deduplicated=False,
    )
    world.things["community"]["open"]["estimate"] = estimate.pk


def next_door(world: World) -> None:
    """The neighbour runs a community of their own next door."""
    near = community_factory(slug="neighbourhood", name="Next door", kind=Kind.MOVEMENT)
    manifesto_factory(near)
    neighbour = make.entrust(make.join(world.people["neighbour"], near), near, Role.HOST)
    Mandate.objects.create(community=near, member=neighbour, role=Role.ADMINISTRATOR)
