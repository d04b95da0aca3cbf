from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

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
from essaim.needs.actions import answers
from essaim.needs.actions.values import Checks, skills_as_named
from essaim.needs.facts import (
    NeedClosed,
    NeedEdited,
    NeedFilled,
    NeedForOfficialPosted,
    NeedFreed,
    NeedPassedOn,
    NeedPosted,
    NeedRenewed,
)
from essaim.needs.models import (
    MOST_PEOPLE,
    NEED,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Closing,
    Need,
    NeedKind,
    NeedSkill,
)
from essaim.places.models import Place

STANDS_FOR = timedelta(days=30)  # until its poster says that it is still looked for
AUDIENCES = (Audience.PUBLIC, Audience.MEMBERS)


@transaction.atomic
def post_need(
    *,
    member: Member,
    community: Community,
    title: str,
    what_for: str,
    deliverable: str,
    minutes: int | None,
    must: Collection[str] = (),
    nice: Collection[str] = (),
    remote: str,
    place: Place | None = None,
    by_on: date | None = None,
    people: int | None = 1,
    kind: str = NeedKind.HELP,
    contact: Member | None = None,
    audience: str = Audience.PUBLIC,
    language: str | None = None,
) -> Need:
    """Say what one looks for; one for the elected waits until a facilitator takes it on.

    What a new account writes may wait for a first look.
    """
    community = Community.objects.hold_open(community.pk)
    reader = fresh_reader(member)
    require(rules.may_post(reader, community))
    checks = _checked(
        title=title,
        what_for=what_for,
        deliverable=deliverable,
        minutes=minutes,
        remote=remote,
        place=place,
        by_on=by_on,
        people=people,
        audience=audience,
        language=language or member.language,
    )
    checks.one_of("kind", kind, NeedKind.values)
    if contact and contact != member and not (may := rules.may_be_contact(contact, community)):
        checks.say("contact", str(may.reason))
    values = checks.done()
    skills = _skills(must, nice, values["language"])
    signs = signs_of_a_first(
        member=member,
        reader=reader,
        community=community,
        text=words_of(**values),
        written=_needs_of(member, community),
    )
    need = Need.objects.create(
        community=community,
        posted_by=member,
        contact=contact or member,
        created_at=now(),
        expires_on=_until(by_on),
        hidden_at=now() if signs else None,
        waiting_for=Waiting.LOOK if signs else "",
        **values,
    )
    can_be_read(need)
    _set_skills(need, skills)
    if signs:
        open_case(thing_of(need), actor_id=member.pk, signs=list(signs), is_held=True)
    else:
        record_posted(need)
    return need


def can_be_read(need: Need) -> None:
    """Note since when others read it, the first time that they do: searches tell of it then."""
    if need.readable_at is None and rules.shown_to(need) == need.audience:
        need.readable_at = now()
        need.save(update_fields=["readable_at"])


def record_posted(need: Need) -> None:
    """It can be read, or carried, from now on: posted by its poster, whoever let it be shown."""
    fact = NeedPosted if need.kind == NeedKind.HELP else NeedForOfficialPosted
    record(fact(actor_id=need.posted_by_id, **answers.about_need(need)))


@transaction.atomic
def edit_need(
    *,
    member: Member,
    need: Need,
    must: Collection[str],
    nice: Collection[str],
    people: int | None,
    **given: Any,
) -> Need:
    """Say it better; the number of people never falls below those who have agreed.

    Where its day is moved or taken away, it stands as if it were posted today.
    """
    need = locked(need.pk)
    require(rules.may_edit_need(fresh_reader(member), need))
    checks = _checked(people=people, **given)
    if people is not None and people < need.taken:
        said = ngettext(
            "%(count)s person has agreed already.",
            "%(count)s people have agreed already.",
            need.taken,
        )
        checks.say("people", said % {"count": number(need.taken)})
    values = checks.done()
    skills = _skills(must, nice, values["language"])
    if values["by_on"] != need.by_on:
        need.expires_on = _until(values["by_on"])
    for name, value in values.items():
        setattr(need, name, value)
    need.edited_at = now()
    was_filled = need.filled_at is not None
    need.filled_at = (need.filled_at or now()) if need.taken == need.people else None
    need.save(update_fields=[*values, "edited_at", "expires_on", "filled_at"])
    need.skills.all().delete()
    _set_skills(need, skills)
    record(NeedEdited(actor_id=member.pk, **answers.about_need(need)))
    if need.filled_at and not was_filled:
        record(NeedFilled(actor_id=member.pk, **answers.about_need(need)))
        answers.release_waiting(need, member)
    elif was_filled and not need.filled_at:
        record(NeedFreed(actor_id=member.pk, **answers.about_need(need)))
    bump_generation()
    return need


@transaction.atomic
def close_need(*, member: Member, need: Need, closing: str = Closing.DONE) -> Need:
    """Nobody is looked for any more: those who still wait are thanked and free."""
    need = locked(need.pk)
    require(rules.may_close_need(fresh_reader(member), need))
    if closing not in (Closing.DONE, Closing.NO_LONGER):
        raise ValidationError({"closing": _("Choose one of the answers offered.")})
    close(need, Closing(closing), member)
    return need


