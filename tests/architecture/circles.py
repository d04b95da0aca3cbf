"""A plenary in circles for the access table, which only its people see."""

from typing import Any

from essaim.communities import actions
from essaim.communities.models import Community, Kind, Mandate, Membership
from essaim.communities.queries.seats import circle_of, seats_of
from essaim.communities.tests.factories import community_factory
from essaim.foundation.clock import now, today
from tests.architecture.stage import INSIDERS, LONG_AGO, ROLES, World


def plenary(world: World, movement: Community) -> None:
    """Five sit in two circles, the decider in none; one asked another to change seats.

    The author wished not to sit with the member: no page but the author's tells.
    """
    word = world.secret("plenary", INSIDERS)
    community = community_factory(
        slug="plenary",
        name=f"Plenary of {word}",
        parent=movement,
        kind=Kind.COMMITTEE,
        visibility="members",
        language="en",
    )
    people = world.people
    for name in INSIDERS:
        Membership.objects.create(community=community, member=people[name], joined_at=now())
        if name in ROLES:
            Mandate.objects.create(
                community=community,
                member=people[name],
                role=ROLES[name],
                starts_on=today() - LONG_AGO,
            )
    host: dict[str, Any] = {"member": people["host"], "community": community}
    actions.choose_circle_attributes(**host, chosen={"trade": [f"Nurse of {word}", "Baker"]})
    said = {"trade": "Baker"}
    actions.answer_for_circles(member=people["author"], community=community, answers=said)
    actions.answer_for_circles(
        member=people["decider"], community=community, answers={}, sits_out=True
    )
    for name, is_with in (("member", False), ("host", True)):
        actions.add_circle_wish(
            member=people["author"], community=community, other=people[name], is_with=is_with
        )
    asked = f"What of {world.secret('plenaryquestion', INSIDERS)}?"
    draft = actions.draft_circles(**host, wished_size=3, question=asked, seed=1)
    division = actions.confirm_circles(**host, draft=draft.public_id)
    seats = seats_of(division)
    circle = Community.objects.get(pk=circle_of(seats, people["author"].pk) or 0)
    part = division.parts.get(circle=circle)
    synthesis = f"We want {world.secret('circlesynthesis', INSIDERS)}."
    actions.write_circle_synthesis(member=people["author"], part=part, text=synthesis)
    swap = actions.ask_swap(member=people["member"], community=community, other=people["author"])
    again = actions.draft_circles(**host, wished_size=3, seed=2)
    named = {
        "slug": community.slug,
        "other": people["author"].public_id,
        "swap": swap.public_id,
        "draft": again.public_id,
    }
    world.keep("divided", "sitting", **named)
    world.keep("divided", "undivided", **{**named, "slug": movement.slug})
    world.keep("seat", "circle", slug=circle.slug)
    world.keep("seat", "none", slug=movement.slug)
