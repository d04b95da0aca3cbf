"""The board: what is looked for and what is offered, under an hour first, page by page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Case, F, Prefetch, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.design.typography import number, short_day
from essaim.foundation.clock import today
from essaim.foundation.http import Page, keyset
from essaim.foundation.text import plain_excerpt, unaccented
from essaim.members.queries import display_name, skills_meant
from essaim.needs import rules
from essaim.needs.models import (
    UNDER_AN_HOUR,
    Need,
    NeedKind,
    NeedQuerySet,
    NeedSkill,
    OfferSkill,
    Remote,
)
from essaim.places.models import Place
from essaim.places.queries import place_named

PAGE = 20
EXCERPT = 160
NEED_ORDER = ("is_long", "-created_at", "-id")
OFFER_ORDER = ("-created_at", "-id")
HOURS_A_DAY = 7
HALF_A_DAY = 4 * 60
HOUR, HALF, LONGER = "hour", "half", "longer"
OFFICIAL, OFFERS = "official", "offers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is looked for on the board; empty ones look for everything."""

    kind: str = ""
    skill: str = ""
    place: str = ""  # its public_id
    length: str = ""
    remote: bool = False

    @property
    def params(self) -> dict[str, Any]:
        """As a saved search keeps them: those that say something."""
        named = {
            "kind": self.kind,
            "skill": self.skill,
            "place": self.place,
            "length": self.length,
            "remote": self.remote,
        }
        return {name: value for name, value in named.items() if value}

    @classmethod
    def of(cls, params: dict[str, Any]) -> "Filters":
        known = {name: params[name] for name in cls.__dataclass_fields__ if name in params}
        return cls(**known)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    public_id: str
    title: str
    lang: str
    excerpt: str
    community: str
    community_slug: str
    minutes: int
    duration: str
    where: str
    remote: str
    place: str
    skills: tuple[str, ...]
    by_on: date | None
    people: int
    left: int
    kind: str
    state: str
    created_at: datetime
    meta: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLine:
    public_id: str
    excerpt: str
    lang: str
    name: str
    skills: tuple[str, ...]
    duration: str
    minutes_a_month: int
    where: str
    remote: str
    place: str
    created_at: datetime
    meta: str = ""


def duration_words(minutes: int) -> str:
    """« 45 min », « 2 h », « 1 h 30 », « 3 days »: a day of help has seven hours."""
    if minutes < UNDER_AN_HOUR:
        return _("%(count)s min") % {"count": number(minutes)}
    hours, rest = divmod(minutes, 60)
    if hours >= HOURS_A_DAY and not rest and not hours % HOURS_A_DAY:
        days = hours // HOURS_A_DAY
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}
    if rest:
        return _("%(hours)s h %(minutes)s") % {"hours": number(hours), "minutes": f"{rest:02}"}
    return _("%(count)s h") % {"count": number(hours)}


def where_words(remote: str, place: str) -> str:
    if remote == Remote.REMOTE:
        return _("from home")
    if remote == Remote.EITHER:
        return _("%(place)s or from home") % {"place": place}
    return place


def needs_of_board(reader: Reader, community: Community | None, filters: Filters) -> NeedQuerySet:
    """Open ones that the reader may read: of a community and those below it, or of all."""
    found = rules.needs_visible_to(reader).open()
    if community:
        found = found.filter(
            Q(community=community) | Q(community__ancestor_ids__contains=[community.pk])
        )
    if filters.kind == OFFICIAL:
        found = found.filter(kind=NeedKind.OFFICIAL)
    if filters.length == HOUR:
        found = found.filter(minutes__lte=UNDER_AN_HOUR)
    elif filters.length == HALF:
        found = found.filter(minutes__lte=HALF_A_DAY)
    elif filters.length == LONGER:
        found = found.filter(minutes__gt=HALF_A_DAY)
    found = found.filter(_somewhere(filters))
    if filters.skill:
        found = found.filter(pk__in=_with_skill(NeedSkill, "need", filters.skill, reader.language))
    return found


def _somewhere(filters: Filters) -> Q:
    """At a place or inside it, or around it; what can be done from home is everywhere."""
    from_home = Q(remote__in=(Remote.REMOTE, Remote.EITHER))
    if filters.remote:
        return from_home
    if filters.place and (place := place_named(filters.place)):
        return at_place(place) | from_home
    return Q()


def at_place(place: Place) -> Q:
    inside = Q(place=place) | Q(place__ancestor_ids__contains=[place.pk])
    return inside | Q(place__in=place.ancestor_ids)


def _with_skill(model: Any, of: str, text: str, language: str) -> QuerySet[Any]:
    """By the skill that is meant, whatever it is called, or by a part of what was written."""
    meant = [skill for skill in skills_meant([text], language).values() if skill]
    rows = model.objects.filter(Q(name_key__contains=unaccented(text)) | Q(skill__in=meant))
    found: QuerySet[Any] = rows.values(of)
    return found


def ordered(needs: NeedQuerySet) -> Any:
    is_long = Case(
        When(minutes__lte=UNDER_AN_HOUR, then=Value(False)),
        default=Value(True),
        output_field=BooleanField(),
    )
    return needs.annotate(is_long=is_long)


