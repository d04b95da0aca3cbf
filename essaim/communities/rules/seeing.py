from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities.models import (
    REACHING_ROLES,
    Audience,
    Community,
    CommunityQuerySet,
    Power,
    Visibility,
)
from essaim.communities.readers import Reader
from essaim.communities.rules.subplatforms import is_on, on
from essaim.foundation.access import ALLOWED, Verdict, refused


def may_see_community(reader: Reader, community: Community, *, subplatform: str = "") -> Verdict:
    """Everyone sees an open public community; members-only ones are for those inside.

    Before it opens it is for those who begin it: nobody looks in from above. With a
    `subplatform`: whether there is that part of it to see.
    """
    if subplatform and not is_on(community, subplatform):
        return refused(_("This page does not exist."))
    if community.opened_at and community.visibility == Visibility.PUBLIC:
        return ALLOWED
    if reader.belongs_to(community.pk) or reader.holds_here(community):
        return ALLOWED
    if community.opened_at and reader.holds(community):
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
        found |= Q(
            **{
                f"{path}ancestor_ids__overlap": list(reader.reaching_ids),
                f"{path}opened_at__isnull": False,
            }
        )
    return found


def _visible(reader: Reader, path: str) -> Q:
    return Q(
        **{f"{path}opened_at__isnull": False, f"{path}visibility": Visibility.PUBLIC}
    ) | _inside(reader, path)


def communities_visible_to(reader: Reader, *, subplatform: str = "") -> CommunityQuerySet:
    """The twin of `may_see_community`."""
    found = Community.objects.filter(_visible(reader, ""))
    return found.filter(on(subplatform)) if subplatform else found


def may_read(
    reader: Reader,
    community: Community,
    audience: str,
    *,
    subplatform: str = "",
    subject_kind: str = "",
) -> Verdict:
    """Whether something of this community, meant for this audience, is for this reader.

    Each package names its `subplatform`, and what hangs on things of others its `subject_kind`:
    what the community has switched off is for nobody.
    """
    if not may_see_community(reader, community):
        return refused(_("This page does not exist."))
    if subplatform and not is_on(community, subplatform, subject_kind=subject_kind):
        return refused(_("This page does not exist."))
    admitted = {
        Audience.PUBLIC: True,
        Audience.MEMBERS: reader.belongs_to(community.pk) or reader.holds(community),
        Audience.ROLE_HOLDERS: reader.holds(community),
        Audience.NOBODY: False,
    }[Audience(audience)]
    return ALLOWED if admitted else refused(_("This page does not exist."))


def readable(
    reader: Reader,
    *,
    community: str = "community",
    audience: str = "audience",
    subplatform: str = "",
    subject_kind: str = "",
) -> Q:
    """The twin of `may_read`, for any table: pass the paths to its community and audience.

    `subject_kind` is the path to the column that says what the thing is about.
    """
    path = f"{community}__"
    admitted = Q(**{audience: Audience.PUBLIC})
    if reader.is_known:
        admitted |= Q(**{audience: Audience.MEMBERS}) & _inside(reader, path)
        admitted |= Q(**{audience: Audience.ROLE_HOLDERS}) & _mandated(reader, path)
    found = _visible(reader, path) & admitted
    return found & on(subplatform, path=path, subject_kind=subject_kind) if subplatform else found


def entitled(reader: Reader, what: Power, *, path: str = "") -> Q:
    """Communities where a power is held there or from above: the twin of `reader.may`."""
    here = {pk for pk, role in reader.roles if role in what.roles}
    here |= {pk for pk, key, _reaches, _lender in reader.delegated if key == what.key}
    found = Q(**{f"{path}id__in": sorted(here)})
    if what.reaches:
        above = {pk for pk, role in reader.roles if role in what.roles & REACHING_ROLES}
        above |= {
            pk for pk, key, reaches, _lender in reader.delegated if key == what.key and reaches
        }
        if above:
            found |= Q(**{f"{path}ancestor_ids__overlap": sorted(above)})
    return found


def may_see_members(reader: Reader, community: Community) -> Verdict:
    if reader.belongs_to(community.pk) or reader.holds(community):
        return ALLOWED
    return refused(_("Only members see who the other members are."))
