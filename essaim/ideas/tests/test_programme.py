from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community, Role
from essaim.communities.readers import ANONYMOUS, Reader, fresh_reader
from essaim.discussions.actions import withdraw_post, write_post
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.ideas import actions
from essaim.ideas.facts import ProgrammePublished
from essaim.ideas.listeners import tell_contributors_where_they_stand
from essaim.ideas.models import Idea, ProgrammeItem, ProgrammeVersion, Sentence
from essaim.ideas.queries.programme import programme_for_page, step_of, with_step
from essaim.ideas.tests.factories import (
    adopt,
    entrust,
    make_closed,
    make_community,
    make_decider,
    make_host,
    make_person,
)
from essaim.members.models import Member
from essaim.outreach.models import Notice
from essaim.outreach.queries import NOTICE_WORDING

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return make_community()


@pytest.fixture
def host(community: Community) -> Member:
    return make_host(community)


@pytest.fixture
def idea(community: Community) -> Idea:
    return make_closed(community).ideas.get()


def write(host: Member, community: Community, **given: Any) -> Sentence:
    item = actions.add_item(member=host, community=community, title="A bus", section="Moving")
    return actions.write_sentence(
        member=host,
        community=community,
        number=item.number,
        text=given.pop("text", "There is a bus on Sundays."),
        **given,
    )


def test_an_adopted_idea_waits_in_the_draft_once_with_itself_as_source(idea: Idea) -> None:
    adopt(idea, make_decider(idea.debate.community))
    deliver_pending()
    actions.draft_item_for_idea(idea=idea)
    item = ProgrammeItem.objects.get()
    assert item.title == idea.title
    assert [source.idea for source in item.sentences.get().sources.all()] == [idea]


@pytest.mark.parametrize(("language", "section"), [("fr", "À ranger"), ("en", "To be placed")])
def test_what_was_adopted_waits_in_a_section_named_in_its_language(
    idea: Idea, language: str, section: str
) -> None:
    Idea.objects.filter(pk=idea.pk).update(language=language)
    adopt(idea, make_decider(idea.debate.community))
    deliver_pending()
    assert ProgrammeItem.objects.get().section.title == section


def test_publishing_is_refused_while_a_sentence_has_nothing_behind_it(
    community: Community, host: Member, idea: Idea
) -> None:
    sentence = write(host, community)
    with pytest.raises(Refused, match="There is a bus on Sundays"):
        actions.publish_programme(member=host, community=community)
    assert not ProgrammeVersion.objects.filter(published_at__isnull=False).exists()
    actions.write_sentence(
        member=host,
        community=community,
        number=sentence.item.number,
        position=sentence.position,
        text=sentence.text,
        ideas=[idea],
    )
    assert actions.publish_programme(member=host, community=community).number == 1


def test_a_stated_reason_is_enough(community: Community, host: Member) -> None:
    write(host, community, stated_reason="It is the law.")
    assert actions.publish_programme(member=host, community=community).published_at


def test_an_empty_programme_is_not_published(community: Community, host: Member) -> None:
    with pytest.raises(Refused, match="nothing to publish"):
        actions.publish_programme(member=host, community=community)


def test_the_next_draft_copies_the_last_version_which_never_changes(
    community: Community, host: Member, idea: Idea
) -> None:
    write(host, community, ideas=[idea])
    first = actions.publish_programme(member=host, community=community)
    write(host, community, text="And a tram.", stated_reason="The plenary wished it.")
    second = actions.publish_programme(member=host, community=community, summary="A tram.")
    assert (second.number, second.summary) == (2, "A tram.")
    assert [s.text for s in first.sentences()] == ["There is a bus on Sundays."]
    assert second.sentences().count() == 2
    assert second.sentences().unfounded().count() == 0
    numbers = ProgrammeItem.objects.filter(section__version=second).order_by("number")
    assert [item.number for item in numbers] == [1, 2]


def test_numbers_of_items_are_never_given_again(community: Community, host: Member) -> None:
    first = write(host, community, stated_reason="Yes.").item.number
    actions.publish_programme(member=host, community=community)
    actions.remove_item(member=host, community=community, number=first)
    assert write(host, community, stated_reason="Yes.").item.number == first + 1
    with pytest.raises(ValidationError):
        actions.remove_sentence(member=host, community=community, number=first, position=1)


