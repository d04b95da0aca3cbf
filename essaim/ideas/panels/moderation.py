from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from essaim.communities.queries import names_subject
from essaim.communities.readers import Reader
from essaim.discussions.queries import MODERATED_THINGS, ThingShown
from essaim.ideas.models import APPEAL, IDEA
from essaim.ideas.queries.moderation import appeals_moderated, ideas_moderated

names_subject(IDEA, _("an idea"))
names_subject(APPEAL, _("why an answer was contested"))


@MODERATED_THINGS.fills(subplatform="ideas", order=20)
def moderated_ideas(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[ThingShown]]:
    """Ideas and the words of appeals before the moderators, one query each where there are any."""
    ideas = [pk for kind, pk in ids if kind == IDEA]
    appeals = [pk for kind, pk in ids if kind == APPEAL]
    found: dict[tuple[str, int], list[ThingShown]] = {}
    if ideas:
        found |= {(IDEA, pk): [one] for pk, one in ideas_moderated(reader, ideas).items()}
    if appeals:
        found |= {(APPEAL, pk): [one] for pk, one in appeals_moderated(reader, appeals).items()}
    return found
