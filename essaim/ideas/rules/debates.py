from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import Audience, Community, Role, power
from essaim.communities.readers import Reader
from essaim.communities.rules import (
    CENTRAL_ROLES,
    Subplatform,
    is_used,
    may_read,
    readable,
    switchable,
)
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now
from essaim.ideas.models import Debate, DebateQuerySet

SUBPLATFORM = switchable(
    Subplatform(
        "ideas",
        gettext_lazy("Debates and ideas"),
        gettext_lazy(
            "Debates, the ideas in them, their supports, what is said under them, the answers to"
            " them and what was promised; the programme that is made of them."
        ),
        subjects=frozenset({"debate", "idea"}),
    )
)

ASKING = (
    Role.ADMINISTRATOR,
    Role.COMMUNITY_MANAGER,
    Role.HOST,
    Role.LEAD,
    Role.FACILITATOR,
    Role.INNOVATION_MANAGER,
)
ASK = power("ideas.ask", gettext_lazy("asks debates, opens and closes them"), ASKING)
WITHDRAW = power(
    "ideas.withdraw",
    gettext_lazy("takes back debates with a reason"),
    CENTRAL_ROLES,
    reaches=True,
    is_delegable=False,
)


def may_see_debate(reader: Reader, debate: Debate) -> Verdict:
    """A draft is for those who hold a role in the community, whatever its audience will be."""
    return may_read(reader, debate.community, debate.shown_to, subplatform=SUBPLATFORM)


def debates_visible_to(reader: Reader) -> DebateQuerySet:
    """The twin of `may_see_debate`."""
    draft = Q(opened_at__isnull=True, archived_at__isnull=True, withdrawn_at__isnull=True)
    shown_to = Case(When(draft, then=Value(Audience.ROLE_HOLDERS.value)), default=F("audience"))
    found = readable(reader, audience="shown", subplatform=SUBPLATFORM)
    return Debate.objects.alias(shown=shown_to).filter(found)


def are_on(community: Community) -> Verdict:
    """Whether there are debates and ideas in this community."""
    return is_used(community, SUBPLATFORM)


def may_ask_debate(reader: Reader, community: Community) -> Verdict:
    if not (used := are_on(community)):
        return used
    if not reader.may(community, ASK):
        return refused(_("Only those who run this community ask its debates."))
    if community.archived_at:
        return refused(_("This is an archive: it shows what was said and takes nothing new."))
    if not community.is_open:
        return refused(_("This community is not open: open it first."))
    return ALLOWED


def may_edit_debate(reader: Reader, debate: Debate) -> Verdict:
    """A draft only: what was promised at the opening is not changed afterwards."""
    asks = may_ask_debate(reader, debate.community)
    if not asks:
        return asks
    if debate.withdrawn_at:
        return refused(_("This debate was withdrawn."))
    if not debate.is_draft:
        return refused(_("This debate is open: its question, dates and promises no longer change."))
    return ALLOWED


def missing_promises(debate: Debate) -> list[str]:
    """What still keeps a debate from opening, each in words; empty when it is complete."""
    missing = []
    if not debate.closes_at or debate.closes_at <= now():
        missing.append(_("a closing date in the future"))
    if not debate.support_threshold:
        missing.append(_("a threshold of at least one support"))
    if not debate.answer_delay_days:
        missing.append(_("the number of days within which answers are given"))
    if not debate.answering_role:
        missing.append(_("the role that will answer"))
    if not debate.answering_title:
        missing.append(_("the public title of whoever will answer"))
    return missing


def may_open_debate(reader: Reader, debate: Debate) -> Verdict:
    """Only with its whole promise: until when, from how many supports, who answers, how soon."""
    edits = may_edit_debate(reader, debate)
    if not edits:
        return edits
    missing = missing_promises(debate)
    if missing:
        return refused(
            _("This debate cannot open yet. It still needs: %(missing)s.")
            % {"missing": ", ".join(missing)}
        )
    return ALLOWED


def may_close_debate(reader: Reader, debate: Debate) -> Verdict:
    """When its last moment has passed; the clock does the same within a minute."""
    if not (used := are_on(debate.community)):
        return used
    if not reader.may(debate.community, ASK):
        return refused(_("Only those who run this community close its debates."))
    return is_ripe(debate)


def is_ripe(debate: Debate) -> Verdict:
    """Whether a debate's last moment has come."""
    if debate.is_draft or debate.archived_at or debate.withdrawn_at:
        return refused(_("This debate is not open."))
    if debate.closes_at and debate.closes_at > now():
        return refused(_("This debate was promised to stay open until its closing date."))
    return ALLOWED


def may_withdraw_debate(reader: Reader, debate: Debate) -> Verdict:
    """By whoever asked it or looks after the community; once closed its answers are owed."""
    if not (used := are_on(debate.community)):
        return used
    if debate.archived_at:
        return refused(_("This is an archive: it shows what was said and takes nothing new."))
    if debate.withdrawn_at:
        return refused(_("This debate was withdrawn."))
    looks_after = reader.may(debate.community, WITHDRAW)
    asked = reader.is_known and debate.asked_by_id == reader.member_id
    if not (looks_after or (asked and reader.may(debate.community, ASK))):
        return refused(_("Only whoever asked this debate can withdraw it."))
    if not (debate.is_draft or debate.is_open):
        return refused(_("This debate is closed: its answers are owed."))
    return ALLOWED


def may_propose(reader: Reader, debate: Debate) -> Verdict:
    if debate.is_draft:
        return refused(_("This debate is not open yet."))
    if not debate.is_open:
        return refused(_("This debate is closed: it takes no more ideas."))
    if not debate.community.is_open:
        return refused(_("This community is closed: it takes no more ideas."))
    if not reader.belongs_to(debate.community_id):
        return refused(_("Join this community to propose an idea."), joins=debate.community.slug)
    if not may_see_debate(reader, debate):
        return refused(_("This page does not exist."))
    return ALLOWED
