"""A real Decidim export (2019, French) comes in whole and once; damaged lines are told."""

import shutil
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.communities.rules import may_join
from essaim.discussions.models import Position, Post
from essaim.foundation.models import FactRow
from essaim.ideas.models import Debate, Idea, Support
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from tests.conformance import real_files

pytestmark = [pytest.mark.conformance, pytest.mark.django_db]


@pytest.fixture(scope="module")
def folder() -> Path:
    return real_files("grand-debat-mel")


def bring(folder: Path, *options: str) -> tuple[str, str]:
    said, complained = StringIO(), StringIO()
    call_command(
        "import_decidim",
        "--community",
        "grand-debat-mel",
        *options,
        str(folder),
        stdout=said,
        stderr=complained,
    )
    return said.getvalue(), complained.getvalue()


def everything() -> dict[str, int]:
    return {
        model.__name__: model.objects.count()
        for model in (Community, Debate, Idea, Post, Support, Member, FactRow)
    }


def test_everything_comes_in_where_it_belongs(folder: Path) -> None:
    said, complained = bring(folder)
    assert complained == ""
    assert "196" in said
    assert "737" in said

    community = Community.objects.get(slug="grand-debat-mel")
    assert community.archived_at
    assert community.source_name == "participation.lillemetropole.fr"
    assert Idea.objects.count() == 196
    assert Debate.objects.exclude(source_ref="proposals").count() == 29
    assert Debate.objects.get(source_ref="proposals").ideas.count() == 196
    assert not Debate.objects.filter(archived_at__isnull=True).exists()
    assert Post.objects.count() == 737
    assert Counter(Post.objects.values_list("position", flat=True)) == {
        "": 604,
        Position.FOR: 102,
        Position.AGAINST: 31,
    }
    # Nobody is invented: no member, no support, names only as the source gave them.
    assert not Member.objects.exists()
    assert not Support.objects.exists()


def test_threads_categories_and_counted_supports_are_kept(folder: Path) -> None:
    bring(folder)
    reply = Post.objects.get(source_ref="comment:486@participation.lillemetropole.fr")
    parent = Post.objects.get(source_ref="comment:484@participation.lillemetropole.fr")
    assert reply.parent == parent
    assert reply.root == parent
    assert parent.thread == Debate.objects.get(source_ref="debate:15").thread == reply.thread
    assert reply.author_label == "Participant 2242"
    assert Post.objects.filter(parent__isnull=False).count() == 152

    categories = Counter(Idea.objects.values_list("category", flat=True))
    assert categories["Transition écologique"] == 30
    assert categories[""] == 34
    linky = Idea.objects.get(source_ref="proposal:418")
    assert linky.category == "Autre sujet"
    assert (linky.source_supports, linky.supports.count()) == (2, 0)
    assert str(linky.source_supports_on) == "2019-03-20"


def test_comments_of_another_platform_are_not_given_to_our_proposals_by_chance(
    folder: Path,
) -> None:
    """Nineteen of them carry ids that proposals of this export have too."""
    said, _complained = bring(folder)
    assert "40" in said
    assert "participez.nancy.fr" in said
    elsewhere = Post.objects.filter(source_ref__endswith="@participez.nancy.fr")
    assert elsewhere.count() == 44
    assert {post.thread for post in elsewhere} == {
        Debate.objects.get(source_ref="proposals").thread
    }
    assert not Post.objects.filter(thread__idea__isnull=False).exists()


def test_the_same_command_again_changes_nothing(folder: Path) -> None:
    bring(folder)
    before = everything()
    said, _complained = bring(folder)
    assert everything() == before
    assert "196" in said


def test_a_dry_run_says_the_same_and_writes_nothing(folder: Path) -> None:
    said, _complained = bring(folder, "--dry-run")
    assert "196" in said
    assert not any(everything().values())


def test_a_damaged_copy_brings_the_rest_and_names_each_damaged_line(
    folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "export"
    shutil.copytree(folder, copy)
    debates = (copy / "debates.csv").read_text().splitlines(keepends=True)
    debates[2] = debates[2].replace("2019-01-16", "yesterday")
    debates[4] = "99;too;few\n"
    (copy / "debates.csv").write_text("".join(debates))

    _said, complained = bring(copy)
    assert Debate.objects.exclude(source_ref="proposals").count() == 27
    assert Idea.objects.count() == 196
    lines = complained.splitlines()
    assert any("debates.csv" in line and " 3" in line and "yesterday" in line for line in lines)
    assert any("debates.csv" in line and " 5" in line and "3/8" in line for line in lines)
    lost = {"30", "35"}  # the debates that stood on these two lines
    orphans = [line for line in lines if "debate_comments.csv" in line]
    assert orphans
    assert Post.objects.count() == 737 - len(orphans)
    assert not Debate.objects.filter(source_ref__in=[f"debate:{i}" for i in lost]).exists()


def test_an_open_quote_does_not_swallow_the_file(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "export"
    shutil.copytree(folder, copy)
    lines = (copy / "debates.csv").read_text().splitlines(keepends=True)
    lines[3] = lines[3].replace(";", ';"', 1)
    (copy / "debates.csv").write_text("".join(lines))
    _said, complained = bring(copy)
    assert "debates.csv" in complained
    assert Debate.objects.exclude(source_ref="proposals").count() == 28


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_other_encodings_come_in_alike(folder: Path, tmp_path: Path, encoding: str) -> None:
    copy = tmp_path / "export"
    copy.mkdir()
    text = (folder / "debates.csv").read_text()
    (copy / "debates.csv").write_bytes(text.encode(encoding, errors="ignore"))
    bring(copy)
    assert Debate.objects.count() == 29
    assert Debate.objects.filter(question__contains="à l’échelon européen").exists()


def test_an_archive_is_read_by_all_and_joined_by_nobody(folder: Path, client: object) -> None:
    bring(folder)
    community = Community.objects.get(slug="grand-debat-mel")
    assert not may_join(fresh_reader(member_factory()), community)
