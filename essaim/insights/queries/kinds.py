"""Kinds of activity in words people understand, and the rung each stands on."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import Community
from essaim.communities.rules import off_in
from essaim.foundation.activity import Rung, all_kinds
from essaim.insights.models import KindRung
from essaim.insights.queries.ladder import COMMITMENT_KEPT, ROLE_HELD

# Every kind of fact that stands on a rung; a test names those that are missing.
WORDS: dict[str, str | Promise] = {
    "communities.CircleSynthesisWritten": gettext_lazy("wrote the synthesis of a circle"),
    "communities.CommunityDivided": gettext_lazy("divided a community"),
    "communities.CommunityFounded": gettext_lazy("founded a community"),
    "communities.CommunityOpened": gettext_lazy("opened a community"),
    "communities.FounderConfirmed": gettext_lazy("confirmed to be a founder"),
    "communities.ManifestoPublished": gettext_lazy("published a manifesto"),
    "communities.ManifestoSigned": gettext_lazy("signed the manifesto"),
    "communities.MembershipStarted": gettext_lazy("joined"),
    "communities.NewcomerWelcomed": gettext_lazy("welcomed a newcomer"),
    "discussions.CurrentNamed": gettext_lazy("named a current of a discussion"),
    "discussions.PostSupported": gettext_lazy("supported a message"),
    "discussions.PostWritten": gettext_lazy("wrote a message"),
    "discussions.StanceTaken": gettext_lazy("took a position"),
    "ideas.AnswerContested": gettext_lazy("contested an answer"),
    "ideas.AppealDecided": gettext_lazy("took a second look at an answer"),
    "ideas.DebateOpened": gettext_lazy("opened a debate"),
    "ideas.GroupAnswered": gettext_lazy("answered ideas together"),
    "ideas.IdeaAnswered": gettext_lazy("answered an idea"),
    "ideas.IdeaProposed": gettext_lazy("proposed an idea"),
    "ideas.IdeaSplit": gettext_lazy("split an idea"),
    "ideas.IdeaSupported": gettext_lazy("supported an idea"),
    "ideas.IdeasMerged": gettext_lazy("merged ideas"),
    "ideas.ProgrammePublished": gettext_lazy("published a programme"),
    "ideas.PromiseDelivered": gettext_lazy("delivered what was promised"),
    "ideas.SynthesisSent": gettext_lazy("carried ideas up with a synthesis"),
    COMMITMENT_KEPT: gettext_lazy("kept a commitment"),
    ROLE_HELD: gettext_lazy("acted in a role that was entrusted"),
}
RUNG_WORDS: dict[str, str | Promise] = {
    Rung.NONE.value: gettext_lazy("not counted"),
    Rung.AWARE.value: gettext_lazy("aware"),
    Rung.INTERACT.value: gettext_lazy("interacting"),
    Rung.ENGAGE.value: gettext_lazy("engaged"),
}


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind, the rung it stands on here, and the usual one."""

    kind: str
    words: str
    rung: str
    usual: str
    choices: tuple[tuple[str, str], ...]

    @property
    def is_moved(self) -> bool:
        return self.rung != self.usual


def subplatform_of(kind: str) -> str:
    """The first word of a fact’s kind is the package that records it."""
    return kind.partition(".")[0]


def words_for(kind: str) -> str:
    return str(WORDS.get(kind) or _("another act"))


def rungs_on_offer(kind: str) -> tuple[tuple[str, str], ...]:
    """Engaged only where that is its usual rung: somebody else entrusted or confirmed it."""
    usual = all_kinds()[kind].rung
    return tuple(
        (rung.value, str(RUNG_WORDS[rung.value]))
        for rung in Rung
        if rung != Rung.ENGAGE or usual == Rung.ENGAGE
    )


def kinds_for_page(community: Community) -> tuple[KindLine, ...]:
    """Every kind of act that is done there and stands on a rung, by rung and words; one query."""
    off = off_in(community)
    moved = dict(KindRung.objects.filter(community=community).values_list("kind", "rung"))
    order = [rung.value for rung in Rung]
    lines = [
        KindLine(
            kind,
            words_for(kind),
            moved.get(kind, fact.rung.value),
            fact.rung.value,
            rungs_on_offer(kind),
        )
        for kind, fact in all_kinds().items()
        if kind in WORDS and fact.rung != Rung.NONE and subplatform_of(kind) not in off
    ]
    return tuple(sorted(lines, key=lambda one: (order.index(one.usual), one.words)))
