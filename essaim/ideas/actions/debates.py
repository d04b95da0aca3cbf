from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.communities.actions import record_decision
from essaim.communities.models import Audience, Community, Role, Verb
from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import change_thread_audience, open_thread
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line, clean_text
from essaim.ideas import rules
from essaim.ideas.actions import owed
from essaim.ideas.facts import (
    DebateAsked,
    DebateClosed,
    DebateEdited,
    DebateOpened,
    DebateRestored,
    DebateWithdrawn,
)
from essaim.ideas.models import Debate, Idea, IdeaQuerySet, length_of
from essaim.members.models import Member

DEBATE_KIND = "ideas.debate"  # what a decision about a debate is about
AUDIENCES = (Audience.PUBLIC, Audience.MEMBERS)
LONGEST_DELAY = 730
FARTHEST = timedelta(days=3652)
HIGHEST_THRESHOLD = 1_000_000


@transaction.atomic
def ask_debate(
    *,
    member: Member,
    community: Community,
    question: str,
    introduction: str = "",
    language: str | None = None,
    audience: str = Audience.PUBLIC,
    closes_at: datetime | None = None,
    support_threshold: int | None = None,
    answer_delay_days: int | None = None,
    answering_role: str = "",
    answering_title: str = "",
) -> Debate:
    """Draft a question; opening it, later, asks for the whole promise."""
    community = Community.objects.hold_open(community.pk)
    require(rules.may_ask_debate(fresh_reader(member), community))
    values = _values(
        question=question,
        introduction=introduction,
        language=language or community.language,
        audience=audience,
        closes_at=closes_at,
        support_threshold=support_threshold,
        answer_delay_days=answer_delay_days,
        answering_role=answering_role,
        answering_title=answering_title,
    )
    thread = open_thread(community=community, audience=Audience.ROLE_HOLDERS, subject_kind="debate")
    debate = Debate.objects.create(
        community=community, thread=thread, asked_by=member, created_at=now(), **values
    )
    record(
        DebateAsked(
            actor_id=member.pk,
            community_id=community.pk,
            audience=debate.shown_to,
            debate_id=debate.pk,
        )
    )
    return debate


@transaction.atomic
def update_debate(*, member: Member, debate: Debate, **changes: Any) -> Debate:
    """Change a draft; takes the values of `ask_debate`, and leaves those not given as they are."""
    debate = locked(debate)
    require(rules.may_edit_debate(fresh_reader(member), debate))
    unknown = changes.keys() - _FIELDS
    if unknown:
        raise TypeError(f"A debate has no {', '.join(sorted(unknown))}.")
    values = _values(**{name: getattr(debate, name) for name in _FIELDS} | changes)
    for name, value in values.items():
        setattr(debate, name, value)
    debate.save(update_fields=list(values))
    record(
        DebateEdited(
            actor_id=member.pk,
            community_id=debate.community_id,
            audience=debate.shown_to,
            debate_id=debate.pk,
        )
    )
    return debate


@transaction.atomic
def open_debate(*, member: Member, debate: Debate) -> Debate:
    """From here on the question, the dates and the promise of answers stand."""
    debate = locked(debate)
    require(rules.may_open_debate(fresh_reader(member), debate))
    debate.opened_at = now()
    debate.save(update_fields=["opened_at"])
    change_thread_audience(thread=debate.thread, audience=debate.shown_to)
    record(
        DebateOpened(
            actor_id=member.pk,
            community_id=debate.community_id,
            audience=debate.audience,
            debate_id=debate.pk,
        )
    )
    return debate


@transaction.atomic
def close_debate(*, debate: Debate, member: Member | None = None) -> bool:
    """Fix what passed the threshold and owe the answers, once; False when it was closed already.

    Without a member it is the clock. Supports that were being given wait for the lock, or are in.
    """
    debate = locked(debate)
    require(
        rules.may_close_debate(fresh_reader(member), debate) if member else rules.is_ripe(debate)
    )
    if debate.closed_at:
        return False
    closing_day = timezone.localdate(debate.closes_at)
    debate.closed_at = now()
    debate.answers_due_on = closing_day + timedelta(days=debate.answer_delay_days or 0)
    debate.save(update_fields=["closed_at", "answers_due_on"])
    owed.owe_answers(debate)
    record(
        DebateClosed(
            actor_id=member.pk if member else None,
            community_id=debate.community_id,
            audience=debate.audience,
            debate_id=debate.pk,
        )
    )
    return True


