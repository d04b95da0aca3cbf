"""One small world for the access table: ten readers, and each thing in each of its states.

Whatever not everyone may read holds a secret word; the world knows who may read it.
"""

from datetime import timedelta
from typing import Any

from essaim.commitments.models import Commitment
from essaim.communities.actions import invite_founder, leave_community
from essaim.communities.models import (
    Audience,
    Community,
    Delegation,
    Kind,
    Mandate,
    Membership,
    Role,
)
from essaim.communities.tests.factories import community_factory, founder_factory, manifesto_factory
from essaim.discussions.actions import (
    decide_case,
    report_post,
    withdraw_post,
    write_post,
)
from essaim.discussions.models import POST, Case, Post, Thread
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.ideas import actions as ideas
from essaim.ideas.models import Debate, Idea
from essaim.ideas.tests import factories as make
from essaim.members.tests.factories import member_factory
from essaim.outreach.models import MailPreference
from essaim.places.models import Place
from essaim.places.tests.factories import small_france
from tests.architecture.circles import plenary
from tests.architecture.gathering import gathered
from tests.architecture.helping import helped
from tests.architecture.stage import (
    CAST,
    GROUPS,
    INSIDERS,
    LONG_AGO,
    MANDATED,
    MODERATORS,
    OUTSIDERS,
    ROLES,
    RUNNERS,
    World,
    answered,
    asked,
    begun,
    closed_debate,
    contested,
    decided,
    figures,
    merging,
    next_door,
    said,
    talked,
)
from tests.architecture.telling import told_project
from tests.architecture.undertaking import undertaken

__all__ = ["CAST", "GROUPS", "OUTSIDERS", "World", "build"]


def build() -> World:
    """Everything, as people make it: through actions wherever there is one."""
    small_france()
    world = World()
    for name in CAST[1:]:
        world.people[name] = member_factory(
            name=f"{name.capitalize()} Example",
            email=f"{world.secret(f'mail{name}', {name})}@example.org",
            motive=f"Because of {world.secret(f'motive{name}', {name})}.",
            language="en",
            created_at=now() - LONG_AGO,  # nobody new: they write as much as they like
        )
    with at(now() - timedelta(days=20)):
        movement = _movement(world, "movement")
        closed, adopted, owed = closed_debate(world, movement)
        inner = closed_debate(world, movement, inner=True)[1]
        night = said(world, closed, "Trams at night", supports=2)
        hamlet = _hamlet(world, movement)
    for debate in Debate.objects.filter(closes_at__lt=now()).exclude(question__contains="ripe"):
        ideas.close_debate(debate=debate)
    answered(world, adopted, "Trams that run late.", "Anybody reads this promise.")
    answered(
        world,
        inner,
        world.secret("innerreasons", INSIDERS),
        world.secret("innerpromise", INSIDERS),
        state="inner",
    )
    contested(world, night)
    world.keep("idea", "owed", public_id=owed.public_id)
    world.keep("idea", "adopted", public_id=adopted.public_id)
    world.keep("idea", "inneradopted", public_id=inner.public_id)
    world.keep("debate", "closed", slug=movement.slug, public_id=closed.public_id)
    _debates(world, movement)
    target = Debate.objects.get(question="What about buses?")
    world.things["debate"]["committee"] = {**hamlet, "target": target.public_id}
    decided(world, movement)
    begun(world, movement)
    _neighbours(world, movement)
    _private(world)
    _draft(world)
    _archive(world)
    _cellar(world, movement)
    next_door(world)
    plenary(world, movement)
    told_project(world, movement)
    helped(world, movement, Community.objects.get(slug="circle"))
    undertaken(world, movement)
    gathered(world, movement, Community.objects.get(slug="circle"))
    deliver_pending()
    _programme(world, movement, [adopted, inner])
    _rest(world)
    deliver_pending()
    return world


