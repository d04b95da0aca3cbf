from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities.models import (
    ROOT_KINDS,
    Audience,
    Community,
    CommunityQuerySet,
    Founder,
    Mandate,
    Manifesto,
    Role,
    Visibility,
)
from essaim.communities.readers import Reader
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now, today


def may_see_community(reader: Reader, community: Community) -> Verdict:
    """Everyone sees an open public community; drafts and members-only ones are for those inside."""
    if community.opened_at and community.visibility == Visibility.PUBLIC:
        return ALLOWED
    if reader.belongs_to(community.pk) or reader.holds(community):
        return ALLOWED
    return refused(_("This page does not exist."))


def _inside(reader: Reader, path: str) -> Q:
    """Communities where the reader belongs or holds a role, by their own or from above."""
    return (
        Q(**{f"{path}id__in": reader.community_ids}) | _mandated(reader, path)
        if reader.is_known
        else Q(pk__in=[])
    )


def _mandated(reader: Reader, path: str) -> Q:
    found = Q(**{f"{path}id__in": reader.role_community_ids})
    if reader.reaching_ids:
        found |= Q(**{f"{path}ancestor_ids__overlap": list(reader.reaching_ids)})
    return found


def _visible(reader: Reader, path: str) -> Q:
    return Q(
        **{f"{path}opened_at__isnull": False, f"{path}visibility": Visibility.PUBLIC}
    ) | _inside(reader, path)


def communities_visible_to(reader: Reader) -> CommunityQuerySet:
    """The twin of `may_see_community`."""
    return Community.objects.filter(_visible(reader, ""))


def may_read(reader: Reader, community: Community, audience: str) -> Verdict:
    """Whether something of this community, meant for this audience, is for this reader."""
    if not may_see_community(reader, community):
        return refused(_("This page does not exist."))
    admitted = {
        Audience.PUBLIC: True,
        Audience.MEMBERS: reader.belongs_to(community.pk) or reader.holds(community),
        Audience.ROLE_HOLDERS: reader.holds(community),
        Audience.NOBODY: False,
    }[Audience(audience)]
    return ALLOWED if admitted else refused(_("This page does not exist."))


def readable(reader: Reader, *, community: str = "community", audience: str = "audience") -> Q:
    """The twin of `may_read`, for any table: pass the paths to its community and audience."""
    path = f"{community}__"
    admitted = Q(**{audience: Audience.PUBLIC})
    if reader.is_known:
        admitted |= Q(**{audience: Audience.MEMBERS}) & _inside(reader, path)
        admitted |= Q(**{audience: Audience.ROLE_HOLDERS}) & _mandated(reader, path)
    return _visible(reader, path) & admitted


# Those who run a community: its own people, mandated in it.
RUNNING_ROLES = (Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER, Role.HOST)
CENTRAL_ROLES = (Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER)
FOUNDERS_NEEDED = 2
INVITED_FOR = timedelta(days=30)


def may_found(  # noqa: PLR0911  each refusal has its own words
    reader: Reader, kind: str, parent: Community | None
) -> Verdict:
    """Anyone may begin something; inside a community, any of its members."""
    if not reader.is_known:
        return refused(_("Sign in to found a community."))
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


def may_edit(reader: Reader, community: Community) -> Verdict:
    """Its own people write its texts and settings; nobody does it from above."""
    if community.is_archive:
        return refused(_("An archive shows what was said elsewhere: it does not change."))
    if community.closed_at:
        return refused(_("This community is closed: it does not change any more."))
    if reader.holds_here(community, *RUNNING_ROLES):
        return ALLOWED
    return refused(_("Only those who run %(name)s can change this.") % {"name": community.name})


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
    if not (verdict := may_edit(reader, community)):
        return verdict
    if community.parent and not community.parent.is_open:
        return refused(_("%(name)s has to open first.") % {"name": community.parent.name})
    if missing := missing_before_opening(community):
        return refused(_("Still missing before it opens: %(list)s.") % {"list": ", ".join(missing)})
    return ALLOWED