def close(need: Need, closing: Closing, member: Member | None) -> None:
    """One that is locked; what was agreed stays agreed."""
    need.closed_at, need.closing = now(), closing
    need.save(update_fields=["closed_at", "closing"])
    if closing in (Closing.EXPIRED, Closing.UNANSWERED):
        answers.expire_waiting(need)
    else:
        answers.release_waiting(need, member)
    bump_generation()
    record(
        NeedClosed(
            actor_id=member.pk if member else None, closing=closing, **answers.about_need(need)
        )
    )


def pass_on(need: Need, member: Member) -> None:
    """One that is locked, from a contact who goes to whoever posted it; what was agreed stays."""
    need.contact = need.posted_by
    need.save(update_fields=["contact"])
    bump_generation()
    record(NeedPassedOn(actor_id=member.pk, **answers.about_need(need)))


@transaction.atomic
def renew_need(*, member: Member, need: Need) -> Need:
    """For another month, from today; also one whose day has passed or that nobody answered."""
    need = locked(need.pk)
    require(rules.may_renew_need(fresh_reader(member), need))
    need.closed_at, need.closing = None, ""
    if need.by_on and need.by_on < today():
        need.by_on = None
    need.expires_on = _until(need.by_on)
    need.save(update_fields=["closed_at", "closing", "by_on", "expires_on"])
    record(NeedRenewed(actor_id=member.pk, **answers.about_need(need)))
    return need


def locked(need_id: int) -> Need:
    """The need as the database has it, ours alone until the transaction ends; always first."""
    return (
        Need.objects.select_for_update(of=("self",))
        .select_related("community", "place")
        .get(pk=need_id)
    )


def thing_of(need: Need) -> Thing:
    """A need that the transaction has made or locked, as moderation handles it."""
    return Thing(
        kind=NEED,
        pk=need.pk,
        community=need.community,
        audience=need.audience,
        author_id=need.posted_by_id,
        text=words_of(title=need.title, what_for=need.what_for, deliverable=need.deliverable),
        is_hidden=need.hidden_at is not None,
        waiting_for=Waiting(need.waiting_for) if need.waiting_for else None,
        is_gone=not need.title,
        may_see=lambda reader: rules.may_see_need(reader, need),
        row=need,
    )


def words_of(*, title: str, what_for: str, deliverable: str, **_other: object) -> str:
    return f"{title}\n{what_for}\n{deliverable}"


def _until(by_on: date | None) -> date:
    month = today() + STANDS_FOR
    return min(by_on, month) if by_on else month


def _checked(
    *,
    title: str,
    what_for: str,
    deliverable: str,
    minutes: int | None,
    remote: str,
    place: Place | None,
    by_on: date | None,
    people: int | None,
    audience: str,
    language: str,
) -> Checks:
    checks = Checks()
    checks.line("title", title, longest=TITLE_LENGTH)
    checks.text("what_for", what_for, longest=TEXT_LENGTH)
    checks.text("deliverable", deliverable, longest=TEXT_LENGTH)
    checks.minutes("minutes", minutes)
    checks.where(remote, place)
    checks.day("by_on", by_on)
    checks.whole("people", people, most=MOST_PEOPLE)
    checks.one_of("audience", audience, AUDIENCES)
    checks.language(language)
    return checks


def _skills(
    must: Collection[str], nice: Collection[str], language: str
) -> list[tuple[str, str, int | None, bool]]:
    """What one must know, and what would be nice besides."""
    needed = [(*one, True) for one in skills_as_named("must", must, language)]
    known = {key for _name, key, _skill, _is_must in needed}
    wished = [
        (*one, False) for one in skills_as_named("nice", nice, language) if one[1] not in known
    ]
    return [*needed, *wished]


def _set_skills(need: Need, skills: list[tuple[str, str, int | None, bool]]) -> None:
    NeedSkill.objects.bulk_create(
        NeedSkill(need=need, name=name, name_key=key, skill_id=skill, is_must=is_must)
        for name, key, skill, is_must in skills
    )


def _needs_of(member: Member, community: Community) -> Written:
    """What moderation compares a first need with."""
    needs, moment = Need.objects.filter(posted_by=member), now()

    def texts(found: QuerySet[Need]) -> list[str]:
        rows = found.order_by("-created_at", "-pk").values("title", "what_for", "deliverable")
        return [words_of(**row) for row in rows[:OTHERS_TEXTS]]

    def others(policy: ModerationPolicy) -> list[str]:
        by_newcomers = Need.objects.filter(
            community=community,
            created_at__gt=moment - COPIED_WITHIN,
            posted_by__created_at__gt=moment - timedelta(days=policy.newcomer_days),
        )
        return texts(by_newcomers.exclude(posted_by=member))

    return Written(
        stands=needs.filter(hidden_at__isnull=True),
        today=needs.filter(created_at__gt=moment - timedelta(days=1)),
        texts=lambda: texts(needs.filter(created_at__gt=moment - REPEATED_WITHIN)),
        others=others,
    )
