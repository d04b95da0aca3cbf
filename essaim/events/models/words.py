from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.events.facts import State
from essaim.events.recurrence import Frequency

TITLE_LENGTH = 120
TEXT_LENGTH = 4000
SHORT_LENGTH = 300
QUESTION_LENGTH = 160
ANSWER_LENGTH = 600
TAKES_PLACE = (State.PUBLISHED, State.HELD)  # on its day, whoever has said since that it was
LONGEST = timedelta(days=8)
MOST_SEATS = 100_000
MOST_GUESTS = 9
MOST_QUESTIONS = 5
MOST_SESSIONS = 60
OFFER_LASTS = timedelta(hours=24)
MOST_MINUTES = 24 * 60  # of one part of an agenda
SHORTEST_OFFER = timedelta(minutes=30)  # close to the start there is no day left to answer in


class Kind(models.TextChoices):
    """What sort of gathering it is; what each begins with stands in `essaim/events/kinds.py`."""

    MEETING = "meeting", pgettext_lazy("gathering", "meeting")
    WORKSHOP = "workshop", pgettext_lazy("gathering", "workshop")
    DEBATE = "debate", pgettext_lazy("gathering", "debate")
    PLENARY = "plenary", pgettext_lazy("gathering", "plenary")
    SEMINAR = "seminar", pgettext_lazy("gathering", "seminar")
    TALK = "talk", pgettext_lazy("gathering", "talk")
    OUTING = "outing", pgettext_lazy("gathering", "field outing")
    OPEN_DOOR = "open_door", pgettext_lazy("gathering", "open door")
    LESSONS = "lessons", pgettext_lazy("gathering", "what failed and what we learnt")
    ONLINE = "online", pgettext_lazy("gathering", "online evening")


class Openness(models.TextChoices):
    """Whom it is for."""

    EVERYONE = "everyone", _("everyone")
    MEMBERS = "members", _("members of this community")
    INVITED = "invited", _("those who are invited")
    LINK = "link", _("those who have the address")


class Repeat(models.TextChoices):
    """How often a gathering comes again; by months it keeps its weekday, or its date."""

    WEEKLY = "weekly", pgettext_lazy("gathering", "every week")
    FORTNIGHTLY = "fortnightly", pgettext_lazy("gathering", "every two weeks")
    MONTHLY = "monthly", pgettext_lazy("gathering", "every month, on the same weekday")
    BY_DATE = "by_date", pgettext_lazy("gathering", "every month, on the same date")
    QUARTERLY = "quarterly", pgettext_lazy("gathering", "every three months, on the same weekday")


# Each with whether it keeps its weekday.
CADENCES = {
    Repeat.WEEKLY: (Frequency.WEEKLY, 1, True),
    Repeat.FORTNIGHTLY: (Frequency.WEEKLY, 2, True),
    Repeat.MONTHLY: (Frequency.MONTHLY, 1, True),
    Repeat.BY_DATE: (Frequency.MONTHLY, 1, False),
    Repeat.QUARTERLY: (Frequency.MONTHLY, 3, True),
}
