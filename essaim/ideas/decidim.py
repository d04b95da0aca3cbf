"""Reads the CSV files that Decidim exports: what is whole as rows, what is damaged as problems.

No database and no Django here: bytes in, dataclasses out. The reason of a problem is a code with
its particulars; the command words it in the operator's language.
"""

import csv
import html.parser
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

LONGEST_ID = 20
LONGEST_RECORD = 500  # physical lines; a quote that never closes must not swallow the file
YEARS = range(1990, 2200)  # others are damage; at the ends of the calendar no zone can be applied
POSITIONS = {"1": "for", "-1": "against", "0": "", "": ""}
PROPOSAL, DEBATE, COMMENT = "Proposal", "Debate", "Comment"

Row = TypeVar("Row", "ProposalRow", "DebateRow", "CommentRow")


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot come in. `line` counts physical lines from 1; 0 is the file itself."""

    file: str
    line: int
    code: str
    about: str = ""


class Damaged(Exception):  # noqa: N818  it is an answer, not a fault
    """Why one record cannot be read."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.about = about


@dataclass(frozen=True, slots=True)
class ProposalRow:
    id: str
    title: str
    text: str
    category: str
    votes: int
    created_at: datetime
    url: str
    line: int


@dataclass(frozen=True, slots=True)
class DebateRow:
    id: str
    question: str
    introduction: str
    created_at: datetime
    url: str
    line: int


@dataclass(frozen=True, slots=True)
class CommentRow:
    """`about_kind` and `about_id` name what it answers; `root_url` the page it was written on."""

    id: str
    text: str
    author: str
    position: str
    created_at: datetime
    about_kind: str
    about_id: str
    root_url: str
    file: str
    line: int

    @property
    def ref(self) -> str:
        """Its id with its host: an export may mix comments of several platforms."""
        return f"comment:{self.id}@{host_of(self.root_url)}"

    @property
    def parent_ref(self) -> str:
        return f"comment:{self.about_id}@{host_of(self.root_url)}"