def _settle(world: World, community: Community, *, members: bool = True) -> None:
    """The insiders belong to it, and hold their roles since long ago."""
    for name in INSIDERS:
        if members:
            Membership.objects.create(
                community=community, member=world.people[name], joined_at=now()
            )
        if name in ROLES:
            Mandate.objects.create(
                community=community,
                member=world.people[name],
                role=ROLES[name],
                starts_on=today() - LONG_AGO,
            )


def _movement(world: World, name: str, word: str = "Movement", **fields: Any) -> Community:
    movement = community_factory(
        slug=name,
        name=word,
        kind=Kind.MOVEMENT,
        tagline=f"The words of {word}",
        opened_at=fields.pop("opened_at", now() - LONG_AGO),
        **fields,
    )
    _settle(world, movement)
    former = world.people["former"]
    Membership.objects.create(community=movement, member=former)
    Mandate.objects.create(
        community=movement, member=former, role=Role.HOST, starts_on=today() - LONG_AGO
    )
    leave_community(
        member=former,
        community=movement,
        reason=f"I was tired of {world.secret(f'leaving{name}', (), ['former'])}.",
    )
    if movement.opened_at:
        manifesto_factory(movement, frustration=f"{word} is not heard.")
        state = {"movement": "open", "circle": "private"}[name]
        world.keep("community", state, slug=name, version=1, **_programme_place(world))
    return movement


def _programme_place(world: World) -> dict[str, Any]:
    return {
        "number": 1,
        "position": 1,
        "mandate": 0,
        "role": "host",
        "delegation": "none",
        "holder": world.people["member"].public_id,
        "subplatform": "discussions",
        "kind": "meeting",
    }


def _hamlet(world: World, movement: Community) -> dict[str, Any]:
    """A committee of the same people, with a debate that can go up once it is closed."""
    hamlet = community_factory(slug="hamlet", parent=movement, kind=Kind.COMMITTEE)
    _settle(world, hamlet)
    debate = asked(world, hamlet, "And in the hamlet?", closes_at=now() + timedelta(days=19))
    idea = said(world, debate, "A stop in the hamlet", supports=2)
    named = {"idea": idea.public_id, "ideas": [idea.public_id]}
    return {"slug": hamlet.slug, "public_id": debate.public_id, **named}


def _neighbours(world: World, movement: Community) -> None:
    """Committees of the same people, open to one another."""
    four = [
        community_factory(slug=slug, name=slug.title(), parent=movement, kind=Kind.COMMITTEE)
        for slug in ("mill", "barn", "well", "pond")
    ]
    for one in four:
        _settle(world, one)
    merging(world, *four)


def _debates(world: World, movement: Community) -> None:
    """Open, for members only, drafted, and past its last moment; ideas open, hidden, withdrawn."""
    host = world.people["host"]
    debate = asked(world, movement, "What about buses?")
    buses = said(world, debate, "Buses on Sundays", "open")
    talked(world, buses, "open")
    lanes = said(world, debate, "Lanes for buses")
    world.keep(
        "debate",
        "open",
        slug=movement.slug,
        public_id=debate.public_id,
        ideas=[buses.public_id, lanes.public_id],
        survivor=buses.public_id,
    )
    _merged(world, buses, said(world, debate, "Coaches on Sundays", "merged"), "open")
    _silenced(world, debate)
    word = world.secret("inner", INSIDERS)
    inner = asked(world, movement, f"And {word}?", audience=Audience.MEMBERS)
    world.keep("debate", "inner", slug=movement.slug, public_id=inner.public_id)
    told = said(world, inner, f"An idea of {word}", "inner")
    talked(world, told, "inner", word)
    _merged(world, told, said(world, inner, f"Also of {word}"), "inner", f"Both say {word}.")
    word = world.secret("draftdebate", MANDATED)
    draft = make.make_draft(movement, host, question=f"Perhaps {word}?")
    world.keep("debate", "draft", slug=movement.slug, public_id=draft.public_id)
    with at(now() - timedelta(days=2)):
        ripe = asked(world, movement, "Is it ripe?", closes_at=now() + timedelta(days=1))
    world.keep("debate", "ripe", slug=movement.slug, public_id=ripe.public_id)


