"""One person, one voice: V41 (at once), V42 (twice, in two places)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from essaim.communities.actions import confirm_founder, join_community, renew_signature
from essaim.communities.models import (
    Community,
    DecisionAppeal,
    Founder,
    Kind,
    Membership,
    Role,
    Signature,
)
from essaim.communities.tests.factories import (
    community_factory,
    founder_factory,
    in_role,
    manifesto_factory,
    member_of,
)
from essaim.discussions.actions import report_post, support_post, take_stance, write_post
from essaim.discussions.models import Post, PostSupport, Report, Stance, Thread
from essaim.foundation.access import Refused
from essaim.foundation.models import FactRow
from essaim.ideas.actions import (
    contest_answer,
    merge_ideas,
    support_idea,
    undo_regrouping,
    withdraw_support,
)
from essaim.ideas.models import Appeal, Decision, Idea, Support
from essaim.ideas.tests import factories as make
from essaim.insights.models import Answered
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from tests.security.traces import columns_of

AT_ONCE = 50


def all_at_once(act: Callable[[int], Any], times: int = AT_ONCE) -> list[Any]:
    """So many connections, waiting for each other before they begin."""
    start = Barrier(times, timeout=60)

    def one(number: int) -> Any:
        try:
            connection.ensure_connection()
            start.wait()
            return act(number)
        except (Refused, ValidationError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as people:
        return list(people.map(one, range(times)))


def voices(model: type[models.Model], **among: Any) -> int:
    return model._default_manager.filter(**among).count()


def told(kind: str) -> int:
    return FactRow.objects.filter(kind=kind).count()


@pytest.mark.django_db(transaction=True)
def test_v41_one_person_who_supports_an_idea_fifty_times_at_once_counts_once() -> None:
    idea = make.propose(make.make_debate())
    member = make.make_person(idea.debate.community)
    answers = all_at_once(lambda _number: support_idea(member=member, idea=idea))
    assert sorted(map(str, answers)) == ["False"] * 49 + ["True"]
    assert voices(Support, idea=idea) == told("ideas.IdeaSupported") == 1
    idea.refresh_from_db()
    assert idea.supporters == 1


@pytest.mark.django_db(transaction=True)
def test_v41_fifty_people_at_once_are_fifty_and_back_and_forth_is_one_or_none() -> None:
    idea = make.propose(make.make_debate())
    people = [make.make_person(idea.debate.community) for _ in range(AT_ONCE)]
    all_at_once(lambda number: support_idea(member=people[number], idea=idea))
    idea.refresh_from_db()
    assert voices(Support, idea=idea) == idea.supporters == AT_ONCE
    one = people[0]
    acts = (support_idea, withdraw_support)
    all_at_once(lambda number: acts[number % 2](member=one, idea=idea))
    idea.refresh_from_db()
    assert voices(Support, idea=idea, member=one) in {0, 1}
    assert idea.supporters == voices(Support, idea=idea)


@pytest.mark.django_db(transaction=True)
def test_v41_messages_stances_and_reports_take_one_voice_of_each() -> None:
    idea = make.propose(make.make_debate())
    community = idea.debate.community
    thread = Thread.objects.get(pk=idea.thread_id)
    post = write_post(member=make.make_person(community), thread=thread, text="On Sundays?")
    member = make.make_person(community)
    sides = ("for", "against", "another_way")
    all_at_once(lambda _number: support_post(member=member, post=post))
    assert voices(PostSupport, post=post) == told("discussions.PostSupported") == 1
    all_at_once(lambda n: take_stance(member=member, thread=thread, position=sides[n % 3]))
    assert voices(Stance, thread=thread) == 1
    all_at_once(lambda _number: report_post(member=member, post=post, reason="spam"))
    assert voices(Report, reporter=member) == told("discussions.ThingReported") == 1


@pytest.mark.django_db(transaction=True)
def test_v41_joining_signing_and_founding_are_done_once() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    manifesto_factory(movement)
    member = member_factory()
    all_at_once(lambda _n: join_community(member=member, community=movement, consent_text="Yes."))
    assert voices(Membership, member=member) == told("communities.MembershipStarted") == 1
    assert voices(Signature, member=member) == 1
    manifesto_factory(movement, version=2)
    all_at_once(lambda _number: renew_signature(member=member, community=movement))
    assert voices(Signature, member=member, ended_at__isnull=True) == 1
    assert told("communities.ManifestoSigned") == 2
    founder = founder_factory(email=member.email)
    all_at_once(lambda _number: confirm_founder(member=member, token=founder.token))
    assert voices(Founder, member=member) == told("communities.FounderConfirmed") == 1


@pytest.mark.django_db(transaction=True)
def test_v41_an_answer_is_contested_once() -> None:
    debate = make.make_closed()
    idea = debate.ideas.get()
    decider = make.make_decider(debate.community)
    from essaim.ideas.actions import answer_idea

    answer_idea(member=decider, idea=idea, decision=Decision.NOT_ADOPTED, reasons="No.")
    in_role(debate.community, Role.ADMINISTRATOR)
    assert idea.author
    author = idea.author
    all_at_once(lambda n: contest_answer(member=author, idea=idea, reasons=f"Look again, {n}."))
    assert voices(Appeal, answer__idea=idea) == 1


# Each table in which somebody gives a voice: who, to what.
VOICES = {
    Support: ("idea", "member"),
    PostSupport: ("post", "member"),
    Stance: ("thread", "member"),
    Signature: ("manifesto", "member"),
    Membership: ("community", "member"),
    Report: ("case", "reporter"),
    Appeal: ("answer",),
    DecisionAppeal: ("decision",),
    Answered: ("rating", "member"),
}
# Links between a person and a thing that are no voices, or of which there may be several.
SEVERAL = {
    "communities.Founder": "once by address; checked when they confirm",
    "communities.Mandate": "an exclusion constraint: one role once at a time",
    "communities.DecisionAppeal": "one for each decision, whoever asks: above",
    "communities.Welcome": "one for each membership, whoever says it",
    "communities.Adoption": "one open for each community, whoever wants it",
    "communities.MergedMembership": "each membership once by one merge",
    "communities.MergedMandate": "each role once by one merge",
}


@pytest.mark.django_db
def test_v41_the_database_itself_refuses_a_second_voice() -> None:
    """One unique index over who and what, for each table that counts people; also a new one."""
    for model, fields in VOICES.items():
        columns = {columns_of(model)[name] for name in fields}
        assert columns in _unique(model), model
    for model in apps.get_models():
        if model._meta.app_label not in {"communities", "discussions", "ideas", "insights", "home"}:
            continue
        links = {
            field.name: field.related_model
            for field in model._meta.concrete_fields
            if field.is_relation
        }
        if links.get("member") is Member and len(links) > 1 and model._meta.label not in SEVERAL:
            column = columns_of(model)["member"]
            assert any(column in columns for columns in _unique(model)), model


def _unique(model: type[models.Model]) -> list[set[str]]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return [set(one["columns"]) for one in found.values() if one["unique"]]


@pytest.mark.django_db
def test_v41_a_second_row_is_refused_whoever_writes_it() -> None:
    idea = make.propose(make.make_debate())
    member = make.make_person(idea.debate.community)
    post = write_post(member=member, thread=idea.thread, text="Yes.")
    rows: list[tuple[type[models.Model], dict[str, Any]]] = [
        (Support, {"idea": idea}),
        (PostSupport, {"post": post}),
        (Stance, {"thread": idea.thread, "position": "for"}),
        (Membership, {"community": community_factory(slug="elsewhere")}),
        (Signature, {"manifesto": manifesto_factory(idea.debate.community)}),
    ]
    for model, values in rows:
        model._default_manager.create(member=member, **values)
        with pytest.raises(IntegrityError), transaction.atomic():
            model._default_manager.create(member=member, **values)
    assert Post.objects.count() == 1


def _committees() -> tuple[Community, list[Idea]]:
    """Two committees of one movement, in each an idea that says the same."""
    movement = make.make_community()
    below = [
        make.make_community(parent=movement, ancestor_ids=[movement.pk], kind=Kind.COMMITTEE)
        for _ in range(2)
    ]
    return movement, [make.propose(make.make_debate(one)) for one in below]


def _carry(idea: Idea, above: Any) -> Idea:
    carried = make.propose(above)
    Idea.objects.filter(pk=carried.pk).update(carried_from=idea)
    return carried


def _behind(idea: Idea) -> int:
    idea.refresh_from_db()
    return idea.supporters


@pytest.mark.django_db
def test_v42_who_belongs_to_two_committees_counts_once_in_what_both_send_up() -> None:
    """Accounts are never merged here; ideas are, and they travel: a person stays one person."""
    movement, (one, other) = _committees()
    above = make.make_debate(movement)
    both = member_of(movement, one.debate.community, other.debate.community)
    single = member_of(movement, one.debate.community)
    for member, idea in ((both, one), (both, other), (single, one)):
        support_idea(member=member, idea=idea)
    sent = [_carry(one, above), _carry(other, above)]
    support_idea(member=both, idea=sent[0])  # and once more where it arrived
    assert [_behind(idea) for idea in sent] == [2, 1]
    merged = merge_ideas(
        member=make.make_host(movement), survivor=sent[0], ideas=sent, reason="The same."
    )
    assert _behind(sent[0]) == 2
    support_idea(member=both, idea=other)  # asked again below: nothing changes above
    assert _behind(sent[0]) == 2
    assert FactRow.objects.filter(kind="ideas.IdeasMerged").count() == 1, "It is written down."
    undo_regrouping(member=make.make_host(movement), regrouping=merged)
    assert [_behind(idea) for idea in sent] == [2, 1]


@pytest.mark.django_db
def test_v42_one_address_is_one_account_however_it_is_written() -> None:
    """Nobody gets a second voice by capitals, and a second address is a second account."""
    member = member_factory(email="ana@example.org")
    for email in ("Ana@Example.org", "ANA@EXAMPLE.ORG"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Member.objects.create(email=email)
        with pytest.raises(IntegrityError), transaction.atomic():
            Member.objects.create_user(email)
    assert Member.objects.get() == member