@pytest.mark.parametrize("role", [None, Role.ELECTED, Role.MODERATOR])
def test_only_those_who_run_the_community_write_its_programme(
    community: Community, role: Role | None
) -> None:
    member = make_person(community)
    if role:
        entrust(member, community, role)
    with pytest.raises(Refused, match="Only those who run"):
        actions.add_item(member=member, community=community, title="Mine", section="Here")


@pytest.mark.parametrize(
    ("title", "text"), [("", "Yes."), ("x" * 201, "Yes."), ("A\nB", "Yes."), ("Bus", " ")]
)
def test_empty_or_over_long_words_leave_nothing_behind(
    community: Community, host: Member, title: str, text: str
) -> None:
    def write_it() -> None:
        item = actions.add_item(member=host, community=community, title=title, section="Moving")
        actions.write_sentence(member=host, community=community, number=item.number, text=text)

    with pytest.raises(ValidationError):
        write_it()
    assert not Sentence.objects.exists()


def test_contributors_are_told_once_what_became_of_their_words(
    community: Community, host: Member, idea: Idea
) -> None:
    talker = make_person(community)
    post = write_post(member=talker, thread=idea.thread, text="Only on Sundays.")
    write(host, community, ideas=[idea], posts=[post])
    for _time in range(2):
        actions.publish_programme(member=host, community=community)
        deliver_pending()
        write(host, community, stated_reason="One more.")
    told = Notice.objects.filter(kind="ideas.in_programme")
    assert {notice.member for notice in told} == {idea.author, talker}
    assert told.count() == 2
    notice = told.get(member=talker)
    words = NOTICE_WORDING.collect(fresh_reader(talker), [notice.pk])[notice.pk][0]
    assert words.url.startswith(reverse("programme", args=[community.slug]))


@pytest.mark.parametrize("people", [1, 3])
def test_telling_the_contributors_of_an_item_costs_the_same_for_one_and_three(
    community: Community, host: Member, idea: Idea, people: int, django_assert_num_queries: Any
) -> None:
    posts = [
        write_post(member=make_person(community), thread=idea.thread, text="Yes.")
        for _ in range(people)
    ]
    write(host, community, ideas=[idea], posts=posts)
    version = actions.publish_programme(member=host, community=community)
    fact = ProgrammePublished(community_id=community.pk, version_id=version.pk, number=1)
    with django_assert_num_queries(4):  # one to read, one to write, in a savepoint
        tell_contributors_where_they_stand(fact)
    assert Notice.objects.filter(kind="ideas.in_programme").count() == people + 1


def test_the_page_names_sources_only_to_those_who_may_see_them(
    community: Community, host: Member, idea: Idea
) -> None:
    write(host, community, ideas=[idea])
    actions.publish_programme(member=host, community=community)
    Idea.objects.filter(pk=idea.pk).update(audience="members")

    def source(reader: Any) -> Any:
        page = programme_for_page(reader, community)
        assert page
        return page.sections[0].items[0].sentences[0].sources[0]

    assert source(fresh_reader(host)).label == idea.title
    assert (source(ANONYMOUS).href, idea.title in source(ANONYMOUS).label) == ("", False)


def test_a_promise_about_an_idea_is_shown_only_to_those_who_may_see_the_idea(
    community: Community, host: Member, idea: Idea
) -> None:
    adopt(idea, make_decider(community), promise="A trial in March.")
    write(host, community, ideas=[idea])
    actions.publish_programme(member=host, community=community)
    Idea.objects.filter(pk=idea.pk).update(audience="members")

    def promises(reader: Reader) -> list[str]:
        page = programme_for_page(reader, community)
        assert page
        return [one.promise for one in page.sections[0].items[0].promises]

    assert promises(fresh_reader(host)) == ["A trial in March."]
    assert promises(ANONYMOUS) == []


