"""Words that want to be something else: V25 to V28, in pages, addresses, errors and queries."""

import ast
import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.http import HttpRequest, HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from config import urls as site
from essaim.foundation.http.headers import CONTENT_SECURITY_POLICY
from essaim.foundation.http.links import web_address
from essaim.foundation.text import render_markdown
from tests.architecture.cast import World, build
from tests.architecture.test_access import client_of, tries
from tests.security.corpus import ADDRESS, MARKED, SHORT, foreign_elements
from tests.security.traces import text_of

pytestmark = pytest.mark.django_db

ROOT = Path(settings.ROOT)
SOURCES = [
    file
    for folder in ("essaim", "config")
    for file in (ROOT / folder).rglob("*.py")
    if not {"tests", "migrations"} & set(file.parts)
]
# Where HTML is declared safe, and what has made sure of it.
SAFE = {
    "essaim/foundation/text.py": "nh3 has let it through, or it is escaped piece by piece",
    "essaim/design/icons.py": "drawings of a library",
    "essaim/design/typography.py": "the same HTML with other spaces",
    "essaim/design/catalogue.py": "samples that we wrote",
    "essaim/discussions/queries/threads.py": "nothing at all",
    "essaim/foundation/http/idempotency.py": "fields with random words, which are escaped",
}
DECLARING = {"Markup", "mark_safe", "SafeString", "SafeText", "format_html", "html_safe"}


def test_v25_html_is_declared_safe_in_few_places_and_by_an_allow_list() -> None:
    found = set()
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in DECLARING:
                    found.add(str(file.relative_to(ROOT)))
    assert found <= SAFE.keys()
    assert "essaim/foundation/text.py" in found
    for template in ROOT.glob("essaim/**/jinja2/**/*"):
        if template.is_file():
            source = template.read_text("utf-8").replace(" ", "")
            assert "|safe" not in source, template
            assert "autoescape" not in source, template


def test_v25_what_those_who_run_a_place_write_is_cleaned_like_anybodys() -> None:
    """At the moment it is shown: what stood there before the list was made shorter, too."""
    for word in (*SHORT, *MARKED, "\n".join(MARKED)):
        assert not foreign_elements(render_markdown(word)), word
    shown = render_markdown("**a** [b](https://example.org) <u>c</u>")
    assert "<strong>a</strong>" in shown
    assert 'rel="nofollow ugc noopener"' in shown
    assert "<u>" not in shown


def _names_asked() -> set[str]:
    """Every name that some page reads out of an address."""
    texts = [file.read_text("utf-8") for file in SOURCES]
    found = {name for text in texts for name in re.findall(r"GET(?:\.get\(|\[)\s*\"(\w+)\"", text)}
    return found | {"order", "category", "fate", "title", "page", "per_page", "limit", "sort"}


FUZZ = [*SHORT, ADDRESS, "//kanari.example/", "data:text/html,<script>alert(1)</script>", "-1"]


def test_v26_nothing_of_an_address_becomes_markup_or_a_way_elsewhere() -> None:
    """Each name that any page reads, on every page, each hostile word in turn."""
    names = _names_asked()
    assert {"next", "after", "q", "kind", "to"} <= names
    world = build()
    wrong = []
    for reader in ("anonymous", "administrator"):
        client = client_of(world, reader)
        for number, (key, address) in enumerate(_pages(world, reader)):
            for word in (FUZZ[number % len(FUZZ)], FUZZ[(number + 5) % len(FUZZ)]):
                response = client.get(address, dict.fromkeys(names, word))
                if said := _harm(response):
                    wrong.append(f"{reader} {key} {word}: {said}")
    assert not wrong, "\n".join(wrong)


def _pages(world: World, name: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for one in tries(world, name):
        if one.method == "get" and one.wanted in {"200", "302"} and one.key not in seen:
            seen.add(one.key)
            yield one.key, one.address


def _harm(response: HttpResponseBase) -> str:
    if response.status_code >= 500:
        return str(response.status_code)
    text = text_of(response)
    if "html" in response.headers["Content-Type"] and (found := foreign_elements(text)):
        return str(found)
    if re.search(r'(?:href|action|content)="(?:\d+;url=)?(?:https?:)?//kanari', text):
        return "leads elsewhere"
    away = urlsplit(response.headers.get("Location", ""))
    return f"leads to {away.geturl()}" if away.netloc or away.scheme else ""


def test_v26_addresses_of_scripts_are_no_addresses() -> None:
    """In every field of an address, and where one is shown that stood there already."""
    hostile = [ADDRESS, "data:text/html,x", "vbscript:x", " javascript:x", "java\nscript:x", "//x"]
    fields = [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.URLField)
    ]
    assert len(fields) >= 4
    for word in hostile:
        assert web_address(word) == ""
        for field in fields:
            with pytest.raises(ValidationError):
                field.run_validators(word)
    assert web_address("HTTPS://example.org/") == "HTTPS://example.org/"


