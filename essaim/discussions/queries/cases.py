"""Cases as moderators and authors see them; whoever reported stays unsaid."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from essaim.communities.models import APPEAL_WINDOW, Community
from essaim.communities.readers import Reader
from essaim.communities.rules import may_appeal as may_appeal_decision
from essaim.communities.rules import on
from essaim.discussions import rules
from essaim.discussions.first_look import Sign
from essaim.discussions.models import (
    POST,
    Case,
    CaseQuerySet,
    ModerationPolicy,
    Post,
    Report,
    Waiting,
)
from essaim.discussions.queries.policies import policies_of, policy_of
from essaim.discussions.queries.posts import author_name, post_address
from essaim.discussions.queries.threads import THREAD_SUBJECTS, Subject
from essaim.foundation.clock import now
from essaim.foundation.http import Page, keyset
from essaim.foundation.panels import Place
from essaim.foundation.text import plain_excerpt, render_markdown
from essaim.members.queries import display_name

QUEUE_SIZE = 20
NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class ThingShown:
    """What a case is about, as its owner words it: also what is hidden, to those who decide.

    `stands_in` and `url` say where: the question, the idea. `name` is its title or its beginning.
    """

    name: str
    stands_in: str
    url: str
    author: str
    source: str  # as it was written, before it became `text`
    text: Markup
    lang: str
    written_at: datetime
    withdraw_url: str = ""  # where its author can still take it back


# Key: the kind and the id of a thing; at most one row each, for its moderators and its author only.
MODERATED_THINGS: Place[tuple[str, int], ThingShown] = Place("discussions.moderated")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as its moderators see it."""

    public_id: str
    kind: str
    thing: ThingShown | None
    community: str
    reasons: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
    reporters: int
    signs: tuple[str, ...]
    opened_at: datetime
    due_at: datetime
    release_at: datetime | None
    is_overdue: bool
    is_held: bool
    is_hidden_meanwhile: bool
    owner: str
    is_mine: bool
    may_take: bool
    may_decide: bool
    why_not: str

    @property
    def href(self) -> str:
        return reverse("case", args=[self.public_id])


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case: `line` for whoever moderates; the decision for them and for the author.

    `appeal_by`: until when the reader may ask, at `decision_href`, that somebody else looks again.
    """

    public_id: str
    line: CaseLine | None
    thing: ThingShown | None
    is_author: bool
    is_held: bool
    is_hidden_meanwhile: bool
    signs: tuple[str, ...]
    opened_at: datetime
    due_at: datetime
    release_at: datetime | None
    outcome: str
    closed_at: datetime | None
    reason: str
    put_back_at: datetime | None
    decision_href: str
    appeal_by: datetime | None
    may_put_back: bool


def sign_words(signs: Collection[str]) -> tuple[str, ...]:
    """What was seen in a text, as it is told."""
    words = {
        Sign.LINKS: _("it holds a link"),
        Sign.SHORTENED: _("its link hides where it leads"),
        Sign.ONLY_LINKS: _("it is hardly more than a link"),
        Sign.REPEATED: _("it says nearly the same as an earlier message of the same account"),
        Sign.COPIED: _("it says nearly the same as a message of another new account"),
        Sign.CAPITALS: _("most of it is in capitals"),
    }
    return tuple(words[Sign(sign)] for sign in signs if sign in words)


def cases_of(reader: Reader, community: Community) -> CaseQuerySet:
    """What waits in a community; also below it where the reader decides there, too.

    Never about what the reader wrote: what others say of that is for somebody else.
    """
    here = Q(community=community)
    below = Community.objects.below(community).exclude(pk=community.pk)
    child = Community(pk=0, ancestor_ids=[*community.ancestor_ids, community.pk])
    if rules.may_moderate(reader, child):  # as of any that will ever stand below
        here |= Q(community__in=below)
    return Case.objects.waiting().filter(here, in_use()).exclude(author=reader.member_id or 0)


def in_use() -> Q:
    """Cases about things of what their community has not switched off."""
    conversation = on(
        rules.SUBPLATFORM, path="thread__community__", subject_kind="thread__subject_kind"
    )
    post = Post.objects.filter(conversation, pk=OuterRef("subject_id"))
    package = Func(F("subject_kind"), Value("."), Value(1), function="split_part")
    shown = ~Q(subject_kind=POST) | Q(Exists(post))
    return shown & ~Q(community__switched_off__contains=[package])


def queue_for_page(
    reader: Reader, community: Community, *, after: str | None = None, size: int = QUEUE_SIZE
) -> Page[CaseLine]:
    """Oldest first. Five queries, and what naming the things costs."""
    page = keyset(
        cases_of(reader, community).select_related("community", "owner"),
        order=("opened_at", "id"),
        after=after,
        size=size,
    )
    policies = policies_of([case.community for case in page.items])
    lines = iter(_lines(reader, page.items, policies))
    return page.map(lambda _case: next(lines))


def case_for_change(reader: Reader, public_id: str) -> Case | None:
    """A case for its moderators and for the author of the thing; None for all others."""
    cases = Case.objects.select_related("community", "owner", "decision__appeal")
    cases = cases.select_related("decision__community")
    cases = cases.filter(in_use() | Q(author=reader.member_id or 0), public_id=public_id)
    case = cases.first() if reader.is_known else None
    return case if case and rules.may_read_case(reader, case) else None


def case_for_page(reader: Reader, case: Case) -> CasePage:
    """What `case_for_change` found, with the thing and the reports of it."""
    moderates = bool(rules.may_moderate(reader, case.community))
    is_author = case.author_id == reader.member_id
    key = (case.subject_kind, case.subject_id)
    if moderates and not is_author:
        line = _lines(reader, [case], {case.community_id: policy_of(case.community)})[0]
        thing = line.thing
    else:
        line = None
        thing = next(iter(MODERATED_THINGS.collect(reader, [key]).get(key, ())), None)
    decision = case.decision
    may_appeal = decision is not None and bool(may_appeal_decision(reader, decision))
    return CasePage(
        public_id=case.public_id,
        line=line,
        thing=thing,
        is_author=is_author,
        is_held=case.is_held,
        is_hidden_meanwhile=case.is_hidden_meanwhile,
        signs=sign_words(case.signs),
        opened_at=case.opened_at,
        due_at=case.due_at,
        release_at=case.release_at,
        outcome=case.outcome,
        closed_at=case.closed_at,
        reason=decision.reason if decision else "",
        put_back_at=case.put_back_at,
        decision_href=reverse("decision", args=[decision.public_id]) if decision else "",
        appeal_by=decision.decided_at + APPEAL_WINDOW if decision and may_appeal else None,
        may_put_back=bool(rules.may_put_back(reader, case)),
    )


def last_case_about(reader: Reader, kind: str, subject_id: int) -> Case | None:
    """The newest case about a thing, for its moderators and its author."""
    cases = Case.objects.about(kind, subject_id).select_related("community")
    case = cases.order_by("-pk").first()
    return case if case and rules.may_read_case(reader, case) else None


def has_reported(reader: Reader, kind: str, subject_id: int) -> bool:
    """Whether a report of the reader's waits for its decision."""
    waiting = Case.objects.about(kind, subject_id).waiting()
    mine = Report.objects.filter(case__in=waiting, reporter=reader.member_id)
    return reader.is_known and mine.exists()


