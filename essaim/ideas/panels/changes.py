from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.ideas import rules
from essaim.outreach.queries import NOTICE_WORDING, Wording, notice_details


@NOTICE_WORDING.fills(subplatform="ideas", order=15)
def about_rewritten_ideas(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """What one supports no longer says what it said."""
    told = notice_details(ids, "ideas.edited")
    ideas = rules.ideas_visible_to(reader).standing()
    found = ideas.in_bulk({details["idea_id"] for details in told.values()})
    return {
        pk: [
            Wording(
                text=_("“%(title)s”, which you support, was rewritten. See what changed.")
                % {"title": idea.title},
                url=reverse("idea_versions", args=[idea.public_id]),
            )
        ]
        for pk, details in told.items()
        if (idea := found.get(details["idea_id"]))
    }


@NOTICE_WORDING.fills(subplatform="ideas", order=16)
def about_withdrawn_debates(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    told = notice_details(ids, "ideas.debate_withdrawn")
    debates = rules.debates_visible_to(reader).select_related("community")
    found = debates.in_bulk({details["debate_id"] for details in told.values()})
    return {
        pk: [
            Wording(
                text=_(
                    "The debate “%(question)s” was withdrawn: no answer is owed any more. %(why)s"
                )
                % {"question": debate.question, "why": debate.withdrawal_reason},
                url=reverse("debate", args=[debate.community.slug, debate.public_id]),
            )
        ]
        for pk, details in told.items()
        if (debate := found.get(details["debate_id"]))
    }
