"""What the clock does: closing debates at their hour, telling those who are late."""

import logging

from essaim.foundation.access import Refused
from essaim.foundation.jobs import every
from essaim.ideas import actions
from essaim.ideas.models import Debate, Idea
from essaim.ideas.queries import audiences
from essaim.outreach.actions import notify

log = logging.getLogger(__name__)


@every("* * * * *")
def close_what_is_due() -> None:
    """Each debate in its own transaction: one that fails does not keep the others open."""
    for debate in Debate.objects.to_close().order_by("closes_at", "pk"):
        try:
            actions.close_debate(debate=debate)
        except Refused:
            continue  # its hour was another one by now
        except Exception:
            log.exception("The debate %s could not be closed.", debate.public_id)


@every("* * * * *")
def forget_what_was_withdrawn() -> None:
    actions.forget_withdrawn_ideas()


@every("40 3 * * *")
def count_supporters_again() -> None:
    """The database keeps these counts; should one ever be wrong it is said, and mended."""
    if wrong := Idea.objects.recounted():
        log.error("The supporters of these ideas were miscounted: %s.", wrong)


@every("10 5 * * *")
def tell_who_is_late() -> None:
    """Once for each debate: those who hold its answering role on the morning after the day."""
    for debate_id, community_id in audiences.debates_with_late_answers():
        notify(
            member_ids=audiences.who_owes_answers(debate_id),
            kind="ideas.answers_late",
            key=str(debate_id),
            community_id=community_id,
            details={"debate_id": debate_id},
        )


@every("15 5 * * *")
def tell_who_is_late_with_a_second_look() -> None:
    """Once for each: those who may take it, on the morning after the day."""
    for idea_id, community_id in audiences.ideas_with_late_second_looks():
        notify(
            member_ids=audiences.who_takes_the_second_look(idea_id),
            kind="ideas.second_look_late",
            key=str(idea_id),
            community_id=community_id,
            details={"idea_id": idea_id},
        )
