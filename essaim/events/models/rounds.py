import secrets
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from essaim.events.models.agenda import AgendaItem
from essaim.events.models.events import Event
from essaim.events.models.words import QUESTION_LENGTH
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import impersonal

CODE_LENGTH = 8  # of 30 letters: a thousand guesses a second take years to find one that is open
LINE_LENGTH = 200
PSEUDONYM_LENGTH = 40
MOST_ROUND_QUESTIONS = 4
MOST_LINES_EACH = 5  # of one phone, to one question
MOST_LINES = 2000  # of one gathering
MOST_WAITING = 200


def round_code() -> str:
    """Short enough to be typed from a wall: no 0/o, no 1/l/i."""
    return "".join(secrets.choice(ids.ALPHABET) for _ in range(CODE_LENGTH))


class LineKind(models.TextChoices):
    """What somebody wrote on a phone, or on paper."""

    ANSWER = "answer", pgettext_lazy("gathering", "answer")
    QUESTION = "question", pgettext_lazy("gathering", "question")
    CRITIQUE = "critique", pgettext_lazy("gathering", "what does not go well")


@impersonal(
    purpose="What phones can do at a gathering: its code, and from when to when.",
    fields="id event code opened_at answered_at closed_at",
)
class Round(models.Model):
    """`answered_at`: the opening round is over, phones go on with the rest until `closed_at`.

    The code is forgotten a day after the gathering.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="round")
    code = models.CharField(max_length=CODE_LENGTH, unique=True, null=True, default=round_code)
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(opened_at__isnull=False)
                | Q(answered_at__isnull=True, closed_at__isnull=True),
                name="round_opened_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(code__isnull=False)
                | Q(opened_at__isnull=True)
                | Q(closed_at__isnull=False),
                name="round_open_with_a_code",
            ),
        ]

    def __str__(self) -> str:
        return f"round of {self.event_id}"

    @property
    def is_open(self) -> bool:
        """Phones can write, whatever it is."""
        return self.opened_at is not None and self.closed_at is None

    @property
    def takes_answers(self) -> bool:
        return self.is_open and self.answered_at is None


@impersonal(
    purpose="A question everybody answers as a gathering begins.",
    fields="id round number text is_agenda",
)
class RoundQuestion(models.Model):
    """`is_agenda`: its answers are questions, and can become parts of the agenda."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=QUESTION_LENGTH)
    is_agenda = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "number"], name="round_question_order"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(is_agenda=True), name="round_one_for_the_agenda"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MOST_ROUND_QUESTIONS),
                name="round_few_questions",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class RoundLineQuerySet(models.QuerySet["RoundLine"]):
    def shown(self) -> "RoundLineQuerySet":
        return self.filter(hidden_at__isnull=True)

    def for_agenda(self) -> "RoundLineQuerySet":
        """Questions for the day: answers to the one that asks for them, and those asked since."""
        return self.filter(Q(kind=LineKind.QUESTION) | Q(question__is_agenda=True))


@impersonal(
    purpose="What somebody without a name said at a gathering, on a phone or on paper.",
    fields="id public_id round question kind text device created_at hidden_at item",
)
class RoundLine(models.Model):
    """`device` tells phones apart within one gathering, so that who wrote a line can take it back;
    it is empty for what the host typed, and for everything a day after.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="lines")
    question = models.ForeignKey(
        RoundQuestion, null=True, blank=True, on_delete=models.CASCADE, related_name="lines"
    )
    kind = models.CharField(max_length=8, choices=LineKind, default=LineKind.ANSWER)
    text = models.CharField(max_length=LINE_LENGTH)
    device = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=now)
    hidden_at = models.DateTimeField(null=True, blank=True)
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="lines"
    )

    objects = RoundLineQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind=LineKind.ANSWER, question__isnull=False)
                | (~Q(kind=LineKind.ANSWER) & Q(question__isnull=True)),
                name="round_answers_answer_something",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="round_line_says_something"),
            models.UniqueConstraint(
                fields=["round", "device", "kind", "question", "text"],
                condition=~Q(device=""),
                nulls_distinct=False,
                name="round_line_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["round", "id"], name="round_line_of_round")]

    def __str__(self) -> str:
        return self.text


@impersonal(
    purpose="Whose turn it is to speak at a gathering; names are forgotten a day after.",
    fields="id public_id round pseudonym speaker asked_at started_at ended_at",
)
class SpeakingTurn(models.Model):
    """`pseudonym` is what they are called in the room; `speaker` tells one from another, by the
    phone or, where the host writes them down, by that name.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="turns")
    pseudonym = models.CharField(max_length=PSEUDONYM_LENGTH, blank=True)
    speaker = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "speaker"],
                condition=Q(started_at__isnull=True),
                name="turn_waits_once",
            ),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(started_at__isnull=False, ended_at__isnull=True),
                name="turn_one_speaks",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | Q(started_at__isnull=False, ended_at__gte=F("started_at")),
                name="turn_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | ~Q(pseudonym=""), name="turn_is_called"
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym
