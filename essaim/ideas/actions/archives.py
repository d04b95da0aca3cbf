"""Bringing in what was said on another platform, as an archive that names its source."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from essaim.communities.actions import create_archive
from essaim.communities.models import Audience, Community
from essaim.discussions.models import POST_LENGTH, Post, Thread
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_text
from essaim.ideas.decidim import (
    COMMENT,
    DEBATE,
    PROPOSAL,
    CommentRow,
    DebateRow,
    Export,
    Problem,
    ProposalRow,
    host_of,
    read_export,
)
from essaim.ideas.facts import ArchiveImported
from essaim.ideas.models import Debate, Idea
from essaim.ideas.models.ideas import TEXT_LENGTH, TITLE_LENGTH

QUESTION_LENGTH = 240
LABEL_LENGTH = 80
CATEGORY_LENGTH = 120
PROPOSALS_REF = "proposals"


@dataclass
class Brought:
    """How many of one thing came in, were here already."""

    new: int = 0
    known: int = 0


@dataclass
class ImportReport:
    """What an import did; `elsewhere`: comments on proposals that the export does not hold."""

    community: str = ""
    community_is_new: bool = False
    debates: Brought = field(default_factory=Brought)
    ideas: Brought = field(default_factory=Brought)
    comments: Brought = field(default_factory=Brought)
    elsewhere: int = 0
    elsewhere_hosts: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    @property
    def changed_nothing(self) -> bool:
        return not (
            self.community_is_new or self.debates.new or self.ideas.new or self.comments.new
        )


@transaction.atomic
def import_decidim(
    *, slug: str, folder: Path, name: str = "", language: str = "fr", dry_run: bool = False
) -> ImportReport:
    """Bring a Decidim export into a community, all of what is whole or, on an error, nothing.

    The same export again changes nothing: everything is known by its id at the source. Supports
    stay a dated figure of the source. FileNotFoundError when the folder holds no export.
    """
    export = read_export(folder, language=language)
    with connection.cursor() as cursor:  # two imports at once would make things twice
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ideas.import'))")
    report = ImportReport(problems=export.problems)
    community = Community.objects.filter(slug=slug).first()
    if community is None:
        community = create_archive(
            slug=slug,
            name=name or slug.replace("-", " ").capitalize(),
            source_name=export.source or _("an import"),
            source_url=f"https://{export.source}" if export.source else "",
            language=language,
        )
        report.community_is_new = True
    report.community = community.name
    _Import(community, export, report).run()
    if not report.changed_nothing:
        record(
            ArchiveImported(
                community_id=community.pk,
                debates=report.debates.new,
                ideas=report.ideas.new,
                comments=report.comments.new,
            )
        )
        bump_generation()
    report.problems.sort(key=lambda problem: (problem.file, problem.line))
    if dry_run:
        transaction.set_rollback(True)
    return report


class _Import:
    """One run: debates, then ideas, then comments with parents before replies."""

    def __init__(self, community: Community, export: Export, report: ImportReport) -> None:
        self.community = community
        self.export = export
        self.report = report
        self.as_of: date = timezone.localdate(export.last_moment or now())
        self.debates: dict[str, Debate] = {
            debate.source_ref: debate
            for debate in Debate.objects.filter(
                community=community, source_ref__isnull=False
            ).select_related("thread")
            if debate.source_ref
        }
        self.ideas: dict[str, Idea] = {}

    def run(self) -> None:
        self._bring_debates()
        self._bring_proposals()
        self._bring_comments()

    def _bring_debates(self) -> None:
        for row in self.export.debates:
            ref = f"debate:{row.id}"
            if ref in self.debates:
                self.report.debates.known += 1
            elif self._fits("debates.csv", row, row.question, QUESTION_LENGTH):
                self.debates[ref] = self._archived_debate(row, ref)
                self.report.debates.new += 1

    def _archived_debate(self, row: DebateRow, ref: str) -> Debate:
        return Debate.objects.create(
            community=self.community,
            thread=self._threads("debate", 1)[0],
            question=row.question,
            introduction=row.introduction[:5000],
            language=self.community.language,
            created_at=row.created_at,
            opened_at=row.created_at,
            archived_at=now(),
            source_ref=ref,
            source_url=row.url,
        )

    def _proposals_debate(self) -> Debate:
        """The one debate of proposals, which name none; also of comments on missing proposals."""
        debate = self.debates.get(PROPOSALS_REF)
        if debate:
            return debate
        moments = [row.created_at for row in self.export.proposals]
        moments += [row.created_at for row in self.export.comments]
        first = min(moments, default=now())
        with override(self.community.language):  # what is kept speaks as its community does
            question = _("Proposals made on %(source)s") % {
                "source": self.export.source or self.community.source_name
            }
            introduction = _(
                "These proposals name no debate of their own. Their supports are those that the"
                " source counted."
            )
        row = DebateRow("", question, introduction, created_at=first, url="", line=0)
        self.debates[PROPOSALS_REF] = self._archived_debate(row, PROPOSALS_REF)
        return self.debates[PROPOSALS_REF]

    def _bring_proposals(self) -> None:
        if not self.export.proposals:
            return
        known = PROPOSALS_REF in self.debates
        debate = self._proposals_debate()
        self.report.debates.known += known
        self.report.debates.new += not known
        here = {
            idea.source_ref: idea
            for idea in Idea.objects.filter(debate=debate, source_ref__isnull=False).select_related(
                "thread"
            )
        }
        fresh = []
        for row in self.export.proposals:
            ref = f"proposal:{row.id}"
            if idea := here.get(ref):
                self.ideas[row.id] = idea
                self.report.ideas.known += 1
            elif (
                self._fits("proposals.csv", row, row.title, TITLE_LENGTH)
                and self._fits("proposals.csv", row, row.text, TEXT_LENGTH)
                and self._fits("proposals.csv", row, row.category, CATEGORY_LENGTH)
            ):
                fresh.append(row)
        threads = self._threads("idea", len(fresh))
        made = Idea.objects.bulk_create(
            [
                Idea(
                    debate=debate,
                    thread=thread,
                    title=row.title,
                    text=row.text,
                    language=self.community.language,
                    category=row.category,
                    proposed_at=row.created_at,
                    source_ref=f"proposal:{row.id}",
                    source_url=row.url,
                    source_supports=row.votes,
                    source_supports_on=self.as_of,
                )
                for row, thread in zip(fresh, threads, strict=True)
            ]
        )
        self.ideas.update({row.id: idea for row, idea in zip(fresh, made, strict=True)})
        self.report.ideas.new += len(made)

    def _bring_comments(self) -> None:
        refs = [row.ref[:60] for row in self.export.comments]
        posts = {
            post.source_ref: post
            for post in Post.objects.filter(
                thread__community=self.community, source_ref__in=refs
            ).select_related("thread")
        }
        waiting: dict[str, list[CommentRow]] = {}
        ready: list[CommentRow] = []
        coming = {row.ref for row in self.export.comments}
        for row in self.export.comments:
            if row.about_kind == COMMENT:
                if row.parent_ref in coming:
                    waiting.setdefault(row.parent_ref, []).append(row)
                else:
                    self._problem(row, "no_parent", row.about_id)
            else:
                ready.append(row)
        while ready:
            ready = self._bring_generation(ready, posts, waiting)
        for rows in waiting.values():
            for row in rows:
                self._problem(row, "no_parent", row.about_id)
        self.report.elsewhere_hosts = tuple(sorted(set(self.report.elsewhere_hosts)))

    def _bring_generation(
        self,
        rows: list[CommentRow],
        posts: dict[str | None, Post],
        waiting: dict[str, list[CommentRow]],
    ) -> list[CommentRow]:
        """Write one generation in one statement; returns the replies to it."""
        fresh: list[Post] = []
        kept: list[CommentRow] = []
        for row in rows:
            if row.ref[:60] in posts:
                self.report.comments.known += 1
                kept.append(row)
            elif post := self._post(row, posts):
                fresh.append(post)
                kept.append(row)
        for post in Post.objects.bulk_create(fresh):
            posts[post.source_ref] = post
        self.report.comments.new += len(fresh)
        return [reply for row in kept for reply in waiting.pop(row.ref, [])]

    def _post(self, row: CommentRow, posts: dict[str | None, Post]) -> Post | None:
        if not self._fits(row.file, row, row.text, POST_LENGTH):
            return None
        parent = posts.get(row.parent_ref[:60]) if row.about_kind == COMMENT else None
        thread = parent.thread if parent else self._thread_of(row)
        if thread is None:
            return None
        return Post(
            thread=thread,
            parent=parent,
            root_id=(parent.root_id or parent.pk) if parent else None,
            author_label=row.author[:LABEL_LENGTH],
            text=clean_text(row.text),
            language=self.community.language,
            position=row.position,
            created_at=row.created_at,
            source_ref=row.ref[:60],
            source_url=row.root_url,
        )

    def _thread_of(self, row: CommentRow) -> Thread | None:
        """Where a root comment belongs.

        An export may carry comments of another platform whose ids coincide with ours by chance:
        a comment goes to a proposal only when both name the same page.
        """
        if row.about_kind == DEBATE:
            debate = self.debates.get(f"debate:{row.about_id}")
            if debate and (not debate.source_url or _same_host(row, debate.source_url)):
                return debate.thread
            self._problem(row, "no_debate", row.about_id)
            return None
        idea = self.ideas.get(row.about_id)
        if idea and row.about_kind == PROPOSAL and _same_host(row, idea.source_url):
            return idea.thread
        self.report.elsewhere += 1
        self.report.elsewhere_hosts += (host_of(row.root_url),)
        return self._proposals_debate().thread

    def _threads(self, subject_kind: str, count: int) -> list[Thread]:
        """Conversations of an archive: to be read, closed from the start."""
        return Thread.objects.bulk_create(
            [
                Thread(
                    community=self.community,
                    audience=Audience.PUBLIC,
                    subject_kind=subject_kind,
                    closed_at=now(),
                )
                for _each in range(count)
            ]
        )

    def _fits(
        self, file: str, row: ProposalRow | DebateRow | CommentRow, text: str, most: int
    ) -> bool:
        try:
            clean_text(text)
        except ValidationError:
            self.report.problems.append(Problem(file, row.line, "control_characters"))
            return False
        if len(text) > most:
            self.report.problems.append(Problem(file, row.line, "too_long", str(most)))
            return False
        return True

    def _problem(self, row: CommentRow, code: str, about: str) -> None:
        self.report.problems.append(Problem(row.file, row.line, code, about))


def _same_host(row: CommentRow, url: str) -> bool:
    return not row.root_url or not url or host_of(row.root_url) == host_of(url)
