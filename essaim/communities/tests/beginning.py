"""A movement that checks what begins in it, for the tests of openings."""

from essaim.communities import actions
from essaim.communities.models import Community, Decision, Kind, OpeningAsk, Role
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.activity import deliver_pending

REASON = "There is one in the next street already."


class Scene:
    """A movement whose referent checks what begins in it within seven days, and a draft."""

    def __init__(self, *, days: int = 7) -> None:
        self.movement = community_factory(kind=Kind.MOVEMENT, name="The movement")
        self.host = in_role(self.movement, Role.ADMINISTRATOR)
        self.referent = in_role(self.movement, Role.REFERENT, name="Rosa Referent")
        actions.set_opening_policy(
            member=self.host,
            community=self.movement,
            is_checked=True,
            days=days,
            referent=self.referent,
        )
        self.founder = member_of(self.movement)
        self.draft = self.begin()

    def begin(self, name: str = "Nay") -> Community:
        return actions.found_community(
            member=self.founder,
            kind=Kind.COMMITTEE,
            name=name,
            parent=self.movement,
            purpose="To ride to school together.",
        )

    def ask(self) -> OpeningAsk:
        actions.open_community(member=self.founder, community=self.draft)
        return OpeningAsk.objects.waiting().get(community=self.draft)

    def refused(self) -> OpeningAsk:
        return actions.refuse_opening(member=self.referent, ask=self.ask(), reason=REASON)

    def appealed(self) -> Decision:
        decision = self.refused().decision
        assert decision
        actions.appeal_decision(
            member=self.founder, decision=decision, words="That one meets by day, we by night."
        )
        deliver_pending()
        return Decision.objects.get(pk=decision.pk)

    @property
    def is_open(self) -> bool:
        return Community.objects.get(pk=self.draft.pk).is_open
