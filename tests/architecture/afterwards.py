"""What came of the gathering under way, of the access table: ideas, needs and pictures."""

from essaim.communities.models import Audience
from essaim.events import actions
from essaim.events.models import Event
from essaim.ideas import actions as ideas
from essaim.ideas.models import Debate
from essaim.needs import actions as needs
from essaim.needs.models import Need
from essaim.projects.tests.telling import picture
from tests.architecture.stage import INSIDERS, World


def came_of(world: World, event: Event) -> None:
    """The gathering is for everyone; some of what came of it is not."""
    author = world.people["author"]
    linked = _need(world, event, "A hall for the next time")
    inner = world.secret("needborn", INSIDERS)
    among = _need(world, event, f"A hand with {inner}", audience=Audience.MEMBERS)
    for one in (linked, among):
        actions.link_need(member=author, event=event, need=one)
    address = {"public_id": event.public_id, "slug": event.community.slug}
    world.keep("born", "now", **address, need=linked.public_id)
    other = _need(world, event, "A projector")
    world.things["gathering"]["now"]["need"] = other.public_id
    held = Debate.objects.open().filter(community=event.community)
    for audience, words in (
        (Audience.PUBLIC, "What we said"),
        (Audience.MEMBERS, f"What we said of {world.secret('ideaborn', INSIDERS)}"),
    ):
        debate = held.filter(audience=audience).order_by("pk")[0]
        idea = ideas.propose_idea(
            member=author, debate=debate, title=words, text="More.", event=event
        )
        if audience == Audience.PUBLIC:
            world.keep("born_idea", "now", public_id=idea.public_id)
    runners = ("host", "administrator")
    for state, seen_by, words in (
        ("open", "public", "A full hall."),
        ("inner", "members", f"A hall of {world.secret('pictureinner', INSIDERS)}."),
        ("no", "public", f"Somebody at {world.secret('pictureno', runners)}."),
    ):
        made = actions.add_picture(
            member=world.people["administrator"],  # theirs: no right of whoever held it for a while
            event=event,
            picture=picture(),
            words=words,
            audience=seen_by,
            agreed=True,
        )
        if state == "no":
            actions.object_to_picture(member=None, picture=made)
        world.keep("picture", state, public_id=event.public_id, picture=made.public_id)


def _need(world: World, event: Event, title: str, *, audience: str = Audience.PUBLIC) -> Need:
    return needs.post_need(
        member=world.people["author"],
        community=event.community,
        title=title,
        what_for="So that it goes on.",
        deliverable="It is done.",
        minutes=45,
        remote="remote",
        audience=audience,
        language="en",
    )
