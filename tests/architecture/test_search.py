"""Of the secret words of the cast's world, each finds those that are for them, and no other."""

import pytest

from essaim.communities.queries import SEARCH, Asked, Hits
from essaim.communities.readers import ANONYMOUS, Reader, fresh_reader
from essaim.foundation.search import searching
from tests.architecture.cast import CAST, World, build

# Words in titles and texts of communities, debates, ideas and messages, and whom they are for.
# What an author wrote of what was hidden they read in their own data, not here.
SOUGHT = ("inner", "innerclosed", "draftdebate", "private", "draft", "cellar", "hidden", "under")
NEVER = ("gone", "hiddenpost", "leavingmovement", "mailmember", "noteopen", "programme")


def hits_of(reader: Reader, text: str) -> list[Hits]:
    asked = Asked(text)
    with searching():
        return SEARCH.collect(reader, [asked]).get(asked, [])


def words_in(found: list[Hits]) -> str:
    return " ".join(
        f"{hit.title.striptags()} {hit.excerpt.striptags() if hit.excerpt else ''}"
        f" {hit.community} {hit.meta}"
        for hits in found
        for hit in (*hits.hits, *hits.near)
    )


def readers(world: World) -> dict[str, Reader]:
    known = {name: fresh_reader(world.people[name]) for name in CAST if name in world.people}
    return {"anonymous": ANONYMOUS, **known}


@pytest.mark.django_db
def test_each_finds_the_words_that_are_for_them_and_no_other() -> None:
    world = build()
    wrong = []
    for name, reader in readers(world).items():
        nearly = words_in(hits_of(reader, "kanari"))
        found = {word: hits_of(reader, word) for word in world.secrets}
        for word, entitled in world.secrets.items():
            if name not in entitled and (word in words_in(found[word]) or word in nearly):
                wrong.append(f"{name} finds {word}")
        for short in SOUGHT:
            word = f"kanari{short}x"
            is_for_them = name in world.secrets[word] - world.writers.get(word, frozenset())
            if short in {"hidden", "under"} and name == "author":
                is_for_them = False
            if (word in words_in(found[word])) is not is_for_them:
                wrong.append(f"{name}: {word} is {'' if is_for_them else 'not '}for them")
        wrong += [
            f"{name} finds {short}: {hits.hits}"
            for short in NEVER
            for hits in found[f"kanari{short}x"]
            if hits.hits
        ]
    assert not wrong, "\n".join(wrong)
