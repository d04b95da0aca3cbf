from collections.abc import Collection

from django.utils.translation import ngettext

from essaim.communities.queries import SWITCH_EFFECTS, Effect
from essaim.communities.readers import Reader
from essaim.design.typography import number
from essaim.ideas import rules
from essaim.ideas.queries.switches import Held, held_by


@SWITCH_EFFECTS.fills(subplatform="ideas", order=10)
def what_is_held(_reader: Reader, ids: Collection[int]) -> dict[int, list[Effect]]:
    """Debates, ideas and what is owed about them; the programme. One query."""
    return {pk: _effects(held) for pk, held in held_by(ids).items()}


def _effects(held: Held) -> list[Effect]:
    ideas, programme = rules.SUBPLATFORM, rules.PROGRAMME
    return [
        Effect(subplatform, words % {"count": number(count)}, is_promise)
        for subplatform, count, is_promise, words in (
            (
                ideas,
                held.debates,
                False,
                ngettext("%(count)s debate", "%(count)s debates", held.debates),
            ),
            (ideas, held.ideas, False, ngettext("%(count)s idea", "%(count)s ideas", held.ideas)),
            (
                programme,
                held.versions,
                False,
                ngettext(
                    "%(count)s published version of the programme",
                    "%(count)s published versions of the programme",
                    held.versions,
                ),
            ),
            (
                programme,
                held.items,
                False,
                ngettext(
                    "a draft of the programme with %(count)s item",
                    "a draft of the programme with %(count)s items",
                    held.items,
                ),
            ),
            (
                ideas,
                held.open_debates,
                True,
                ngettext(
                    "%(count)s debate is open: nobody can take part in it meanwhile",
                    "%(count)s debates are open: nobody can take part in them meanwhile",
                    held.open_debates,
                ),
            ),
            (
                ideas,
                held.owed,
                True,
                ngettext(
                    "%(count)s answer or promise is still owed",
                    "%(count)s answers and promises are still owed",
                    held.owed,
                ),
            ),
        )
        if count
    ]
