"""What people write: checked when it comes in, shown as safe HTML, shortened, made comparable.

The only module that declares HTML safe, and only what nh3 has let through.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import nh3
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

LONGEST = 50_000  # characters that are rendered; models allow far less
SHIFT = 2  # a page has one h1 and its sections are h2: the first heading of a text is h3

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}

# Both directions of text overriding the other can make a name read as another.
_OVERRIDES = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "’": "'", "‘": "'"}
)
# Around words found in a text: characters for private use, which nobody's keyboard has.
FOUND = ("\ue000", "\ue001")
_FOUND = re.compile(f"{FOUND[0]}([^{FOUND[0]}{FOUND[1]}]*){FOUND[1]}")
_MARKS = re.compile(f"[{FOUND[0]}{FOUND[1]}]")
_ENDS = (".", "?", "!", "…", ":", "»", "”")
# What closes a sentence, with the space that French puts before it.
_SIGNS = re.compile(r"(?:[^\S\n]?[?!»…]|[.,;)\]”’\"])+")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANKS = re.compile(r"\s+")
# Spaces, controls, joiners and accents of nothing; then letters that print nothing.
_BLANK_KINDS = frozenset({"Cc", "Cf", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"})
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class _Renderer(RendererHTML):
    """Headings below the page's own, and pictures as links: nothing is loaded from elsewhere."""

    def heading_open(self, tokens: Sequence[Token], idx: int, *_rest: object) -> str:
        return f"<{_shifted(tokens[idx].tag)}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, *_rest: object) -> str:
        return f"</{_shifted(tokens[idx].tag)}>\n"

    def image(self, tokens: Sequence[Token], idx: int, *_rest: object) -> str:
        token = tokens[idx]
        source = nh3.clean_text(str(token.attrGet("src") or ""))
        words = nh3.clean_text(token.content) or source
        within_link = sum(other.nesting for other in tokens[:idx] if other.type.startswith("link_"))
        return words if within_link else f'<a href="{source}">{words}</a>'


_MARKDOWN = MarkdownIt(
    "commonmark",
    {"html": False, "linkify": True, "typographer": False, "breaks": True},
    renderer_cls=_Renderer,
).enable(["linkify", "strikethrough", "table"])


def render_markdown(text: str) -> Markup:
    """Safe HTML of a Markdown text; hostile input becomes harmless words, never an error."""
    if len(text) <= LONGEST // 5:
        return _remembered(text)
    return _render(text[:LONGEST])


@lru_cache(maxsize=512)
def _remembered(text: str) -> Markup:
    return _render(text)


def _render(text: str) -> Markup:
    html = _MARKDOWN.render(text)
    safe = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes=_SCHEMES,
        link_rel="nofollow ugc noopener",
    )
    return Markup(safe)  # noqa: S704  nh3 has just let it through


def plain_excerpt(text: str, length: int = 200) -> str:
    """The words of a Markdown text without its marks, cut between words with an ellipsis."""
    return _excerpt(text[: length * 4 + 1000], length)


@lru_cache(maxsize=2048)
def _excerpt(text: str, length: int) -> str:
    tokens = _MARKDOWN.parse(text)
    words = _BLANKS.sub(" ", "".join(_words(tokens))).strip()
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    between = cut.rfind(" ")
    return (cut[:between] if between > length // 2 else cut).rstrip(" ,;:.") + "…"


def found_excerpt(found: str, whole: str, length: int = 200) -> str:
    """The `plain_excerpt` of what a search found in a whole text: says where it was cut.

    A search stops at a word: the signs that follow it belong to it.
    """
    bare = _MARKS.sub("", found)
    at = whole.find(bare)
    before, after = ("", "") if at < 0 else (whole[:at].rstrip(), whole[at + len(bare) :])
    signs = _SIGNS.match(after)
    words = plain_excerpt(found + (signs.group() if signs else ""), length)
    goes_on = at < 0 or after[signs.end() if signs else 0 :].strip()
    if goes_on and not words.endswith(_ENDS):
        words = words.rstrip(" ,;:") + "…"
    return words if not before or before.endswith(_ENDS) else f"…\u00a0{words}"


def marked(text: str) -> Markup:
    """Plain text as HTML, with what stands between `FOUND` marks in `<mark>`; all else escaped."""
    pieces = _FOUND.split(text)
    pieces = [_MARKS.sub("", piece) for piece in pieces]
    return Markup().join(
        Markup("<mark>{}</mark>").format(piece) if number % 2 else piece
        for number, piece in enumerate(pieces)
    )


def linked_data(facts: Mapping[str, Any]) -> Markup:
    """Facts as the JSON of a `<script type="application/ld+json">`; empty ones are left out.

    No text in them ends the element: what means something to HTML is written as \\u003c.
    """
    told = {name: fact for name, fact in facts.items() if fact not in ("", None, {})}
    text = json.dumps(told, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704  nothing in it is HTML any more


def for_xml(text: str) -> str:
    """Without the characters that no XML document may hold."""
    return _NOT_IN_XML.sub("", text)


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.children is not None and token.type == "inline":
            yield from _words(token.children)
            yield " "
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "
        elif token.type in {"text", "code_inline", "code_block", "fence", "image"}:
            yield token.content


def unaccented(text: str) -> str:
    """Lower case without accents, for sort keys and completion; as `essaim_unaccent` in SQL."""
    bare = unicodedata.normalize("NFKD", text.lower()).translate(_LETTERS)
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def clean_line(text: str) -> str:
    """One line such as a name or a title: trimmed, runs of spaces made one.

    Raises ValidationError for line breaks (they could forge e-mail headers) and control characters.
    """
    line = unicodedata.normalize("NFC", text).strip(" \t")
    if any(letter in "\r\n\v\f\x85\u2028\u2029" for letter in line):
        raise ValidationError(_("Write this on one line."), code="line_break")
    line = re.sub(r"[ \t]+", " ", line)
    _refuse_controls(line, allowed="")
    return line if _is_seen(line) else ""


def clean_text(text: str) -> str:
    """Text of several lines: line ends made "\\n", trimmed; control characters are refused."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    lines = re.sub("[\x85\u2028\u2029]", "\n", lines)
    _refuse_controls(lines, allowed="\n\t")
    if not _is_seen(lines):
        return ""
    return "\n".join(line.rstrip(" \t") for line in lines.split("\n")).strip("\n")


def _is_seen(text: str) -> bool:
    """Whether anything of it shows: a title of zero-width spaces is no title."""
    return any(
        letter not in _UNSEEN and unicodedata.category(letter) not in _BLANK_KINDS
        for letter in text
    )


def _refuse_controls(text: str, *, allowed: str) -> None:
    for letter in text:
        hidden = unicodedata.category(letter) in {"Cc", "Cs"} or ord(letter) in _OVERRIDES
        if hidden and letter not in allowed:
            raise ValidationError(
                _("This contains an invisible character that cannot be stored: type it again."),
                code="control_character",
            )


def _shifted(tag: str) -> str:
    return f"h{min(int(tag[1]) + SHIFT, 6)}"