def _merged(
    world: World, survivor: Idea, merged: Idea, state: str, reason: str = "The same."
) -> None:
    act = ideas.merge_ideas(
        member=world.people["host"], survivor=survivor, ideas=[merged], reason=reason
    )
    world.keep("regrouping", state, public_id=act.public_id)


def _silenced(world: World, debate: Debate) -> None:
    author, moderator = world.people["author"], world.people["moderator"]
    word = world.secret("hidden", {"author", *MANDATED})  # its author is told what was hidden
    hidden = said(
        world,
        debate,
        word,
        "hidden",
        text=f"With {world.secret('hiddentext', MANDATED, ['author'])}.",
    )
    talked(world, hidden, "under", world.secret("under", {"author", *MANDATED}, ["member"]))
    ideas.hide_idea(member=moderator, idea=hidden, reason="It names a person.")
    withdrawn = said(world, debate, "Taken back, but supported", "withdrawn", supports=1)
    ideas.withdraw_idea(member=author, idea=withdrawn)
    gone = said(world, debate, world.secret("gone", (), ["author"]), "gone")
    ideas.withdraw_idea(member=author, idea=gone)
    thread = Thread.objects.get(pk=debate.thread_id)
    word = world.secret("hiddenpost", ("author", *MODERATORS))  # who decided, and who wrote it
    post = write_post(member=author, thread=thread, text=word)
    report_post(member=world.people["member"], post=post, reason="abuse")
    case = Case.objects.about(POST, post.pk).get()
    decide_case(member=moderator, case=case, hide=True, reason="It insults a person.")
    world.keep("post", "hidden", public_id=post.public_id)
    world.keep("case", "hidden", public_id=case.public_id)
    post = write_post(member=author, thread=thread, text=world.secret("takenback", (), ["author"]))
    withdraw_post(member=author, post=post)
    world.keep("post", "withdrawn", public_id=post.public_id)


def _private(world: World) -> None:
    """A community that only its people see, in which everything is for everyone who may see it."""
    word = world.secret("private", INSIDERS, ["former"])
    circle = _movement(world, "circle", f"Circle of {word}", visibility="members")
    debate = asked(world, circle, f"Who loves {word}?")
    world.keep("debate", "private", slug=circle.slug, public_id=debate.public_id)
    idea = said(world, debate, f"An idea of {word}", "private", supports=2)
    talked(world, idea, "private", word)
    terrace = community_factory(slug="terrace", parent=circle, kind=Kind.COMMITTEE)
    world.keep("community", "below", slug=terrace.slug, version=1, **_programme_place(world))
    commitment = Commitment.objects.create(
        community=circle,
        kind="delivery",
        subject_kind="idea",
        subject_id=idea.pk,
        promise=f"We promise {word}.",
        owner_role=Role.ELECTED,
        owner_title=f"guardian of {word}",
        due_on=today() + timedelta(days=30),
    )
    world.keep("commitment", "private", public_id=commitment.public_id)
    item = ideas.add_item(
        member=world.people["host"], community=circle, title=f"On {word}", section="First"
    )
    ideas.write_sentence(
        member=world.people["host"], community=circle, number=item.number, text=f"More {word}."
    )


def _draft(world: World) -> None:
    """A community that is not open: its people found it, one more founder has not answered."""
    word = world.secret("draft", INSIDERS)
    draft = community_factory(
        slug="draft", name=f"Draft of {word}", kind=Kind.MOVEMENT, opened_at=None
    )
    _settle(world, draft)
    manifesto_factory(draft, frustration=f"No {word}.", published_at=None)
    founder_factory(draft, name="Confirmed", email="", confirmed_at=now())
    email = f"{world.secret('founder', RUNNERS)}@example.org"
    founder = invite_founder(
        member=world.people["host"], community=draft, name="Invited", email=email
    )
    world.keep(
        "community", "draft", slug="draft", version=1, email=email, **_programme_place(world)
    )
    # Whoever holds the link reads what they are asked to found.
    world.keep("invitation", "sent", token=founder.token)


