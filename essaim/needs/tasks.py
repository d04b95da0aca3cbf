"""What the clock does: reminders, ends of silence and of days, notices of both, saved searches."""

from functools import partial

from django.db import transaction

from essaim.foundation.jobs import each, every
from essaim.needs import actions
from essaim.needs.models import Match, SavedSearch
from essaim.needs.queries import clock, told
from essaim.needs.queries.searches import news_of, searches_kept
from essaim.outreach.actions import notify


@every("20 * * * *")
def end_silences() -> None:
    """Questions that nobody answered, and the needs whose side did not."""
    each(actions.silent(), actions.end_silence)


@every("5 0 * * *")
def close_expired_needs() -> None:
    each(actions.expired(), actions.close_expired)


@every("40 * * * *")
def hand_back_what_nobody_carries() -> None:
    """What a facilitator carried who is one no longer."""
    each(actions.carried(), actions.hand_back)


@every("30 * * * *")
def remind_who_owes_an_answer() -> None:
    """After three days, and after seven."""
    each(actions.to_remind(), _remind)


@transaction.atomic
def _remind(match: Match) -> None:
    """Counted and told together: a worker that is killed in between has done neither."""
    if number := actions.remind(match):
        notify(
            member_ids=told.side_that_answers(match.pk),
            kind="needs.reminder",
            key=f"{match.pk}:{match.asked_at.isoformat()}:{number}",
            community_id=match.need.community_id,
            details={"match_id": match.pk},
        )


@every("15 6 * * *")
def tell_what_ends_soon() -> None:
    """A week before, once for each last day: one tap renews it."""
    each(clock.needs_to_warn(), partial(_tell_end, "needs.need_ends", "need_id"))
    each(clock.offers_to_warn(), partial(_tell_end, "needs.offer_ends", "offer_id"))


@transaction.atomic
def _tell_end(kind: str, named: str, ending: clock.Ending) -> None:
    notify(
        member_ids=ending.people,
        kind=kind,
        key=f"{ending.pk}:{ending.on}",
        community_id=ending.community_id,
        details={named: ending.pk},
    )


@every("45 5 * * *")
def tell_what_searches_found() -> None:
    """One notice a search and day, in the day’s mail."""
    each(searches_kept(), _tell_found)


@transaction.atomic
def _tell_found(search: SavedSearch) -> None:
    """Told, and noted until when: both or neither."""
    count, until = news_of(search)
    if count:
        notify(
            member_ids=[search.member_id],
            kind="needs.found",
            key=f"{search.pk}:{until.date()}",
            community_id=search.community_id,
            details={"search_id": search.pk, "count": count},
        )
    actions.searched_until(search, until)
