from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.needs.models import Side, State
from essaim.needs.queries.matches import MatchLine, recently_done, to_confirm, waiting_for
from essaim.needs.queries.mine import my_part
from essaim.needs.queries.suggestions import needs_for
from essaim.outreach.queries import TODAY_ACTS, TODAY_FATE, Act, FateLine

ANSWERING, CONFIRMING = 2, 2  # minutes
MOST = 3


@TODAY_ACTS.fills(subplatform="needs", order=15)
def what_waits_for_me(reader: Reader, ids: Collection[int]) -> dict[int, list[Act]]:
    """Somebody waits for an answer, or for help to be confirmed: the oldest first."""
    if reader.member_id not in ids or not reader.once(my_part).has_matches:
        return {}
    asked = [_answer(one) for one in waiting_for(reader, most=MOST)]
    said = [_confirm(one) for one in to_confirm(reader, most=MOST)]
    return {reader.member_id or 0: [*asked, *said]}


def _answer(one: MatchLine) -> Act:
    said = {"name": one.name, "need": one.need_title}
    title = (
        _("%(name)s asks you to help: “%(need)s”")
        if one.side == Side.HELPER
        else _("%(name)s would help with “%(need)s”.")
    )
    return Act(
        minutes=ANSWERING,
        title=title % said,
        url=reverse("match", args=[one.public_id]),
        why=_("Yes or no, both do: they wait for a word."),
        key=f"needs.answer:{one.public_id}",
        is_owed=True,
    )


def _confirm(one: MatchLine) -> Act:
    said = {"name": one.name, "need": one.need_title}
    return Act(
        minutes=CONFIRMING,
        title=_("Confirm that %(name)s helped: “%(need)s”") % said,
        url=reverse("match_confirm", args=[one.public_id]),
        key=f"needs.confirm:{one.public_id}",
        is_owed=True,
    )


@TODAY_ACTS.fills(subplatform="needs", order=35)
def what_i_could_help_with(reader: Reader, ids: Collection[int]) -> dict[int, list[Act]]:
    """Needs that suit what the reader offers."""
    if reader.member_id not in ids or not reader.once(my_part).has_offers:
        return {}
    return {
        reader.member_id or 0: [
            Act(
                minutes=one.minutes,
                title=_("You could help: “%(need)s”") % {"need": one.title},
                url=reverse("need", args=[one.need_id]),
                why=" · ".join(filter(None, (one.community, one.place))),
                key=f"needs.help:{one.need_id}",
            )
            for one in needs_for(reader, limit=MOST)
        ]
    }


@TODAY_FATE.fills(subplatform="needs", order=20)
def what_became_of_my_help(reader: Reader, ids: Collection[int]) -> dict[int, list[FateLine]]:
    """Help of the last months that was confirmed, given or received."""
    if reader.member_id not in ids or not reader.once(my_part).has_matches:
        return {}
    return {
        reader.member_id or 0: [
            FateLine(
                title=line.need_title,
                url=reverse("match", args=[line.public_id]),
                badge=str(State.DONE.label),
                tone="good",
                text=_("you helped") if line.side == Side.HELPER else _("you were helped"),
                happened_at=at,
            )
            for line, at in recently_done(reader, most=MOST)
        ]
    }
