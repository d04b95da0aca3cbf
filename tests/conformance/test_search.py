"""What 737 real messages and 196 real proposals answer to what people type."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from essaim.communities.queries import SEARCH, Asked, Hits
from essaim.communities.readers import ANONYMOUS
from essaim.foundation.search import find, matching, near_titles, searching
from essaim.ideas.models import SEARCHED_IDEA, Idea
from tests.conformance import real_files

pytestmark = [pytest.mark.conformance, pytest.mark.django_db]


@pytest.fixture
def imported() -> None:
    folder = real_files("grand-debat-mel")
    call_command("import_decidim", "--community", "grand-debat-mel", str(folder), stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server does by itself once rows are committed


def found(text: str) -> dict[str, Hits]:
    asked = Asked(text)
    with searching():
        return {hits.kind: hits for hits in SEARCH.collect(ANONYMOUS, [asked])[asked]}


@pytest.mark.usefixtures("imported")
def test_real_words_are_found_with_and_without_accents_and_with_typing_errors() -> None:
    for typed in ("fiscalité", "fiscalite", "FISCALITÉ"):
        hits = found(typed)
        assert hits["idea"].total
        assert hits["post"].total
        assert hits["idea"].total == found("fiscalité")["idea"].total
    for typed, word in {
        "kérozène": "kérosène",
        "retarites": "retraite",
        "ecologei": "colog",
    }.items():
        hits = found(typed)
        near = [hit.title.striptags().lower() for one in hits.values() for hit in one.near]
        assert any(word in title for title in near), f"{typed}: {near}"


@pytest.mark.usefixtures("imported")
def test_everything_that_is_in_is_found_by_its_own_title() -> None:
    for idea in Idea.objects.order_by("pk")[:196:7]:
        with searching():
            first = find(Idea.objects.all(), SEARCHED_IDEA, f'"{idea.title}"').page.items
        assert idea.pk in {one.pk for one in first}, idea.title


@pytest.mark.usefixtures("imported")
def test_the_index_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plans: list[Any] = []
    with searching():
        ideas = Idea.objects.all()
        plans.append(matching(ideas, SEARCHED_IDEA.document, "fiscalité").explain())
        plans.append(near_titles(ideas, SEARCHED_IDEA, "kérozène").explain())
    assert "idea_searched" in plans[0]
    assert "idea_title_letters" in plans[1]
