from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import Community, Role, power
from essaim.communities.readers import Reader
from essaim.communities.rules import Subplatform, is_on, switchable
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.ideas.models import ProgrammeVersion
from essaim.ideas.rules.debates import SUBPLATFORM

PROGRAMME = switchable(
    Subplatform(
        "programme",
        gettext_lazy("Programme"),
        gettext_lazy("The programme, all its versions and its draft; its link on ideas."),
        stands_on=(SUBPLATFORM,),
    )
)

WRITING_ROLES = (Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER, Role.HOST, Role.LEAD)
WRITE_PROGRAMME = power(
    "ideas.write_programme", gettext_lazy("writes and publishes the programme"), WRITING_ROLES
)


def may_write_programme(reader: Reader, community: Community) -> Verdict:
    """Its own people write a community's programme; nobody does it from above."""
    if not is_on(community, PROGRAMME):
        return refused(_("This page does not exist."))
    if not community.is_open:
        return refused(_("This community takes nothing new: its programme stays as it is."))
    if reader.may(community, WRITE_PROGRAMME):
        return ALLOWED
    return refused(_("Only those who run %(name)s write its programme.") % {"name": community.name})


def may_publish_programme(
    reader: Reader, community: Community, draft: ProgrammeVersion | None
) -> Verdict:
    """Refused while it is empty, or while a sentence has nothing and no reason behind it."""
    if not (verdict := may_write_programme(reader, community)):
        return verdict
    if draft is None or not draft.sentences().exists():
        return refused(_("There is nothing to publish: write a first sentence."))
    unfounded = draft.sentences().unfounded().select_related("item").order_by("item__number")
    if named := [f"{sentence.item.number} ({sentence.text[:60]})" for sentence in unfounded[:5]]:
        return refused(
            _(
                "Nothing stands behind these sentences, neither a contribution nor a reason:"
                " %(list)s."
            )
            % {"list": "; ".join(named)}
        )
    return ALLOWED