@transaction.atomic
def withdraw_debate(*, member: Member, debate: Debate, reason: str = "") -> Debate:
    """Take a question back. A draft's words go; an open one stays readable with its ideas and the
    reason, and nothing is owed. From above, it is a decision that whoever asked may contest."""
    lock_origins(Idea.objects.filter(debate=debate))
    debate = locked(debate)
    require(rules.may_withdraw_debate(fresh_reader(member), debate))
    was_open = not debate.is_draft
    debate.withdrawn_at = now()
    if was_open:
        try:
            longest = length_of(Debate, "withdrawal_reason")
            debate.withdrawal_reason = checked(clean_text(reason), longest=longest, needed=True)
        except ValidationError as error:
            raise ValidationError({"reason": error.messages}) from error
    else:
        debate.audience = Audience.NOBODY
        debate.question = debate.introduction = debate.answering_title = ""
        change_thread_audience(thread=debate.thread, audience=Audience.NOBODY)
    debate.save(
        update_fields=[
            "withdrawn_at",
            "withdrawal_reason",
            "audience",
            "question",
            "introduction",
            "answering_title",
        ]
    )
    for idea in Idea.objects.filter(debate=debate, carried_from__isnull=False).order_by("pk"):
        owed.owe_below_again(idea, member)
    if was_open and not fresh_reader(member).may_here(debate.community, rules.ASK):
        record_decision(
            member=member,
            community=debate.community,
            audience=debate.audience,
            verb=Verb.CLOSED,
            subject=(DEBATE_KIND, debate.pk),
            concerned=debate.asked_by,
            reason=debate.withdrawal_reason,
            is_central=True,
        )
    bump_generation()
    record(
        DebateWithdrawn(
            actor_id=member.pk,
            community_id=debate.community_id,
            audience=debate.shown_to,
            debate_id=debate.pk,
            was_open=was_open,
        )
    )
    return debate


@transaction.atomic
def restore_debate(*, debate_id: int) -> None:
    """Put back what was withdrawn from above, once a second look overturned it: its ideas stand
    again, and are answered here and not below."""
    origins = Idea.objects.filter(carried__debate=debate_id)
    lock_origins(Idea.objects.filter(debate=debate_id))
    debate = locked(Debate(pk=debate_id))
    if debate.withdrawn_at is None or debate.asked_by is None:
        return
    debate.withdrawn_at, debate.withdrawal_reason = None, ""
    debate.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    by_debate: dict[int, list[Idea]] = {}
    for idea in origins.select_related("debate__community").order_by("debate", "pk"):
        by_debate.setdefault(idea.debate_id, []).append(idea)
    for ideas in by_debate.values():
        owed.release_carried(ideas[0].debate, ideas, debate.asked_by)
    bump_generation()
    record(
        DebateRestored(
            community_id=debate.community_id, audience=debate.shown_to, debate_id=debate.pk
        )
    )


def locked(debate: Debate) -> Debate:
    """The debate as the database has it, ours alone until the transaction ends."""
    return (
        Debate.objects.select_for_update(of=("self",))
        .select_related("community", "thread")
        .get(pk=debate.pk)
    )


def lock_origins(ideas: IdeaQuerySet) -> None:
    """The debates that these ideas were carried from, before their own, as when they were sent."""
    below = ideas.filter(carried_from__isnull=False).values("carried_from__debate")
    list(Debate.objects.select_for_update(of=("self",)).filter(pk__in=below).order_by("pk"))


_FIELDS = frozenset(
    {
        "question",
        "introduction",
        "language",
        "audience",
        "closes_at",
        "support_threshold",
        "answer_delay_days",
        "answering_role",
        "answering_title",
    }
)


def _values(**given: Any) -> dict[str, Any]:
    """What may be stored of a draft, or a ValidationError with a sentence for each wrong field."""
    errors: dict[str, list[str]] = {}
    values = dict(given)
    for name, clean, needed in [
        ("question", clean_line, True),
        ("introduction", clean_text, False),
        ("answering_title", clean_line, False),
    ]:
        longest = length_of(Debate, name)
        try:
            values[name] = checked(clean(given[name]), longest=longest, needed=needed)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if values["language"] not in dict(settings.LANGUAGES):
        errors["language"] = [_("Choose one of the languages offered.")]
    if values["audience"] not in AUDIENCES:
        errors["audience"] = [_("Choose who can read this debate.")]
    if values["answering_role"] and values["answering_role"] not in Role.values:
        errors["answering_role"] = [_("Choose one of the roles offered.")]
    errors |= _out_of_range(values)
    if errors:
        raise ValidationError(errors)
    return values


def _out_of_range(values: dict[str, Any]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for name, most in [
        ("support_threshold", HIGHEST_THRESHOLD),
        ("answer_delay_days", LONGEST_DELAY),
    ]:
        number = values[name]
        if number is not None and not 1 <= number <= most:
            errors[name] = [_("Write a number between 1 and %(most)s.") % {"most": most}]
    closes_at = values["closes_at"]
    # The database knows no moment before the year 1, and nobody is answered in the year 9999.
    if closes_at is not None and abs(closes_at - now()) > FARTHEST:
        errors["closes_at"] = [_("Choose a day within the next ten years.")]
    return errors


def checked(text: str, *, longest: int, needed: bool) -> str:
    """The text when it is there and short enough, else a ValidationError."""
    if needed and not text:
        raise ValidationError(_("This is empty: write something."))
    if len(text) > longest:
        raise ValidationError(
            _("This holds %(most)s characters at most; yours has %(has)s.")
            % {"most": longest, "has": len(text)}
        )
    return text
