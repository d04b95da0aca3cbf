"""Ideas are proposed, supported, merged, split, undone, left and withdrawn in any order.

Beside the database runs a small model of what each act means. Whatever the order: one person
counts once, no contribution is lost, undoing restores, and what one takes back here is not taken
away elsewhere.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from essaim.communities.actions import leave_community
from essaim.discussions.actions import write_post
from essaim.discussions.models import Post
from essaim.foundation.access import Refused
from essaim.ideas import actions
from essaim.ideas.actions import Part
from essaim.ideas.models import Idea, RegroupedIdea, Regrouping, Support
from essaim.ideas.tests.factories import make_debate, make_host, make_person
from essaim.ideas.tests.life_model import Act, Model
from essaim.members.models import Member

PEOPLE = 5
MOST_IDEAS = 9
numbers = st.integers(0, 63)


class LifeOfIdeas(RuleBasedStateMachine):
    """Every rule acts as the product does, and says what the model expects of it."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.model = Model()
        self.names = count(1)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.debate = make_debate()
        self.host = make_host(self.debate.community)
        self.people = [make_person(self.debate.community) for _number in range(PEOPLE)]
        for number in range(3):
            self.propose(number)
            self.support(number + 1, number)
            self.support(number + 2, number)

    # What acts are about

    def idea(self, number: int) -> int:
        ids = sorted(self.model.author)
        return ids[number % len(ids)]

    def person(self, number: int) -> Member:
        return self.people[number % len(self.people)]

    def author(self, idea: int) -> Member:
        return next(one for one in self.people if one.pk == self.model.author[idea])

    def attempt(self, act: Callable[[], Any], *, allowed: bool) -> Any:
        """Whether it was refused is what the model says; None when it was."""
        try:
            with transaction.atomic():
                result = act()
        except (Refused, ValidationError):
            if allowed:
                raise
            return None
        assert allowed, "this should have been refused"
        return result

    def get(self, idea: int) -> Idea:
        return Idea.objects.select_related("debate", "thread__community").get(pk=idea)

    def snapshot(self) -> list[dict[str, Any]]:
        """Everything that undoing gives back."""
        fields = ("pk", "author", "title", "text", "merged_into", "part_of", "divided_at")
        rows = Idea.objects.order_by("pk").values(*fields, "thread__closed_at", "supporters")
        return [*rows, *Support.objects.order_by("pk").values("pk", "idea", "member")]

    # Acts

    @precondition(lambda self: len(self.model.author) < MOST_IDEAS)
    @rule(who=numbers)
    def propose(self, who: int) -> None:
        person, name = self.person(who), f"Idea {next(self.names)}"
        made = self.attempt(
            lambda: actions.propose_idea(
                member=person, debate=self.debate, title=name, text=f"{name}, in words."
            ),
            allowed=person.pk not in self.model.gone,
        )
        if made:
            self.model.author[made.pk] = person.pk
            self.model.text[made.pk] = made.text

    @precondition(lambda self: self.model.author)
    @rule(who=numbers, which=numbers)
    def support(self, who: int, which: int) -> None:
        model, person, idea = self.model, self.person(who), self.idea(which)
        top = model.top(idea)
        allowed = (
            model.is_current(top)
            and person.pk not in model.gone
            and person.pk not in {model.author[one] for one in model.group(top)}
        )
        is_new = not any((one, person.pk) in model.supports for one in model.counted(top))
        result = self.attempt(
            lambda: actions.support_idea(member=person, idea=self.get(idea)), allowed=allowed
        )
        if allowed:
            assert result is is_new
        if result:
            model.supports.add((top, person.pk))

    @precondition(lambda self: self.model.supports)
    @rule(which=numbers, where=numbers)
    def withdraw_support(self, which: int, where: int) -> None:
        """From an idea in which one of the supports counts, or from any other."""
        model = self.model
        given, person_id = sorted(model.supports)[which % len(model.supports)]
        person = next(one for one in self.people if one.pk == person_id)
        near = [one for one in sorted(model.author) if given in model.counted(one)]
        idea = near[where % len(near)]
        top = model.top(idea)
        allowed = model.is_current(top) and person_id not in model.gone
        others = {
            one: person_id in model.behind(one)
            for one in model.author
            if one != top and model.is_current(one)
        }
        result = self.attempt(
            lambda: actions.withdraw_support(member=person, idea=self.get(idea)), allowed=allowed
        )
        if allowed:
            assert result is model.take_back(person_id, model.group(top))
            assert person_id not in model.behind(top)
            for one, was_behind in others.items():
                assert (person_id in model.behind(one)) is was_behind, "taken away elsewhere"

    @precondition(lambda self: self.model.author)
    @rule(which=numbers)
    def edit(self, which: int) -> None:
        model, idea = self.model, self.idea(which)
        name = f"Idea {next(self.names)}"
        belongs = self.author(idea).memberships.filter(left_at__isnull=True).exists()
        allowed = belongs and idea not in model.withdrawn | model.divided
        self.attempt(
            lambda: actions.edit_idea(
                member=self.author(idea), idea=self.get(idea), title=name, text=f"{name}, again."
            ),
            allowed=allowed,
        )
        if allowed:
            model.text[idea] = f"{name}, again."

    @precondition(lambda self: self.model.author)
    @rule(who=numbers, which=numbers)
    def write(self, who: int, which: int) -> None:
        model, person, idea = self.model, self.person(who), self.idea(which)
        found = self.get(idea)
        is_open = idea not in model.above and idea not in model.divided
        readable = found.audience == "public"
        post = self.attempt(
            lambda: write_post(member=person, thread=found.thread, text="I say so."),
            allowed=is_open and readable and person.pk not in model.gone,
        )
        if post:
            model.posts[post.pk] = found.thread_id

    @precondition(lambda self: len(self.model.author) > 1)
    @rule(which=st.lists(numbers, min_size=2, max_size=3))
    def merge(self, which: list[int]) -> None:
        model = self.model
        chosen = sorted({self.idea(one) for one in which})
        survivor = self.idea(which[0])
        allowed = len(chosen) > 1 and all(model.is_current(one) for one in chosen)
        act = self.attempt(lambda: self._merge(survivor, chosen), allowed=allowed)
        if act:
            model.acts[act.pk] = Act(survivor, is_split=False, lines={*chosen} - {survivor})

    def _merge(self, survivor: int, chosen: list[int]) -> Regrouping:
        return actions.merge_ideas(
            member=self.host,
            survivor=self.get(survivor),
            ideas=[self.get(one) for one in chosen],
            reason="The same.",
        )

    @precondition(lambda self: len(self.model.author) > 1)
    @rule(which=st.lists(numbers, min_size=2, max_size=3))
    def merge_and_undo(self, which: list[int]) -> None:
        chosen = sorted({self.idea(one) for one in which})
        if len(chosen) < 2 or not all(self.model.is_current(one) for one in chosen):
            return
        before = self.snapshot()
        act = self._merge(chosen[0], chosen)
        actions.undo_regrouping(member=self.host, regrouping=act)
        assert self.snapshot() == before
        self.model.acts[act.pk] = Act(chosen[0], is_split=False, lines=set(), undone=True)

    @precondition(lambda self: 0 < len(self.model.author) < MOST_IDEAS)
    @rule(which=numbers, parts=st.integers(2, 3))
    def split(self, which: int, parts: int) -> None:
        model, idea = self.model, self.idea(which)
        written = [
            Part(title=f"Idea {next(self.names)}", text="One thing only.") for _part in range(parts)
        ]
        act = self.attempt(
            lambda: actions.split_idea(
                member=self.host, idea=self.get(idea), parts=written, reason="Several."
            ),
            allowed=model.is_current(idea),
        )
        if act:
            for part in Idea.objects.filter(regrouped__regrouping=act):
                model.author[part.pk] = model.author[idea]
                model.text[part.pk] = part.text
                model.part_of[part.pk] = idea
            model.divided.add(idea)
            model.acts[act.pk] = Act(idea, is_split=True, lines=set())

    @precondition(lambda self: self.model.acts)
    @rule(which=numbers, by_author=st.booleans())
    def undo(self, which: int, by_author: bool) -> None:
        model = self.model
        pk = sorted(model.acts)[which % len(model.acts)]
        act = model.acts[pk]
        parts = {one for one, whole in model.part_of.items() if whole == act.survivor}
        standing = parts - model.withdrawn
        if act.is_split:
            allowed = (
                not act.undone
                and act.survivor not in model.withdrawn
                and not parts & (model.divided | model.above.keys())
            )
        else:
            allowed = bool(act.lines) and not act.undone and not by_author
        actor = self.author(act.survivor) if by_author else self.host
        if not self.is_public(act.survivor):
            allowed = False
        done = self.attempt(
            lambda: actions.undo_regrouping(member=actor, regrouping=Regrouping.objects.get(pk=pk)),
            allowed=allowed,
        )
        if not done:
            return
        act.undone = True
        act.lines = standing if act.is_split else set()
        if act.is_split:
            model.divided.discard(act.survivor)
            for part in standing:
                del model.part_of[part]

    def is_public(self, idea: int) -> bool:
        return self.get(idea).audience == "public"

    @precondition(lambda self: self.model.above)
    @rule(which=numbers, by_author=st.booleans())
    def leave_group(self, which: int, by_author: bool) -> None:
        model = self.model
        idea = sorted(model.above)[which % len(model.above)]
        allowed = self.is_public(idea)
        actor = self.author(idea) if by_author else self.host
        self.attempt(
            lambda: actions.leave_group(member=actor, idea=self.get(idea)), allowed=allowed
        )
        if allowed:
            for act in model.acts.values():
                act.lines.discard(idea)

    @precondition(lambda self: self.model.author)
    @rule(which=numbers)
    def withdraw(self, which: int) -> None:
        model, idea = self.model, self.idea(which)
        others = sorted(model.group(idea) - {idea})
        allowed = idea not in model.withdrawn
        before = set(Regrouping.objects.values_list("pk", flat=True))
        self.attempt(
            lambda: actions.withdraw_idea(member=self.author(idea), idea=self.get(idea)),
            allowed=allowed,
        )
        if not allowed:
            return
        heirs = [one for one in others if one not in model.withdrawn]
        model.withdrawn.add(idea)
        if heirs and idea not in model.divided and idea not in model.above:
            for act in model.acts.values():
                act.lines -= set(others)
            made = Regrouping.objects.exclude(pk__in=before).get()
            lines = {idea, *others} - {heirs[0]}
            model.acts[made.pk] = Act(heirs[0], is_split=False, lines=lines)

    @precondition(lambda self: self.model.author)
    @rule(who=numbers)
    def leave_community(self, who: int) -> None:
        person, community = self.person(who), self.debate.community
        if person.pk in self.model.gone or len(self.model.gone) > 1:
            return
        leave_community(member=person, community=community)
        actions.withdraw_supports_of_leaver(member_id=person.pk, community_id=community.pk)
        self.model.gone.add(person.pk)
        self.model.supports = {one for one in self.model.supports if one[1] != person.pk}

    # What always holds

    @invariant()
    def everyone_behind_an_idea_counts_once(self) -> None:
        counts = dict(Idea.objects.values_list("pk", "supporters"))
        assert counts == {one: len(self.model.behind(one)) for one in self.model.author}

    @invariant()
    def no_contribution_is_lost(self) -> None:
        model = self.model
        assert set(Support.objects.values_list("idea", "member")) == model.supports
        assert dict(Post.objects.values_list("pk", "thread")) == model.posts
        ideas = {idea.pk: idea for idea in Idea.objects.all()}
        assert {pk: idea.author_id for pk, idea in ideas.items()} == model.author
        for pk, idea in ideas.items():
            if pk not in model.withdrawn:
                assert idea.text == model.text[pk]
            assert (idea.withdrawn_at is not None) is (pk in model.withdrawn)

    @invariant()
    def groups_are_what_was_done_and_not_undone(self) -> None:
        model = self.model
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        rows = Idea.objects.select_related("thread")
        for idea in rows:
            merged = model.top(idea.pk) if idea.pk in model.above else None
            assert idea.merged_into_id == merged
            assert idea.part_of_id == model.part_of.get(idea.pk)
            assert (idea.divided_at is not None) is (idea.pk in model.divided)
            is_closed = merged is not None or idea.pk in model.divided
            assert (idea.thread.closed_at is not None) is is_closed
        tied = RegroupedIdea.objects.filter(ended_at__isnull=True)
        assert dict(tied.values_list("idea", "regrouping__idea")) == model.above


@pytest.mark.django_db
def test_whatever_happens_to_ideas_nobody_counts_twice_and_nothing_is_lost() -> None:
    run_state_machine_as_test(
        LifeOfIdeas,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
        ),
    )
