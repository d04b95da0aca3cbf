from datetime import timedelta

from django.utils.translation import gettext as _

from essaim.communities.models import (
    ROOT_KINDS,
    SELF_STANDING_KINDS,
    Community,
    Founder,
    Manifesto,
)
from essaim.communities.readers import Reader
from essaim.communities.rules.belonging import may_enter_above
from essaim.communities.rules.running import may_edit
from essaim.communities.rules.seeing import may_see_community
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now

FOUNDERS_NEEDED = 2
INVITED_FOR = timedelta(days=30)


def may_found(  # noqa: PLR0911  each refusal has its own words
    reader: Reader, kind: str, parent: Community | None
) -> Verdict:
    """Anyone may begin something; inside a community, any of its members."""
    if not reader.is_known:
        return refused(_("Sign in to found a community."))
    if kind in SELF_STANDING_KINDS:
        return refused(_("A project begins with its words, on the page of projects."))
    if parent is None:
        return ALLOWED
    if not may_see_community(reader, parent):
        return refused(_("This page does not exist."))
    if kind in ROOT_KINDS:
        return refused(_("A movement or an innovation community stands under no other one."))
    if not parent.is_open:
        return refused(
            _("%(name)s is not open: nothing new can begin in it.") % {"name": parent.name}
        )
    if not reader.belongs_to(parent.pk):
        return refused(_("Join %(name)s to found something in it.") % {"name": parent.name})
    return ALLOWED


def missing_before_opening(community: Community) -> list[str]:
    """What still has to be there before it opens, in the reader's language; empty when ready."""
    missing = []
    if community.needs_manifesto:
        if not community.manifestos.published().exists():
            draft = community.manifestos.drafts().first() or Manifesto()
            missing += [_("the manifesto: %(part)s") % {"part": p} for p in draft.missing_parts]
        confirmed = community.founders.filter(confirmed_at__isnull=False).count()
        if confirmed < FOUNDERS_NEEDED:
            missing.append(_("a second founder who has confirmed"))
    elif not community.purpose.strip():
        missing.append(_("the purpose"))
    return missing


def may_open(reader: Reader, community: Community) -> Verdict:
    if community.opened_at:
        return refused(_("This community is already open."))
    if community.kind in SELF_STANDING_KINDS:
        return refused(_("A project opens once it is validated: on its own page."))
    if not (verdict := may_edit(reader, community)):
        return verdict
    if community.parent and not community.parent.is_open:
        return refused(_("%(name)s has to open first.") % {"name": community.parent.name})
    if missing := missing_before_opening(community):
        return refused(_("Still missing before it opens: %(list)s.") % {"list": ", ".join(missing)})
    return ALLOWED


def may_confirm(reader: Reader, founder: Founder, email: str) -> Verdict:
    """Founders speak for themselves: signed in with the address that was written to."""
    if not reader.is_known or founder.email != email:
        return refused(_("Sign in with the address that this invitation was sent to."))
    if not is_valid(founder):
        return refused(_("This invitation is too old: ask for another one."))
    if founder.community.closed_at:
        return refused(_("This community is closed."))
    return may_enter_above(reader, founder.community)


def may_withdraw_words(reader: Reader, founder: Founder) -> Verdict:
    """What stands beside a founder's name is theirs, at any time."""
    if not reader.is_known or founder.member_id != reader.member_id:
        return refused(_("Only a founder takes back what they said."))
    return ALLOWED


def is_valid(founder: Founder) -> bool:
    """Whether the link of an invitation still opens anything: a mailbox may change hands."""
    return founder.invited_at > now() - INVITED_FOR
