"""What the documents name exists: files, commands, addresses, settings, words, links."""

import argparse
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from config.cli import _parser

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("bench/*.md"), *ROOT.glob("docs/**/*.md")])
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
MOST_LINES = {"README.md": 80, "ARCHITECTURE.md": 150}
RECORD_LINES = 80
HEADINGS = ["## Context", "## Decision", "## Consequences", "## Alternatives"]

FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ENDINGS = r"\.(?:py|md|toml|yml|html|csv|lock|css|js|png|po)"
A_PATH = re.compile(
    rf"\.?[\w-]+(?:/[\w.-]+)*(?:/|{ENDINGS})"  # a folder or a file with an ending
    r"|\.?[\w-]+(?:/[\w.-]+)+|Makefile|LICENSE"
)
AN_ADDRESS = re.compile(r"/(?:[\w.{}-]+/)*[\w.{}-]*")
A_WORD = re.compile(r"@?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
LOOKS_LIKE_CODE = re.compile(r"[_.@]|[a-z][A-Z]|^[A-Z][a-z]")
A_SETTING = re.compile(r"\b(?:ESSAIM|DJANGO)_[A-Z_]+\b")
COMMAND = re.compile(
    r"^(?:\.venv/bin/|PORT=\d+ )?(make|essaim) ([a-z][\w-]*)(?: ([a-z][\w-]*))?", re.MULTILINE
)

# Names in the documents that are said not to be there, or are made when Essaim runs.
MADE_ELSEWHERE = {"admin.py", "var/", "static/", ".po", "essaim/locale", "/var/lib/essaim"}
EXPORTED = {"proposals.csv", "debates.csv", "proposal_comments.csv", "debate_comments.csv"}
SAMPLES = {"slug": "some-slug", "number": "1", "debate": "abc", "project": "abc", "event": "abc"}


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@cache
def spans(document: Path) -> tuple[str, ...]:
    """What stands between backticks in running text."""
    return tuple(SPAN.findall(FENCE.sub("", document.read_text())))


@cache
def tracked() -> frozenset[str]:
    """The files of the project, and the folders they lie in; those about to be added too."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\n")
    files = {name for name in listed if name and (ROOT / name).exists()}
    return frozenset(files | {str(p) for name in files for p in Path(name).parents})


@cache
def code() -> frozenset[str]:
    """Every word of the code."""
    endings = {".py", ".html", ".toml", ".js", ".css", ".lock"}
    files = [
        name
        for name in tracked()
        if Path(name).suffix in endings | {""}
        and (ROOT / name).is_file()
        and name.split("/")[0] in {"essaim", "config", "tests", "conftest.py", "pyproject.toml"}
        and name != "tests/architecture/test_docs.py"
    ]
    return frozenset(
        word
        for name in [*files, "requirements.lock", "Makefile"]
        for word in re.findall(r"\w+", (ROOT / name).read_text(errors="replace"))
    )


def test_the_documents_of_a_project_are_there() -> None:
    wanted = {
        *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"),
        *("docs/glossary.md", "docs/decisions/README.md"),
    }
    assert wanted <= set(names(DOCUMENTS))
    assert (ROOT / "LICENSE").read_text().startswith(" " * 20 + "GNU AFFERO GENERAL PUBLIC LICENSE")


@pytest.mark.parametrize(("name", "most"), MOST_LINES.items())
def test_the_first_documents_stay_short(name: str, most: int) -> None:
    assert len((ROOT / name).read_text().splitlines()) <= most


@pytest.mark.parametrize("record", RECORDS, ids=names(RECORDS))
def test_a_decision_is_a_page_with_its_four_parts(record: Path) -> None:
    lines = record.read_text().splitlines()
    assert len(lines) <= RECORD_LINES
    assert [line for line in lines if line.startswith("## ")] == HEADINGS
    assert lines[0].startswith(f"# {int(record.name[:4])}. ")


def test_decisions_are_numbered_in_a_row_and_listed() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))
    listed = LINK.findall((ROOT / "docs/decisions/README.md").read_text())
    assert listed == [record.name for record in RECORDS]


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    broken = []
    for link in LINK.findall(document.read_text()):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def anchors(document: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_path_in_backticks_exists(document: Path) -> None:
    missing = [
        span for span in spans(document) if A_PATH.fullmatch(span) and not exists(document, span)
    ]
    assert not missing


def exists(document: Path, path: str) -> bool:
    """From the root, from `essaim/`, or, for a bare file name, anywhere in it or beside."""
    if path in MADE_ELSEWHERE | EXPORTED or path.startswith(".venv/"):
        return True
    bare = path.rstrip("/")
    if bare in tracked() or f"essaim/{bare}" in tracked():
        return True
    if (document.parent / bare).exists():
        return True
    return "/" not in bare and any(name.endswith(f"/{bare}") for name in tracked())


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_address_in_backticks_is_one_of_the_site(document: Path) -> None:
    unknown = []
    for span in spans(document):
        if not AN_ADDRESS.fullmatch(span) or span in MADE_ELSEWHERE:
            continue
        address = re.sub(r"\{(\w+)\}", lambda found: SAMPLES[found.group(1)], span)
        try:
            resolve(address)
        except Resolver404:
            unknown.append(span)
    assert not unknown


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_command_is_one_we_have(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    choices = next(
        action.choices
        for action in _parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    text = "\n".join([*FENCE.findall(document.read_text()), *spans(document)])
    unknown = []
    for program, command, further in COMMAND.findall(text):
        known = targets if program == "make" else set(choices)
        imported = command == "import" and bool(further)
        managed = command == "manage" and bool(further)
        if command not in known or (
            (imported and f"import_{further}" not in get_commands())
            or (managed and further not in get_commands())
        ):
            unknown.append(f"{program} {command} {further}".strip())
    assert not unknown


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_setting_is_read_somewhere(document: Path) -> None:
    named = set(A_SETTING.findall(document.read_text()))
    assert not {name for name in named if name not in code()}


def test_every_setting_that_production_reads_is_told() -> None:
    read = {
        name
        for module in ("base", "production")
        for name in re.findall(
            r"env\.\w+\(\s*\"(\w+)\"", (ROOT / f"config/settings/{module}.py").read_text()
        )
    }
    told = set(A_SETTING.findall((ROOT / "docs/guides/deploy.md").read_text()))
    assert read <= told


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_word_of_the_code_in_backticks_is_in_the_code(document: Path) -> None:
    """Words that look like code: with an underscore, a capital inside, a dot or an @."""
    unknown = []
    for span in spans(document):
        said = re.sub(r"\(.*\)$|\s*->.*$", "", span)
        if not A_WORD.fullmatch(said) or A_PATH.fullmatch(said):
            continue
        if LOOKS_LIKE_CODE.search(said) and not words(said) <= code():
            unknown.append(said)
    assert not unknown


def words(said: str) -> set[str]:
    return set(re.findall(r"\w+", said))


GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
LABEL = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)")


@pytest.mark.parametrize("guide", GUIDES, ids=names(GUIDES))
def test_every_label_in_italics_is_on_a_page(guide: Path) -> None:
    shown = "".join(
        (ROOT / name).read_text()
        for name in tracked()
        if name.startswith("essaim/") and name.endswith((".html", ".py"))
    )
    assert not [label for label in LABEL.findall(guide.read_text()) if label not in shown]
