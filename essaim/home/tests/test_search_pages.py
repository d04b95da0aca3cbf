"""What was typed is understood as people type it, and what was found reads as it was written."""

import re

import pytest
from django.test import Client

from essaim.communities.readers import ANONYMOUS
from essaim.home.tests.looking import found
from essaim.ideas.models import Debate
from essaim.ideas.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def debate() -> Debate:
    return make.make_debate(make.make_community(name="The Valley"))


@pytest.mark.parametrize(
    "quoted", ['"bus rapide"', "« bus rapide »", "“bus rapide”", "„bus rapide“"]
)
def test_an_exact_phrase_is_one_whatever_the_quotes(debate: Debate, quoted: str) -> None:
    make.propose(debate, title="Un bus rapide", text="Rien.", language="fr")
    make.propose(debate, title="Un bus, mais rapide", text="Rien.", language="fr")
    assert found(ANONYMOUS, quoted)["idea"] == ["Un bus rapide"]
    assert len(found(ANONYMOUS, "bus rapide")["idea"]) == 2
    others = found(ANONYMOUS, f"bus -{quoted}")["idea"]
    assert others == ["Un bus, mais rapide"]


def test_an_excerpt_says_where_it_was_cut_and_keeps_the_signs(
    client: Client, debate: Debate
) -> None:
    long = " ".join(["Avant cela il n’y avait rien à dire de plus, vraiment rien"] * 6)
    make.propose(debate, title="Un", text=f"{long} du kérosène. {long}.", language="fr")
    make.propose(debate, title="Deux", text="Et le kérosène ?", language="fr")
    page = client.get("/search/", {"q": "kérosène"}).text
    assert "Et le <mark>kérosène</mark>\u202f?<" in page
    (cut,) = [line for line in page.splitlines() if "vraiment" in line]
    excerpt = cut[cut.index(">", cut.index("<p")) + 1 : cut.index("</p>")]
    assert excerpt.startswith("…\u00a0")
    assert excerpt.endswith("…")


def test_badges_of_what_was_found_say_what_the_pages_say(client: Client, debate: Debate) -> None:
    host = make.make_host(debate.community)
    one, other = (make.propose(debate, title=f"Kérosène {n}") for n in ("un", "deux"))
    make.merge(host, one, other)
    make.make_closed(debate.community, question="Le kérosène ?")
    answer = client.get("/search/", {"q": "kérosène"}, headers={"accept-language": "fr"}).text
    assert "Regroupée avec une autre" in answer
    assert re.search(r"badge-plain\">\s*Clos\s*<", answer)
