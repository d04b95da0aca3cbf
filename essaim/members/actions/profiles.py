import re
from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.text import clean_line, clean_text, unaccented
from essaim.members import rules
from essaim.members.facts import InterestsSet, MemberNamed, ProfileUpdated
from essaim.members.models import (
    MINUTES_IN_A_WEEK,
    MOTIVE_LENGTH,
    NAME_LENGTH,
    Interest,
    InterestKind,
    Member,
    MemberInterest,
)
from essaim.places.models import Place

KEY_LENGTH = 2 * NAME_LENGTH  # letters such as « ﬁ » become several
LABEL_LENGTH = 60
MOST_INTERESTS = 20
LANGUAGES = ("fr", "en")
# Mail programs turn these into links: a name must not bring one into somebody's mailbox.
_ADDRESS = re.compile(r"://|\bwww\.|\w@\w|\w\.\w{2}", re.IGNORECASE)


def clean_name(name: str) -> str:
    """A name as it is kept: one line, a letter or more, no address. Raises ValidationError."""
    name = clean_line(name)
    if not any(letter.isalpha() for letter in name):
        raise ValidationError(_("Write the name that others will read."))
    if len(name) > NAME_LENGTH:
        raise ValidationError(_("At most %(most)s characters.") % {"most": NAME_LENGTH})
    refuse_address(name)
    return name


def refuse_address(name: str) -> None:
    """For every name that goes into mails to people who never asked for one. ValidationError."""
    if _ADDRESS.search(name):
        raise ValidationError(
            _("A name cannot hold a web or e-mail address. Put a space after a full stop.")
        )


def clean_label(label: str) -> str:
    """A skill or topic as it is kept. Raises ValidationError."""
    label = clean_line(label)
    if len(label) > LABEL_LENGTH:
        raise ValidationError(
            _("“%(start)s…” is too long: at most %(most)s characters a word.")
            % {"start": label[:20], "most": LABEL_LENGTH}
        )
    return label


@transaction.atomic
def name_member(*, member: Member, name: str) -> None:
    """How others read who this is."""
    known = _locked(member)
    require(rules.may_keep_account(known))
    known.name = _checked("name", clean_name, name)
    known.name_key = unaccented(known.name)[:KEY_LENGTH]
    known.save(update_fields=["name", "name_key"])
    record(MemberNamed(actor_id=known.pk))
    member.name, member.name_key = known.name, known.name_key


@transaction.atomic
def update_profile(
    *,
    member: Member,
    language: str,
    place: Place | None,
    minutes_a_week: int | None,
    motive: str,
) -> None:
    """What the person chose to say of themself; all of it may be empty but the language."""
    known = _locked(member)
    require(rules.may_keep_account(known))
    if language not in LANGUAGES:
        raise ValidationError({"language": [_("This language is not spoken here.")]})
    if minutes_a_week is not None and not 0 <= minutes_a_week <= MINUTES_IN_A_WEEK:
        raise ValidationError(
            {
                "minutes_a_week": [
                    _("There are %(most)s minutes in a week.") % {"most": MINUTES_IN_A_WEEK}
                ]
            }
        )
    motive = _checked("motive", clean_text, motive)
    if len(motive) > MOTIVE_LENGTH:
        raise ValidationError(
            {"motive": [_("At most %(most)s characters.") % {"most": MOTIVE_LENGTH}]}
        )
    known.language, known.place = language, place
    known.minutes_a_week, known.motive = minutes_a_week, motive
    known.save(update_fields=["language", "place", "minutes_a_week", "motive"])
    record(ProfileUpdated(actor_id=known.pk))


@transaction.atomic
def set_interests(*, member: Member, kind: str, labels: Iterable[str]) -> None:
    """The member's skills or topics are these and no others; who says the same shares the word."""
    known = _locked(member)
    require(rules.may_keep_account(known))
    words: dict[str, str] = {}
    for label in labels:
        if word := _checked(kind, clean_label, label):
            words.setdefault(unaccented(word)[: 2 * LABEL_LENGTH], word)
    if len(words) > MOST_INTERESTS:
        raise ValidationError({kind: [_("At most %(most)s words.") % {"most": MOST_INTERESTS}]})
    interests = _shared_words(InterestKind(kind), words)
    kept = MemberInterest.objects.filter(member=known, interest__kind=kind)
    kept.exclude(interest__in=interests).delete()
    MemberInterest.objects.bulk_create(
        [MemberInterest(member=known, interest=interest) for interest in interests],
        ignore_conflicts=True,
    )
    record(InterestsSet(actor_id=known.pk, interest_count=len(interests)))


def _shared_words(kind: InterestKind, words: dict[str, str]) -> list[Interest]:
    """The words' rows, made if need be, and locked so that the night's cleaning leaves them."""
    found: list[Interest] = []
    while len(found) < len(words):
        Interest.objects.bulk_create(
            [Interest(kind=kind, key=key, label=words[key]) for key in sorted(words)],
            ignore_conflicts=True,
        )
        rows = Interest.objects.filter(kind=kind, key__in=words).order_by("key")
        found = list(rows.select_for_update(no_key=True))
    return found


@transaction.atomic
def drop_unused_interests() -> int:
    """Forget words that nobody says any more, each night and after an erasure. Returns how many."""
    said = MemberInterest.objects.filter(interest=OuterRef("pk"))
    unused = Interest.objects.filter(~Exists(said))
    locked = [word.pk for word in unused.order_by("key").select_for_update(skip_locked=True)]
    # Asked again now that they are locked: someone may have said one in between.
    deleted, _by_model = unused.filter(pk__in=locked).delete()
    return deleted


def _locked(member: Member) -> Member:
    return Member.objects.select_for_update().get(pk=member.pk)


def _checked(field: str, clean: Callable[[str], str], value: str) -> str:
    try:
        return clean(value)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error