@dataclass
class Export:
    """All that a folder holds."""

    proposals: list[ProposalRow] = field(default_factory=list)
    debates: list[DebateRow] = field(default_factory=list)
    comments: list[CommentRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def last_moment(self) -> datetime | None:
        """The latest date in the files: the export is at least as recent."""
        moments = [row.created_at for row in self.proposals]
        moments += [row.created_at for row in self.debates]
        moments += [row.created_at for row in self.comments]
        return max(moments, default=None)

    @property
    def source(self) -> str:
        """The host that most rows come from."""
        hosts = [host_of(row.url) for row in self.proposals]
        hosts += [host_of(row.url) for row in self.debates]
        hosts = [host for host in hosts if host] or [host_of(c.root_url) for c in self.comments]
        return max(set(hosts), key=hosts.count, default="")


def host_of(url: str) -> str:
    return urlsplit(url).netloc.lower()


def read_export(folder: Path, *, language: str = "fr") -> Export:
    """Read the files that are there. FileNotFoundError when there is none of them."""
    export = Export()
    readers: dict[str, Callable[[Export, str, Mapping[str, str], int], None]] = {
        "proposals.csv": lambda e, _f, r, n: e.proposals.append(_proposal(r, language, n)),
        "debates.csv": lambda e, _f, r, n: e.debates.append(_debate(r, language, n)),
        "debate_comments.csv": lambda e, f, r, n: e.comments.append(_comment(r, f, n)),
        "proposal_comments.csv": lambda e, f, r, n: e.comments.append(_comment(r, f, n)),
    }
    present = [name for name in readers if (folder / name).is_file()]
    if not present:
        raise FileNotFoundError(folder)
    for name in present:
        try:
            text = _decoded((folder / name).read_bytes())
            for line, record in _records(name, text, export.problems):
                try:
                    readers[name](export, name, record, line)
                except Damaged as damage:
                    export.problems.append(Problem(name, line, damage.code, damage.about))
        except Damaged as damage:
            export.problems.append(Problem(name, 0, damage.code, damage.about))
    _drop_repeats(export)
    return export


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, else Latin-1 as Windows writes it."""
    if b"\x00" in content:
        raise Damaged("not_text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


_RECORD_BEGINS = re.compile(r'"?\d+"?[;,]')


def _records(
    name: str, text: str, problems: list[Problem]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each record with the line it begins on.

    A record whose quotes do not close, or with too many or few columns, is reported; reading goes
    on at the next line that begins like a record (a number, a delimiter).
    """
    lines = text.splitlines(keepends=True)
    if not lines or not lines[0].strip():
        raise Damaged("empty_file")
    delimiter = max(";,", key=lines[0].count)
    header = [column.strip() for column in next(csv.reader([lines[0]], delimiter=delimiter))]
    if len(header) == 1:
        raise Damaged("not_csv")
    twice = {column for column in header if header.count(column) > 1}
    if twice:
        raise Damaged("repeated_columns", ", ".join(sorted(twice)))
    at = 1
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        cells, end = _cells(lines, at, delimiter)
        if cells is None:
            problems.append(Problem(name, at + 1, "open_quote"))
        elif len(cells) != len(header):
            problems.append(Problem(name, at + 1, "columns", f"{len(cells)}/{len(header)}"))
            cells = None
        if cells is not None:
            yield at + 1, dict(zip(header, cells, strict=True))
            at = end
        else:
            at += 1
            while at < len(lines) and not _RECORD_BEGINS.match(lines[at]):
                at += 1


def _cells(lines: list[str], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The record that begins at this line and the line after it; None when it never closes."""
    quotes = 0
    for end in range(at, min(len(lines), at + LONGEST_RECORD)):
        quotes += lines[end].count('"')
        if quotes % 2 == 0:
            record = io.StringIO("".join(lines[at : end + 1]), newline="")
            try:
                rows = list(csv.reader(record, delimiter=delimiter, strict=True))
            except csv.Error:
                return None, end + 1
            return (rows[0] if len(rows) == 1 else None), end + 1
    return None, at + 1


def _wanted(record: Mapping[str, str], *names: str) -> str:
    for name in names:
        if record.get(name, "").strip():
            return record[name].strip()
    if not any(name in record for name in names):
        raise Damaged("no_column", names[0])
    raise Damaged("empty", names[0])


def _id(record: Mapping[str, str]) -> str:
    written = _wanted(record, "id")
    if len(written) > LONGEST_ID:
        raise Damaged("too_long", str(LONGEST_ID))
    return written


def _moment(record: Mapping[str, str]) -> datetime:
    written = _wanted(record, "created_at")
    for shape in ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S UTC", "%Y-%m-%dT%H:%M:%S%z"):
        try:
            moment = datetime.strptime(written, shape)  # noqa: DTZ007  the zone is checked below
        except ValueError:
            continue
        if moment.tzinfo is None:
            moment = datetime.strptime(f"{written[:-4]} +0000", "%Y-%m-%d %H:%M:%S %z")
        if moment.year not in YEARS:
            break
        return moment
    raise Damaged("date", written)


def _number(record: Mapping[str, str], name: str) -> int:
    written = record.get(name, "").strip() or "0"
    if not written.isascii() or not written.isdigit() or len(written) > 9:  # noqa: PLR2004  an int4
        raise Damaged("number", f"{name}: {written[:40]}")
    return int(written)


def _url(record: Mapping[str, str], name: str) -> str:
    """Only web addresses come in; anything else is left out."""
    url = record.get(name, "").strip()
    try:
        scheme = urlsplit(url).scheme
    except ValueError:  # such as a bracket that never closes
        return ""
    return url if scheme in {"http", "https"} and len(url) <= 300 else ""  # noqa: PLR2004  the column


def _proposal(record: Mapping[str, str], language: str, line: int) -> ProposalRow:
    return ProposalRow(
        id=_id(record),
        title=_wanted(record, "title", f"title/{language}"),
        text=_plain(_wanted(record, "body", f"body/{language}")),
        category=record.get(f"category/name/{language}", "").strip(),
        votes=_number(record, "votes"),
        created_at=_moment(record),
        url=_url(record, "url"),
        line=line,
    )


def _debate(record: Mapping[str, str], language: str, line: int) -> DebateRow:
    return DebateRow(
        id=_id(record),
        question=_wanted(record, f"title/{language}", "title"),
        introduction=_plain(record.get(f"description/{language}", "")),
        created_at=_moment(record),
        url=_url(record, "url"),
        line=line,
    )


def _comment(record: Mapping[str, str], file: str, line: int) -> CommentRow:
    kind = _wanted(record, "commentable_type").rpartition("::")[2]
    if kind not in {PROPOSAL, DEBATE, COMMENT}:
        raise Damaged("unknown_kind", kind)
    alignment = record.get("alignment", "").strip()
    if alignment not in POSITIONS:
        raise Damaged("alignment", alignment[:20])
    return CommentRow(
        id=_id(record),
        text=_plain(_wanted(record, "body")),
        author=record.get("author/name", "").strip(),
        position=POSITIONS[alignment],
        created_at=_moment(record),
        about_kind=kind,
        about_id=_wanted(record, "commentable_id"),
        root_url=_url(record, "root_commentable_url"),
        file=file,
        line=line,
    )


class _Text(html.parser.HTMLParser):
    """The words of a piece of HTML, a blank line between its paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "li", "div", "h1", "h2", "h3"}:
            self.words.append("\n\n")

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag == "br":
            self.words.append("\n")


_MARKUP = re.compile(r"</?(p|br|strong|em|b|i|u|ul|ol|li|a|div|span|h[1-6])\b[^>]*>", re.IGNORECASE)


def _plain(text: str) -> str:
    """Decidim stores some fields as HTML and others as text: HTML is read, text left alone."""
    if _MARKUP.search(text):
        parser = _Text()
        parser.feed(text)
        parser.close()
        text = "".join(parser.words)
    text = text.replace("\xa0", " ").replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _drop_repeats(export: Export) -> None:
    """What comes twice counts once: the first. Ids of comments are unique on their host only."""
    problems = export.problems
    export.proposals = _first(export.proposals, "proposals.csv", lambda r: r.id, problems)
    export.debates = _first(export.debates, "debates.csv", lambda r: r.id, problems)
    for file in ("debate_comments.csv", "proposal_comments.csv"):
        mine = [comment for comment in export.comments if comment.file == file]
        kept = _first(mine, file, lambda r: r.ref, problems)
        others = [comment for comment in export.comments if comment.file != file]
        export.comments = others + kept


def _first(
    rows: list[Row], file: str, key: Callable[[Row], str], problems: list[Problem]
) -> list[Row]:
    seen: dict[str, Row] = {}
    for row in rows:
        if key(row) in seen:
            problems.append(Problem(file, row.line, "repeated", row.id))
        else:
            seen[key(row)] = row
    return list(seen.values())
