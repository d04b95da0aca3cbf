from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from essaim.commitments.models import CommitmentKind
from essaim.communities.models import Kind, Role
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.ideas import actions, queries, rules
from essaim.ideas.models import (
    Appeal,
    Decision,
    Idea,
    Outcome,
    Support,
)
from essaim.ideas.queries.figures import AnswersFigure, answers_figures
from essaim.ideas.tests import factories as make
from essaim.ideas.tests.test_appeals import (
    REASONS,
    adopt_it,
    author_of,
    contested,
    decide,
    fresh,
    refused_idea,
    second_looks,
)
from essaim.members.models import Member
from essaim.outreach.queries import notices_for_page

pytestmark = pytest.mark.django_db


# Pages


def shown(member: Member | None, name: str, idea: Idea, status: int = 200) -> str:
    client = Client(headers={"accept-language": "en"})
    if member:
        client.force_login(member)
    response = client.get(reverse(name, args=[idea.public_id]))
    assert response.status_code == status, response.content[:300]
    return response.content.decode()


def test_the_page_offers_a_second_look_to_those_who_may_ask_for_it() -> None:
    idea, decider = refused_idea()
    assert "Ask for a second look" in shown(idea.author, "idea", idea)
    assert "Ask for a second look" not in shown(decider, "idea", idea)
    assert "Ask for a second look" not in shown(None, "idea", idea)
    shown(decider, "idea_contest", idea, status=403)


def test_the_page_says_who_answered_first_and_what_the_second_look_came_to() -> None:
    idea, decider, host = contested()
    page = shown(None, "idea", idea)
    for words in ("Contested", "by the author", "Second look due by", REASONS, "contested"):
        assert words in page
    adopt_it(idea, host)
    page = shown(None, "idea", idea)
    for words in ("They were right.", "It costs too much.", decider.name, host.name, REASONS):
        assert words in page


def test_an_old_notice_says_what_was_decided_then() -> None:
    idea, _decider, host = contested()
    deliver_pending()
    adopt_it(idea, host)
    deliver_pending()
    told = notices_for_page(fresh_reader(author_of(idea))).items
    badges = {line.text.split("“")[0]: line.badge for line in told}
    assert badges["Your idea "] == "Not adopted"
    assert badges["A second look changed the answer to "] == "Adopted"


def test_the_page_never_tells_which_supporter_contested() -> None:
    idea, _decider = refused_idea()
    supporter = Member.objects.get(pk=Support.objects.values_list("member_id", flat=True)[0])
    Member.objects.filter(pk=supporter.pk).update(name="Zenobia Q.")
    actions.contest_answer(member=supporter, idea=idea, reasons=REASONS)
    host = make.make_host(idea.debate.community)
    for reader in (None, host, idea.author):
        assert "Zenobia" not in shown(reader, "idea", idea)
    assert "Zenobia" not in shown(host, "idea_second_look", idea)


def test_one_contests_and_another_decides_in_forms() -> None:
    idea, decider = refused_idea()
    host = make.make_host(idea.debate.community)
    author = Client(headers={"accept-language": "en"})
    author.force_login(author_of(idea))
    address = reverse("idea_contest", args=[idea.public_id])
    assert author.post(address, {"reasons": ""}).status_code == 422
    assert author.post(address, {"reasons": REASONS}).status_code == 302
    desk = Client(headers={"accept-language": "en"})
    desk.force_login(host)
    listed = desk.get(reverse("answers", args=[idea.debate.community.slug])).content.decode()
    address = reverse("idea_second_look", args=[idea.public_id])
    assert address in listed
    assert address in desk.get(reverse("today")).content.decode()
    shown(decider, "idea_second_look", idea, status=403)
    page = desk.get(address).content.decode()
    assert "The first answer stands" in page
    assert 'value="not_adopted"' not in page
    assert desk.post(address, {"decision": "adopted", "reasons": "Yes."}).status_code == 422
    values = {
        "decision": "adopted",
        "reasons": "Yes.",
        "promise": "A bus at night.",
        "due_on": (today() + timedelta(days=40)).isoformat(),
        "owner_role": Role.ELECTED,
        "owner_title": make.TITLE,
    }
    assert desk.post(address, values).status_code == 302
    assert "A bus at night." in shown(None, "idea", idea)
    assert desk.get(address).status_code == 403


