"""Communities, people and debates for tests, made as directly as the database allows."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Community, Kind, Mandate, Membership, Role
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.ideas import actions
from essaim.ideas.actions import DeliveryPromise, Part
from essaim.ideas.models import Debate, Decision, Idea, Regrouping
from essaim.members.models import Member

_numbers = count(1)
TITLE = "deputy mayor for mobility"


def make_member(name: str = "", **fields: Any) -> Member:
    number = next(_numbers)
    return Member.objects.create(
        email=f"person{number}@example.org",
        name=name or f"Person {number}",
        proved_at=now(),
        language="en",
        **fields,
    )


def make_community(**fields: Any) -> Community:
    number = next(_numbers)
    values: dict[str, Any] = {
        "slug": f"talking-{number}",
        "kind": Kind.MOVEMENT,
        "name": f"Community {number}",
        "name_key": f"community {number}",
        "language": "en",
        "opened_at": now() - timedelta(days=400),
    }
    return Community.objects.create(**values | fields)


def join(member: Member, community: Community) -> Member:
    Membership.objects.create(member=member, community=community)
    return member


def make_person(community: Community, name: str = "") -> Member:
    """A member of the community."""
    return join(make_member(name), community)


def entrust(member: Member, community: Community, role: Role, title: str = "") -> Member:
    Mandate.objects.create(
        member=member,
        community=community,
        role=role,
        title=title,
        starts_on=now().date() - timedelta(days=300),
    )
    return member


def make_host(community: Community) -> Member:
    return entrust(make_person(community, "Hanna"), community, Role.HOST)


def make_decider(community: Community, title: str = TITLE) -> Member:
    return entrust(make_person(community, "Dora"), community, Role.ELECTED, title)


def make_draft(community: Community, host: Member | None = None, **values: Any) -> Debate:
    given: dict[str, Any] = {
        "question": "How to get around without a car?",
        "closes_at": now() + timedelta(days=30),
        "support_threshold": 2,
        "answer_delay_days": 60,
        "answering_role": Role.ELECTED,
        "answering_title": TITLE,
    }
    return actions.ask_debate(
        member=host or make_host(community), community=community, **given | values
    )


def make_debate(
    community: Community | None = None, host: Member | None = None, **values: Any
) -> Debate:
    """An open one."""
    community = community or make_community()
    host = host or make_host(community)
    return actions.open_debate(member=host, debate=make_draft(community, host, **values))


def propose(debate: Debate, member: Member | None = None, title: str = "", **values: Any) -> Idea:
    return actions.propose_idea(
        member=member or make_person(debate.community),
        debate=debate,
        title=title or f"Idea {next(_numbers)}",
        text=values.pop("text", "A bus on Sundays."),
        **values,
    )


def both(debate: Debate) -> tuple[Idea, Idea]:
    """Two ideas that say the same."""
    return propose(debate, title="A bus"), propose(debate, title="A coach")


def support(idea: Idea, times: int = 1) -> None:
    for _ in range(times):
        actions.support_idea(member=make_person(idea.debate.community), idea=idea)


def closing_moment(debate: Debate) -> datetime:
    assert debate.closes_at is not None
    return debate.closes_at + timedelta(minutes=1)


def close(debate: Debate) -> Debate:
    """Close it at its hour; the present stays where it is, so answers are due from there."""
    with at(closing_moment(debate)):
        actions.close_debate(debate=debate)
    debate.refresh_from_db()
    return debate


def make_closed(community: Community | None = None, ideas: int = 1, **values: Any) -> Debate:
    """A debate closed just now, with ideas above its threshold."""
    community = community or make_community()
    with at(now() - timedelta(days=20)):
        debate = make_debate(community, closes_at=now() + timedelta(days=19), **values)
        for _ in range(ideas):
            support(propose(debate), debate.support_threshold or 1)
    return close(debate)


def promise(**values: Any) -> DeliveryPromise:
    given: dict[str, Any] = {
        "promise": "A trial from March to May.",
        "owner_role": Role.ELECTED,
        "owner_title": TITLE,
        "due_on": (now() + timedelta(days=90)).date(),
    }
    return DeliveryPromise(**given | values)


def adopt(idea: Idea, decider: Member, **values: Any) -> None:
    actions.answer_idea(
        member=decider,
        idea=idea,
        decision=Decision.ADOPTED,
        reasons="Yes, as a trial.",
        delivery=promise(**values),
    )


def kinds() -> list[str]:
    """The kinds of our facts as they were recorded."""
    facts = FactRow.objects.filter(kind__startswith="ideas.").order_by("pk")
    return [kind.removeprefix("ideas.") for kind in facts.values_list("kind", flat=True)]


def owed(kind: CommitmentKind) -> list[Commitment]:
    """What was committed and not cancelled."""
    return list(Commitment.objects.filter(kind=kind, cancelled_at__isnull=True).order_by("pk"))


def merge(host: Member, survivor: Idea, *others: Idea, reason: str = "The same.") -> Regrouping:
    return actions.merge_ideas(
        member=host, survivor=survivor, ideas=[survivor, *others], reason=reason
    )


def split(host: Member, idea: Idea, *titles: str) -> list[Idea]:
    """Its parts, two unless named."""
    parts = [Part(title=title, text=f"Only {title}.") for title in titles or ("One", "Two")]
    actions.split_idea(member=host, idea=idea, parts=parts, reason="Two things.")
    return list(Idea.objects.filter(part_of=idea).order_by("pk"))


def undo(host: Member, regrouping: Regrouping) -> None:
    actions.undo_regrouping(member=host, regrouping=regrouping)


def fresh(idea: Idea) -> Idea:
    """As the database has it now."""
    return Idea.objects.select_related("thread").get(pk=idea.pk)


def behind(*ideas: Idea) -> list[int]:
    """How many people stand behind each of these now."""
    return [fresh(idea).supporters for idea in ideas]
