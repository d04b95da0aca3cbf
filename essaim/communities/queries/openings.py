"""What waits to open under a community, and what became of each try."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.models import (
    REACHING_ROLES,
    TICKED_BY_HAND,
    AskState,
    Community,
    DecisionAppeal,
    Founder,
    KitStep,
    Mandate,
    OpeningAsk,
    OpeningPolicy,
    Role,
    Step,
    kind_label,
)
from essaim.communities.queries.mandates import holders_of, name_of, title_of
from essaim.communities.queries.sections import Bar, DeskItem, bar_for_page
from essaim.communities.readers import Reader
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now, today

MOST_WAITING = 100
INVITED, HOSTS = 2, 2


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """How what begins in a community opens, and who checks it, by their function."""

    is_checked: bool
    days: int
    referent_public_id: str
    checker: str


@dataclass(frozen=True, slots=True)
class AskLine:
    """One that waits, as the queue shows it. `owner` is who answers, by name and function."""

    public_id: str
    name: str
    kind: str
    kind_value: str
    lang: str
    place: str
    purpose: str
    asked_at: datetime
    due_at: datetime
    days_waiting: int
    is_late: bool
    owner: str
    may_check: Verdict


@dataclass(frozen=True, slots=True)
class OpeningsPage:
    policy: PolicyLine
    may_set: Verdict
    waiting: tuple[AskLine, ...]
    bar: Bar


@dataclass(frozen=True, slots=True)
class AskPage:
    """One ask with what the check reads; `parent` is (slug, name)."""

    line: AskLine
    parent: tuple[str, str]
    founders: tuple[str, ...]
    fate: "AskFate"


@dataclass(frozen=True, slots=True)
class AskFate:
    """What became of a try to open, for those who began it.

    `by` names the function that answered. `decision` is the page where a refusal can be appealed;
    `may_appeal` while nobody did; `appeal_due_at` while the second look is awaited.
    """

    public_id: str
    state: str
    label: str
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
    by: str
    reason: str
    word: str
    decision: str
    may_appeal: bool
    appeal_due_at: datetime | None
    appeal_answer: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """A first step; `is_by_hand`: its hosts tick it, nobody else can know."""

    key: str
    label: str
    is_done: bool
    is_by_hand: bool


@dataclass(frozen=True, slots=True)
class Kit:
    steps: tuple[StepLine, ...]

    @property
    def done(self) -> int:
        return sum(one.is_done for one in self.steps)


def role_in(community: Community, member_id: int) -> str:
    """A role this member holds in the community today, else one that reaches it; empty for none."""
    roles = dict(
        Mandate.objects.on(today())
        .filter(member=member_id, community__in=community.lineage)
        .order_by("-starts_on", "-id")
        .values_list("community_id", "role")
    )
    here = roles.pop(community.pk, "")
    return here or next((role for role in roles.values() if role in REACHING_ROLES), "")


def policy_of(community: Community) -> PolicyLine:
    policy = _policy(community)
    return PolicyLine(
        is_checked=policy.is_checked,
        days=policy.days,
        referent_public_id=policy.referent.public_id if policy.referent else "",
        checker=_owner(community, policy),
    )


def _policy(community: Community) -> OpeningPolicy:
    found = OpeningPolicy.objects.select_related("referent").filter(community=community).first()
    return found or OpeningPolicy(community=community)


def _owner(community: Community, policy: OpeningPolicy) -> str:
    """Who answers: the referent while they hold a role there, else those who run it."""
    if policy.referent_id:
        held = (
            Mandate.objects.on(today())
            .filter(community=community, member=policy.referent_id)
            .select_related("member")
            .order_by("-starts_on", "-id")
            .first()
        )
        if held:
            return f"{name_of(held.member.name)}, {title_of(held)}"
    return _("those who run %(name)s") % {"name": community.name}


def checkers_of(ask_id: int) -> set[int]:
    """Whom to tell that it waits: the referent in office, else all who run the community."""
    ask = OpeningAsk.objects.select_related("community", "parent").get(pk=ask_id)
    policy = _policy(ask.parent)
    running = {one.member_id for one in holders_of(ask.parent, *rules.RUNNING_ROLES)}
    if policy.referent_id and rules.may_be_referent(ask.parent, policy.referent_id):
        running = {policy.referent_id}
    belonging = ask.community.memberships.filter(left_at__isnull=True)
    return running - set(belonging.values_list("member_id", flat=True))


def beginners_of(ask_id: int) -> set[int]:
    """Whom to tell what became of it: those who run what they began."""
    ask = OpeningAsk.objects.select_related("community").get(pk=ask_id)
    return {one.member_id for one in holders_of(ask.community, *rules.RUNNING_ROLES)}


def asks_by_id(reader: Reader, ids: set[int]) -> dict[int, OpeningAsk]:
    """Those of these asks that the reader may see; one query, one more for their referents."""
    found = OpeningAsk.objects.filter(pk__in=ids).select_related("community", "parent")
    return {one.pk: one for one in found if rules.may_see_ask(reader, one)}


def ask_to_see(reader: Reader, public_id: str) -> OpeningAsk | None:
    ask = (
        OpeningAsk.objects.select_related(
            "community__place", "parent", "decision__appeal", "asked_by"
        )
        .filter(public_id=public_id)
        .first()
    )
    return ask if ask and rules.may_see_ask(reader, ask) else None


def openings_waiting(community: Community) -> tuple[int, bool]:
    """How many wait for the check, and whether one of them has waited half of its days."""
    rows = OpeningAsk.objects.waiting().filter(parent=community).values_list("asked_at", "due_at")
    return len(rows), any(now() - asked > (due - asked) / 2 for asked, due in rows)


def where_openings_are_seen(reader: Reader, ids: Collection[int]) -> list[Community]:
    """Those of these communities whose queue the reader may see."""
    found = Community.objects.filter(pk__in=ids)
    return [one for one in found if one.opened_at and rules.may_see_openings(reader, one)]


def desk_of_openings(community: Community) -> DeskItem:
    """What waits for the check; without anything, the page that says how things open."""
    number, is_late = openings_waiting(community)
    return DeskItem(
        title=_("What asks to open"),
        url=reverse("community_openings", args=[community.slug]),
        note=_("Committees and chapters that begin here, and how they open."),
        count=number or None,
        is_late=is_late,
    )


def openings_for_page(reader: Reader, community: Community) -> OpeningsPage:
    """The queue of those that wait, the oldest first."""
    policy = _policy(community)
    owner = _owner(community, policy)
    asks = (
        OpeningAsk.objects.waiting()
        .filter(parent=community)
        .select_related("community__place", "parent")
        .order_by("due_at", "id")[:MOST_WAITING]
    )
    return OpeningsPage(
        policy=PolicyLine(
            is_checked=policy.is_checked,
            days=policy.days,
            referent_public_id=policy.referent.public_id if policy.referent else "",
            checker=owner,
        ),
        may_set=rules.may_set_opening(reader, community),
        waiting=tuple(_line(reader, one, owner) for one in asks),
        bar=bar_for_page(reader, community, here="desk"),
    )


def role_holders(community: Community) -> tuple[tuple[str, str], ...]:
    """(public id, name) of those who hold a role today and so may be the referent."""
    held = Mandate.objects.on(today()).filter(community=community)
    names = held.order_by("member__name_key").values_list("member__public_id", "member__name")
    return tuple({public_id: name_of(name) for public_id, name in names}.items())


def _line(reader: Reader, ask: OpeningAsk, owner: str) -> AskLine:
    return AskLine(
        public_id=ask.public_id,
        name=ask.community.name,
        kind=kind_label(ask.community),
        kind_value=ask.community.kind,
        lang=ask.community.language,
        place=ask.community.place.name if ask.community.place else "",
        purpose=ask.community.purpose,
        asked_at=ask.asked_at,
        due_at=ask.due_at,
        days_waiting=(now() - ask.asked_at).days,
        is_late=now() - ask.asked_at > (ask.due_at - ask.asked_at) / 2,
        owner=owner,
        may_check=rules.may_check(reader, ask),
    )


def opening_for_page(reader: Reader, ask: OpeningAsk) -> AskPage:
    founders = Founder.objects.filter(community=ask.community, confirmed_at__isnull=False)
    return AskPage(
        line=_line(reader, ask, _owner(ask.parent, _policy(ask.parent))),
        parent=(ask.parent.slug, ask.parent.name),
        founders=tuple(
            name_of(name)
            for name in founders.order_by("invited_at", "id").values_list("name", flat=True)
        ),
        fate=_fate(reader, ask),
    )


def last_try(reader: Reader, community: Community) -> AskFate | None:
    """What became of the newest ask of a community that is not open; None before the first."""
    ask = (
        OpeningAsk.objects.filter(community=community)
        .select_related("decision__appeal", "decision__community")
        .order_by("-asked_at", "-id")
        .first()
    )
    return _fate(reader, ask) if ask else None


def _fate(reader: Reader, ask: OpeningAsk) -> AskFate:
    decision = ask.decision
    appeal: DecisionAppeal | None = getattr(decision, "appeal", None)
    by = str(Role(ask.ended_role).label) if ask.ended_role else ""
    return AskFate(
        public_id=ask.public_id,
        state=ask.state,
        label=str(AskState(ask.state).label),
        asked_at=ask.asked_at,
        due_at=ask.due_at,
        ended_at=ask.ended_at,
        by=by,
        reason=decision.reason if decision else "",
        word=decision.word if decision and decision.concerned_id == reader.member_id else "",
        decision=decision.public_id if decision else "",
        may_appeal=bool(decision and rules.may_appeal(reader, decision)),
        appeal_due_at=appeal.due_at if appeal and appeal.answered_at is None else None,
        appeal_answer=appeal.reason if appeal else "",
    )


def kit_of(community: Community) -> Kit:
    """The first steps, each as it stands; three queries."""
    ticked = set(KitStep.objects.filter(community=community).values_list("step", flat=True))
    hosts = len(holders_of(community, Role.HOST))
    seen = {
        Step.PURPOSE: bool(community.purpose.strip()),
        Step.INVITE: community.founders.count() > INVITED,
        Step.SHARE: hosts >= HOSTS,
    }
    return Kit(
        steps=tuple(
            StepLine(
                key=one.value,
                label=str(one.label),
                is_done=seen.get(one, one in ticked),
                is_by_hand=one in TICKED_BY_HAND,
            )
            for one in Step
        )
    )
