"""What people say about ideas, where they stand, what convinces them, and a current of thought.

Whoever supports an idea may also say where they stand and press « convincing » beneath it, at the
same hour: drawn once, like their support, and the same at each loading.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random

from essaim.demo import world_book as book
from essaim.demo.crowd import Crowd
from essaim.discussions import actions as discussions
from essaim.discussions.models import Position, Post
from essaim.ideas.models import Idea
from essaim.members.models import Member

Event = tuple[datetime, Callable[[], object]]
SAYS_WHERE = 0.5  # of those who support an idea, so many also say where they stand
SEES_ANOTHER_WAY = 0.25  # and of these, so many would go another way
CONVINCED = {"": 0.06, "for": 0.16, "against": 0.09, "another_way": 0.13}


@dataclass(slots=True)
class TalkWriter:
    """`members`, `ideas`, `posts` and `keyed` are filled while the world is built."""

    crowd: Crowd
    members: dict[str, Member]
    ideas: dict[str, Idea]
    posts: dict[int, Post]  # by the comment's place in memory
    keyed: dict[str, Post]
    hosts: dict[str, str] = field(default_factory=dict)  # who runs a community

    def events(
        self, debate: book.Debate, idea: book.Idea, supporters: Sequence[tuple[datetime, str]]
    ) -> Iterator[Event]:
        said = self.crowd.says(debate, idea)
        for moment, comment, parent in said:
            yield moment, partial(self._say, idea, comment, parent)
        if any(comment.position for comment in idea.comments):
            yield from self._reactions(idea, said, supporters)
        for current in idea.currents:
            host = self.hosts[debate.community]
            moment = self.crowd.calendar.at(current.days_ago)
            yield moment, partial(self._name_current, idea, current, host)

    def _reactions(
        self,
        idea: book.Idea,
        said: Sequence[tuple[datetime, book.Comment, book.Comment | None]],
        supporters: Sequence[tuple[datetime, str]],
    ) -> Iterator[Event]:
        dice = Random("talk " + idea.title)  # noqa: S311  a story, not a secret
        taken = {comment.by for _moment, comment, _parent in said if comment.position}
        for moment, name in supporters:
            soon = moment + timedelta(seconds=20)
            if dice.random() < SAYS_WHERE and name not in taken:
                another = dice.random() < SEES_ANOTHER_WAY
                position = Position.ANOTHER_WAY if another else Position.FOR
                yield soon, partial(self._take_stance, idea, name, position)
            for at, comment, parent in said:
                lucky = dice.random() < CONVINCED[comment.position]
                if lucky and at < moment and parent is None and comment.by != name:
                    yield soon, partial(self._support, comment, name)

    def _say(self, idea: book.Idea, comment: book.Comment, parent: book.Comment | None) -> None:
        post = discussions.write_post(
            member=self.members[comment.by],
            thread=self.ideas[idea.title].thread,
            text=comment.says,
            parent=self.posts[id(parent)] if parent else None,
            position=comment.position,
        )
        self.posts[id(comment)] = post
        if comment.key:
            self.keyed[comment.key] = post

    def _take_stance(self, idea: book.Idea, name: str, position: str) -> None:
        discussions.take_stance(
            member=self.members[name], thread=self.ideas[idea.title].thread, position=position
        )

    def _support(self, comment: book.Comment, name: str) -> None:
        discussions.support_post(member=self.members[name], post=self.posts[id(comment)])

    def _name_current(self, idea: book.Idea, current: book.Current, host: str) -> None:
        discussions.name_current(
            member=self.members[host],
            thread=self.ideas[idea.title].thread,
            name=current.name,
            summary=current.summary,
            posts=[self.keyed[key] for key in current.carried_by],
        )
