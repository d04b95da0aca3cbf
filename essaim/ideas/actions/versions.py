from django.db.models import Max

from essaim.discussions.models import WITHDRAWN
from essaim.foundation.clock import now
from essaim.ideas.models import Idea, IdeaVersion


def keep_wording(idea: Idea, *, title: str, text: str) -> int | None:
    """Keep what the idea says before it says this; its number, None when the words stay the same.

    The idea is locked: two corrections never take the same number.
    """
    if (idea.title, idea.text) == (title, text):
        return None
    moment = now()
    last = IdeaVersion.objects.filter(idea=idea).aggregate(last=Max("number"))["last"] or 0
    IdeaVersion.objects.create(
        idea=idea,
        number=last + 1,
        author=idea.author,
        title=idea.title,
        text=idea.text,
        language=idea.language,
        written_at=idea.edited_at or idea.proposed_at,
        replaced_at=moment,
    )
    idea.edited_at = moment
    return int(last) + 1


def forget_wordings(idea: Idea) -> None:
    """All that it said before: what is withdrawn keeps no words."""
    IdeaVersion.objects.filter(idea=idea).delete()


def put_aside(idea: Idea) -> None:
    """What a withdrawn idea said, for as long as its author may undo that."""
    IdeaVersion.objects.create(
        idea=idea,
        number=WITHDRAWN,
        author=idea.author,
        title=idea.title,
        text=idea.text,
        language=idea.language,
        written_at=idea.edited_at or idea.proposed_at,
        replaced_at=now(),
    )


def put_back(idea: Idea) -> bool:
    """Give it its words again; False when they are gone."""
    aside = IdeaVersion.objects.filter(idea=idea, number=WITHDRAWN).first()
    if aside is None:
        return False
    idea.title, idea.text = aside.title, aside.text
    aside.delete()
    return True
