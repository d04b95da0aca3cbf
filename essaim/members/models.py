from typing import ClassVar

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.places.models import Place

NAME_LENGTH = 80
MOTIVE_LENGTH = 600
MINUTES_IN_A_WEEK = 7 * 24 * 60
SKILL_LENGTH = 160  # the longest name of a published vocabulary has 115 characters


class MemberManager(BaseUserManager["Member"]):
    """Finds and makes accounts by address, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> "Member":
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Member":
        """One account for one address; without a password, sign-in is by code."""
        member = self.model(email=email.strip().lower(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member


@personal(
    purpose="The account and what its person chose to say of themself.",
    subject="id",
    on_erasure=Erasure.ANONYMISE,
    exported="email name language place minutes_a_week motive created_at proved_at last_login",
    blanked="password name_key",
    other="public_id is_active erased_at",
)
class Member(AbstractBaseUser):
    """Whoever has signed up. An account whose address was never proved is dropped after a day."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    name_key = models.CharField(max_length=NAME_LENGTH * 2, blank=True, editable=False)
    language = models.CharField(max_length=2, default="fr")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    minutes_a_week = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MINUTES_IN_A_WEEK)]
    )
    motive = models.TextField(blank=True, max_length=MOTIVE_LENGTH)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)
    proved_at = models.DateTimeField(null=True)  # when a code first proved the address
    erased_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = MemberManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="member_email_lower_case"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name_key", "id"], name="member_by_name"),
            # For a part of a name, among hundreds of thousands.
            GinIndex(OpClass(F("name_key"), name="gin_trgm_ops"), name="member_name_letters"),
        ]

    def __str__(self) -> str:
        return self.name or self.public_id


class InterestKind(models.TextChoices):
    """What a word on a profile is."""

    SKILL = "skill", _("skill")
    TOPIC = "topic", _("topic")


@impersonal(purpose="Words that members share: skills and topics.", fields="id kind label key")
class Interest(models.Model):
    """A skill or a topic, written once however it is capitalised or accented."""

    kind = models.CharField(max_length=5, choices=InterestKind)
    label = models.CharField(max_length=60)
    key = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="interest_once"),
        ]

    def __str__(self) -> str:
        return self.label


@personal(
    purpose="What a member can do and wants to hear about, as they said it.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="interest",
    other="id",
)
class MemberInterest(models.Model):
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="interests")
    interest = models.ForeignKey(Interest, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "interest"], name="member_interest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.interest_id}"


@personal(
    purpose="Whom a member wants nothing to do with: neither is suggested to, nor asks, the other.",
    subject="blocker",
    on_erasure=Erasure.DELETE,
    exported="blocked blocked_at",
    other="id",
)
class Block(models.Model):
    """One person keeps another away; who is kept away is never told."""

    blocker = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="blocked_by")
    blocked_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(
                condition=~models.Q(blocker=F("blocked")), name="block_of_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} keeps {self.blocked_id} away"


class Purpose(models.TextChoices):
    """What a consent is for; each is asked, recorded and withdrawn on its own."""

    MEMBERSHIP = "membership", _("being a member of a community that may reveal an opinion")


@personal(
    purpose="The proof of what a member agreed to: the very words, when, and until when.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="purpose about text given_at withdrawn_at",
    other="id",
)
class Consent(models.Model):
    """A consent to one purpose about one thing: `about` is a public address, such as a slug."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose)
    about = models.CharField(max_length=100)
    text = models.TextField()
    given_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "purpose", "about"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="consent_once_until_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.about}"


class Scope(models.TextChoices):
    """What a token may be used for; each is chosen on its own."""

    READ = "read", _("read what you may read")
    COMMUNITIES = (
        "communities:write",
        _("join and leave communities, start and open them, contest decisions and judge them"),
    )
    DISCUSSIONS = (
        "discussions:write",
        _("write, correct, withdraw, support, report and moderate messages, take a stance"),
    )
    IDEAS = (
        "ideas:write",
        _(
            "hold debates and send them upward, propose, change, withdraw, support, merge, split"
            " and answer ideas, contest an answer and look at it again"
        ),
    )
    NEEDS = (
        "needs:write",
        _("post needs and offers, ask, accept and undo, confirm hours and thank"),
    )
    EVENTS = (
        "events:write",
        _("plan, publish and call off gatherings, say that one comes"),
    )
    PROJECTS = (
        "projects:write",
        _("file and carry projects, validate them, sponsor them, decide at gates, report effects"),
    )


@personal(
    purpose="A key of the API that its member made: what it opens, until when, when last used.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="name prefix scopes created_at last_used_at expires_at revoked_at",
    other="id public_id digest",
)
class Token(models.Model):
    """Only the digest is kept: whoever reads the database cannot use a token."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=NAME_LENGTH)
    prefix = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope))
    created_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "-created_at"], name="token_of_member")]

    def __str__(self) -> str:
        return f"{self.prefix}…"


