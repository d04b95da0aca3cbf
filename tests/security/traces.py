"""What an act leaves behind: every row of every table, told apart and compared."""

import re
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.http import HttpResponseBase

from essaim.foundation.privacy import REGISTER
from essaim.members.models import Member

# Counts of tries and what jobs are made of: written by requests that are refused as well.
NOT_TRACED = {"foundation_ratelimit", "django_session"}
# The database itself keeps these in step with rows that are traced.
COMPUTED = ["supporters"]
NO_TEXT = ("image/", "application/pdf", "application/zip", "application/octet-stream")
TOKEN = re.compile(
    r'(name="(?:csrfmiddlewaretoken|idempotency[_-]key|form_token|once)" value=")[^"]*'
)

# Random words besides those that are called so: only what a form was tempted with is told apart.
RANDOM_WORDS = {("events.Round", "code"), ("events.CheckIn", "nonce")}
TEMPTED = "1"

Rows = dict[tuple[str, str], str]


def traced() -> list[type[models.Model]]:
    """Every model with a table of ours."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.db_table not in NOT_TRACED
        and not model._meta.db_table.startswith(("procrastinate", "django_", "auth_"))
    ]


def rows(*, of_others_than: Member | None = None) -> Rows:
    """Each row of each table as a hash, in one query; without those about this person."""
    parts: list[str] = []
    parameters: list[Any] = []
    for model in traced():
        meta = model._meta
        part = (
            f"SELECT '{meta.db_table}', {_column(model, meta.pk.name)}::text,"  # noqa: S608  names of our own tables
            f" md5((to_jsonb(t) - %s::text[])::text) FROM {_quoted(meta.db_table)} t"
        )
        parameters.append(COMPUTED)
        declared = REGISTER.get(model)
        if of_others_than is not None and declared and declared.subject:
            part += f" WHERE {_column(model, declared.subject)} IS DISTINCT FROM %s"
            parameters.append(of_others_than.pk)
        parts.append(part)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return {(table, key): said for table, key, said in cursor.fetchall()}


def changed(before: Rows, after: Rows) -> set[tuple[str, str]]:
    """Rows that were there and now say something else, or are gone."""
    return {key for key, said in before.items() if after.get(key) != said}


def _column(model: type[models.Model], name: str) -> str:
    return _quoted(columns_of(model)[name])


def columns_of(model: type[models.Model]) -> dict[str, str]:
    """The column of each field."""
    return {field.name: str(field.column) for field in model._meta.concrete_fields}


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def shapes() -> list[str]:
    """What all rows say, without what differs each time: numbers, moments, random words."""
    found = []
    for model in traced():
        if model._meta.app_label == "foundation":
            continue  # facts: they repeat the numbers of the rows
        label = model._meta.label
        found += [f"{label}: {_shape(model, row)}" for row in model._default_manager.values()]
    return sorted(found)


def _shape(model: type[models.Model], row: dict[str, Any]) -> dict[str, Any]:
    shape = {}
    fields = {field.attname: field for field in model._meta.concrete_fields}
    for name, value in row.items():
        field = fields[name]
        said = value
        if isinstance(field, models.DateTimeField) or field.is_relation:
            said = value is not None
        if (
            field.primary_key
            or name == "public_id"
            or name.endswith(("token", "key", "hash", "ticket"))
        ):
            said = "…"
        if name in {"thread_id", "subject_id", "seed"}:
            said = "…"
        if (model._meta.label, name) in RANDOM_WORDS and value != TEMPTED:
            said = "…"
        if name == "password":
            said = str(value).partition("$")[0]
        shape[name] = said
    return shape


def text_of(response: HttpResponseBase) -> str:
    """A picture or a paper as well as its letters can be told; all else is in order or fails."""
    parts = response.streaming_content if response.streaming else [response.content]  # type: ignore[attr-defined]  # one or the other is there
    said = b"".join(parts)
    kind = response.headers.get("Content-Type", "")
    is_text = not kind.startswith(NO_TEXT) or "svg" in kind
    return str(said.decode(errors="strict" if is_text else "replace"))


def same_each_time(response: HttpResponseBase, *without: str) -> str:
    """A page without its form's tokens, and without words that it was asked with."""
    text = TOKEN.sub(r"\1…", text_of(response))
    for word in without:
        text = text.replace(word, "")
    return text


def tells(text: str, words: Iterable[str]) -> set[str]:
    return {word for word in words if word in text.lower()}
