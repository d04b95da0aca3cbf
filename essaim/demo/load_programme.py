"""The programme of the demo world: each version is written into the draft and published on its day.

Adopted ideas wait in the draft already, put there when they were answered; whoever writes the
programme places them, says what they promise, and names what stands behind each sentence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from essaim.communities.models import Community
from essaim.demo.crowd import Calendar
from essaim.discussions.models import Post
from essaim.ideas import actions
from essaim.ideas.models import Idea, ProgrammeItem
from essaim.members.models import Member

Event = tuple[datetime, Callable[[], object]]


@dataclass(slots=True)
class ProgrammeWriter:
    """Writes the versions; `ideas` and `posts` are known by key when the days come."""

    book: dict[str, Any]
    members: dict[str, Member]
    communities: dict[str, Community]
    ideas: dict[str, Idea]
    posts: dict[str, Post]
    _numbers: dict[str, int] = field(default_factory=dict)  # of items, by title
    _drafted: set[str] = field(default_factory=set)  # items whose only sentence is the idea's title
    _positions: dict[tuple[str, str], int] = field(default_factory=dict)  # of sentences

    def events(self, calendar: Calendar) -> Iterator[Event]:
        for version in self.book["version"]:
            yield calendar.at(version["days_ago"]), partial(self.publish, version)

    @property
    def _by(self) -> dict[str, Any]:
        return {
            "member": self.members[self.book["editor"]],
            "community": self.communities[self.book["community"]],
        }

    def publish(self, version: dict[str, Any]) -> None:
        """Bring the draft to this version of the book, and publish it."""
        number = version["number"]
        for section in self.book["section"]:
            for item in section["item"]:
                if item["since"] == number:
                    self._place(item, section["title"])
                self._say(item, number)
        actions.publish_programme(summary=version["note"], **self._by)

    def _place(self, item: dict[str, Any], section: str) -> None:
        waiting = self._waiting(item)
        if waiting is None:
            made = actions.add_item(title=item["title"], section=section, **self._by)
            self._numbers[item["title"]] = made.number
            return
        actions.change_item(number=waiting.number, title=item["title"], section=section, **self._by)
        self._numbers[item["title"]] = waiting.number
        self._drafted.add(item["title"])

    def _waiting(self, item: dict[str, Any]) -> ProgrammeItem | None:
        """The item that was drafted when the idea was adopted."""
        if "idea" not in item:
            return None
        return ProgrammeItem.objects.filter(
            section__version__published_at__isnull=True,
            sentences__sources__idea=self.ideas[item["idea"]],
        ).first()

    def _say(self, item: dict[str, Any], version: int) -> None:
        """Rewrite what the item says: sentences that ended make way for those that begin."""
        title = item["title"]
        if title not in self._numbers:
            return
        number = self._numbers[title]
        free = [
            self._positions.pop((title, sentence["text"]))
            for sentence in item["sentences"]
            if sentence.get("until") == version - 1
        ]
        if title in self._drafted:
            self._drafted.discard(title)
            free.append(1)
        for sentence in item["sentences"]:
            if sentence["since"] != version:
                continue
            written = actions.write_sentence(
                number=number,
                text=sentence["text"],
                stated_reason=sentence.get("reason", ""),
                ideas=[self.ideas[key] for key in sentence.get("ideas", ())],
                posts=[self.posts[key] for key in sentence.get("comments", ())],
                position=free.pop() if free else None,
                **self._by,
            )
            self._positions[title, sentence["text"]] = written.position
        for position in free:
            actions.remove_sentence(number=number, position=position, **self._by)