def test_an_idea_knows_its_place_in_the_newest_version(
    community: Community, host: Member, idea: Idea
) -> None:
    write(host, community, ideas=[idea])
    assert step_of(with_step(Idea.objects.all(), ANONYMOUS).get(pk=idea.pk)) is None
    actions.publish_programme(member=host, community=community)
    step = step_of(with_step(Idea.objects.all(), ANONYMOUS).get(pk=idea.pk))
    assert step
    assert (step.item_number, step.version) == (1, 1)
    assert step.url.endswith("/programme/#item-1")


def test_a_programme_is_written_in_the_browser_without_javascript(
    community: Community, host: Member, idea: Idea, client: Client
) -> None:
    adopt(idea, make_decider(community))
    deliver_pending()
    client.force_login(host)
    draft = reverse("programme_edit", args=[community.slug])
    made = client.post(draft, {"title": "Benches", "section": "Streets"})
    assert made.status_code == 302
    number = ProgrammeItem.objects.get(title="Benches").number
    new = reverse("programme_sentence_new", args=[community.slug, number])
    assert client.post(new, {"text": ""}).status_code == 422
    client.post(new, {"text": "Every street has a bench.", "ideas": [idea.public_id]})
    assert idea.title in client.get(new.replace("sentences/", "sentences/1/")).text
    published = client.post(reverse("programme_publish", args=[community.slug]), follow=True)
    assert "Every street has a bench." in published.text
    assert reverse("idea", args=[idea.public_id]) in published.text
    assert client.get(reverse("programme", args=[community.slug, 7])).status_code == 404


def test_rewriting_a_sentence_offers_whatever_stands_behind_it(
    client: Client, community: Community, host: Member, idea: Idea
) -> None:
    """Also an idea that was not adopted, and a message about something else."""
    talker = make_person(community)
    said = write_post(member=talker, thread=idea.debate.thread, text="Only on Sundays.")
    sentence = write(host, community, ideas=[idea], posts=[said])
    client.force_login(host)
    here = reverse("programme_sentence", args=[community.slug, sentence.item.number, 1])
    assert client.get(here).text.count("checked") == 2
    given = {"text": "A bus.", "ideas": [idea.public_id], "posts": [said.public_id]}
    assert client.post(here, given).status_code == 302
    assert Sentence.objects.get().sources.count() == 2
    client.post(here, {"text": "A bus.", "stated_reason": "It is late."})
    assert "checked" not in client.get(here).text


def test_nothing_stands_behind_a_sentence_that_its_writer_cannot_see(
    community: Community, host: Member, idea: Idea
) -> None:
    elsewhere = make_closed(make_community(), audience="members").ideas.get()
    author = make_person(elsewhere.debate.community)
    kept_away = write_post(member=author, thread=elsewhere.thread, text="Among ourselves.")
    talker = make_person(community)
    said, withdrawn = (
        write_post(member=talker, thread=idea.thread, text=text) for text in ("Yes.", "No.")
    )
    withdraw_post(member=talker, post=withdrawn)
    sentence = write(
        host, community, ideas=[elsewhere, idea, idea], posts=[kept_away, said, said, withdrawn]
    )
    behind = [(source.idea, source.post) for source in sentence.sources.order_by("pk")]
    assert behind == [(idea, None), (None, said)]


def test_what_was_removed_already_is_said_and_no_error(
    client: Client, community: Community, host: Member
) -> None:
    write(host, community)
    client.force_login(host)
    here = {"slug": community.slug, "number": 1}
    for address in (
        reverse("programme_sentence_remove", kwargs={**here, "position": 1}),
        reverse("programme_item_remove", kwargs=here),
    ):
        assert client.post(address).status_code == 302
        again = client.post(address, follow=True)
        assert again.status_code == 200
        assert "not in the draft any more" in again.text


@pytest.mark.parametrize("items", [1, 3])
def test_the_programme_costs_the_same_for_one_item_and_three(
    community: Community, host: Member, items: int, django_assert_num_queries: Any
) -> None:
    ideas = list(make_closed(community, ideas=items).ideas.all())
    for idea in ideas:
        post = write_post(member=host, thread=idea.thread, text="Yes.")
        write(host, community, ideas=[idea], posts=[post])
    actions.publish_programme(member=host, community=community)
    with django_assert_num_queries(7):
        page = programme_for_page(ANONYMOUS, community)
    assert page
    assert len(page.sections[0].items) == items