@pytest.mark.parametrize("path", ["/enter/", "/enter/code/", "/language/", "/me/name/"])
def test_v26_going_on_leads_nowhere_else(path: str) -> None:
    world = build()
    client = client_of(world, "member")
    for word in (
        *("https://kanari.example/", "//kanari.example", "/\\kanari.example", "\\\\kanari.example"),
        *("http:kanari.example", "///kanari.example", "/%09/kanari.example", "\t//kanari.example"),
        *(ADDRESS, "http://testserver@kanari.example/", "http://testserver.kanari.example/"),
        "http://testserver//kanari.example/",
    ):
        for response in (
            client.get(path, {"next": word}),
            client.post(
                path,
                {"next": word, "name": "A B", "language": "en"},
                headers={"referer": word, "hx-current-url": word},
            ),
        ):
            to = urljoin(f"http://testserver{path}", response.headers.get("Location", "/"))
            assert to.startswith("http://testserver/"), (word, to)
            assert "\\" not in to, (word, to)


def broken(request: HttpRequest) -> HttpResponseBase:
    raise RuntimeError(request.GET.get("q", ""))


broken.is_public = True  # type: ignore[attr-defined]  # as `public` marks it
urlpatterns = [path("broken/", broken), *site.urlpatterns]
handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500


@pytest.mark.urls(__name__)
def test_v27_pages_of_errors_are_as_guarded_as_the_others_and_echo_nothing() -> None:
    world = build()
    client = client_of(world, "member", enforce_csrf_checks=True)
    word = "<script>alert('kanari')</script>"
    asked = {"q": word, "next": word, "error": word, "error_description": word, "state": word}
    answers = {
        400: client.get("/places/complete", {**asked, "level": "\0"}),
        403: client.post("/me/", asked, headers={"referer": f"http://testserver/{word}"}),
        404: client.get("/there/is/nothing/", asked),
        405: client.get("/sign-out/", asked),
        500: client.get("/broken/", asked),
    }
    answers[401] = client.get("/api/v1/nothing/at/all", asked)
    for status, response in answers.items():
        assert response.status_code in {status, 404, 200}, status
        assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, status
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert word not in text_of(response), status
        assert not foreign_elements(text_of(response))
        assert "Traceback" not in text_of(response)
    assert {answers[s].status_code for s in (403, 404, 405, 500)} == {403, 404, 405, 500}
    policy = CONTENT_SECURITY_POLICY
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    for kind in ("base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert kind in policy
    foreign = Client().get("/", headers={"host": "kanari.example"})
    assert "kanari.example" not in text_of(foreign)


# What a linter looks for in Python, so that no text of a person becomes a part of a query.
QUERY_RULES = ("S608", "S610", "S611")


def _names_in(statement: ast.expr) -> set[str]:
    """What an f-string puts into a statement."""
    parts = [one.value for one in ast.walk(statement) if isinstance(one, ast.FormattedValue)]
    return {ast.unparse(part) for part in parts}


def test_v28_the_linter_refuses_queries_made_of_words() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    assert rules["select"] == ["ALL"]
    ignored = {*rules["ignore"], *chain(*rules["per-file-ignores"].values())}
    assert not {rule for rule in ignored if any(r.startswith(rule) for r in QUERY_RULES)}
    excused = {
        file.name
        for file in SOURCES
        for line in file.read_text("utf-8").splitlines()
        if re.search(r"noqa:.*S6(08|1[01])", line)
    }
    assert excused <= {
        "ideas.py",
        "counted.py",
        "candidates.py",
        "stories.py",
    }  # texts of the program, joined
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in {"raw", "extra"}, file
                if node.func.attr in {"execute", "executemany"} and node.args:
                    assert not isinstance(node.args[0], ast.BinOp), file
                    assert not _names_in(node.args[0]), file


PAYLOADS = [
    "1' OR '1'='1",
    "'; SELECT pg_sleep(20); --",
    "1); SELECT pg_sleep(20) --",
    "x' || pg_sleep(20) || '",
    "id,(SELECT pg_sleep(20))",
    "%' AND 1=(SELECT 1 FROM pg_sleep(20)) AND '%'='",
    "$$;SELECT pg_sleep(20);$$",
    "\\'; SELECT pg_sleep(20) --",
]


def test_v28_no_word_of_an_address_runs_in_the_database() -> None:
    """A statement that sleeps is cut off and would be a 500; quotes in words stay in words."""
    world = build()
    names = _names_asked()
    client = client_of(world, "administrator")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10s'")
    wrong, said = [], 0
    for number, (key, address) in enumerate(_pages(world, "administrator")):
        for word in (PAYLOADS[number % 8], PAYLOADS[(number + 3) % 8]):
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address, dict.fromkeys(names, word))
            if response.status_code >= 500:
                wrong.append(f"{key} {word}")
            for query in queries:
                said += "pg_sleep" in query["sql"]
                if "pg_sleep" in _outside_of_quotes(query["sql"]):
                    wrong.append(f"{key}: {query['sql'][:200]}")
    assert not wrong, "\n".join(wrong)


def _outside_of_quotes(sql: str) -> str:
    """A statement without its texts; two quotes are one within a text, E'' knows backslashes."""
    return re.sub(r"E'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'", "…", sql)