def may_join(reader: Reader, community: Community) -> Verdict:
    """Anyone may, whatever else they belong to: nobody is asked about other memberships."""
    if not may_see_community(reader, community):
        return refused(_("This page does not exist."))
    if community.is_archive:
        return refused(_("This is an archive of what was said elsewhere: it has no members."))
    if reader.belongs_to(community.pk):
        return refused(_("You already belong to %(name)s.") % {"name": community.name})
    if not community.is_open:
        return refused(_("%(name)s takes no new members.") % {"name": community.name})
    return may_enter_above(reader, community)


def may_enter_above(reader: Reader, community: Community) -> Verdict:
    """Belonging here is belonging above: no way into what one does not see or what is not open."""
    for above in Community.objects.filter(pk__in=community.ancestor_ids):
        if reader.belongs_to(above.pk):
            continue
        if not may_see_community(reader, above):  # not even its name is for this reader
            return refused(_("Only members of the community above it can join this."))
        if not above.is_open:
            return refused(_("Only members of %(name)s can join this.") % {"name": above.name})
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


def may_leave(reader: Reader, community: Community) -> Verdict:
    if reader.belongs_to(community.pk):
        return ALLOWED
    return refused(_("You do not belong to %(name)s.") % {"name": community.name})


def may_sign(reader: Reader, community: Community) -> Verdict:
    if reader.belongs_to(community.pk):
        return ALLOWED
    return refused(_("Join %(name)s to sign its manifesto.") % {"name": community.name})


def may_see_members(reader: Reader, community: Community) -> Verdict:
    if reader.belongs_to(community.pk) or reader.holds(community):
        return ALLOWED
    return refused(_("Only members see who the other members are."))


def may_give_mandate(  # noqa: PLR0911  each refusal has its own words
    reader: Reader, community: Community, role: str
) -> Verdict:
    """Its own people choose who does what; from above only where nobody runs it any more."""
    if community.is_archive or community.closed_at:
        return refused(_("Nobody holds a role in a community that is closed or an archive."))
    if reader.holds_here(community, Role.ADMINISTRATOR):
        return ALLOWED
    if reader.holds_here(community, *RUNNING_ROLES):
        if role in CENTRAL_ROLES and not (
            role == Role.COMMUNITY_MANAGER and reader.holds_here(community, Role.COMMUNITY_MANAGER)
        ):
            return refused(_("Only an administrator of this community gives this role."))
        return ALLOWED
    if reader.holds(community, *CENTRAL_ROLES):
        if is_run(community):
            return refused(
                _("%(name)s has people who run it: they decide who does what.")
                % {"name": community.name}
            )
        return ALLOWED
    return refused(_("Only those who run %(name)s give roles.") % {"name": community.name})


def may_end_mandate(reader: Reader, mandate: Mandate) -> Verdict:
    """Whoever could give it, and the holder."""
    if reader.member_id is not None and mandate.member_id == reader.member_id:
        return ALLOWED
    return may_give_mandate(reader, mandate.community, mandate.role)


def is_run(community: Community) -> bool:
    """Whether somebody runs it today."""
    return community.mandates.on(today()).filter(role__in=RUNNING_ROLES).exists()


def may_move(reader: Reader, community: Community, parent: Community | None) -> Verdict:
    """Its administrators choose where it stands, among communities that they belong to."""
    if not (verdict := may_edit(reader, community)):
        return verdict
    if not reader.holds_here(community, Role.ADMINISTRATOR):
        return refused(_("Only an administrator of this community can move it."))
    if parent is None:
        return ALLOWED
    if not may_see_community(reader, parent):
        return refused(_("This page does not exist."))
    if parent.pk == community.pk or community.pk in parent.ancestor_ids:
        return refused(_("A community cannot stand under itself."))
    return may_found(reader, community.kind, parent)


def may_close(reader: Reader, community: Community) -> Verdict:
    if not (verdict := may_edit(reader, community)):
        return verdict
    if not reader.holds_here(community, Role.ADMINISTRATOR):
        return refused(_("Only an administrator of this community can close it."))
    return ALLOWED
