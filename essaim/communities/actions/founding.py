"""From the first idea of a community to its opening."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.belonging import enter, hold_member
from essaim.communities.actions.tree import (
    RESERVED,
    free_slug,
    lock_tree,
    locked,
    set_lines_and_texts,
    set_name,
    set_texts,
)
from essaim.communities.facts import (
    CommunityFounded,
    FounderConfirmed,
    FounderDeclined,
    FounderInvited,
    FounderWordsWithdrawn,
    MandateGiven,
)
from essaim.communities.models import (
    Community,
    Founder,
    Kind,
    Mandate,
    Manifesto,
    Role,
    Visibility,
)
from essaim.communities.queries import consent_words
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.places.models import Place


@transaction.atomic
def found_community(
    *,
    member: Member,
    kind: str,
    name: str,
    parent: Community | None = None,
    purpose: str = "",
    tagline: str = "",
    place: Place | None = None,
    language: str = "fr",
    visibility: str = Visibility.PUBLIC,
    is_political: bool | None = None,
    is_outside: bool = False,
    slug: str = "",
    consent_text: str = "",
) -> Community:
    """Begin a community that nobody else sees yet; whoever begins it runs it.

    Movements are political, and so is all that begins inside something political. Asking twice for
    the same name, while it is not open, returns the one begun. `consent_text`: the words the person
    agreed to, when they were others than those of joining.
    """
    lock_tree()
    if parent is not None:
        parent = Community.objects.get(pk=parent.pk)
    require(rules.may_found(fresh_reader(member), kind, parent))
    if is_political is None:
        is_political = parent.is_political if parent else kind == Kind.MOVEMENT
    community = Community(
        kind=kind,
        parent=parent,
        ancestor_ids=[*parent.ancestor_ids, parent.pk] if parent else [],
        place=place,
        language=language,
        visibility=visibility,
        is_political=is_political or kind == Kind.MOVEMENT,
    )
    set_name(community, name)
    set_texts(community, name=name, tagline=tagline, purpose=purpose)
    begun = Community.objects.filter(
        name=community.name, parent=parent, opened_at__isnull=True, founders__member=member
    ).first()
    if begun is not None:
        return begun  # the same form sent twice
    if slug and (slug in RESERVED or Community.objects.filter(slug=slug).exists()):
        raise ValidationError({"slug": [_("This address is taken.")]})
    community.slug = slug or free_slug(community.name)
    community.save()
    if community.needs_manifesto:
        Manifesto.objects.create(community=community, version=1, language=language)
    record(
        CommunityFounded(
            actor_id=member.pk,
            community_id=community.pk,
            kind=kind,
            parent_id=parent.pk if parent else None,
        )
    )
    _settle(member, community, is_outside, consent_text or consent_words(community))
    return community


def _settle(member: Member, community: Community, is_outside: bool, consent_text: str) -> None:
    """The person who begins is its first founder, member and administrator, and hosts it."""
    hold_member(member)
    founder = Founder.objects.create(
        community=community,
        member=member,
        name=member.name,
        email=member.email,
        is_outside=is_outside,
        confirmed_at=now(),
    )
    record(FounderConfirmed(actor_id=member.pk, community_id=community.pk, founder_id=founder.pk))
    enter(member, community, consent_text)
    roles = [Role.ADMINISTRATOR] if community.parent_id is None else [Role.ADMINISTRATOR, Role.HOST]
    for role in roles:
        mandate = Mandate.objects.create(
            community=community, member=member, role=role, given_by=member
        )
        record(
            MandateGiven(
                actor_id=member.pk,
                community_id=community.pk,
                mandate_id=mandate.pk,
                holder_id=member.pk,
                role=role,
            )
        )


@transaction.atomic
def invite_founder(
    *,
    member: Member,
    community: Community,
    name: str,
    email: str,
    is_outside: bool = False,
    words: str = "",
) -> Founder:
    """Name a founder; a mail asks them to confirm by their own word."""
    community = locked(community)
    require(rules.may_describe(fresh_reader(member), community))
    if community.opened_at:
        raise Refused(_("It is open: from now on people join, founders were named before."))
    founder = Founder(community=community, is_outside=is_outside, email=email.strip().lower())
    set_name(founder, name)
    set_lines_and_texts(founder, {"words": words})
    founder.clean_fields(exclude={"community", "mailed_at", "confirmed_at", "declined_at"})
    if not founder.email:
        raise ValidationError({"email": [_("Without an address nobody can be asked.")]})
    try:
        with transaction.atomic():
            founder.save()
    except IntegrityError as error:
        raise ValidationError({"email": [_("This person is named already.")]}) from error
    record(
        FounderInvited(
            actor_id=member.pk,
            community_id=community.pk,
            founder_id=founder.pk,
            is_outside=is_outside,
        )
    )
    return founder


@transaction.atomic
def mail_invitation(*, founder_id: int) -> None:
    """Send the link that asks a founder to confirm, once."""
    founder = (
        Founder.objects.select_for_update(of=("self",))
        .select_related("community")
        .filter(pk=founder_id, mailed_at__isnull=True, confirmed_at__isnull=True)
        .exclude(email="")
        .first()
    )
    if founder is None:
        return
    with translation.override(founder.community.language):
        values = {
            "name": founder.name,
            "community": founder.community.name,
            "address": settings.SITE_URL + reverse("founder_answer", args=[founder.token]),
        }
        subject = _("Are you a founder of %(community)s?") % values
        text = _(
            "Hello %(name)s,\n\nyou were named as a founder of %(community)s. Nothing is shown"
            " under your name before you say yes. Say yes or no here:\n\n%(address)s\n\nIf you do"
            " nothing, nothing happens."
        )
        EmailMessage(subject, text % values, to=[founder.email]).send()
    founder.mailed_at = now()
    founder.save(update_fields=["mailed_at"])


@transaction.atomic
def confirm_founder(*, member: Member, token: str) -> Community:
    """Say yes, signed in with the address that was written to: founder and member from now on."""
    founder = _invited(token)
    hold_member(member)
    require(rules.may_confirm(fresh_reader(member), founder, member.email))
    if founder.confirmed_at:
        return founder.community
    founder.member = member
    founder.confirmed_at = now()
    founder.declined_at = None
    founder.save(update_fields=["member", "confirmed_at", "declined_at"])
    record(
        FounderConfirmed(
            actor_id=member.pk, community_id=founder.community_id, founder_id=founder.pk
        )
    )
    enter(member, founder.community, consent_words(founder.community))
    return founder.community


@transaction.atomic
def decline_founder(*, token: str) -> Community:
    """Say no; whoever holds the link may, no account is needed."""
    founder = _invited(token)
    if founder.confirmed_at:
        raise Refused(_("You have said yes already: to go, leave the community."))
    if not founder.declined_at:
        founder.declined_at = now()
        founder.save(update_fields=["declined_at"])
        record(FounderDeclined(community_id=founder.community_id, founder_id=founder.pk))
    return founder.community


def _invited(token: str) -> Founder:
    """The founder this link was sent to; Founder.DoesNotExist for any other."""
    return (
        Founder.objects.select_for_update(of=("self",)).select_related("community").get(token=token)
    )


@transaction.atomic
def withdraw_founder(*, member: Member, community: Community, email: str) -> None:
    """Take back an invitation that nobody has confirmed."""
    community = locked(community)
    require(rules.may_edit(fresh_reader(member), community))
    Founder.objects.filter(
        community=community, email=email.strip().lower(), confirmed_at__isnull=True
    ).delete()


@transaction.atomic
def withdraw_founder_words(*, member: Member, community: Community) -> bool:
    """Take back what one said as a founder; the name stays. False when one had said nothing."""
    founder = Founder.objects.select_for_update().filter(community=community, member=member).first()
    if founder is None or not founder.words:
        return False
    require(rules.may_withdraw_words(fresh_reader(member), founder))
    founder.words = ""
    founder.save(update_fields=["words"])
    bump_generation()
    record(
        FounderWordsWithdrawn(actor_id=member.pk, community_id=community.pk, founder_id=founder.pk)
    )
    return True
