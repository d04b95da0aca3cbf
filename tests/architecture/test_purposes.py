"""What people undertake and need is never joined to how they stand politically."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Signature
from essaim.communities.tests.factories import in_role
from essaim.foundation.privacy import Use, use_of
from essaim.projects.models import Project
from essaim.projects.tests import factories as make

APART = (Use.INITIATIVE, Use.ELECTORAL)


def _tables(use: Use) -> set[str]:
    return {one._meta.db_table for one in apps.get_models() if use_of(one) == use}


def _crossings(statements: Iterable[str]) -> list[str]:
    """Those that name a table of either use in one query."""
    first, second = map(_tables, APART)
    return [
        sql
        for sql in statements
        if (named := set(re.findall(r'"(\w+)"', sql))) & first and named & second
    ]


def _ties() -> list[str]:
    """Foreign keys from a table of one use to one of the other."""
    return [
        f"{one._meta.label}.{field.name}"
        for one in apps.get_models()
        for field in one._meta.get_fields()
        if isinstance(related := field.related_model, type)
        and {use_of(one), use_of(related)} == set(APART)
    ]


def test_both_uses_are_declared() -> None:
    assert "projects_project" in _tables(Use.INITIATIVE)
    assert _tables(Use.ELECTORAL)


def test_no_key_leads_from_one_to_the_other() -> None:
    assert _ties() == []


@pytest.mark.django_db
def test_no_page_of_projects_runs_a_query_that_crosses() -> None:
    host = make.host_community()
    project = make.running(host)
    manager = in_role(host, "administrator")
    run: list[str] = []

    def listen(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        run.append(sql)
        return execute(sql, *more)

    addresses = [
        reverse("project", args=[project.public_id]),
        reverse("project_team", args=[project.public_id]),
        *(reverse(name, args=[host.slug]) for name in ("projects", "projects_queue", "community")),
        *(reverse(name, args=[host.slug]) for name in ("observations", "commitments")),
        reverse("today"),
        reverse("search") + "?q=lamp",
    ]
    client = Client()
    client.force_login(manager)
    with connection.execute_wrapper(listen):
        for address in addresses:
            assert client.get(address).status_code == 200, address

    assert len(run) > len(addresses)
    assert _crossings(run) == []


def test_a_planted_crossing_is_seen() -> None:
    signed = Signature.objects.values("member")
    planted = str(Project.objects.filter(bearer__in=signed).query)

    assert _crossings([planted]) == [planted]
