from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Audience, Community
from essaim.communities.readers import fresh_reader
from essaim.design.typography import number
from essaim.discussions.actions import Thing, Written, open_case, signs_of_a_first
from essaim.discussions.models import ModerationPolicy, Waiting
from essaim.discussions.queries.policies import COPIED_WITHIN, OTHERS_TEXTS, REPEATED_WITHIN
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.needs import rules
from essaim.needs.actions.needs import AUDIENCES
from essaim.needs.actions.values import Checks, skills_as_named
from essaim.needs.facts import (
    OfferEdited,
    OfferMade,
    OfferPaused,
    OfferRenewed,
    OfferWithdrawn,
)
from essaim.needs.models import LONGEST, MOST_SLOTS, OFFER, TEXT_LENGTH, Offer, OfferSkill, Remote
from essaim.places.models import Place

STANDS_FOR = timedelta(days=180)
FURTHEST_KM = 1000


@transaction.atomic
def make_offer(
    *, member: Member, community: Community, skills: Collection[str] = (), **given: Any
) -> Offer:
    """Say what one can give, in this community and those below it.

    What a new account writes may wait for a first look.
    """
    community = Community.objects.hold_open(community.pk)
    reader = fresh_reader(member)
    require(rules.may_offer(reader, community))
    values = _checked(**{"language": member.language, **given})
    named = skills_as_named("skills", skills, values["language"])
    signs = signs_of_a_first(
        member=member,
        reader=reader,
        community=community,
        text=words_of(words=values["words"], wants=values["wants"]),
        written=_offers_of(member, community),
    )
    offer = Offer.objects.create(
        community=community,
        member=member,
        created_at=now(),
        expires_on=max(values["since_on"], today()) + STANDS_FOR,
        hidden_at=now() if signs else None,
        waiting_for=Waiting.LOOK if signs else "",
        **values,
    )
    _set_skills(offer, named)
    if signs:
        open_case(thing_of(offer), actor_id=member.pk, signs=list(signs), is_held=True)
    else:
        record(OfferMade(actor_id=member.pk, **about(offer)))
    return offer


@transaction.atomic
def edit_offer(
    *, member: Member, offer: Offer, skills: Collection[str] = (), **given: Any
) -> Offer:
    offer = locked(offer.pk)
    require(rules.may_change_offer(fresh_reader(member), offer))
    values = _checked(**given, was_since=offer.since_on)
    if values["slots"] < offer.taken:
        said = ngettext(
            "%(count)s help is under way.", "%(count)s helps are under way.", offer.taken
        )
        raise ValidationError({"slots": [said % {"count": number(offer.taken)}]})
    named = skills_as_named("skills", skills, values["language"])
    for name, value in values.items():
        setattr(offer, name, value)
    offer.edited_at = now()
    offer.save(update_fields=[*values, "edited_at"])
    offer.skills.all().delete()
    _set_skills(offer, named)
    record(OfferEdited(actor_id=member.pk, **about(offer)))
    return offer


@transaction.atomic
def pause_offer(*, member: Member, offer: Offer) -> Offer:
    """Nobody asks meanwhile; what was asked or agreed goes on."""
    offer = locked(offer.pk)
    require(rules.may_change_offer(fresh_reader(member), offer))
    if offer.paused_at is None:
        offer.paused_at = now()
        offer.save(update_fields=["paused_at"])
        record(OfferPaused(actor_id=member.pk, **about(offer)))
    return offer


@transaction.atomic
def renew_offer(*, member: Member, offer: Offer) -> Offer:
    """For another half-year, from today; a paused one takes requests again."""
    offer = locked(offer.pk)
    require(rules.may_change_offer(fresh_reader(member), offer))
    offer.paused_at = None
    offer.expires_on = max(offer.since_on, today()) + STANDS_FOR
    offer.save(update_fields=["paused_at", "expires_on"])
    record(OfferRenewed(actor_id=member.pk, **about(offer)))
    return offer


@transaction.atomic
def withdraw_offer(*, member: Member, offer: Offer) -> Offer:
    """Its words go; what was asked or agreed through it goes on."""
    offer = locked(offer.pk)
    require(rules.may_change_offer(fresh_reader(member), offer))
    take_back(offer, member)
    return offer


