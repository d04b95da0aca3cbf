"""Numbers of a project: each with how it was counted, none beside another for the same days."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from essaim.communities.models import Role
from essaim.communities.readers import ANONYMOUS
from essaim.foundation.access import Refused
from essaim.foundation.clock import now, today
from essaim.foundation.models import FactRow
from essaim.ideas.tests.factories import entrust, join, make_community, make_member
from essaim.members.actions import erase_member
from essaim.projects.actions import effects
from essaim.projects.models import (
    ActorGroup,
    Beneficiaries,
    Confidence,
    Indicator,
    Measure,
    Project,
    Reach,
    Recognition,
    State,
)
from essaim.projects.queries.effects import effects_for_page, effects_in_short
from essaim.projects.queries.figures import project_figures
from essaim.projects.rules.effects import has_counted
from essaim.projects.tests import telling as make

pytestmark = pytest.mark.django_db


def measure(indicator: Indicator, value: str = "12", month: int = 1, **values: Any) -> Measure:
    given: dict[str, Any] = {
        "starts_on": date(2026, month, 1),
        "ends_on": date(2026, month + 1, 1),
        "value": Decimal(value),
    }
    project = Project.objects.get(pk=indicator.project_id)
    return effects.record_measure(
        member=make.bearer_of(project), indicator=indicator, **given | values
    )


def recognise(project: Project, **values: Any) -> Recognition:
    given: dict[str, Any] = {
        "kind": "prize",
        "title": "Prize of the valley",
        "given_by": "The valley",
        "given_on": today() - timedelta(days=3),
        "source_url": "https://example.org/prize",
        "amount_cents": 150_000,
        "currency": "EUR",
    }
    return effects.add_recognition(
        member=make.bearer_of(project), project=project, **given | values
    )


def test_the_team_counts_and_nobody_else_whatever_their_role() -> None:
    project = make.make_running()
    host = project.community.parent
    assert host
    manager = entrust(join(make_member(), host), host, Role.ADMINISTRATOR)
    for outsider in (manager, make.coach_of(project), make.follower_of(project)):
        with pytest.raises(Refused, match="team"):
            effects.name_group(member=outsider, project=project, name="Guests")
    effects.name_group(member=make.teammate(project), project=project, name="Guests")


def test_effects_are_counted_after_the_end_and_not_before_validation() -> None:
    make.group_of(make.make_running(state=State.ENDED, ended_on=today()))
    with pytest.raises(Refused, match="validated"):
        make.group_of(make.make_running(state=State.SUBMITTED))


def test_a_number_without_its_definition_is_none() -> None:
    project = make.make_running()
    for name in ("name", "unit", "definition", "who_counts", "source"):
        with pytest.raises(ValidationError) as caught:
            make.indicator_of(project, **{name: " "})
        assert list(caught.value.message_dict) == [name]
    with pytest.raises(ValidationError, match="go together"):
        make.indicator_of(project, target=Decimal(40))
    assert not Indicator.objects.exists()


def test_two_measures_for_the_same_days_leave_the_first() -> None:
    indicator = make.indicator_of(make.make_running())
    measure(indicator)
    measure(indicator, month=2)
    with pytest.raises(ValidationError, match="covers some of these days"):
        measure(indicator, starts_on=date(2026, 1, 20), ends_on=date(2026, 1, 21))
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.create(
            indicator=indicator,
            starts_on=date(2026, 1, 20),
            ends_on=date(2026, 2, 2),
            value=Decimal(1),
        )
    assert [str(one.value) for one in Measure.objects.order_by("pk")] == ["12.00", "12.00"]


def test_a_measure_is_withdrawn_replaced_and_not_put_back_over_its_successor() -> None:
    project = make.make_running()
    indicator, bearer = make.indicator_of(project), make.bearer_of(project)
    wrong = measure(indicator, "120")

    def away(one: Measure) -> None:
        effects.take_effect_away(
            member=bearer, project=project, kind="measure", public_id=one.public_id
        )

    def back(one: Measure) -> None:
        effects.put_effect_back(
            member=bearer, project=project, kind="measure", public_id=one.public_id
        )

    away(wrong)
    back(wrong)
    away(wrong)
    measure(indicator, "12")
    with pytest.raises(Refused, match="took its place"):
        back(wrong)
    with pytest.raises(Refused, match="no longer shown"):
        away(wrong)


def test_another_team_takes_nothing_away() -> None:
    project, other = make.make_running(), make.make_running()
    one = measure(make.indicator_of(project))
    with pytest.raises(Refused, match="no longer shown"):
        effects.take_effect_away(
            member=make.bearer_of(other), project=other, kind="measure", public_id=one.public_id
        )
    with pytest.raises(Refused, match="team"):
        effects.record_measure(
            member=make.bearer_of(other),
            indicator=one.indicator,
            starts_on=date(2026, 5, 1),
            ends_on=date(2026, 6, 1),
            value=Decimal(1),
        )


def test_what_is_documented_says_where_the_proof_is() -> None:
    project = make.make_running()
    with pytest.raises(ValidationError, match="proof"):
        measure(make.indicator_of(project), confidence=Confidence.AUDITED)
    group = make.group_of(project)
    with pytest.raises(ValidationError, match="proof"):
        make.people_in(project, 4, group=group, confidence=Confidence.DOCUMENTED)
    make.people_in(project, 4, group=group, confidence=Confidence.DOCUMENTED, evidence="The lists.")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"people": -1}, "people"),
        ({"people": 10**9}, "people"),
        ({"method": " "}, "method"),
        ({"reach": "both"}, "reach"),
        ({"ends_on": date(2026, 1, 1)}, "ends_on"),
        ({"starts_on": date(2126, 1, 1), "ends_on": date(2126, 2, 1)}, "starts_on"),
    ],
)
def test_people_are_counted_over_a_period_with_a_method(values: dict[str, Any], field: str) -> None:
    project = make.make_running()
    given = {"people": 4, **values}
    with pytest.raises(ValidationError) as caught:
        make.people_in(project, **given)
    assert list(caught.value.message_dict) == [field]


def test_a_group_is_counted_once_for_a_period_and_stays_while_it_is_counted() -> None:
    project = make.make_running()
    group, bearer = make.group_of(project), make.bearer_of(project)
    counted = make.people_in(project, 4, group=group)
    make.people_in(project, 2, group=group, reach=Reach.INDIRECT)
    with pytest.raises(ValidationError, match="is counted for this period"):
        make.people_in(project, 5, group=group)
    with pytest.raises(Refused, match="withdraw these counts"):
        effects.take_effect_away(
            member=bearer, project=project, kind="group", public_id=group.public_id
        )
    for one in Beneficiaries.objects.all():
        effects.take_effect_away(
            member=bearer, project=project, kind="beneficiaries", public_id=one.public_id
        )
    effects.take_effect_away(
        member=bearer, project=project, kind="group", public_id=group.public_id
    )
    with pytest.raises(Refused, match="no longer shown"):
        make.people_in(project, 6, group=group)
    assert counted.people == 4


def test_no_number_comes_back_of_what_was_taken_away_since() -> None:
    project = make.make_running()
    bearer = make.bearer_of(project)
    counted = make.people_in(project, 40)
    measured = measure(make.indicator_of(project))
    given: dict[str, Any] = {"member": bearer, "project": project}
    for kind, one in (("beneficiaries", counted), ("measure", measured)):
        effects.take_effect_away(**given, kind=kind, public_id=one.public_id)
    for kind, what in (("group", counted.group), ("indicator", measured.indicator)):
        effects.take_effect_away(**given, kind=kind, public_id=what.public_id)

    for kind, one in (("beneficiaries", counted), ("measure", measured)):
        with pytest.raises(Refused, match="taken away since"):
            effects.put_effect_back(**given, kind=kind, public_id=one.public_id)
    effects.put_effect_back(**given, kind="group", public_id=counted.group.public_id)
    effects.put_effect_back(**given, kind="beneficiaries", public_id=counted.public_id)

    counted.refresh_from_db()
    assert counted.withdrawn_at is None


def test_what_counts_a_removed_group_counts_nowhere() -> None:
    """However it came about: a row of before, an import, a repair."""
    host = make_community()
    project = make.make_running(host)
    counted = make.people_in(project, 40)
    ActorGroup.objects.update(removed_at=now())

    assert not has_counted(project)
    assert project_figures(ANONYMOUS, [host.pk])[host.pk].people is None
    assert effects_in_short(ANONYMOUS, project).people == ""
    assert list(Beneficiaries.objects.standing()) == []
    assert counted.withdrawn_at is None


def test_who_gains_through_others_is_no_number_of_those_who_gain() -> None:
    project = make.make_running()
    counted = make.people_in(project, 40, reach=Reach.INDIRECT)

    assert effects_in_short(ANONYMOUS, project).people == ""
    assert effects_for_page(ANONYMOUS, project).people == ""
    make.people_in(project, 12, group=counted.group, month=2)
    assert effects_for_page(ANONYMOUS, project).people == "12"


def test_a_recognition_has_a_source_that_opens_and_its_amount_a_currency() -> None:
    project = make.make_running()
    recognise(project)
    for values, field in (
        ({"source_url": ""}, "source_url"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"kind": "press"}, "amount"),
        ({"currency": "XXX"}, "currency"),
        ({"amount_cents": 0}, "amount"),
        ({"given_on": today() + timedelta(days=1)}, "given_on"),
        ({"kind": "medal"}, "kind"),
        ({}, "title"),  # told twice
    ):
        with pytest.raises(ValidationError) as caught:
            recognise(project, **values)
        assert list(caught.value.message_dict) == [field]
    assert Recognition.objects.get().amount_cents == 150_000


def test_people_around_are_counted_once_a_day() -> None:
    project = make.make_running()
    bearer = make.bearer_of(project)
    effects.count_people_around(member=bearer, project=project, people=9, who="Colleagues")
    with pytest.raises(ValidationError, match="on this day"):
        effects.count_people_around(member=bearer, project=project, people=8, who="Again")


def test_facts_of_effects_hold_no_number() -> None:
    project = make.make_running()
    make.people_in(project, 4711)
    fact = FactRow.objects.get(kind="projects.EffectCounted")
    assert fact.details.keys() == {"project_id", "kind", "effect_id"}


def test_numbers_stay_when_who_entered_them_is_gone() -> None:
    project = make.make_running()
    counted = make.people_in(project, 12)
    erase_member(member=make.bearer_of(project))
    counted.refresh_from_db()
    assert (counted.people, counted.recorded_by) == (12, None)


def test_nobody_counts_a_period_that_is_still_to_come() -> None:
    project = make.make_running()
    make.people_in(project, 12, starts_on=today(), ends_on=today() + timedelta(days=1))
    with pytest.raises(ValidationError, match="still to come"):
        make.people_in(
            project,
            12,
            group=project.actor_groups.get(),
            starts_on=today() - timedelta(days=9),
            ends_on=today() + timedelta(days=2),
        )
