import time
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from essaim.foundation.text import (
    clean_line,
    clean_text,
    found_excerpt,
    plain_excerpt,
    render_markdown,
    unaccented,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zy8+)",
    '![" onerror="alert(1)](https://example.org/x.png)',
    '[x](https://example.org/" onclick="alert(1))',
    "[x](https://example.org 'a\" onmouseover=\"alert(1)')",
    "[![x](https://example.org/x.png)](https://example.org)",
    "<style>body{display:none}</style>",
    "<iframe src=https://example.org></iframe>",
    "<form action=https://example.org><input name=a></form>",
    '<svg onload="alert(1)">',
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "</p></main><h1>Taken over</h1>",
    "```html\n<script>alert(1)</script>\n```",
    "[a]: javascript:alert(1)\n\n[a]",
    "# <script>alert(1)</script>",
    "| <script> | b |\n|---|---|\n| <img src=x onerror=alert(1)> | c |",
    "\x00<script>\x00alert(1)</script>",
]
ALLOWED_TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
} | {"table", "tbody", "td", "th", "thead", "tr", "ul"}


class Seen(HTMLParser):
    """Every tag and attribute a browser would find."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str, str]] = set()
        self.words = ""
        self.feed(str(html))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def assert_harmless(html: str) -> None:
    seen = Seen(html)
    assert seen.tags <= ALLOWED_TAGS
    for tag, name, value in seen.attributes:
        assert (tag, name) in {("a", "href"), ("a", "rel"), ("a", "title")}
        if name == "href" and ":" in value:
            assert value.split(":")[0] in {"http", "https", "mailto", "tel"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_becomes_harmless_words(text: str) -> None:
    assert_harmless(render_markdown(text))


@given(st.lists(st.sampled_from([*HOSTILE, "[", "](", "<", ">", "`", "*", "\n\n", "- ", "> "])))
@settings(max_examples=150, deadline=None)
def test_hostile_pieces_together_stay_harmless(pieces: list[str]) -> None:
    assert_harmless(render_markdown("".join(pieces)))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "![" * 50_000,
        "> " * 50_000,
        "*a " * 33_000,
        "`" * 50_000 + "a",
        "- " * 50_000,
        "[a](" * 25_000,
        "<" * 100_000,
        "www." * 25_000,
        "a@" * 50_000,
        "http://" * 14_000,
        "| a " * 25_000 + "\n" + "|---" * 25_000,
        "&" * 100_000,
        "\\" * 100_000,
        "*_" * 50_000,
        "~~a" * 33_000,
        "[a]: b\n" * 14_000,
        "a" * 5_000_000,
    ],
    ids=lambda text: f"{text[:6]!r}",
)
def test_huge_hostile_text_is_rendered_in_bounded_time(text: str) -> None:
    began = time.process_time()
    assert_harmless(render_markdown(text))
    assert time.process_time() - began < 5


def test_links_promise_nothing_to_search_engines_and_pictures_become_links() -> None:
    assert render_markdown(
        "[site](https://example.org/a?b=1&c=2) ![Plan](https://example.org/p.png)"
    ) == (
        '<p><a href="https://example.org/a?b=1&amp;c=2" rel="nofollow ugc noopener">site</a> '
        '<a href="https://example.org/p.png" rel="nofollow ugc noopener">Plan</a></p>\n'
    )
    assert 'href="https://example.org"' in render_markdown("Voir https://example.org.")
    assert render_markdown("![](https://example.org/p.png)").count("example.org/p.png") == 2
    nested = render_markdown("[![Plan](https://example.org/p.png)](https://example.org/)")
    assert nested.count("<a ") == 1
    assert "Plan" in nested


def test_headings_begin_below_those_of_the_page() -> None:
    html = render_markdown("# A\n\n## B\n\n### C\n\n#### D\n\n##### E\n\nF\n=")
    assert html.split() == (
        ["<h3>A</h3>", "<h4>B</h4>", "<h5>C</h5>", "<h6>D</h6>", "<h6>E</h6>", "<h3>F</h3>"]
    )


def test_french_typography_and_line_breaks_stay_as_written() -> None:
    text = '« Pourquoi\u00a0pas\u202f? » — l’idée d\'abord...\nEnsuite (c) "le reste"'
    html = render_markdown(text)
    assert Seen(html).words.strip() == text
    assert "<br>" in html


def test_rendered_text_is_safe_for_templates() -> None:
    assert isinstance(render_markdown("a"), Markup)


def test_an_excerpt_has_words_only_and_ends_between_them() -> None:
    text = (
        "# Titre\n\nUn **vélo** pour [tous](https://x.example), ![Plan](x.png)\net `code`.\n\n- un"
    )
    assert plain_excerpt(text) == "Titre Un vélo pour tous, Plan et code. un"
    assert plain_excerpt("un deux trois quatre", 12) == "un deux…"
    assert plain_excerpt("a" * 50, 10) == "a" * 9 + "…"
    assert plain_excerpt("", 10) == ""
    assert len(plain_excerpt("mot " * 1_000_000, 200)) <= 200


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Élodie", "elodie"),
        ("ŒUVRE", "oeuvre"),
        ("L’Haÿ-les-Roses", "l'hay-les-roses"),
        ("Ærø", "aero"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("E\u0301tat", "etat"),
    ],
)
def test_accents_and_capitals_go(text: str, bare: str) -> None:
    assert unaccented(text) == bare


@pytest.mark.django_db
def test_python_and_the_database_take_off_the_same_accents() -> None:
    text = "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆàâäçéèêëîïôöùûüÿœæ ñ Ñ ß ø ł Ł ’ L’Haÿ-les-Roses 12"
    with connection.cursor() as cursor:
        cursor.execute("SELECT essaim_unaccent(%s)", [text])
        assert cursor.fetchone() == (unaccented(text),)


def test_a_line_is_trimmed_and_its_spaces_made_one() -> None:
    assert clean_line("  Anne \t  Marie ") == "Anne Marie"
    assert clean_line("Pourquoi\u00a0?") == "Pourquoi\u00a0?"
    assert clean_line("e\u0301te\u0301") == "été"
    assert clean_line("👩‍🌾 Ferme") == "👩‍🌾 Ferme"


@pytest.mark.parametrize(
    "text",
    [
        "a\nb",
        "a\rb",
        "a\r\nBcc: x@example.org",
        "a\x00b",
        "a\x1bb",
        "a\u2028b",
        "a\u2029b",
        "a\x85b",
        "a\x0bb",
        "a\x7fb",
        "a\u202eb",
        "a\u2066b",
        "a\ud800b",
    ],
)
def test_a_line_with_breaks_or_invisible_controls_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        clean_line(text)


def test_a_text_keeps_its_lines_and_loses_what_surrounds_them() -> None:
    assert clean_text("\r\n  a \r\nb\r\rc\u2028d\n\n") == "  a\nb\n\nc\nd"


@pytest.mark.parametrize("text", ["a\x00b", "a\x08b", "a\x1b[31mb", "a\u202eb", "a\ud800b"])
def test_a_text_with_invisible_controls_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        clean_text(text)


@pytest.mark.parametrize(
    "text", ["\u200b\u200b", "\u00a0", "\u3164", "\u2800\u200d", "\ufe0f\u0301"]
)
def test_what_nobody_would_see_is_empty(text: str) -> None:
    assert clean_line(text) == ""
    assert clean_text(f"{text}\n{text}") == ""
    assert clean_line(f"{text}a").endswith("a")


@pytest.mark.parametrize(
    ("found", "whole", "told"),
    [
        ("Où va \ue000le bus\ue001", "Où va le bus ?", "Où va \ue000le bus\ue001 ?"),
        ("Où va le bus", "Où va le bus ? Nulle part.", "Où va le bus ?"),
        ("le \ue000bus\ue001 de", "le bus de nuit", "le \ue000bus\ue001 de…"),
        ("va le bus", "Où va le bus, la nuit ?", "…\u00a0va le bus…"),
        ("le bus va", "Il neige.\n\nle bus va", "le bus va"),
        ("un *bus", "un *bus* de nuit", "un *bus…"),
        ("of something else", "Rewritten by the search.", "of something else…"),
        ("", "", ""),
    ],
)
def test_an_excerpt_of_what_was_found_says_where_it_was_cut(
    found: str, whole: str, told: str
) -> None:
    assert found_excerpt(found, whole) == told
