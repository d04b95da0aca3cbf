"""What a host can choose for a group: what says the same, what has the words looked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from essaim.communities.readers import Reader
from essaim.foundation.http import Page, keyset
from essaim.foundation.search import find, question, searching, similar_titles
from essaim.foundation.text import plain_excerpt, unaccented
from essaim.ideas import rules
from essaim.ideas.models import SEARCHED_IDEA, Debate, Idea, IdeaQuerySet
from essaim.ideas.queries.ideas import EXCERPT, author_name

NEAR = 12
LIST_SIZE = 20
COMPARED = 200  # the newest titles are compared with one another
ALIKE = 0.4  # of their three-letter pieces in common


@dataclass(frozen=True, slots=True)
class Candidate:
    """An idea one may choose for a group."""

    public_id: str
    title: str
    language: str
    excerpt: str
    author: str
    supports: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """`chosen` stay in sight; `alike`: sets of ideas that seem to say the same; then the others.

    With words (`sought`) `found` are the ideas that have them, and `alike` those that resemble
    them; without, `found` are all others, the newest first.
    """

    chosen: tuple[Candidate, ...]
    alike: tuple[tuple[Candidate, ...], ...]
    found: Page[Candidate]
    sought: str


def candidates_for_page(
    reader: Reader,
    debate: Debate,
    *,
    chosen: Sequence[Idea] = (),
    text: str = "",
    after: str | None = None,
) -> Candidates:
    """What can be merged, but for what is chosen already; three queries at most."""
    ideas = rules.ideas_visible_to(reader).current().filter(debate=debate).select_related("author")
    ideas = ideas.exclude(pk__in=[idea.pk for idea in chosen])
    chosen = [one for one in chosen if one.is_by_itself and not (one.withdrawn_at or one.hidden_at)]
    sought = question(text)
    look = _with_words if sought else _like
    alike, page = look(ideas, debate, sought or (chosen[0].title if chosen else ""), after or "")
    return Candidates(
        chosen=tuple(map(candidate_of, chosen)),
        alike=tuple(tuple(map(candidate_of, group)) for group in alike if group),
        found=page.map(candidate_of),
        sought=sought,
    )


def _with_words(
    ideas: IdeaQuerySet, debate: Debate, text: str, after: str
) -> tuple[list[list[Idea]], Page[Idea]]:
    """Those that have the words, then on the first page those whose title is like them."""
    with searching():
        found = find(ideas, SEARCHED_IDEA, text, after=after, size=LIST_SIZE)
    if after:
        return [], found.page
    have = {idea.pk for idea in found.page.items}
    near = [*found.near, *similar_titles(ideas, "title", text, language=debate.language)]
    return [list({one.pk: one for one in near if one.pk not in have}.values())], found.page


def _like(
    ideas: IdeaQuerySet, debate: Debate, title: str, after: str
) -> tuple[list[list[Idea]], Page[Idea]]:
    """First what resembles the chosen one, or one another; then all others."""
    alike: list[list[Idea]] = []
    if title and not after:
        near = similar_titles(ideas, "title", title, language=debate.language, limit=NEAR)
        alike = [near]
    elif not after:
        alike = _alike(ideas.order_by("-proposed_at", "-pk")[:COMPARED])
    shown = [idea.pk for group in alike for idea in group]
    rest = ideas.exclude(pk__in=shown)
    return alike, keyset(rest, order=("-proposed_at", "-id"), after=after, size=LIST_SIZE)


def candidate_of(idea: Any) -> Candidate:
    return Candidate(
        public_id=idea.public_id,
        title=idea.title,
        language=idea.language,
        excerpt=plain_excerpt(idea.text, EXCERPT),
        author=author_name(idea),
        supports=idea.supporters,
    )


def _alike(ideas: Iterable[Idea]) -> list[list[Idea]]:
    """Sets of ideas whose titles share many letters; what is alike to nothing is left out."""
    pieces = [(idea, _pieces(idea.title)) for idea in ideas]
    found: list[list[Idea]] = []
    taken: set[int] = set()
    for number, (idea, letters) in enumerate(pieces):
        if idea.pk in taken:
            continue
        near = [
            other
            for other, others in pieces[number + 1 :]
            if other.pk not in taken
            and len(letters & others) >= ALIKE * max(1, len(letters | others))
        ]
        if near:
            found.append([idea, *near])
            taken.update(one.pk for one in found[-1])
    return found


def _pieces(title: str) -> set[str]:
    """Its runs of three letters, whatever the accents."""
    words = f"  {unaccented(title)} "
    return {words[at : at + 3] for at in range(len(words) - 2)}
