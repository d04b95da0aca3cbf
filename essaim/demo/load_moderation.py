"""What moderators have to do in the demo world: a report waits, a decision is contested."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from essaim.communities.actions import appeal_decision
from essaim.communities.models import Role
from essaim.communities.queries import holders_of
from essaim.demo.crowd import Calendar
from essaim.discussions import actions
from essaim.discussions.models import POST, Case, Post, ReportReason
from essaim.foundation.clock import now
from essaim.members.models import Member

Event = tuple[datetime, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Moderation:
    """Posts and members: filled while the world is built."""

    posts: dict[int, Post]
    members: dict[str, Member]

    def events(self, calendar: Calendar) -> Iterator[Event]:
        decided, waits = calendar.at(6), calendar.at(1)
        yield decided, partial(self._report, 0, ReportReason.PRIVATE)
        yield decided + timedelta(hours=5), self._hide
        yield decided + timedelta(hours=9), self._contest
        yield waits, partial(self._report, 1, ReportReason.ABUSE)

    def _about(self, number: int) -> Post:
        """Messages to which nobody replied for weeks, and to which nobody will."""
        standing = Post.objects.filter(pk__in=[post.pk for post in self.posts.values()]).standing()
        long_ago = now() - timedelta(days=20)
        alone = standing.filter(
            replies__isnull=True, author__isnull=False, created_at__lt=long_ago, position=""
        )
        return alone.select_related("thread__community", "author").order_by("-pk")[number]

    def _report(self, number: int, reason: str) -> None:
        post = self._about(number)
        others = (one for one in self.members.values() if one.pk != post.author_id)
        actions.report_post(member=next(others), post=post, reason=reason)

    def _hide(self) -> None:
        case = Case.objects.waiting().filter(subject_kind=POST).select_related("community").get()
        holders = holders_of(case.community, Role.HOST, Role.ADMINISTRATOR, reach=True)
        chosen = next(one for one in holders if one.member_id != case.author_id)
        actions.decide_case(
            member=Member.objects.get(pk=chosen.member_id),
            case=case,
            hide=True,
            reason="Raconte la vie privée d’une personne qui n’est pas là pour répondre.",
            word="Dites la même chose de la ligne plutôt que du conducteur : rien ne s’y oppose.",
        )

    def _contest(self) -> None:
        case = Case.objects.select_related("author", "decision").get(decision__isnull=False)
        if case.author and case.decision:
            appeal_decision(
                member=case.author,
                decision=case.decision,
                words="C’est de moi que je parlais. Relisez, s’il vous plaît.",
            )
