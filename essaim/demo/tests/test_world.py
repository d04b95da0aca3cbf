"""The world as written: whole, consistent in time, and typeset as French is."""

import csv
import re
from collections import Counter

import pytest

from essaim.demo.world_book import WORLD, Comment, Debate, read_world

WORLD_FILES = sorted(entry.name for entry in WORLD.iterdir() if entry.name.endswith(".toml"))


def _said(name: str) -> list[tuple[int, str]]:
    lines = WORLD.joinpath(name).read_text(encoding="utf-8").splitlines()
    return [(n, line) for n, line in enumerate(lines, 1) if not line.startswith("#")]


@pytest.mark.parametrize("name", WORLD_FILES)
def test_a_file_of_the_world_is_typeset_in_french(name: str) -> None:
    for number, line in _said(name):
        where = f"{name}:{number}"
        assert "'" not in line, f"{where}: a typewriter's apostrophe"
        assert not re.search(r"[^\u202f][;?!](?!\w)", line), f"{where}: no thin space before"
        assert not re.search(r"[^\u202f\d]:(?!/)", line), f"{where}: no thin space before a colon"
        assert not re.search(r"«[^\u202f]|[^\u202f]»", line), f"{where}: no thin space in « »"


def test_two_hundred_and_forty_people_are_in_the_movement_and_no_two_share_a_name_or_address() -> (
    None
):
    people = read_world().people
    assert sum(bool(p.joined("bearn-en-commun")) and p.left is None for p in people) == 240
    assert max(Counter(person.name for person in people).values()) == 1
    assert max(Counter(person.email for person in people).values()) == 1
    assert all(person.email.isascii() and person.email.islower() for person in people)
    assert sum(bool(person.motive) for person in people) >= 40


def test_the_cast_has_each_of_its_five_parts_once() -> None:
    parts = Counter(person.cast for person in read_world().cast)
    assert parts == dict.fromkeys(("newcomer", "member", "host", "decider", "administrator"), 1)


def test_the_newcomer_belongs_to_nothing_yet() -> None:
    (newcomer,) = (person for person in read_world().cast if person.cast == "newcomer")
    assert newcomer.joins == ()


def _comments(comments: tuple[Comment, ...]) -> list[Comment]:
    return [one for comment in comments for one in (comment, *_comments(comment.replies))]


@pytest.mark.parametrize("debate", read_world().debates, ids=lambda debate: debate.question)
def test_everyone_who_speaks_in_a_debate_was_there(debate: Debate) -> None:
    joined = {person.name: person.joined(debate.community) for person in read_world().people}
    for name in (debate.decider, debate.moderator):
        assert (joined[name] or 0) > debate.opened, name
    for idea in debate.ideas:
        since = debate.opened - idea.day
        assert since > max(debate.closed, 0), idea.title
        assert (joined[idea.author] or 0) > since, idea.author
        for comment in _comments(idea.comments):
            assert (joined[comment.by] or 0) > since - 1, (idea.title, comment.by)
        if idea.answer and idea.answer.delivery:
            assert (joined[idea.answer.delivery.owner] or 0) > idea.answer.days_ago


def test_the_debates_are_of_three_ages_and_hold_real_conversations() -> None:
    debates = {d.question: d for d in read_world().debates if d.community == "bearn-en-commun"}
    assert len(debates) == 3
    assert sum(d.closed < 0 for d in debates.values()) == 1
    assert all(len(d.ideas) >= 8 for d in debates.values())
    said = [c for d in debates.values() for idea in d.ideas for c in _comments(idea.comments)]
    assert len(said) >= 60
    assert len({comment.says for comment in said}) == len(said)


def test_every_idea_above_the_threshold_of_the_oldest_debate_is_answered() -> None:
    oldest = max(read_world().debates, key=lambda debate: debate.opened)
    above = [idea for idea in oldest.ideas if idea.supports >= oldest.threshold]
    assert above
    assert all(idea.answer for idea in above)
    assert {idea.answer.decision for idea in above if idea.answer} == {
        "adopted",
        "in_part",
        "not_adopted",
        "needs_more",
    }


def test_an_idea_of_a_comment_is_its_authors_other_way_and_comes_after_it() -> None:
    found = 0
    for debate in read_world().debates:
        said = {
            one.key: (one, idea)
            for idea in debate.ideas
            for one in _comments(idea.comments)
            if one.key
        }
        for idea in debate.ideas:
            if idea.from_comment:
                stated, whole = said[idea.from_comment]
                assert (stated.by, stated.position) == (idea.author, "another_way")
                assert whole.day < idea.day
                found += 1
    assert found == 1


def test_every_sentence_of_the_programme_has_a_contribution_or_a_reason() -> None:
    world = read_world()
    ideas = {idea.key for debate in world.debates for idea in debate.ideas if idea.key}
    comments = {
        comment.key
        for debate in world.debates
        for idea in debate.ideas
        for comment in _comments(idea.comments)
        if comment.key
    }
    sentences = [
        sentence
        for section in world.programme["section"]
        for item in section["item"]
        for sentence in item["sentences"]
    ]
    assert {len(world.programme["version"])} == {3}
    for sentence in sentences:
        behind = {*sentence.get("ideas", ())} | {*sentence.get("comments", ())}
        assert behind or sentence.get("reason"), sentence["text"]
        assert behind <= ideas | comments, sentence["text"]
    assert sum("reason" in sentence for sentence in sentences) == 1


def test_every_place_that_the_world_names_is_in_its_small_map() -> None:
    world = read_world()
    with WORLD.joinpath("places.csv").open(encoding="utf-8") as lines:
        known = {row["nom"] for row in csv.DictReader(lines)}
    named = {person.place for person in world.people}
    named |= {group.place for group in world.groups if group.place}
    named |= {idea.place for debate in world.debates for idea in debate.ideas}
    assert named <= known
