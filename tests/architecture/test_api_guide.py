"""The guide's commands do what the guide says, one after the other."""

import re
import shlex
from datetime import timedelta
from pathlib import Path
from string import Template
from typing import Any

import pytest
from django.test import Client

from config.cli import main
from essaim.communities.models import Community, Kind, Role
from essaim.communities.tests.factories import community_factory
from essaim.foundation.clock import at, now
from essaim.ideas.actions import answer_idea
from essaim.ideas.models import Idea
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "api.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[list[str], int]]:
    """Each command of the guide as words, with the status that it promises."""
    text = "".join(BLOCK.findall(GUIDE.read_text())).replace("\\\n", " ")
    found = []
    for line in text.splitlines():
        command, _, status = line.rpartition("# ") if "# " in line else (line, "", "0")
        found.append((shlex.split(command), int(status)))
    return found


def answer_to(words: list[str], known: dict[str, str]) -> Any:
    """What a site answers to a curl with -X, -H and -d."""
    method, headers, body, address = "GET", {}, "", ""
    rest = iter(Template(word).substitute(known) for word in words[1:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(rest)
        else:
            address = word
    kind = headers.pop("Content-Type", "")
    headers["Accept-Language"] = "en"
    path = address.removeprefix("http://127.0.0.1:8000")
    return Client(headers=headers).generic(method, path, body, kind)


def further(movement: Community, member: Member) -> dict[str, str]:
    """A closed debate of a committee the member hosts, and an idea of theirs that was refused."""
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    make.entrust(make.join(member, committee), committee, Role.HOST)
    closed = make.make_closed(committee)
    with at(now() - timedelta(days=20)):
        asked = make.make_debate(movement, closes_at=now() + timedelta(days=19))
        refused = make.propose(asked, member)
    answer_idea(
        member=make.make_decider(movement),
        idea=Idea.objects.get(pk=refused.pk, debate=make.close(asked)),
        decision="not_adopted",
        reasons="It costs too much.",
    )
    return {
        "CLOSED": closed.public_id,
        "CHOSEN": Idea.objects.get(debate=closed).public_id,
        "ABOVE": make.make_debate(movement, question="And the whole valley?").public_id,
        "REFUSED": refused.public_id,
    }


@pytest.mark.django_db
def test_the_guide_does_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    movement = community_factory(slug="bearn-en-commun")
    debate = make.make_debate(movement)
    member = make.make_person(movement)
    Member.objects.filter(pk=member.pk).update(email="nadia@demo.example")
    known = {"DEBATE": debate.public_id, **further(movement, member)}
    before = Idea.objects.count()
    told = []
    for words, promised in commands():
        if words[0] == "essaim":
            assert main(words[1:]) == 0
            known["TOKEN"] = capsys.readouterr().out.strip()
        elif words[0] == "curl":
            response = answer_to(words, known)
            assert response.status_code == promised, (words, response.content)
            told.append(response)
            if promised == 201 and "IDEA" not in known:
                known |= {"IDEA": response.json()["public_id"], "THREAD": response.json()["thread"]}
        elif not words[0].startswith("TOKEN="):
            name, _, value = words[0].partition("=")
            known[name] = value
    first, again = (one for one in told if one.status_code == 201 and "title" in one.json())
    assert first.content == again.content
    assert Idea.objects.count() == before + 2, "one proposed, one sent upward"
    (invalid,) = (one for one in told if one.status_code == 422)
    shown = GUIDE.read_text().split("```json\n")[1].split("```")[0]
    assert invalid.json().keys() <= {*re.findall(r'"(\w+)":', shown)}
    assert f'"{invalid.json()["detail"]}"' in shown
