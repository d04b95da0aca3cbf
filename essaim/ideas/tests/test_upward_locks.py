"""What changes above while something is decided below."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction

from essaim.foundation.access import Refused
from essaim.ideas import actions
from essaim.ideas.models import Debate, Decision
from essaim.ideas.tests import factories as make
from essaim.ideas.tests.test_upward import Levels, hide_above, withdraw_above, withdraw_target


def answer_below(levels: Levels) -> None:
    actions.answer_idea(
        member=make.make_decider(levels.committee),
        idea=levels.idea,
        decision=Decision.NEEDS_MORE,
        reasons="Where?",
    )


@pytest.mark.django_db
def test_what_was_answered_below_meanwhile_is_not_put_back_above() -> None:
    levels = Levels()
    levels.send()
    withdraw_above(levels)
    answer_below(levels)
    with pytest.raises(Refused, match="has been answered"):
        actions.restore_idea(member=levels.author, idea=levels.carried)
    assert levels.carried.withdrawn_at


@pytest.mark.django_db
def test_what_was_answered_below_before_it_went_up_is_put_back_above() -> None:
    levels = Levels()
    answer_below(levels)
    levels.send()
    withdraw_above(levels)
    assert actions.restore_idea(member=levels.author, idea=levels.carried)


def restore_above(levels: Levels) -> None:
    actions.restore_idea(member=levels.author, idea=levels.carried)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [hide_above, withdraw_above, withdraw_target, restore_above])
def test_what_is_owed_below_changes_only_once_nobody_else_changes_it(
    act: Callable[[Levels], None],
) -> None:
    levels = Levels()
    levels.send()
    if act is restore_above:
        withdraw_above(levels)

    def try_it() -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
            act(levels)
        except OperationalError as error:
            return str(error)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        Debate.objects.select_for_update().get(pk=levels.debate.pk)
        assert "lock timeout" in other.submit(try_it).result()
