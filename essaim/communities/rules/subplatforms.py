"""Which parts of the platform a community does without.

    IDEAS = switchable(Subplatform("ideas", _("Debates and ideas"), _("…"), subjects={"idea"}))

A package that people perceive as a thing of its own declares it beside its rules, and names it to
`may_read`, `may_see_community` and their twins: that is the one check. What is switched off is as
if it were not there, for everyone; nothing of it is deleted.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from essaim.communities.models import Community, CommunityQuerySet
from essaim.foundation.access import ALLOWED, Verdict, refused


@dataclass(frozen=True, slots=True)
class Subplatform:
    """`key` is what `Community.switched_off` holds, and the first word of its notices' kinds.

    It `stands_on` others, without which it is off too. `subjects` are the kinds of things of its
    own that threads and commitments are about: these go and come back with it.
    """

    key: str
    title: Promise
    words: Promise
    stands_on: tuple[str, ...] = ()
    subjects: frozenset[str] = frozenset()


SUBPLATFORMS: dict[str, Subplatform] = {}


def switchable(subplatform: Subplatform) -> str:
    """Declare it, once; its key."""
    if subplatform.key in SUBPLATFORMS:
        raise ValueError(f"The sub-platform {subplatform.key} is declared twice.")
    SUBPLATFORMS[subplatform.key] = subplatform
    return subplatform.key


def _needed(key: str) -> set[str]:
    """What must not be switched off for it to be there; what nobody declared stands by itself."""
    known = SUBPLATFORMS.get(key)
    return {key}.union(*map(_needed, known.stands_on)) if known else {key}


def _owners(subject_kind: str) -> Iterable[str]:
    return (one.key for one in SUBPLATFORMS.values() if subject_kind in one.subjects)


def is_on(community: Community, key: str, *, subject_kind: str = "") -> bool:
    """Whether a community uses a sub-platform, and the one whose things its thing is about."""
    needed = _needed(key).union(*map(_needed, _owners(subject_kind)))
    return needed.isdisjoint(community.switched_off)


def is_used(community: Community, key: str) -> Verdict:
    """`is_on`, for whoever asks for a page: where it is switched off there is none."""
    if not is_on(community, key):
        return refused(_("This page does not exist."))
    return ALLOWED


def on(key: str, *, path: str = "", subject_kind: str = "") -> Q:
    """The twin of `is_on`: `path` leads to the community (« debate__community__ », or nothing),
    `subject_kind` names the column that says what the thing is about.
    """
    switched_off = f"{path}switched_off__overlap"
    found = ~Q(**{switched_off: sorted(_needed(key))})
    for one in SUBPLATFORMS.values() if subject_kind else ():
        if one.subjects:
            about = Q(**{f"{subject_kind}__in": sorted(one.subjects)})
            found &= ~(about & Q(**{switched_off: sorted(_needed(one.key))}))
    return found


def off_in(community: Community) -> frozenset[str]:
    """All that a community does without: what it switched off, and what stands on that."""
    fallen = {key for key in SUBPLATFORMS if not is_on(community, key)}
    return frozenset({*community.switched_off, *fallen})


def communities_without(*keys: str) -> CommunityQuerySet:
    """Communities that do without any of these."""
    needed = set().union(*map(_needed, keys))
    return Community.objects.filter(switched_off__overlap=sorted(needed))
