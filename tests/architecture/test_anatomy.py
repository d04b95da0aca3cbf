"""The tree, the closed list of file names and the size of files: what `ls` tells must stay true."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(p for p in (ROOT / "essaim").iterdir() if (p / "__init__.py").exists())
FLOORS = [
    "foundation",
    "design",
    "places",
    "members",
    "communities",
    "outreach",
    "commitments",
    "discussions",
    "needs",
    "events",
    "ideas",
    "projects",
    "insights",
    "home",
    "demo",
]
ANATOMY = {
    "__init__",
    "facts",
    "models",
    "rules",
    "queries",
    "actions",
    "forms",
    "views",
    "api",
    "listeners",
    "panels",
    "tasks",
    "urls",
    "admin",
    "apps",
    "migrations",
    "management",
    "jinja2",
    "static",
    "tests",
}
# Plain modules named after what they compute, or the one hook a library asks for.
OWN_ROOMS = {
    "places": {"continents", "great_circle", "parents_fr"},
    "members": {"adapter", "bearer", "confirmation", "passkeys", "sessions", "skills"},
    "communities": {"circles", "readers"},
    "discussions": {"first_look"},
    "events": {
        "calendar",
        "calendar_import",
        "joy",
        "keywords",
        "kinds",
        "reckoning",
        "recurrence",
        "speaking",
    },
    "needs": {"matching"},
    "ideas": {"decidim"},
    "projects": {"betagouv"},
    "insights": {"cells", "survival"},
    "demo": {
        "world",
        "cast",
        "crowd",
        "load_came",
        "load_changes",
        "load_merging",
        "load_circles",
        "load_committees",
        "load_events",
        "load_held",
        "load_figures",
        "load_moderation",
        "load_needs",
        "load_projects",
        "load_programme",
        "load_starting",
        "load_talk",
        "load_upward",
        "load_world",
        "mailbox",
        "world_book",
    },
}
LIBRARIES = {"foundation", "design"}  # no sub-platforms: each file there is a tool of its own
VAGUE = {"utils", "helpers", "services", "managers", "common", "misc", "tools"}
MOST_LINES = 400


def python_files() -> list[Path]:
    return sorted(
        path
        for top in ("essaim", "config", "tests", "bench")
        for path in (ROOT / top).rglob("*.py")
        if "migrations" not in path.parts
    )


def test_every_package_stands_on_a_floor_and_every_floor_has_its_package() -> None:
    assert {package.name for package in PACKAGES} == set(FLOORS)


@pytest.mark.parametrize("package", [p for p in PACKAGES if p.name not in LIBRARIES], ids=str)
def test_a_sub_platform_holds_only_files_of_the_closed_list(package: Path) -> None:
    allowed = ANATOMY | OWN_ROOMS.get(package.name, set())
    found = {path.stem for path in package.iterdir() if path.name != "__pycache__"}
    assert found <= allowed, f"{sorted(found - allowed)}: name it after the list, or list its room"


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [str(path.relative_to(ROOT)) for path in python_files() if path.stem in VAGUE]
    assert not vague


def test_no_python_file_is_longer_than_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in python_files()
        if (count := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert not long, f"split by noun: {long}"


def test_each_package_says_in_one_paragraph_what_it_is_for() -> None:
    for package in PACKAGES:
        docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
        assert docstring, f"{package.name} does not say what it is for"


def test_templates_carry_no_inline_style_script_or_unsafe_filter() -> None:
    forbidden = re.compile(r"\sstyle=|<style|\son[a-z]+=\"|\|\s*safe\b|<script(?![^>]*\bsrc=)")
    guilty = {
        str(path.relative_to(ROOT)): found.group(0)
        for path in (ROOT / "essaim").rglob("jinja2/**/*.html")
        if (found := forbidden.search(path.read_text()))
        and "application/ld+json" not in path.read_text()
    }
    assert not guilty


def test_sub_platforms_own_no_stylesheet_or_script() -> None:
    owned = [
        str(path.relative_to(ROOT))
        for pattern in ("*.css", "*.js")
        for path in (ROOT / "essaim").rglob(pattern)
        if "design" not in path.relative_to(ROOT / "essaim").parts[:1]
    ]
    assert not owned


PRIVATE_ROOMS = {"views", "api", "listeners", "panels", "tasks", "urls", "admin", "tests"}


def test_other_packages_come_in_by_the_front_door() -> None:
    """Facts, models, rules, queries, actions and forms are shared; pages and tasks are not."""
    guilty = []
    for path in python_files():
        own = path.relative_to(ROOT).parts[:2]
        if own[0] != "essaim":
            continue
        for module in imported_modules(path):
            parts = module.split(".")
            if parts[0] != "essaim" or len(parts) < 3 or parts[1] in LIBRARIES:
                continue
            if parts[1] != own[1] and parts[2] in PRIVATE_ROOMS - (
                {"tests"} if "tests" in path.parts else set()
            ):
                guilty.append(f"{path.relative_to(ROOT)} imports {module}")
    assert not guilty


def test_views_the_api_and_panels_ask_no_tables_but_queries() -> None:
    """A read has a name in `queries`, a write in `actions`: nobody asks a manager beside them."""
    guilty = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files()
        if {"views", "api", "panels"} & {path.stem, path.parent.name}
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\.(objects|_default_manager)\b", line)
    ]
    assert not guilty, f"give it a name in queries: {guilty}"


def imported_modules(path: Path) -> list[str]:
    modules = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules += [f"{node.module}.{alias.name}" for alias in node.names]
    return modules


def test_every_unexplained_ignore_is_refused() -> None:
    """`# type: ignore[code]` and `# noqa: X` say why beside them."""
    bare = re.compile(r"#\s*(type:\s*ignore(\[[\w-]+(,\s*[\w-]+)*\])?|noqa(:\s*[A-Z0-9, ]+)?)\s*$")
    guilty = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    ]
    assert not guilty, f"say why: {guilty}"
