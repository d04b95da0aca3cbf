"""One finds what one may read, and nothing else."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.communities.models import Audience, Community, Kind
from essaim.communities.queries import SEARCH, Asked
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.discussions.actions import withdraw_post, write_post
from essaim.foundation.models import SearchWord
from essaim.foundation.search import searching
from essaim.foundation.vocabulary import gather_words
from essaim.home import queries
from essaim.home.tests.looking import found
from essaim.ideas import actions as ideas
from essaim.ideas.models import Debate, Idea
from essaim.ideas.tests import factories as make
from essaim.places.models import Place
from essaim.places.tests.factories import small_france

pytestmark = pytest.mark.django_db


def page_of(client: Client, **asked: str) -> str:
    answer = client.get("/search/", asked, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def movement() -> Community:
    return make.make_community(name="The Valley", slug="valley")


@pytest.fixture
def debate(movement: Community) -> Debate:
    return make.make_debate(movement, question="How to get to town?")


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("bus dimanche", "Un bus le dimanche"),
        ("LES BUS DU DIMANCHE", "Un bus le dimanche"),
        ("ecole", "Des écoles où l’on dort"),
        ("école", "Des écoles où l’on dort"),
        ('"bus le dimanche"', "Un bus le dimanche"),
        ("«\u00a0bus le dimanche\u00a0»", "Un bus le dimanche"),
        ("“bus le dimanche”", "Un bus le dimanche"),
        ("bus -«\u00a0un tramway\u00a0»", "Un bus le dimanche"),
        ("bus -tramway", "Un bus le dimanche"),
        ("running committees", "The committee runs"),
        ("schools", "A school on the hill"),
    ],
)
def test_words_are_found_by_their_stems_whatever_the_accents(
    debate: Debate, typed: str, title: str
) -> None:
    for language, titles in {
        "fr": ["Un bus le dimanche", "Des écoles où l’on dort", "Un bus ou un tramway"],
        "en": ["The committee runs", "A school on the hill"],
    }.items():
        for one in titles:
            make.propose(debate, title=one, text="Rien.", language=language)
    assert title in found(ANONYMOUS, typed)["idea"]


@pytest.mark.parametrize(
    ("typed", "title", "meant"),
    [
        ("piste ciclable", "Des pistes cyclables partout", "pistes cyclables"),
        ("kerozene", "Taxer le kérosène", "kérosène"),
        ("neigbourhood garden", "A neighbourhood garden", "neighbourhood garden"),
        ("comunity kitchens", "Community kitchens", "community kitchens"),
    ],
)
def test_typing_errors_are_forgiven_and_what_was_meant_is_proposed(
    client: Client, debate: Debate, typed: str, title: str, meant: str
) -> None:
    make.propose(debate, title=title, text="Rien.", language="fr" if "é" in title else "en")
    page = " ".join(page_of(client, q=typed).split())
    assert f"Nothing has the words “{typed}”. Here is what was found for: <strong>{meant}" in page
    assert title.rsplit(maxsplit=1)[-1] in page
    assert "Close to what you typed" not in page
    assert f'value="{typed}"' in page


def test_typing_errors_are_forgiven_in_words_that_only_messages_hold(
    client: Client, debate: Debate
) -> None:
    idea = make.propose(debate, title="A garden", text="Rien.", language="fr")
    for text in ("Du compostage, enfin !", "Pas de compostage ici."):
        person = make.make_person(debate.community)
        write_post(member=person, thread=idea.thread, text=text)
    assert "Nothing was found" in page_of(client, q="compsotage")  # nobody has gathered words yet
    gather_words()
    page = page_of(client, q="compsotage")
    assert "<strong>compostage</strong>" in page
    assert page.count("<mark>") == 2
    assert "Nothing was found" in page_of(client, q="compsotage", kind="debate")
    assert "<strong>compostage</strong>" in page_of(client, q="compsotage", kind="post")


def test_words_come_only_from_what_everyone_may_read_and_lead_only_to_it(
    client: Client, movement: Community, debate: Debate
) -> None:
    inner = make.make_debate(movement, question="Inside?", audience=Audience.MEMBERS)
    for number in range(2):
        make.propose(inner, title=f"Inside {number}", text="Un kanarivogel, du compostage.")
    for author in (member_of(movement), member_of(movement)):
        idea = make.propose(debate, author, text="Une zaunkoenig ici.")
        ideas.withdraw_idea(member=author, idea=idea)
    make.propose(debate, title="Only once", text="Un hapax.")
    gather_words()
    kept = set(SearchWord.objects.values_list("bare", flat=True))
    assert not kept & {"kanarivogel", "compostage", "zaunkoenig", "hapax"}
    SearchWord.objects.create(bare="kanarivogel", word="kanarivogel", texts=2)
    page = page_of(client, q="kanarivogle")  # even if it were known: it leads to nothing
    assert "kanarivogel" not in page
    assert "Nothing was found" in page


def test_what_nearly_fits_never_tells_of_what_one_may_not_read(
    client: Client, movement: Community
) -> None:
    inner = make.make_debate(movement, question="Inside?", audience=Audience.MEMBERS)
    make.propose(inner, title="Kérosène caché")
    page = page_of(client, q="kerozene")
    assert "Kérosène" not in page
    assert "kérosène" not in page
    assert "Nothing was found" in page


def test_the_words_found_are_marked_and_all_else_is_escaped(client: Client, debate: Debate) -> None:
    make.propose(
        debate,
        title="<script>alert(1)</script> tramway",
        text='Le tramway <img src=x onerror=alert(2)> et [un lien](javascript:alert(3)) \ue000"b"',
        language="fr",
    )
    page = page_of(client, q="tramway")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>tramway</mark>" in page
    assert "Le <mark>tramway</mark> &lt;img" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "\ue000" not in page


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "\0", "'", '"', '"a', "-", "-a", "--", '-"a b', "a & b | !c", ":*", "\\", "%"),
        *("(((", "or", "or or", "\ud83d\ude00", "\u202e", "<>", "le la les", "a" * 10_000),
        *("é" * 300, "x " * 5_000, "NULL; DROP TABLE ideas_idea", "a-b", "a\nb", "{{ 1 }}"),
    ],
)
@pytest.mark.parametrize("other", [{}, {"kind": "idea"}, {"kind": "\0"}])
def test_whatever_is_typed_is_answered(client: Client, typed: str, other: dict[str, str]) -> None:
    page_of(client, q=typed.encode("utf-16", "surrogatepass").decode("utf-16"), **other)


@pytest.mark.parametrize(
    "limit",
    [
        {"community": "\0"},
        {"community": "x" * 5000},
        {"place": "\0"},
        {"place": "nowhere"},
        {"language": "xx"},
        {"after": "garbage", "kind": "idea"},
        {"kind": "nothing"},
    ],
)
def test_a_limit_that_means_nothing_is_left_out(
    client: Client, debate: Debate, limit: dict[str, str]
) -> None:
    make.propose(debate, title="A tramway")
    page_of(client, q="tramway", **limit)


def test_one_looks_within_a_community_and_all_below_it(
    client: Client, movement: Community, debate: Debate
) -> None:
    below = make.make_community(name="Upper valley", parent=movement, ancestor_ids=[movement.pk])
    make.propose(debate, title="A tramway in the valley")
    make.propose(make.make_debate(below), title="A tramway higher up")
    make.propose(make.make_debate(), title="A tramway elsewhere")
    page = page_of(client, q="tramway", community="valley")
    for title, is_there in {"in the valley": True, "higher up": True, "elsewhere": False}.items():
        assert (title in page) is is_there
    assert "in the valley" not in page_of(client, q="tramway", community=below.slug)


def test_a_community_that_one_may_not_see_is_no_limit_one_could_try(
    client: Client, debate: Debate
) -> None:
    community_factory(slug="cellar", visibility="members")
    make.propose(debate, title="A tramway")
    hidden, missing = (
        page_of(client, q="tramway", community=slug) for slug in ("cellar", "noname")
    )
    assert hidden.replace("cellar", "noname") == missing


def test_what_is_switched_off_is_not_found(movement: Community, debate: Debate) -> None:
    idea = make.propose(debate, title="A tramway")
    write_post(member=make.make_person(movement), thread=idea.thread, text="A tramway, yes.")
    assert set(found(ANONYMOUS, "tramway")) == {"idea", "post"}
    Community.objects.filter(pk=movement.pk).update(switched_off=["ideas"])
    assert found(ANONYMOUS, "tramway") == {}
    Community.objects.filter(pk=movement.pk).update(switched_off=["discussions"])
    assert set(found(ANONYMOUS, "tramway")) == {"idea"}


def test_a_message_is_found_where_it_was_said_and_no_more_once_withdrawn(
    client: Client, movement: Community, debate: Debate
) -> None:
    idea = make.propose(debate, title="A bus")
    author = make.make_person(movement, "Ada L.")
    post = write_post(member=author, thread=idea.thread, text="Better a tramway.")
    page = page_of(client, q="tramway")
    assert f"/messages/{post.public_id}/#message-{post.public_id}" in page
    assert "Better a <mark>tramway</mark>" in page
    assert "Ada L." in page
    withdraw_post(member=author, post=post)
    assert found(ANONYMOUS, "tramway") == {}


def test_items_of_the_programme_in_force_are_found_not_those_of_drafts_and_of_old_ones(
    movement: Community, debate: Debate
) -> None:
    host = make.make_host(movement)
    about: dict[str, Any] = {"member": host, "community": movement}
    item = ideas.add_item(**about, title="Getting around", section="First")
    ideas.write_sentence(**about, number=item.number, text="Trams.", stated_reason="So be it.")
    assert found(ANONYMOUS, "trams") == {}
    ideas.publish_programme(**about, summary="First.")
    assert found(ANONYMOUS, "trams") == {"item": ["Getting around"]}
    ideas.write_sentence(**about, number=item.number, text="Boats.", stated_reason="So be it.")
    assert found(ANONYMOUS, "boats") == {}
    ideas.write_sentence(
        **about, number=item.number, position=1, text="Buses.", stated_reason="So be it."
    )
    ideas.publish_programme(**about, summary="Second.")
    assert found(ANONYMOUS, "boats buses") == {"item": ["Getting around"]}
    assert found(ANONYMOUS, "trams") == {}


def test_only_open_debates_when_asked_for(debate: Debate) -> None:
    make.propose(debate, title="An open tramway")
    closed = make.make_closed(debate.community, question="Which tramway?")
    Idea.objects.filter(debate=closed).update(title="A closed tramway")
    assert found(ANONYMOUS, "tramway", only_open=True) == {"idea": ["An open tramway"]}
    assert set(found(ANONYMOUS, "tramway")["idea"]) == {"An open tramway", "A closed tramway"}


def test_a_language_is_a_limit(debate: Debate) -> None:
    make.propose(debate, title="Un tramway", language="fr")
    make.propose(debate, title="A tramway", language="en")
    assert found(ANONYMOUS, "tramway", language="fr") == {"idea": ["Un tramway"]}


def test_a_place_leads_to_what_concerns_it(client: Client, debate: Debate) -> None:
    small_france()
    nay = Place.objects.get(name="Nay", parent__code="64")
    make.propose(debate, title="A bus to town", place=nay)
    make.propose(debate, title="A bus for all")
    community_factory(name="Nay together", kind=Kind.COMMITTEE, place=nay)
    page = page_of(client, q="nay")
    assert f"/search/?place={nay.public_id}" in page
    here = page_of(client, place=nay.public_id)
    assert "A bus to town" in here
    assert "Nay together" in here
    assert "A bus for all" not in here
    department = page_of(client, place=Place.objects.get(code="64", level="department").public_id)
    assert "A bus to town" in department
    assert "Strasbourg" in page_of(client, q="strasburg")


def test_a_kind_by_itself_goes_on_page_by_page(client: Client, debate: Debate) -> None:
    for number in range(23):
        make.propose(debate, title=f"Tramway {number}")
    page = page_of(client, q="tramway")
    assert "All 23" in page
    first = page_of(client, q="tramway", kind="idea")
    asked = Asked("tramway", kind="idea")
    with searching():
        (start,) = SEARCH.collect(ANONYMOUS, [asked])[asked]
        rest = Asked("tramway", kind="idea", after=start.next or "")
        (end,) = SEARCH.collect(ANONYMOUS, [rest])[rest]
    assert start.next
    assert start.next in first
    titles = [hit.title.striptags() for hit in (*start.hits, *end.hits)]
    assert sorted(titles) == sorted(f"Tramway {number}" for number in range(23))
    assert end.next is None


def test_titles_come_before_texts_and_counts_are_of_what_one_may_read(
    movement: Community, debate: Debate
) -> None:
    make.propose(debate, title="A tramway")
    make.propose(debate, title="Newer", text="With a tramway.")
    inner = make.make_debate(movement, question="Inside?", audience=Audience.MEMBERS)
    make.propose(inner, title="A tramway inside")
    asked = Asked("tramway", kind="idea")
    for reader, titles in {
        ANONYMOUS: ["A tramway", "Newer"],
        fresh_reader(member_of(movement)): ["A tramway inside", "A tramway", "Newer"],
    }.items():
        with searching():
            (hits,) = SEARCH.collect(reader, [asked])[asked]
        assert [hit.title.striptags() for hit in hits.hits] == titles
        assert hits.total == len(titles)


def test_what_would_take_too_long_is_given_up_and_said(
    client: Client, monkeypatch: pytest.MonkeyPatch, debate: Debate
) -> None:
    def slowly(*_whatever: Any) -> dict[Any, Any]:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)")
        return {}

    monkeypatch.setattr(SEARCH, "collect", slowly)
    assert "Too many things at once" in page_of(client, q="tramway")

    def away(*_whatever: Any) -> dict[Any, Any]:
        raise OperationalError

    monkeypatch.setattr(SEARCH, "collect", away)
    with pytest.raises(OperationalError):
        queries.search_for_page(ANONYMOUS, {"q": "tramway"})


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_however_much_is_found(number: int, client: Client) -> None:
    debates = [make.make_debate(question=f"A tramway {one}?") for one in range(number)]
    for debate in debates:
        for _ in range(number):
            idea = make.propose(debate, text="A tramway.")
            person = make.make_person(debate.community)
            write_post(member=person, thread=idea.thread, text="Why not a tramway?")
        make.propose(debate, title="Trumway")
        community_factory(purpose="For a tramway.")
    with CaptureQueriesContext(connection) as asked:
        page_of(client, q="tramway")
    # begin, settings, end; communities, gatherings, debates, ideas, needs, items, messages and what
    # they are about, projects, places; where fewer than three have the very word, one more for
    # communities, gatherings, debates, ideas, needs and items.
    few = {1: 6, 3: 3}[number]
    assert len(asked) == 14 + few, "\n".join(one["sql"][:300] for one in asked.captured_queries)


def test_the_page_asks_not_to_be_indexed_sets_no_cookie_and_says_what_to_do(
    client: Client,
) -> None:
    answer = client.get("/search/", headers={"accept-language": "en"})
    assert '<meta name="robots" content="noindex">' in answer.text
    assert not answer.cookies
    assert "whatever the accents" in answer.text
    nothing = page_of(client, q="nothingofthekind")
    assert "Nothing was found." in nothing
    assert 'href="/communities/"' in nothing


def test_the_bar_of_every_page_has_it(client: Client) -> None:
    page = client.get("/communities/", headers={"accept-language": "en"}).text
    assert 'role="search"' in page
    assert 'action="/search/"' in page
    assert 'name="q"' in page