def _archive(world: World) -> None:
    """What was said elsewhere; nobody belongs to it, the roles are as strong as they can be."""
    archive = community_factory(
        slug="archive",
        kind=Kind.ORGANISATION,
        archived_at=now(),
        source_name="Another platform",
        source_url="https://example.org/",
    )
    _settle(world, archive, members=False)
    thread = Thread.objects.create(community=archive, subject_kind="debate", closed_at=now())
    debate = Debate.objects.create(
        community=archive, thread=thread, question="What was said?", archived_at=now()
    )
    thread = Thread.objects.create(community=archive, subject_kind="idea", closed_at=now())
    idea = Idea.objects.create(
        debate=debate,
        thread=thread,
        author_label="Someone there",
        title="Said there",
        text="As it was said.",
        source_supports=7,
        source_supports_on=today(),
    )
    post = Post.objects.create(thread=thread, author_label="Someone else", text="I agree.")
    world.keep("community", "archived", slug="archive", version=1, **_programme_place(world))
    world.keep("debate", "archived", slug="archive", public_id=debate.public_id)
    world.keep("idea", "archived", public_id=idea.public_id)
    world.keep("thread", "archived", public_id=thread.public_id, posts=[post.public_id])
    world.keep("post", "archived", public_id=post.public_id)


def _cellar(world: World, movement: Community) -> None:
    """A committee that only its people see, under the public movement: some roles reach it."""
    reached = ("moderator", "administrator")
    word = world.secret("cellar", reached)
    cellar = community_factory(
        slug="cellar",
        name=f"Cellar of {word}",
        parent=movement,
        kind=Kind.COMMITTEE,
        visibility="members",
    )
    member = make.make_person(cellar, f"Quiet {word}")
    make.entrust(member, cellar, Role.HOST, f"keeper of {word}")
    debate = make.make_debate(cellar, member, question=f"Below {word}?")
    make.propose(debate, member, title=f"Deep {word}")
    world.keep("community", "cellar", slug=cellar.slug, version=1, **_programme_place(world))


def _programme(world: World, movement: Community, sources: list[Idea]) -> None:
    """A published version whose one sentence stands on both ideas, and a draft after it."""
    draft: dict[str, Any] = {"member": world.people["host"], "community": movement}
    ideas.remove_item(**draft, number=2)  # adopting drafted one item for each idea
    ideas.write_sentence(**draft, number=1, position=1, text="More of it.", ideas=sources)
    ideas.publish_programme(**draft, summary="What we said.")
    word = world.secret("programme", RUNNERS)
    ideas.write_sentence(**draft, number=1, text=f"And {word}.", stated_reason="So be it.")


def _rest(world: World) -> None:
    """Roles to end, letters to stop, and what stands alone."""
    for thing in world.things["community"].values():
        mandate = Mandate.objects.filter(
            community__slug=thing["slug"], member=world.people["decider"]
        ).first()
        thing["mandate"] = mandate.pk if mandate else 1
        thing["place"] = Place.objects.get(name="Pau").public_id
    held = Mandate.objects.get(community__slug="movement", member=world.people["host"])
    over = Delegation.objects.create(  # lent until today: it opens nothing any more
        mandate=held, member=world.people["member"], power="discussions.moderate", ends_on=today()
    )
    world.things["community"]["open"]["delegation"] = over.public_id
    figures(world, Community.objects.get(slug="movement"))
    token = MailPreference.objects.create(member=world.people["member"]).stop_token
    world.keep("letter", "sent", token=token)
    world.keep("place", "any", public_id=Place.objects.get(name="Pau").public_id)
    world.keep("alone", "any", key="motive", kind="skill", email="nobody@example.org")
