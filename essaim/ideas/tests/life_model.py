"""What merging, splitting, supporting and leaving mean, without a database: to compare with."""

from dataclasses import dataclass, field


@dataclass
class Act:
    """A merge or a split as the model remembers it: `lines` are the ideas it ties."""

    survivor: int
    is_split: bool
    lines: set[int]
    undone: bool = False


@dataclass
class Model:
    """Ideas, acts and posts by the ids of the database; people by theirs."""

    author: dict[int, int] = field(default_factory=dict)
    text: dict[int, str] = field(default_factory=dict)
    part_of: dict[int, int] = field(default_factory=dict)
    divided: set[int] = field(default_factory=set)
    withdrawn: set[int] = field(default_factory=set)
    acts: dict[int, Act] = field(default_factory=dict)
    supports: set[tuple[int, int]] = field(default_factory=set)
    posts: dict[int, int] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)

    @property
    def above(self) -> dict[int, int]:
        return {one: act.survivor for act in self.acts.values() for one in act.lines}

    def top(self, idea: int) -> int:
        above = self.above
        while idea in above:
            idea = above[idea]
        return idea

    def group(self, idea: int) -> set[int]:
        """The idea and those merged into it."""
        return {one for one in self.author if self.top(one) == idea} | {idea}

    def counted(self, idea: int) -> set[int]:
        found, waiting = set(), {idea}
        while waiting:
            one = waiting.pop()
            found.add(one)
            near = self.group(one) if self.top(one) == one else set()
            if one in self.part_of:
                near = near | {self.part_of[one]}
            waiting |= near - found
        return found

    def behind(self, idea: int) -> set[int]:
        counted = self.counted(idea)
        people = {person for one, person in self.supports if one in counted}
        return people - {self.author[one] for one in counted}

    def is_current(self, idea: int) -> bool:
        merged = idea in self.above
        return not (merged or idea in self.divided or idea in self.withdrawn)

    def take_back(self, person: int, ideas: set[int]) -> bool:
        was_there = False
        for whole in {self.part_of[one] for one in ideas if one in self.part_of}:
            if self.take_back(person, self.group(whole)):
                was_there = True
                parts = {one for one, of in self.part_of.items() if of == whole}
                self.supports |= {(one, person) for one in parts - ideas}
        given = {(one, person) for one in ideas} & self.supports
        self.supports -= given
        return was_there or bool(given)