def take_back(offer: Offer, member: Member | None) -> None:
    """One that is locked."""
    offer.withdrawn_at = now()
    offer.words = offer.wants = ""
    offer.save(update_fields=["withdrawn_at", "words", "wants"])
    offer.skills.all().delete()
    bump_generation()
    record(OfferWithdrawn(actor_id=member.pk if member else None, **about(offer)))


def locked(offer_id: int) -> Offer:
    return (
        Offer.objects.select_for_update(of=("self",)).select_related("community").get(pk=offer_id)
    )


def thing_of(offer: Offer) -> Thing:
    """An offer that the transaction has made or locked, as moderation handles it."""
    return Thing(
        kind=OFFER,
        pk=offer.pk,
        community=offer.community,
        audience=offer.audience,
        author_id=offer.member_id,
        text=words_of(words=offer.words, wants=offer.wants),
        is_hidden=offer.hidden_at is not None,
        waiting_for=Waiting(offer.waiting_for) if offer.waiting_for else None,
        is_gone=offer.withdrawn_at is not None,
        may_see=lambda reader: rules.may_see_offer(reader, offer),
        row=offer,
    )


def words_of(*, words: str, wants: str) -> str:
    return f"{words}\n{wants}"


def about(offer: Offer) -> dict[str, Any]:
    return {
        "community_id": offer.community_id,
        "audience": offer.audience,
        "offer_id": offer.pk,
    }


def _checked(
    *,
    words: str,
    minutes_a_month: int | None,
    wants: str = "",
    slots: int | None = 1,
    remote: str = Remote.EITHER,
    place: Place | None = None,
    radius_km: int | None = None,
    languages: Collection[str] = (),
    since_on: date | None = None,
    audience: str = Audience.MEMBERS,
    language: str = "fr",
    was_since: date | None = None,
) -> dict[str, Any]:
    checks = Checks()
    checks.text("words", words, longest=TEXT_LENGTH)
    checks.text("wants", wants, longest=TEXT_LENGTH, needed=False)
    checks.minutes("minutes_a_month", minutes_a_month, most=LONGEST)
    checks.whole("slots", slots, most=MOST_SLOTS)
    checks.where(remote, place)
    checks.values["radius_km"] = None
    if radius_km is not None:
        checks.whole("radius_km", radius_km, most=FURTHEST_KM)
    spoken = list(dict.fromkeys(languages or [language]))
    if not set(spoken) <= set(dict(settings.LANGUAGES)):
        checks.say("languages", _("Choose one of the languages offered."))
    checks.values["languages"] = spoken
    checks.values["since_on"] = since_on or was_since or today()
    if since_on != was_since:
        checks.day("since_on", since_on or today())
    checks.one_of("audience", audience, AUDIENCES)
    checks.language(language)
    return checks.done()


def _set_skills(offer: Offer, named: list[tuple[str, str, int | None]]) -> None:
    OfferSkill.objects.bulk_create(
        OfferSkill(offer=offer, name=name, name_key=key, skill_id=skill)
        for name, key, skill in named
    )


def _offers_of(member: Member, community: Community) -> Written:
    """What moderation compares a first offer with."""
    offers, moment = Offer.objects.filter(member=member), now()

    def texts(found: QuerySet[Offer]) -> list[str]:
        rows = found.exclude(words="").order_by("-created_at", "-pk").values("words", "wants")
        return [words_of(**row) for row in rows[:OTHERS_TEXTS]]

    def others(policy: ModerationPolicy) -> list[str]:
        by_newcomers = Offer.objects.filter(
            community=community,
            created_at__gt=moment - COPIED_WITHIN,
            member__created_at__gt=moment - timedelta(days=policy.newcomer_days),
        )
        return texts(by_newcomers.exclude(member=member))

    return Written(
        stands=offers.filter(hidden_at__isnull=True, withdrawn_at__isnull=True),
        today=offers.filter(created_at__gt=moment - timedelta(days=1)),
        texts=lambda: texts(offers.filter(created_at__gt=moment - REPEATED_WITHIN)),
        others=others,
    )