def test_the_first_decider_has_no_second_look_on_their_desk() -> None:
    idea, decider, host = contested()
    make.entrust(decider, idea.debate.community, Role.HOST)
    kinds = {line.kind for line in queries.answers_owed(fresh_reader(decider), most=9)}
    assert CommitmentKind.APPEAL not in kinds
    kinds = {line.kind for line in queries.answers_owed(fresh_reader(host), most=9)}
    assert CommitmentKind.APPEAL in kinds


# Races


def at_once(times: int, act: Callable[[], object]) -> list[str]:
    """What came of doing it so many times at once, each on a connection of its own."""

    def one(_number: int) -> str:
        try:
            act()
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(max_workers=10) as pool:
        return list(pool.map(one, range(times)))


@pytest.mark.django_db(transaction=True)
def test_fifty_contests_at_once_make_one_appeal_and_fifty_decisions_one() -> None:
    idea, _decider = refused_idea()
    host = make.make_host(idea.debate.community)
    author = author_of(idea)
    came = at_once(
        50, lambda: actions.contest_answer(member=author, idea=fresh(idea), reasons=REASONS)
    )
    assert came.count("done") == Appeal.objects.count() == len(second_looks()) == 1
    came = at_once(50, lambda: adopt_it(fresh(idea), host))
    assert came.count("done") == 1
    assert make.kinds().count("AppealDecided") == 1
    assert len(make.owed(CommitmentKind.DELIVERY)) == 1


def test_the_rule_is_what_the_button_says() -> None:
    idea, decider, host = contested()
    loaded = queries.idea_to_read(fresh_reader(host), idea.public_id)
    assert loaded
    assert rules.may_decide_appeal(fresh_reader(host), loaded)
    verdict = rules.may_decide_appeal(fresh_reader(decider), loaded)
    assert "someone else" in str(verdict.reason)


# Figures


def test_refusals_appeals_and_delays_are_figures_of_the_community_and_those_above() -> None:
    movement = make.make_community()
    committee = make.make_community(
        kind=Kind.COMMITTEE, parent=movement, ancestor_ids=[movement.pk]
    )
    refused, _decider, host = contested(community=committee)
    refused_idea(community=committee)
    actions.decide_appeal(
        member=host,
        idea=refused,
        outcome=Outcome.CHANGED,
        decision=Decision.NEEDS_MORE,
        reasons="Ask them.",
    )
    waiting, _decider, _host = contested(community=movement, answer_delay_days=3)
    figures = answers_figures(fresh_reader(host), [movement.pk, committee.pk])[1]
    below, above = figures[committee.pk], figures[movement.pk]
    assert (below.given, below.refused, below.contested, below.changed) == (2, 1, 1, 1)
    assert (above.given, above.refused, above.contested, above.waiting) == (3, 2, 2, 1)
    with at(now() + timedelta(days=4)):
        assert answers_figures(fresh_reader(host), [movement.pk])[1][movement.pk].late == 1
    actions.withdraw_appeal(member=author_of(waiting), idea=waiting)
    assert answers_figures(fresh_reader(host), [movement.pk])[1][movement.pk].contested == 1


def test_the_delay_is_the_first_answers_and_half_of_them_were_quicker() -> None:
    figure = AnswersFigure()
    for delay, answers in ((30, 1), (4, 2), (9, 2)):
        figure.add(delay, (answers, 0, 0, 0, 0, 0, 0))
    assert figure.median_days == 9
    with at(now() - timedelta(days=10)):
        idea, _decider, host = contested()
    decide(idea, host)
    community = idea.debate.community
    days = answers_figures(fresh_reader(host), [community.pk])[1][community.pk].median_days
    assert days == 1  # answered a day after the closing, whenever the second look was


def test_the_figures_stand_on_the_community_page_and_its_register_with_definitions() -> None:
    idea, _decider, _host = contested()
    client = Client(headers={"accept-language": "en"})
    slug = idea.debate.community.slug
    for name in ("community", "commitments"):
        page = client.get(reverse(name, args=[slug])).content.decode()
        for words in ("Answers that refuse", "Contested answers", "1 waits", "over 1 answer"):
            assert words in page, name
    definitions = client.get(reverse("definitions")).content.decode()
    for anchor in ("delay", "refusals", "contested"):
        assert f'id="{anchor}"' in definitions