def _lines(
    reader: Reader, cases: Sequence[Case], policies: dict[int, ModerationPolicy]
) -> list[CaseLine]:
    reports: dict[int, list[Report]] = defaultdict(list)
    # A moderator is not told who complains of what they wrote themselves, nor in which words.
    others = [case for case in cases if case.author_id != reader.member_id]
    for report in Report.objects.filter(case__in=others).order_by("created_at", "pk"):
        reports[report.case_id].append(report)
    keys = {(case.subject_kind, case.subject_id) for case in cases}
    things = MODERATED_THINGS.collect(reader, keys)
    return [
        _line(
            reader,
            case,
            policies[case.community_id],
            reports[case.pk],
            next(iter(things.get((case.subject_kind, case.subject_id), ())), None),
        )
        for case in cases
    ]


def _line(
    reader: Reader,
    case: Case,
    policy: ModerationPolicy,
    reports: Sequence[Report],
    thing: ThingShown | None,
) -> CaseLine:
    owner_id = case.owner_now(policy.claim_hours)
    may_decide = rules.may_decide_case(reader, case, policy)
    reasons = Counter(report.get_reason_display() for report in reports)
    return CaseLine(
        public_id=case.public_id,
        kind=case.subject_kind,
        thing=thing,
        community=case.community.name,
        reasons=tuple(reasons.most_common()),
        notes=tuple(report.note for report in reports if report.note),
        reporters=len(reports),
        signs=sign_words(case.signs),
        opened_at=case.opened_at,
        due_at=case.due_at,
        release_at=case.release_at,
        is_overdue=case.is_overdue(now()),
        is_held=case.is_held,
        is_hidden_meanwhile=case.is_hidden_meanwhile,
        owner=display_name(case.owner) if owner_id else "",
        is_mine=owner_id is not None and owner_id == reader.member_id,
        may_take=owner_id is None and bool(rules.may_handle_case(reader, case)),
        may_decide=bool(may_decide),
        why_not=str(may_decide.reason),
    )


def posts_moderated(reader: Reader, ids: Collection[int]) -> dict[int, ThingShown]:
    """Messages as moderators and authors read them, whatever became of them."""
    mine = Q(author=reader.member_id or 0)
    posts = Post.objects.filter(
        mine | Q(thread__in=rules.threads_visible_to(reader)), pk__in=ids
    ).select_related("author", "thread")
    found = {post.pk: post for post in posts}
    subjects = THREAD_SUBJECTS.collect(reader, {post.thread_id for post in found.values()})
    return {
        pk: _post_shown(reader, post, next(iter(subjects.get(post.thread_id, ())), None))
        for pk, post in found.items()
    }


def _post_shown(reader: Reader, post: Post, subject: Subject | None) -> ThingShown:
    may_withdraw = bool(rules.may_withdraw(reader, post))
    return ThingShown(
        name=plain_excerpt(post.text, NAME_LENGTH),
        stands_in=subject.title if subject else "",
        url=post_address(post.public_id) if subject and post.waiting_for != Waiting.LOOK else "",
        author=author_name(post),
        source=post.text,
        text=render_markdown(post.text),
        lang=post.language,
        written_at=post.created_at,
        withdraw_url=reverse("post_withdraw", args=[post.public_id]) if may_withdraw else "",
    )
