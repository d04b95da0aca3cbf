"""What each kind of gathering begins with: what it is for, an agenda, what is asked, who does what.

Data, in the words of the language that is active where they are read.
"""

from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.events.models.agenda import ItemKind
from essaim.events.models.words import Kind

TOPIC, QUESTION, BREAK = ItemKind.TOPIC, ItemKind.QUESTION, ItemKind.BREAK
_WHY = _("Why are you here?")
_TODAY = _("What are your questions for today?")
_WELCOMES = pgettext_lazy("gathering", "welcomes everybody at the door")
_KEEPS_TIME = pgettext_lazy("gathering", "keeps the time")
_WRITES = pgettext_lazy("gathering", "writes down what is said")
_GIVES_TURNS = pgettext_lazy("gathering", "gives the turns to speak")
_ROLES = (_WELCOMES, _KEEPS_TIME, _WRITES)
_WELCOME = pgettext_lazy("agenda", "Welcome")
_OPENING = pgettext_lazy("agenda", "Opening round")
_PAUSE = pgettext_lazy("agenda", "Break")
_CLOSING = pgettext_lazy("agenda", "Who does what, by when")
_LAST_ROUND = pgettext_lazy("agenda", "A last word from everybody")
_MINUTES_SENT = _("Send what was decided within three days.")
_UNANSWERED = _("Say who answers the questions that stayed open, and by when.")
_ASK_HOW = _("Ask those who came how it was.")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an agenda."""

    title: str | Promise
    minutes: int
    kind: ItemKind = TOPIC


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the opening round; of one of them the answers can become the agenda."""

    text: str | Promise
    is_agenda: bool = False


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a gathering of some kind begins with; all of it can be changed."""

    purpose: str | Promise
    agenda: tuple[Part, ...]
    asked: tuple[Asked, ...] = (Asked(_WHY), Asked(_TODAY, is_agenda=True))
    roles: tuple[str | Promise, ...] = _ROLES
    follow_up: tuple[str | Promise, ...] = (_MINUTES_SENT, _UNANSWERED)


KINDS: MappingProxyType[Kind, Beginning] = MappingProxyType(
    {
        Kind.MEETING: Beginning(
            purpose=_("Say where we are, decide what is next, and who does it."),
            agenda=(
                Part(_WELCOME, 5),
                Part(_OPENING, 15),
                Part(pgettext_lazy("agenda", "What has been done since last time"), 20),
                Part(pgettext_lazy("agenda", "What we decide today"), 40),
                Part(_CLOSING, 15),
                Part(_LAST_ROUND, 5),
            ),
        ),
        Kind.WORKSHOP: Beginning(
            purpose=_("Make something together that none of us would have made alone."),
            agenda=(
                Part(_WELCOME, 10),
                Part(_OPENING, 15),
                Part(pgettext_lazy("agenda", "What we start from"), 15),
                Part(pgettext_lazy("agenda", "Work in small groups"), 50),
                Part(_PAUSE, 10, BREAK),
                Part(pgettext_lazy("agenda", "Each group shows what it made"), 30),
                Part(_CLOSING, 15),
            ),
            follow_up=(
                _("Put what was made where everybody can find it."),
                _MINUTES_SENT,
                _ASK_HOW,
            ),
        ),
        Kind.DEBATE: Beginning(
            purpose=_("Hear very different views, and see what new ones come of it."),
            agenda=(
                Part(_WELCOME, 5),
                Part(_OPENING, 15),
                Part(pgettext_lazy("agenda", "The question, and what is known of it"), 15),
                Part(pgettext_lazy("agenda", "Each view is heard"), 40),
                Part(pgettext_lazy("agenda", "Questions from the room"), 25),
                Part(pgettext_lazy("agenda", "Where we agree, where we do not, what is new"), 15),
                Part(_LAST_ROUND, 5),
            ),
            roles=(*_ROLES, _GIVES_TURNS),
            follow_up=(
                _("Write down each view in words its holders recognise, not only what most think."),
                _UNANSWERED,
            ),
        ),
        Kind.PLENARY: Beginning(
            purpose=_("Bring everybody together: what was done, what we learnt, what comes next."),
            agenda=(
                Part(_WELCOME, 20),
                Part(_OPENING, 30),
                Part(pgettext_lazy("agenda", "What each group has done"), 75),
                Part(_PAUSE, 20, BREAK),
                Part(pgettext_lazy("agenda", "What we learnt, what failed included"), 45),
                Part(pgettext_lazy("agenda", "Lunch"), 75, BREAK),
                Part(pgettext_lazy("agenda", "Work in small groups"), 90),
                Part(pgettext_lazy("agenda", "What we do in the three months to come"), 45),
                Part(_LAST_ROUND, 20),
            ),
            roles=(*_ROLES, _GIVES_TURNS),
            follow_up=(_MINUTES_SENT, _UNANSWERED, _("Set the day of the next one.")),
        ),
        Kind.SEMINAR: Beginning(
            purpose=_("Find the subjects we share that may become projects."),
            agenda=(
                Part(_WELCOME, 20),
                Part(_OPENING, 30),
                Part(pgettext_lazy("agenda", "Talks, with questions after each"), 90),
                Part(_PAUSE, 20, BREAK),
                Part(pgettext_lazy("agenda", "Posters: walk around and ask"), 60),
                Part(pgettext_lazy("agenda", "Lunch"), 75, BREAK),
                Part(pgettext_lazy("agenda", "Work in small groups"), 90),
                Part(pgettext_lazy("agenda", "Subjects that may become projects"), 45),
                Part(_CLOSING, 20),
            ),
            follow_up=(
                _("Name somebody for each subject that may become a project."),
                _MINUTES_SENT,
                _ASK_HOW,
            ),
        ),
        Kind.TALK: Beginning(
            purpose=_("Listen to somebody who knows, and ask them what we want to know."),
            agenda=(
                Part(_WELCOME, 5),
                Part(pgettext_lazy("agenda", "Who speaks, and why tonight"), 5),
                Part(pgettext_lazy("agenda", "The talk"), 45),
                Part(pgettext_lazy("agenda", "Questions from the room"), 30),
                Part(pgettext_lazy("agenda", "Four lessons, and a dream"), 5),
            ),
            follow_up=(
                _("Write down the lessons and the dream it ended with."),
                _UNANSWERED,
            ),
        ),
        Kind.OUTING: Beginning(
            purpose=_("Go where people are, listen to them, and write down what they say."),
            agenda=(
                Part(pgettext_lazy("agenda", "Meet, make pairs, say what we listen for"), 20),
                Part(pgettext_lazy("agenda", "In the field"), 120),
                Part(_PAUSE, 15, BREAK),
                Part(pgettext_lazy("agenda", "What we heard, pair by pair"), 25),
            ),
            asked=(Asked(_WHY), Asked(_("What do you want to find out today?"), is_agenda=True)),
            roles=(
                pgettext_lazy("gathering", "makes the pairs, and makes sure all are back"),
                _KEEPS_TIME,
                pgettext_lazy("gathering", "gathers the notes"),
            ),
            follow_up=(
                _("Put down the needs that were heard, the same week."),
                _("Tell those who answered what became of it."),
            ),
        ),
        Kind.OPEN_DOOR: Beginning(
            purpose=_("Let those who do not know us come in, look around and ask."),
            agenda=(
                Part(_WELCOME, 15),
                Part(pgettext_lazy("agenda", "Look around, meet those who do things here"), 60),
                Part(pgettext_lazy("agenda", "What we do, in ten minutes"), 10),
                Part(pgettext_lazy("agenda", "Questions from the room"), 20),
                Part(pgettext_lazy("agenda", "A first small thing to do together"), 15),
            ),
            asked=(
                Asked(_("What brought you here?")),
                Asked(_("What would you like to know?"), is_agenda=True),
            ),
            follow_up=(
                _("Write to each person who left an address, within two days."),
                _ASK_HOW,
            ),
        ),
        Kind.LESSONS: Beginning(
            purpose=_("Tell what failed without blame, and keep what we learnt for others."),
            agenda=(
                Part(_WELCOME, 5),
                Part(_OPENING, 15),
                Part(pgettext_lazy("agenda", "What we wanted, what happened"), 25),
                Part(pgettext_lazy("agenda", "What failed, each in their own words"), 30),
                Part(pgettext_lazy("agenda", "What we learnt"), 30),
                Part(pgettext_lazy("agenda", "What we will do otherwise"), 15),
            ),
            asked=(
                Asked(_("What did not work, as you saw it?")),
                Asked(_("What do you want to understand?"), is_agenda=True),
            ),
            roles=(
                *_ROLES,
                pgettext_lazy("gathering", "makes sure that nobody is blamed"),
            ),
            follow_up=(
                _("Publish what failed and what was learnt, names left out."),
                _UNANSWERED,
            ),
        ),
        Kind.ONLINE: Beginning(
            purpose=_("Meet from home, briefly, and still hear everybody."),
            agenda=(
                Part(_WELCOME, 5),
                Part(_OPENING, 10),
                Part(pgettext_lazy("agenda", "The subject of the evening"), 30),
                Part(_PAUSE, 5, BREAK),
                Part(pgettext_lazy("agenda", "Questions from the room"), 25),
                Part(_CLOSING, 10),
                Part(_LAST_ROUND, 5),
            ),
            roles=(
                pgettext_lazy("gathering", "lets people in and helps with the sound"),
                _KEEPS_TIME,
                _WRITES,
                _GIVES_TURNS,
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """One of the steps that a plan to make something known begins with."""

    kind: Kind
    weeks_before: int
    whom: str | Promise


# Those who decide first, then those it concerns, those without time for it among them.
AWARENESS = (
    Proposed(Kind.TALK, 8, pgettext_lazy("awareness", "Those who decide, and can free time")),
    Proposed(Kind.OPEN_DOOR, 6, pgettext_lazy("awareness", "Those whose work it changes most")),
    Proposed(
        Kind.MEETING,
        5,
        pgettext_lazy("awareness", "Those who are overloaded already: what do we stop for it?"),
    ),
    Proposed(Kind.ONLINE, 3, pgettext_lazy("awareness", "Whoever could not come")),
    Proposed(Kind.MEETING, 1, pgettext_lazy("awareness", "Everybody who has a last question")),
)
