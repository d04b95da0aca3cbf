from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.commitments.models import Commitment
from essaim.commitments.rules import may_keep
from essaim.communities.models import Role, power
from essaim.communities.readers import Reader
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.ideas.models import Debate, Idea
from essaim.ideas.rules.debates import are_on
from essaim.ideas.rules.ideas import is_by_itself, is_carried_up

# Any role may be named to answer a debate: the one that is answers it.
ANSWER = power(
    "ideas.answer",
    gettext_lazy("answers the debates that name it"),
    Role,
    reaches=True,
    is_delegable=False,
)


def holds_answering_role(reader: Reader, debate: Debate) -> bool:
    """Whether this reader is among those who owe the answers."""
    return (
        bool(debate.answering_role)
        and bool(are_on(debate.community))
        and reader.may(debate.community, ANSWER)
        and reader.holds(debate.community, debate.answering_role)
    )


def _owes_answers(reader: Reader, debate: Debate) -> Verdict:
    if not holds_answering_role(reader, debate):
        return refused(
            _("Answers to this debate are given by: %(title)s.") % {"title": debate.answering_title}
            if debate.answering_title
            else _("Nobody promised answers to this debate.")
        )
    if not debate.is_closed:
        return refused(_("Ideas are answered once their debate is closed."))
    return ALLOWED


def may_answer(reader: Reader, idea: Idea) -> Verdict:
    """Any standing idea of a closed debate, once; also one below the threshold, by itself."""
    owes = _owes_answers(reader, idea.debate)
    if not owes:
        return owes
    if idea.withdrawn_at:
        return refused(_("This idea was withdrawn by its author."))
    if idea.hidden_at:
        return refused(_("This idea was hidden by a moderator."))
    if hasattr(idea, "answer"):
        return refused(_("This idea has been answered."))
    return is_by_itself(idea) and _stays(idea)


def _stays(idea: Idea) -> Verdict:
    if is_carried_up(idea):
        return refused(_("This idea was carried to a community above: it is answered there."))
    return ALLOWED


def may_answer_group(reader: Reader, debate: Debate) -> Verdict:
    """One reasoned answer to all that stayed below the threshold, once."""
    owes = _owes_answers(reader, debate)
    if not owes:
        return owes
    if hasattr(debate, "grouped_answer"):
        return refused(_("The ideas below the threshold have been answered."))
    left = Idea.objects.current().staying().filter(debate=debate, passed_threshold=False)
    if not left.filter(answer__isnull=True).exists():
        return refused(_("No idea below the threshold waits for an answer."))
    return ALLOWED


def may_deliver(reader: Reader, idea: Idea, promised: Commitment | None) -> Verdict:
    """Say that a promise was kept: whoever holds the role that owes it."""
    if promised is None or promised.subject_id != idea.pk:
        return refused(_("Nothing was promised about this idea."))
    return may_keep(reader, promised)
