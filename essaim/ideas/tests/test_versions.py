"""What an idea said before, who is told, and withdrawals that are undone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.ideas import actions, queries
from essaim.ideas.models import Debate, Idea, IdeaVersion, Support
from essaim.ideas.tests import factories as make
from essaim.members.models import Member
from essaim.outreach.models import Notice
from essaim.places.tests.factories import place_factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea() -> Idea:
    return make.propose(make.make_debate(), title="A bus", text="On Sundays.")


def rewrite(idea: Idea, *, title: str = "", text: str = "") -> None:
    assert idea.author
    actions.edit_idea(
        member=idea.author, idea=idea, title=title or idea.title, text=text or idea.text
    )
    idea.refresh_from_db()


def told(member: Member) -> int:
    deliver_pending()
    return Notice.objects.filter(member=member, kind="ideas.edited").count()


def supporter(idea: Idea) -> Member:
    member = make.make_person(idea.debate.community)
    actions.support_idea(member=member, idea=idea)
    return member


def client_of(member: Member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    return client


def test_each_rewriting_keeps_what_was_said_before(idea: Idea) -> None:
    rewrite(idea, text="On Saturdays.")
    rewrite(idea, title="A coach")
    kept = IdeaVersion.objects.filter(idea=idea).values_list("number", "title", "text")
    assert list(kept) == [(1, "A bus", "On Sundays."), (2, "A bus", "On Saturdays.")]
    page = queries.versions_for_page(fresh_reader(make.make_member()), idea)
    newest, oldest = page.changes.items
    assert newest.text == ()
    assert newest.title
    assert [span.text for part in oldest.text for span in part.spans] == [
        "On ",
        "Sundays.",
        "Saturdays.",
    ]


def test_saving_the_same_words_is_no_rewriting(idea: Idea) -> None:
    reader = supporter(idea)
    rewrite(idea)
    assert not IdeaVersion.objects.exists()
    assert idea.edited_at is None
    assert told(reader) == 0


def test_supporters_are_told_once_for_a_series_of_corrections(idea: Idea) -> None:
    early = supporter(idea)
    start = now()
    for minutes in (0, 20, 40):
        with at(start + timedelta(minutes=minutes)):
            rewrite(idea, text=f"On Sundays, {minutes}.")
            deliver_pending()
    assert told(early) == 1
    assert idea.author
    assert told(idea.author) == 0
    with at(start + timedelta(minutes=90)):
        rewrite(idea, text="On no day.")
        deliver_pending()
    assert told(early) == 2


def test_a_supporter_reads_the_difference_and_takes_their_support_back(idea: Idea) -> None:
    member = supporter(idea)
    rewrite(idea, text="On Sundays and holidays.")
    deliver_pending()
    client = client_of(member)
    assert "was rewritten. See what changed." in client.get(reverse("notices")).content.decode()
    page = client.get(reverse("idea_versions", args=[idea.public_id])).content.decode()
    assert "<ins>" in page
    assert "<del>" in page
    assert "Take my support back" in page
    client.post(reverse("idea_unsupport", args=[idea.public_id]))
    assert not Support.objects.exists()


def test_long_histories_come_in_pages_that_fit_together(idea: Idea) -> None:
    for number in range(7):
        rewrite(idea, text=f"Day {number}.")
    reader = fresh_reader(make.make_member())
    first = queries.versions_for_page(reader, idea)
    second = queries.versions_for_page(reader, idea, after=first.changes.next)
    words = [
        "".join(span.text for part in change.text for span in part.spans if span.kind == "added")
        for change in (*first.changes.items, *second.changes.items)
    ]
    assert words == [f"{number}." for number in range(6, 0, -1)] + ["Day 0."]
    assert second.changes.next is None


def test_v03_history_is_hidden_with_the_idea(idea: Idea, client: Client) -> None:
    address = reverse("idea_versions", args=[idea.public_id])
    rewrite(idea, text="On Saturdays.")
    assert client.get(address).status_code == 200
    host = make.make_host(idea.debate.community)
    actions.hide_idea(member=host, idea=idea, reason="It names a person.")
    assert client.get(address).status_code == 404
    assert client_of(host).get(address).status_code == 200


def test_a_withdrawn_idea_on_which_nobody_built_loses_its_history(idea: Idea) -> None:
    rewrite(idea, text="On Saturdays.")
    Idea.objects.filter(pk=idea.pk).update(place=place_factory())
    assert idea.author
    actions.withdraw_idea(member=idea.author, idea=idea)
    with at(now() + timedelta(minutes=16)):
        actions.forget_withdrawn_ideas()
    assert not IdeaVersion.objects.exists()
    left = Idea.objects.get(pk=idea.pk)
    assert (left.title, left.text, left.place, left.edited_at) == ("", "", None, None)


@pytest.mark.parametrize("supports", [0, 1])
def test_a_withdrawal_is_undone_soon_after_it(idea: Idea, supports: int) -> None:
    place = place_factory()
    Idea.objects.filter(pk=idea.pk).update(place=place)
    make.support(idea, supports)
    assert idea.author
    client = client_of(idea.author)
    answer = client.post(reverse("idea_withdraw", args=[idea.public_id]), follow=True)
    said = answer.content.decode()
    assert "Undo" in said
    assert ("then its words are gone" in said) is not bool(supports)
    assert ("It stays readable" in said) is bool(supports)
    own_page = client.get(reverse("idea", args=[idea.public_id]), follow=True)
    assert reverse("idea_restore", args=[idea.public_id]) in own_page.content.decode()
    stranger = client_of(make.make_person(idea.debate.community))
    assert stranger.get(reverse("idea_withdrawn", args=[idea.public_id])).status_code == 404
    assert stranger.post(reverse("idea_restore", args=[idea.public_id])).status_code == 404
    client.post(reverse("idea_restore", args=[idea.public_id]))
    back = Idea.objects.standing().get()
    assert (back.title, back.text, back.audience) == ("A bus", "On Sundays.", "public")
    assert back.place == place
    assert Support.objects.count() == supports
    assert not IdeaVersion.objects.exists()


def test_after_the_window_nothing_comes_back(idea: Idea) -> None:
    assert idea.author
    actions.withdraw_idea(member=idea.author, idea=idea)
    with at(now() + timedelta(minutes=16)):
        own_page = client_of(idea.author).get(reverse("idea", args=[idea.public_id]))
        assert own_page.status_code == 404
        with pytest.raises(Refused, match="too late"):
            actions.restore_idea(member=idea.author, idea=idea)


def test_nothing_comes_back_into_a_debate_that_is_over(idea: Idea) -> None:
    assert idea.author
    debate: Debate = idea.debate
    actions.withdraw_idea(member=idea.author, idea=idea)
    Debate.objects.filter(pk=debate.pk).update(closes_at=now(), opened_at=now() - timedelta(days=1))
    with pytest.raises(Refused, match="closed"):
        actions.restore_idea(member=idea.author, idea=idea)
