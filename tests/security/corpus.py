"""Hostile words in every text field of every model, and what must never come of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.db import models

MARK = "kanari"
# The dialogs are what a browser would show; nothing of this is ever to become an element.
SHORT = [
    "<img src=kanari onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'-alert(1)-'<kanari-x>",
    "</script><script>alert(1)</script>",
    "<b kanari=1>{{7*7}}${7*7}</b>",
    "javascript:alert('kanari')",
    "</title></textarea><kanari-x>",
    "\u202ekanari\u2066<i kanari>",
]
# Text, attribute, script, style, comment: it gets out of each.
POLYGLOT = (
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A//</stYle/</titLe/"
    "</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert()//>\\x3e"
)
MARKED = [
    "[x](javascript:alert(1))",
    "[x](&#106;ava\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    '![" onerror="alert(1)](https://kanari.example/x.png)',
    '[x](https://example.org/" onclick="alert(1))',
    "[x](https://example.org 'a\" onmouseover=\"alert(1)')",
    '<a href="javascript:alert(1)" kanari>x</a>',
    "<iframe src=//kanari.example></iframe><object data=//kanari.example>",
    "<form action=//kanari.example><input name=kanari></form>",
    "<style>@import '//kanari.example'</style><base href=//kanari.example>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "# <script>alert(1)</script>",
    "| <script> | b |\n|---|---|\n| <img src=x onerror=alert(1)> | c |",
    "{{7*7}} {% raw %} ${7*7} #{7*7} {0.__class__} %(name)s %s <%= 7*7 %>",
    POLYGLOT,
]
EVERYTHING = "\n\n".join([*SHORT, *MARKED])
ADDRESS = "javascript:alert('kanari')"

# Text that nobody ever types: codes of the program, addresses, what is computed from other text.
NOT_WRITTEN = {
    "account.EmailConfirmation.key": "never made: codes prove addresses here",
    "communities.Community.name_key": "computed for sorting, never shown",
    "communities.Community.slug": "part of an address: letters, digits and hyphens",
    "communities.Community.time_zone": "a name that the clock knows",
    "commitments.Commitment.subject_kind": "a word of the program",
    "events.Event.zone": "a name that the clock knows",
    "events.Series.holidays": "two letters",
    "events.Series.zone": "a name that the clock knows",
    "events.Round.code": "random letters",
    "demo.Mail.recipients": "addresses that were checked",
    "discussions.Thread.subject_kind": "a word of the program",
    "home.PutOff.key": "compared with acts, never shown",
    "members.Consent.about": "an address that says whose consent it is",
    "members.Interest.key": "computed for finding, never shown",
    "members.Member.email": "checked, and in lower case",
    "members.Member.name_key": "computed for sorting, never shown",
    "members.Member.password": "a hash",
    "outreach.Notice.key": "never shown",
    "outreach.Notice.kind": "a word of the program",
    "places.Place.code": "an official code",
    "places.Place.country": "two letters",
    "places.Place.key": "computed for finding, never shown",
}
# Words that the database lets stand only beside the day on which they were said.
ONLY_WHERE_SAID = {"needs.Help.story"}
# Random letters, digests of them, and two letters of a list: by their names, on any model.
CODES = (
    "public_id",
    "token",
    "stop_token",
    "session_key",
    "digest",
    "prefix",
    "language",
    "ticket",
)
# Tables of libraries that hold no words of people, and facts, which hold ids.
NO_WORDS = {"contenttypes", "auth", "sessions", "procrastinate", "foundation"}


def text_fields(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """The fields of a model in which somebody's words may stand."""
    for one in model._meta.concrete_fields:
        is_text = isinstance(one, models.CharField | models.TextField)
        if is_text and not one.choices and not one.primary_key and one.name not in CODES:
            yield one


def all_text_fields() -> dict[str, models.Field[Any, Any]]:
    return {
        f"{model._meta.label}.{one.name}": one
        for model in apps.get_models()
        if model._meta.app_label not in NO_WORDS
        for one in text_fields(model)
    }


def poison() -> set[str]:
    """Write the corpus into every row, past all that would refuse it. Returns the fields."""
    written = set()
    for label, one in all_text_fields().items():
        if label in NOT_WRITTEN:
            continue
        for number, key in enumerate(_rows(one)):
            one.model._default_manager.filter(pk=key).update(**{one.name: _fitting(one, number)})
            written.add(label)
    return written


def _rows(one: models.Field[Any, Any]) -> list[Any]:
    filled = one.model._default_manager.exclude(**{f"{one.name}__isnull": True})
    if str(one) in ONLY_WHERE_SAID:
        filled = filled.exclude(**{one.name: ""})
    return list(filled.order_by("pk").values_list("pk", flat=True))


def _fitting(one: models.Field[Any, Any], number: int) -> str:
    if isinstance(one, models.URLField):
        return ADDRESS
    longest = one.max_length
    if longest is None or longest >= len(EVERYTHING) + 10:
        return f"{EVERYTHING} {number}"
    fitting = [word for word in [*SHORT, *MARKED] if len(word) + 5 <= longest] or ["<i>"]
    return f"{fitting[number % len(fitting)]} {number}"


@dataclass
class Elements(HTMLParser):
    """What of a page nobody of us wrote."""

    wrong: list[str] = field(default_factory=list)
    in_data: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip().lower() for name, value in attrs}
        self.in_data = tag == "script" and given.get("type") == "application/ld+json"
        handlers = [name for name in given if name.startswith("on") or MARK in name]
        if handlers or MARK in tag or tag in {"iframe", "object", "embed", "base", "math", "style"}:
            self.wrong.append(f"<{tag} {handlers}>")
        if tag == "script" and not (given.get("src", "").startswith("/static/") or self.in_data):
            self.wrong.append("a script")
        for name in ("href", "src", "action", "formaction", "hx-get", "hx-post", "xlink:href"):
            address = "".join(given.get(name, "").split())
            runs = address.startswith(("javascript:", "data:", "vbscript:"))
            if runs or (tag != "a" and (address.startswith("//") or "//kanari" in address)):
                self.wrong.append(f"<{tag} {name}={address[:60]}>")

    def handle_data(self, data: str) -> None:
        if self.in_data and data.strip():
            try:
                json.loads(data)
            except ValueError:
                self.wrong.append(f"broken data: {data[:60]}")

    def handle_endtag(self, _tag: str) -> None:
        self.in_data = False


def foreign_elements(page: str) -> list[str]:
    read = Elements()
    read.feed(page)
    return read.wrong