def board(
    reader: Reader,
    community: Community | None,
    filters: Filters,
    *,
    after: str | None = None,
    size: int = PAGE,
) -> Page[NeedLine]:
    """One page; two queries, a third where a skill is looked for."""
    found = ordered(needs_of_board(reader, community, filters)).select_related("community", "place")
    page = keyset(
        found.prefetch_related(listed_skills("need")), order=NEED_ORDER, after=after, size=size
    )
    return page.map(lambda one: line_of(one, with_community=one.community != community))


def offers_on_board(
    reader: Reader,
    community: Community | None,
    filters: Filters,
    *,
    after: str | None = None,
    size: int = PAGE,
) -> Page[OfferLine]:
    """Offers that take requests: of a community and of those above it, where they count too."""
    found = rules.offers_visible_to(reader).open()
    if community:
        found = found.filter(community__in=community.lineage)
    found = found.filter(_somewhere(filters))
    if filters.skill:
        found = found.filter(
            pk__in=_with_skill(OfferSkill, "offer", filters.skill, reader.language)
        )
    rows = found.select_related("member", "place").prefetch_related(listed_skills("offer"))
    return keyset(rows, order=OFFER_ORDER, after=after, size=size).map(offer_line)


def listed_skills(of: str) -> Any:
    model: Any = NeedSkill if of == "need" else OfferSkill
    return Prefetch("skills", queryset=model.objects.order_by("pk"), to_attr="listed")


def line_of(need: Any, *, with_community: bool = True) -> NeedLine:
    place = need.place.name if need.place else ""
    left = need.people - need.taken
    duration, where = duration_words(need.minutes), where_words(need.remote, place)
    by = _("by %(day)s") % {"day": short_day(need.by_on)} if need.by_on else ""
    seats = ngettext("%(count)s person", "%(count)s people", left) % {"count": number(left)}
    said = [duration, where, by, seats if need.people > 1 else ""]
    if with_community:
        said.append(need.community.name)
    return NeedLine(
        public_id=need.public_id,
        title=need.title,
        lang=need.language,
        excerpt=plain_excerpt(need.what_for, EXCERPT),
        community=need.community.name,
        community_slug=need.community.slug,
        minutes=need.minutes,
        duration=duration,
        where=where,
        remote=need.remote,
        place=place,
        skills=tuple(one.name for one in need.listed),
        by_on=need.by_on,
        people=need.people,
        left=left,
        kind=need.kind,
        state=state_of(need),
        created_at=need.created_at,
        meta=" · ".join(filter(None, said)),
    )


def offer_line(offer: Any) -> OfferLine:
    place = offer.place.name if offer.place else ""
    duration, where = duration_words(offer.minutes_a_month), where_words(offer.remote, place)
    a_month = _("%(duration)s a month") % {"duration": duration}
    name = display_name(offer.member)
    return OfferLine(
        public_id=offer.public_id,
        excerpt=plain_excerpt(offer.words, EXCERPT),
        lang=offer.language,
        name=name,
        skills=tuple(one.name for one in offer.listed),
        duration=duration,
        minutes_a_month=offer.minutes_a_month,
        where=where,
        remote=offer.remote,
        place=place,
        created_at=offer.created_at,
        meta=f"{name} · {a_month} · {where}",
    )


def state_of(need: Need) -> str:
    """As pages and the API say it: open, filled, closed, expired, waiting or hidden.

    What a closed community looked for stays as it was; its rules say that it takes nothing new.
    """
    if need.hidden_at:
        return "hidden"
    if need.closed_at:
        return "closed"
    if need.kind == NeedKind.OFFICIAL and not need.approved_at:
        return "waiting"
    if need.filled_at:
        return "filled"
    return "expired" if need.expires_on < today() else "open"


def needs_waiting(reader: Reader, community: Community) -> list[NeedLine]:
    """What others meant for the elected and nobody carries yet: the oldest first."""
    waiting = Need.objects.waiting_for_facilitator().filter(community=community)
    waiting = waiting.exclude(posted_by=reader.member_id)
    rows = waiting.select_related("community", "place").prefetch_related(listed_skills("need"))
    return [line_of(one, with_community=False) for one in rows.order_by("created_at", "pk")[:100]]


def needs_now(
    reader: Reader, community_ids: Collection[int], *, most: int = 3
) -> dict[int, list[NeedLine]]:
    """The open needs of each of these very communities, under an hour first; two queries.

    For the pages of floors above: a project’s needs are those of its community.
    """
    if not community_ids:
        return {}
    placed = Window(
        RowNumber(),
        partition_by=F("community"),
        order_by=["is_long", F("created_at").desc(), F("pk").desc()],
    )
    rows = (
        ordered(rules.needs_visible_to(reader).open())
        .filter(community__in=community_ids)
        .annotate(placed=placed)
        .filter(placed__lte=most)
        .select_related("community", "place")
        .prefetch_related(listed_skills("need"))
    )
    found: dict[int, list[NeedLine]] = {}
    for need in rows.order_by("community_id", "placed"):
        line = line_of(need, with_community=False)
        found.setdefault(need.community_id, []).append(line)
    return found
