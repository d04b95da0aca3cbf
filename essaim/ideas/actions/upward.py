"""What a community sends to a debate above it: some of its ideas, with a synthesis."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import open_thread
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_text
from essaim.ideas import rules
from essaim.ideas.actions import debates, owed
from essaim.ideas.facts import SynthesisSent, SynthesisWithdrawn
from essaim.ideas.models import Debate, Idea, Synthesis
from essaim.ideas.models.upward import SYNTHESIS_LENGTH
from essaim.members.models import Member

MOST_CARRIED = 50


@transaction.atomic
def send_upward(
    *, member: Member, debate: Debate, target: Debate, ideas: Collection[Idea], synthesis: str
) -> Synthesis:
    """Carry ideas of a closed debate to an open one above, as this community's, once.

    Each is a new idea there, of the same author, with a conversation of its own; whoever stands
    behind it here stands behind it there. Its answer is given there, and no longer owed here.
    """
    debate = debates.locked(debate)
    target = Debate.objects.hold_open(target.pk)
    require(rules.may_send_to(fresh_reader(member), debate, target))
    chosen = _chosen(debate, ideas)
    try:
        text = debates.checked(clean_text(synthesis).strip(), longest=SYNTHESIS_LENGTH, needed=True)
    except ValidationError as error:
        raise ValidationError({"synthesis": error.messages}) from error
    sent = _sent_once(
        Synthesis(
            debate=debate,
            target=target,
            text=text,
            language=member.language,
            sent_by=member,
            sent_at=now(),
        )
    )
    for idea in chosen:
        _carry(idea, target)
    owed.release_carried(debate, chosen, member)
    bump_generation()
    record(SynthesisSent(actor_id=member.pk, **_about(sent)))
    return sent


@transaction.atomic
def withdraw_synthesis(*, member: Member, synthesis: Synthesis) -> None:
    """Take the words back that came along; the ideas stay where they were carried."""
    synthesis = (
        Synthesis.objects.select_for_update(of=("self",))
        .select_related("debate__community", "target")
        .get(pk=synthesis.pk)
    )
    require(rules.may_withdraw_synthesis(fresh_reader(member), synthesis))
    synthesis.text, synthesis.withdrawn_at = "", now()
    synthesis.save(update_fields=["text", "withdrawn_at"])
    bump_generation()
    record(SynthesisWithdrawn(actor_id=member.pk, **_about(synthesis)))


def _about(synthesis: Synthesis) -> dict[str, Any]:
    return {
        "community_id": synthesis.debate.community_id,
        "audience": synthesis.target.audience,
        "debate_id": synthesis.debate_id,
        "synthesis_id": synthesis.pk,
        "target_id": synthesis.target_id,
    }


def _chosen(debate: Debate, ideas: Collection[Idea]) -> list[Idea]:
    """These ideas as they are, ours until the transaction ends."""
    ids = {idea.pk for idea in ideas}
    if not ids:
        raise ValidationError({"ideas": [_("Choose at least one idea.")]})
    if len(ids) > MOST_CARRIED:
        most = {"most": MOST_CARRIED}
        raise ValidationError({"ideas": [_("At most %(most)s ideas at once.") % most]})
    found = Idea.objects.select_for_update(of=("self",)).filter(pk__in=ids, debate=debate)
    chosen = list(found.order_by("pk"))
    if len(chosen) < len(ids):
        raise Refused(_("Only ideas of this debate are sent with it."))
    for idea in chosen:
        idea.debate = debate
        require(rules.may_be_carried(idea))
    return chosen


def _sent_once(synthesis: Synthesis) -> Synthesis:
    try:
        with transaction.atomic():
            synthesis.save()
    except IntegrityError as error:
        raise Refused(_("This debate has been sent there already.")) from error
    return synthesis


def _carry(idea: Idea, target: Debate) -> None:
    thread = open_thread(community=target.community, audience=target.audience, subject_kind="idea")
    try:
        with transaction.atomic():
            Idea.objects.create(
                debate=target,
                audience=target.audience,
                thread=thread,
                author=idea.author,
                author_label=idea.author_label,
                title=idea.title,
                text=idea.text,
                language=idea.language,
                place=idea.place or idea.debate.community.place,
                proposed_at=now(),
                carried_from=idea,
            )
    except IntegrityError as error:
        said = _("The author of “%(title)s” has proposed it there already.")
        raise ValidationError({"ideas": [said % {"title": idea.title}]}) from error
