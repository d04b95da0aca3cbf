"""One's own place on the ladder: for the person alone, and only if they want it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.foundation.clock import now
from essaim.insights.models import OwnView
from essaim.insights.queries.kinds import RUNG_WORDS, words_for
from essaim.insights.queries.ladder import (
    AWARE,
    ENGAGED,
    GRACE_DAYS,
    INTERACTING,
    WINDOWS,
    OwnAct,
    own_acts,
)

LEVEL_RUNGS = {AWARE: "aware", INTERACTING: "interact", ENGAGED: "engage"}


@dataclass(frozen=True, slots=True)
class OwnRung:
    """Where one stands in a community, why, and one small step that could come next."""

    community: str
    slug: str
    rung: str
    words: str
    why: str
    since: datetime | None
    lapses_on: datetime | None
    step: str
    step_url: str


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """`rungs` are empty for whoever declined: nothing was looked up."""

    is_hidden: bool
    has_declined: bool
    rungs: tuple[OwnRung, ...]


def own_place(reader: Reader, *, only_shown: bool = False) -> OwnPlace:
    """The reader's own rungs in the communities at the top of theirs; two queries at most.

    With `only_shown`, nothing is looked up for whoever hid it either.
    """
    view = OwnView.objects.filter(member=reader.member_id or 0).first()
    is_hidden, declined = bool(view and view.is_hidden), bool(view and view.declined_at)
    if reader.member_id is None or declined or (only_shown and is_hidden):
        return OwnPlace(is_hidden, declined, ())
    tops = [one for one in reader.communities if one.parent_id is None and one.is_open]
    acts = own_acts(reader.member_id, [one.community_id for one in tops])
    return OwnPlace(
        is_hidden,
        declined,
        tuple(
            _rung(one.name, one.slug, [act for act in acts if act.community_id == one.community_id])
            for one in tops
        ),
    )


def _rung(community: str, slug: str, acts: list[OwnAct]) -> OwnRung:
    """The highest level of which an act is younger than the window and its grace."""
    window, grace = timedelta(days=WINDOWS[0]), timedelta(days=GRACE_DAYS)
    held = [act for act in acts if act.happened_at > now() - window - grace]
    level = max((act.level for act in held), default=AWARE)
    newest = max(
        (act for act in held if act.level == level), key=lambda act: act.happened_at, default=None
    )
    lapses = None
    if newest and level > AWARE and newest.happened_at <= now() - window:
        lapses = newest.happened_at + window + grace
    step, step_url = _step(level, slug)
    return OwnRung(
        community=community,
        slug=slug,
        rung=LEVEL_RUNGS[level],
        words=str(RUNG_WORDS[LEVEL_RUNGS[level]]),
        why=words_for(newest.kind) if newest else _("you belong to it"),
        since=newest.happened_at if newest else None,
        lapses_on=lapses,
        step=step,
        step_url=step_url,
    )


def _step(level: int, slug: str) -> tuple[str, str]:
    """The smallest thing that leads on; whoever is at the top could pass something on."""
    if level == AWARE:
        # To where all that it uses is shown: there may be no debates.
        return (
            _("Say what you think of something that was begun here."),
            reverse("community", args=[slug]),
        )
    if level == INTERACTING:
        return (
            _("Ask a host what you could take care of, be it small."),
            reverse("community", args=[slug]),
        )
    return (
        _("Show somebody new how you do it."),
        reverse("community_groups", args=[slug]),
    )
