"""Needs, offers and matches of the access table: who looks for what, and who talks with whom."""

from essaim.communities.models import Audience, Community
from essaim.members.models import Member
from essaim.needs import actions
from essaim.needs.models import Match, MatchMessage, Need, NeedKind
from tests.architecture.stage import INSIDERS, MANDATED, World


def helped(world: World, movement: Community, circle: Community) -> None:
    """The author looks for help, the member offers it; what they say is theirs alone."""
    author, member = world.people["author"], world.people["member"]
    inner, private = world.secret("needinner", INSIDERS), world.secret("needprivate", INSIDERS)
    waiting = world.secret("needwaiting", ("author", *MANDATED))
    opened = _need(world, "open", movement, "Someone to read a lease")
    hidden_from = _need(world, "inner", movement, f"A hand with {inner}", audience=Audience.MEMBERS)
    _need(world, "waiting", movement, f"A mayor for {waiting}", kind=NeedKind.OFFICIAL)
    _need(world, "private", circle, f"A van for {private}")
    for state, audience in (("open", Audience.PUBLIC), ("inner", Audience.MEMBERS)):
        word = world.secret("offerinner", INSIDERS) if state == "inner" else "leases"
        offer = actions.make_offer(
            member=member,
            community=movement,
            words=f"I know about {word}.",
            skills=["law"],
            minutes_a_month=120,
            slots=5,
            remote="remote",
            audience=audience,
            language="en",
        )
        address = {"public_id": offer.public_id, "need": hidden_from.public_id}
        world.keep("help_offer", state, **address)
    asked = _match(world, opened, member, "asked")
    agreed = _match(world, _need(world, "agreed", movement, "Two hours in the garden"), member)
    actions.accept(member=author, match=agreed)
    world.keep("match", "agreed", public_id=agreed.public_id)
    done = _match(world, _need(world, "done", movement, "A table to carry"), member)
    actions.accept(member=author, match=done)
    thanks = world.secret("thanks", ("member", "author"))
    actions.confirm_help(member=author, match=done, minutes=60, thanks=f"For {thanks}.")
    actions.tell_story(member=author, match=done, story="The table stands upstairs.")
    world.keep("match", "done", public_id=done.public_id)
    world.keep("match", "asked", public_id=asked.public_id)
    message = MatchMessage.objects.filter(match=asked).latest("pk")
    world.keep("reported", "need", word="need", public_id=opened.public_id)
    world.keep("reported", "message", word="message", public_id=message.public_id)


def _need(
    world: World,
    state: str,
    community: Community,
    title: str,
    *,
    audience: Audience = Audience.PUBLIC,
    kind: NeedKind = NeedKind.HELP,
) -> Need:
    """Those that only carry a match stand in no row of their own."""
    need = actions.post_need(
        member=world.people["author"],
        community=community,
        title=title,
        what_for="So that it goes on.",
        deliverable="It is done.",
        minutes=45,
        must=["law"],
        remote="remote",
        audience=audience,
        kind=kind,
        people=2,
        language="en",
    )
    if state not in ("agreed", "done"):
        world.keep("need", state, public_id=need.public_id)
    return need


def _match(world: World, need: Need, helper: Member, state: str = "") -> Match:
    word = world.secret(f"talk{state or need.pk}", ("member", "author"))
    return actions.offer_help(member=helper, need=need, words=f"I can: {word}.")
