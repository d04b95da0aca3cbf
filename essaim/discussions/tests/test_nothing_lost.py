"""Whatever is done in whatever order: no message disappears without somebody saying so."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from essaim.communities.models import Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import in_role, member_of
from essaim.discussions import actions, queries, tasks
from essaim.discussions.models import POST, Case, Outcome, Post, Thread, Waiting
from essaim.discussions.tests.factories import old_hand, thread_factory
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now
from essaim.members.models import Member

TEXTS = ["A bus on Sundays.", "Tea: bit.ly/tea", "Insults, and more of them, as always here."]
numbers = st.integers(min_value=0, max_value=50)


class Moderation(RuleBasedStateMachine):
    """People write, report, decide and undo in one conversation, while days go by."""

    posts = Bundle("posts")

    @initialize()
    def people(self) -> None:
        self.moment = now()
        self.thread = thread_factory()
        community = self.thread.community
        self.writers = [member_of(community), old_hand(community)]
        self.readers = [old_hand(community) for _each in range(4)]
        self.moderators = [in_role(community, Role.MODERATOR), in_role(community, Role.HOST)]
        self.written: dict[int, str] = {}

    def acts(self, act: str, member: Member | None = None, **given: object) -> object:
        """An action at the present moment, which its rule may refuse."""
        if member is not None:
            given["member"] = member
        with at(self.moment):
            try:
                return getattr(actions, act)(**given)
            except (Refused, ValidationError):
                return None

    @rule(target=posts, who=numbers, text=st.sampled_from(TEXTS))
    def write(self, who: int, text: str) -> object:
        member = self.writers[who % 2]
        post = self.acts(
            "write_post", member, thread=self.thread, text=f"{text} {len(self.written)}"
        )
        if not isinstance(post, Post):
            return multiple()
        self.written[post.pk] = post.text
        return post.pk

    @rule(post=posts, who=numbers)
    def report(self, post: int, who: int) -> None:
        reader = self.readers[who % 4]
        self.acts("report_thing", reader, kind=POST, subject_id=post, reason="spam")

    @rule(post=posts, who=numbers)
    def take_report_back(self, post: int, who: int) -> None:
        self.acts("take_report_back", self.readers[who % 4], kind=POST, subject_id=post)

    @rule(post=posts, who=numbers)
    def look(self, post: int, who: int) -> None:
        self.acts("look_into", self.moderators[who % 2], kind=POST, subject_id=post)

    @rule(post=posts, who=numbers)
    def take(self, post: int, who: int) -> None:
        if case := Case.objects.about(POST, post).last():
            self.acts("take_case", self.moderators[who % 2], case=case)

    @rule(post=posts, who=numbers, hide=st.booleans())
    def decide(self, post: int, who: int, *, hide: bool) -> None:
        if case := Case.objects.about(POST, post).last():
            moderator = self.moderators[who % 2]
            self.acts("decide_case", moderator, case=case, hide=hide, reason="Because.")

    @rule(post=posts, which=numbers)
    def put_back(self, post: int, which: int) -> None:
        cases = list(Case.objects.about(POST, post))
        if cases:
            case = cases[which % len(cases)]
            self.acts("put_back", self.moderators[0], case=case, reason="We were wrong.")

    @rule(post=posts)
    def overturn(self, post: int) -> None:
        """Somebody else than who decided finds that the decision was wrong."""
        for case in Case.objects.about(POST, post).filter(decision__isnull=False):
            self.acts("put_back_overturned", decision_id=case.decision_id, by_id=None)

    @rule(post=posts)
    def withdraw(self, post: int) -> None:
        found = Post.objects.get(pk=post)
        self.acts("withdraw_post", found.author, post=found)

    @rule(post=posts)
    def undo(self, post: int) -> None:
        found = Post.objects.get(pk=post)
        self.acts("restore_post", found.author, post=found)

    @rule(minutes=st.sampled_from([1, 20, 60 * 25, 60 * 24 * 3]))
    def time_passes(self, minutes: int) -> None:
        self.moment += timedelta(minutes=minutes)
        with at(self.moment):
            tasks.forget_what_was_withdrawn()
            tasks.show_what_nobody_looked_at()

    @invariant()
    def every_message_is_read_or_somebody_says_why_not(self) -> None:
        if not getattr(self, "written", None):
            return
        thread = Thread.objects.select_related("community").get(pk=self.thread.pk)
        listed = {one.public_id: one for one in queries.thread_for_page(ANONYMOUS, thread).comments}
        for pk, text in self.written.items():
            post = Post.objects.select_related("author", "thread__community").get(pk=pk)
            waiting = Case.objects.about(POST, pk).waiting().first()
            if post.withdrawn_at:
                assert waiting is None  # nothing is left to decide
                assert post.text == ""
                continue
            assert post.text == text
            if post.hidden_at is None:
                assert listed[post.public_id].state == "shown"
                continue
            assert post.author
            author = fresh_reader(post.author)
            own = queries.comment_alone(author, post)
            assert text in own.text.striptags()
            case = queries.last_case_about(author, POST, pk)
            assert case is not None
            if post.waiting_for:
                assert waiting is not None
                assert waiting.pk == case.pk
            if post.waiting_for == Waiting.LOOK:
                assert post.public_id not in listed
                assert waiting
                assert waiting.release_at
                assert waiting.release_at > self.moment
            elif post.waiting_for == Waiting.DECISION:
                assert listed[post.public_id].state == "pending"
                assert waiting
                assert waiting.is_hidden_meanwhile
            else:
                assert listed[post.public_id].reason == post.hiding_reason != ""
                hidden = Case.objects.about(POST, pk).filter(outcome=Outcome.HIDDEN)
                assert hidden.filter(put_back_at__isnull=True).exists()


class NothingIsLostTest(TestCase):
    def test_nothing_disappears_silently(self) -> None:
        # What fails is told as it was found: to shrink it takes minutes.
        asked = settings(
            max_examples=25, stateful_step_count=25, deadline=None, phases=[Phase.generate]
        )
        run_state_machine_as_test(Moderation, settings=asked)
