"""What changes an idea after it was proposed: rewritten by its author, merged, split."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from essaim.demo import world_book as book
from essaim.demo.crowd import Crowd
from essaim.ideas import actions
from essaim.ideas.models import Idea
from essaim.members.models import Member

Event = tuple[datetime, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class ChangeWriter:
    """Members by name and ideas by title: filled while the world is built."""

    crowd: Crowd
    members: dict[str, Member]
    ideas: dict[str, Idea]

    def events(self, idea: book.Idea) -> Iterator[Event]:
        calendar = self.crowd.calendar
        if idea.rewritten:
            yield calendar.at(idea.rewritten.days_ago), partial(self._rewrite, idea)
        if merged := idea.merged:
            yield calendar.at(merged.days_ago), partial(self._merge, idea, merged)
        if split := idea.split:
            moment = calendar.at(split.days_ago)
            yield moment, partial(self._split, idea, split)
            for part in split.parts:
                for number, name in enumerate(part.also, 1):
                    later = calendar.awake(moment + timedelta(hours=5 * number))
                    yield later, partial(self._support, part, name)

    def _rewrite(self, idea: book.Idea) -> None:
        found = Idea.objects.select_related("author", "place").get(pk=self.ideas[idea.title].pk)
        actions.edit_idea(
            member=self.members[idea.author],
            idea=found,
            title=idea.title,
            text=idea.text,
            place=found.place,
        )

    def _merge(self, idea: book.Idea, merged: book.Merged) -> None:
        actions.merge_ideas(
            member=self.members[merged.by],
            survivor=self.ideas[merged.into],
            ideas=[self.ideas[idea.title]],
            reason=merged.reason,
        )

    def _split(self, idea: book.Idea, split: book.Split) -> None:
        whole = self.ideas[idea.title]
        actions.split_idea(
            member=self.members[split.by],
            idea=whole,
            parts=[actions.Part(title=part.title, text=part.text) for part in split.parts],
            reason=split.reason,
        )
        for part in Idea.objects.filter(part_of=whole):
            self.ideas[part.title] = part

    def _support(self, part: book.Part, name: str) -> None:
        actions.support_idea(member=self.members[name], idea=self.ideas[part.title])