EVERYDAY = "essaim"  # the source of our own small tree of skills


class SkillKind(models.TextChoices):
    """What a skill is: something one can do, something one knows, or a family of both."""

    SKILL = "skill", _("skill")
    KNOWLEDGE = "knowledge", _("knowledge")
    FAMILY = "family", _("family of skills")


@impersonal(
    purpose="The vocabulary of skills, so that two words for one thing meet.",
    fields="id public_id uri source kind label label_key",
)
class Skill(models.Model):
    """A skill of a published vocabulary. What people type is linked to it and stays as typed."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    uri = models.CharField(max_length=200, unique=True, null=True)
    source = models.CharField(max_length=20)  # the vocabulary it comes from: esco, essaim
    kind = models.CharField(max_length=9, choices=SkillKind)
    label = models.CharField(max_length=SKILL_LENGTH)
    label_key = models.CharField(max_length=2 * SKILL_LENGTH)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["label_key", "id"], name="skill_by_label")]

    def __str__(self) -> str:
        return self.label


@impersonal(
    purpose="What a skill is called: its label and its synonyms, in each language.",
    fields="id skill language name name_key stem_key is_label",
)
class SkillName(models.Model):
    """One name of a skill. Several skills may share one: « cuisine » is a trade and a room."""

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="names")
    language = models.CharField(max_length=2)
    name = models.CharField(max_length=SKILL_LENGTH)
    name_key = models.CharField(max_length=2 * SKILL_LENGTH)  # without capitals and accents
    stem_key = models.CharField(max_length=2 * SKILL_LENGTH)  # nor endings and small words
    is_label = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["skill", "language", "name_key"], name="skill_name_once"
            ),
            models.UniqueConstraint(
                fields=["skill", "language"],
                condition=models.Q(is_label=True),
                name="skill_one_label_a_language",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                OpClass(F("name_key"), name="varchar_pattern_ops"), name="skill_name_begins"
            ),
            models.Index(fields=["name_key"], name="skill_by_name"),
            models.Index(fields=["stem_key"], name="skill_by_stems"),
            GinIndex(OpClass(F("name_key"), name="gin_trgm_ops"), name="skill_name_letters"),
        ]

    def __str__(self) -> str:
        return self.name


@impersonal(purpose="Which skill is a part of which wider one.", fields="id narrower broader")
class SkillBroader(models.Model):
    """One step up: « taille des arbres » belongs to « jardinage ». A skill may have several."""

    narrower = models.ForeignKey(Skill, models.CASCADE, related_name="broader")
    broader = models.ForeignKey(Skill, models.CASCADE, related_name="narrower")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["narrower", "broader"], name="skill_broader_once"),
            models.CheckConstraint(
                condition=~models.Q(narrower=F("broader")), name="skill_not_broader_than_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.narrower_id} < {self.broader_id}"


# What django-allauth keeps for us. Recovery codes guard nothing by themselves.
GUARDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

personal(
    purpose="A second factor: a code app, a passkey or recovery codes; secrets are encrypted.",
    subject="user",
    on_erasure=Erasure.DELETE,
    exported="type created_at last_used_at",
    other="id data",
    is_named=True,
)(Authenticator)
personal(
    purpose="A device on which the account is signed in; no network address is kept.",
    subject="user",
    on_erasure=Erasure.DELETE,
    exported="user_agent created_at last_seen_at",
    other="id ip session_key data",
)(UserSession)
