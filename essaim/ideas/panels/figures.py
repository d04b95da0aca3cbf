from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.commitments.queries import REGISTER_FIGURES, AnswerFigure
from essaim.communities.queries import COMMUNITY_FIGURES, Figure
from essaim.communities.readers import Reader
from essaim.design.typography import number
from essaim.foundation.clock import today
from essaim.ideas.queries.figures import AnswersFigure, answers_figures


@REGISTER_FIGURES.fills(subplatform="ideas", order=20)
@COMMUNITY_FIGURES.fills(subplatform="ideas", order=20)
def how_answers_are_given(reader: Reader, ids: Collection[int]) -> dict[int, list[Figure]]:
    """On time or not, how soon, how many refusals, how many contested; one query."""
    due, given = answers_figures(reader, ids)
    return {
        pk: [_on_time(figure), *(_about_those_given(given[pk]) if given[pk].given else ())]
        for pk, figure in due.items()
    }


def _on_time(figure: AnswerFigure) -> Figure:
    href = reverse("definitions") + "#answers"
    label = _("Answers given on time")
    if not figure.due:
        return Figure(label=label, href=href, as_of=today(), text=_("no answer was due yet"))
    late = ngettext("%(count)s is late", "%(count)s are late", figure.late)
    return Figure(
        label=label,
        value=figure.on_time,
        of=figure.due,
        share=figure.share,
        note=late % {"count": number(figure.late)} if figure.late else "",
        href=href,
        as_of=today(),
    )


def _about_those_given(figure: AnswersFigure) -> tuple[Figure, ...]:
    definitions = reverse("definitions")
    over = ngettext("over %(count)s answer", "over %(count)s answers", figure.given)
    days = figure.median_days or 0
    in_days = ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}
    return (
        Figure(
            label=_("Half of the answers within"),
            text=in_days,
            note=over % {"count": number(figure.given)},
            href=definitions + "#delay",
            as_of=today(),
        ),
        Figure(
            label=_("Answers that refuse"),
            value=figure.refused,
            of=figure.given,
            share=figure.refused / figure.given,
            href=definitions + "#refusals",
            as_of=today(),
        ),
        Figure(
            label=_("Contested answers"),
            value=figure.contested,
            of=figure.given,
            note=_what_came_of_them(figure),
            href=definitions + "#contested",
            as_of=today(),
        ),
    )


def _what_came_of_them(figure: AnswersFigure) -> str:
    counts = (
        (figure.changed, ngettext("%(count)s changed", "%(count)s changed", figure.changed)),
        (figure.upheld, ngettext("%(count)s upheld", "%(count)s upheld", figure.upheld)),
        (figure.waiting, ngettext("%(count)s waits", "%(count)s wait", figure.waiting)),
        (figure.late, ngettext("%(count)s is late", "%(count)s are late", figure.late)),
    )
    return ", ".join(words % {"count": number(count)} for count, words in counts if count)
