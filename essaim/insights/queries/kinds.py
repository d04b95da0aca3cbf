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
    "events.ActionPointTaken": gettext_lazy("took something on after a gathering"),
    "events.Attended": gettext_lazy("came to a gathering"),
    "events.EventPublished": gettext_lazy("published a gathering"),
    "events.MinutesPublished": gettext_lazy("published the minutes of a gathering"),
    "events.Registered": gettext_lazy("said that they come to a gathering"),
    "events.SeatTaken": gettext_lazy("took a seat that was offered"),
    "events.SeriesPublished": gettext_lazy("published gatherings that come again"),
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
    "needs.HelpAsked": gettext_lazy("asked for help, or offered it"),
    "needs.HelpConfirmed": gettext_lazy("confirmed that they were helped"),
    "needs.HoursGiven": gettext_lazy("gave hours of help that were confirmed"),
    "needs.MatchAccepted": gettext_lazy("said yes to a question of help"),
    "needs.MatchDeclined": gettext_lazy("said no to a question of help"),
    "needs.MessageSent": gettext_lazy("wrote to the other side of a help"),
    "needs.NeedForOfficialPosted": gettext_lazy("asked to reach somebody elected"),
    "needs.NeedPosted": gettext_lazy("said what they look for"),
    "needs.OfferMade": gettext_lazy("offered what they can give"),
    "needs.StoryTold": gettext_lazy("told what came of a help"),
    "projects.ConditionMet": gettext_lazy("saw a condition of a gate met"),
    "projects.EffectCounted": gettext_lazy("counted an effect of a project"),
    "projects.EntryWritten": gettext_lazy("wrote in the logbook of a project"),
    "projects.GateAsked": gettext_lazy("asked at a gate"),
    "projects.GateDecided": gettext_lazy("answered at a gate"),
    "projects.NeedObserved": gettext_lazy("told a need they saw"),
    "projects.NewsTold": gettext_lazy("told how a project goes on"),
    "projects.ObjectionAnswered": gettext_lazy("answered an objection"),
    "projects.ObjectionMade": gettext_lazy("objected to a project"),
    "projects.ObstacleRemoved": gettext_lazy("removed an obstacle of a project"),
    "projects.ObstacleTold": gettext_lazy("told an obstacle of a project"),
    "projects.PartAccepted": gettext_lazy("took a part in a project"),
    "projects.PartOffered": gettext_lazy("asked somebody to take part in a project"),
    "projects.PartyAcknowledged": gettext_lazy("acknowledged a project that touches their unit"),
    "projects.ProjectDrafted": gettext_lazy("began a project"),
    "projects.ProjectEnded": gettext_lazy("ended a project"),
    "projects.ProjectHalfValidated": gettext_lazy("validated a project, as the first of two"),
    "projects.ProjectRefused": gettext_lazy("refused a project, with reasons"),
    "projects.ProjectSubmitted": gettext_lazy("submitted a project"),
    "projects.ProjectTakenUp": gettext_lazy("took up the project of their idea"),
    "projects.ProjectValidated": gettext_lazy("validated a project"),
    "projects.SponsorNamed": gettext_lazy("sponsored a project"),
    "projects.StoryTold": gettext_lazy("told the story of a project"),
    "projects.SupportGiven": gettext_lazy("gave a project the support that was promised"),
    "projects.SupportPromised": gettext_lazy("promised a project support"),
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
