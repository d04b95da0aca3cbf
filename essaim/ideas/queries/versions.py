from dataclasses import dataclass
from datetime import datetime

from essaim.communities.readers import Reader
from essaim.communities.rules import on
from essaim.discussions.models import WITHDRAWN
from essaim.foundation.differences import Paragraph, difference
from essaim.foundation.http import Page, keyset
from essaim.ideas import rules
from essaim.ideas.models import Idea, IdeaVersion, Support

CHANGES_A_PAGE = 5
LIST_SIZE = 20


@dataclass(frozen=True, slots=True)
class IdeaChange:
    """One rewriting: what changed in the title (nothing: empty) and in the text."""

    at: datetime
    title: tuple[Paragraph, ...]
    text: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class IdeaVersions:
    """What an idea said before, newest change first."""

    public_id: str
    title: str
    language: str
    changes: Page[IdeaChange]
    is_supported: bool
    may_withdraw_support: bool


def versions_for_page(reader: Reader, idea: Idea, *, after: str | None = None) -> IdeaVersions:
    """The changes of an idea that `idea_for_change` found; three queries at most."""
    rows = IdeaVersion.objects.filter(idea=idea).exclude(number=WITHDRAWN)
    page = keyset(rows, order=("-number",), after=after, size=CHANGES_A_PAGE)
    is_supported = (
        reader.is_known and Support.objects.behind(idea).filter(member=reader.member_id).exists()
    )
    return IdeaVersions(
        public_id=idea.public_id,
        title=idea.title,
        language=idea.language,
        changes=Page(_changes(idea, page.items, is_first=after is None), page.next),
        is_supported=is_supported,
        may_withdraw_support=is_supported and bool(rules.may_withdraw_support(reader, idea)),
    )


def versions_for_list(
    idea: Idea, *, after: str | None = None, size: int = LIST_SIZE
) -> Page[IdeaVersion]:
    """The wordings of an idea that were replaced, newest first; one query."""
    rows = IdeaVersion.objects.filter(idea=idea).exclude(number=WITHDRAWN)
    return keyset(rows, order=("-number",), after=after, size=size)


def _changes(
    idea: Idea, versions: tuple[IdeaVersion, ...], *, is_first: bool
) -> tuple[IdeaChange, ...]:
    later: Idea | IdeaVersion = idea
    if versions and not is_first:
        following = IdeaVersion.objects.filter(idea=idea, number=versions[0].number + 1)
        later = following.first() or idea
    found = []
    for version in versions:
        found.append(_change(version, later))
        later = version
    return tuple(found)


def _change(before: IdeaVersion, after: Idea | IdeaVersion) -> IdeaChange:
    same_title = before.title == after.title
    return IdeaChange(
        at=before.replaced_at,
        title=() if same_title else difference(before.title, after.title),
        text=() if before.text == after.text else difference(before.text, after.text),
    )


def withdrawn_idea(reader: Reader, public_id: str) -> Idea | None:
    """The reader's own idea that they withdrew, seen by nobody or still read by others."""
    used = on(rules.SUBPLATFORM, path="debate__community__")
    mine = Idea.objects.filter(used, author=reader.member_id or 0, withdrawn_at__isnull=False)
    return (
        mine.filter(public_id=public_id)
        .select_related("author", "thread__community", "debate__community")
        .first()
    )
