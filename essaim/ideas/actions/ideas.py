from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from essaim.communities.models import Audience, Community
from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import (
    Thing,
    Written,
    change_thread_audience,
    end_case,
    open_case,
    open_thread,
    reopen_case,
    signs_of_a_first,
)
from essaim.discussions.models import (
    WITHDRAWAL_UNDO,
    WITHDRAWN,
    ModerationPolicy,
    Outcome,
    Post,
    Waiting,
)
from essaim.discussions.queries.policies import (
    COPIED_WITHIN,
    OTHERS_TEXTS,
    REPEATED_WITHIN,
)
from essaim.events.models import Event
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line, clean_text
from essaim.ideas import rules
from essaim.ideas.actions import debates, groups, owed, versions
from essaim.ideas.actions.debates import checked
from essaim.ideas.facts import (
    IdeaEdited,
    IdeaProposed,
    IdeaRestored,
    IdeaSupported,
    IdeaWithdrawn,
    SupportWithdrawn,
)
from essaim.ideas.models import IDEA, Debate, Idea, IdeaVersion, Support, length_of
from essaim.members.models import Member
from essaim.places.models import Place


@transaction.atomic
def propose_idea(
    *,
    member: Member,
    debate: Debate,
    title: str,
    text: str,
    place: Place | None = None,
    language: str | None = None,
    from_post: Post | None = None,
    event: Event | None = None,
) -> Idea:
    """Put an idea into an open debate; its thread opens with it.

    `from_post` is the member's message that first stated it, as another way, in the same debate.
    `event` is the gathering at which it came up. What a new account proposes may wait for a first
    look.
    """
    debate = Debate.objects.hold_open(debate.pk)
    reader = fresh_reader(member)
    require(rules.may_propose(reader, debate))
    if from_post:
        from_post = _stated(from_post, debate)
        require(rules.may_make_idea(reader, from_post, debate))
    if event:
        event = Event.objects.select_related("community").get(pk=event.pk)
        require(rules.may_name_event(reader, debate, event))
    values = _values(title=title, text=text, language=language or member.language)
    signs = signs_of_a_first(
        member=member,
        reader=reader,
        community=debate.community,
        text=words_of(**values),
        written=_ideas_of(member, debate.community),
    )
    audience = Audience.ROLE_HOLDERS if signs else debate.audience
    thread = open_thread(community=debate.community, audience=audience, subject_kind="idea")
    try:
        with transaction.atomic():
            idea = Idea.objects.create(
                debate=debate,
                audience=audience,
                thread=thread,
                author=member,
                place=place,
                proposed_at=now(),
                from_post=from_post,
                event=event,
                hidden_at=now() if signs else None,
                waiting_for=Waiting.LOOK if signs else "",
                **values,
            )
    except IntegrityError as error:
        raise _twice(error) from error
    if signs:
        open_case(thing_of(idea), actor_id=member.pk, signs=list(signs), is_held=True)
    else:
        record_proposed(idea)
    return idea


def record_proposed(idea: Idea) -> None:
    """It can be read from now on: proposed by its author, whoever let it be shown."""
    record(IdeaProposed(actor_id=idea.author_id, **about(idea)))


def words_of(*, title: str, text: str, **_other: object) -> str:
    return f"{title}\n{text}"


def thing_of(idea: Idea, *, speaks_for_others: bool = False) -> Thing:
    """An idea that the transaction has made or locked, as moderation handles it."""
    return Thing(
        kind=IDEA,
        pk=idea.pk,
        community=idea.debate.community,
        audience=idea.debate.audience,
        author_id=idea.author_id,
        text=words_of(title=idea.title, text=idea.text),
        is_hidden=idea.hidden_at is not None,
        waiting_for=Waiting(idea.waiting_for) if idea.waiting_for else None,
        is_gone=not idea.title,
        may_see=lambda reader: rules.may_see_idea(reader, idea),
        speaks_for_others=speaks_for_others,
        row=idea,
    )


def _ideas_of(member: Member, community: Community) -> Written:
    """What moderation compares a first idea with."""
    ideas, moment = Idea.objects.filter(author=member), now()

    def texts(found: QuerySet[Idea]) -> list[str]:
        rows = found.exclude(title="").order_by("-proposed_at", "-pk").values("title", "text")
        return [words_of(**row) for row in rows[:OTHERS_TEXTS]]

    def others(policy: ModerationPolicy) -> list[str]:
        by_newcomers = Idea.objects.filter(
            debate__community=community,
            proposed_at__gt=moment - COPIED_WITHIN,
            author__created_at__gt=moment - timedelta(days=policy.newcomer_days),
        )
        return texts(by_newcomers.exclude(author=member))

    return Written(
        stands=ideas.filter(hidden_at__isnull=True, withdrawn_at__isnull=True),
        today=ideas.filter(proposed_at__gt=moment - timedelta(days=1)),
        texts=lambda: texts(ideas.filter(proposed_at__gt=moment - REPEATED_WITHIN)),
        others=others,
    )


@transaction.atomic
def edit_idea(
    *,
    member: Member,
    idea: Idea,
    title: str,
    text: str,
    place: Place | None = None,
    language: str | None = None,
) -> Idea:
    """Rewrite one's idea while its debate is open; what it said before is kept with it."""
    debate = Debate.objects.hold_open(idea.debate_id)
    idea = locked(idea, debate)
    require(rules.may_edit_idea(fresh_reader(member), idea))
    values = _values(title=title, text=text, language=language or idea.language)
    number = versions.keep_wording(idea, title=values["title"], text=values["text"])
    for name, value in {**values, "place": place}.items():
        setattr(idea, name, value)
    try:
        with transaction.atomic():
            idea.save(update_fields=[*values, "place", "edited_at"])
    except IntegrityError as error:
        raise _twice(error) from error
    record(IdeaEdited(actor_id=member.pk, number=number, **about(idea)))
    return idea


@transaction.atomic
def withdraw_idea(*, member: Member, idea: Idea) -> Idea:
    """Take one's idea back: its words go. What others built on stays readable, marked so.

    For a few minutes `restore_idea` puts it back.
    """
    debates.lock_origins(Idea.objects.filter(pk=idea.pk))
    debate = debates.locked(idea.debate)
    groups.lock_group(idea)
    idea = locked(idea, debate)
    require(rules.may_withdraw_idea(fresh_reader(member), idea))
    groups.hand_over(idea, member)
    idea.withdrawn_at = now()
    if not _others_built_on(idea):
        narrow(idea, Audience.NOBODY)
        versions.forget_wordings(idea)
        versions.put_aside(idea)
        idea.title = idea.text = ""
        idea.edited_at = None
    idea.save(update_fields=["withdrawn_at", "audience", "title", "text", "edited_at"])
    end_case(IDEA, idea.pk, Outcome.WITHDRAWN, by=member, at=idea.withdrawn_at)
    owed.release(idea, member, because_hidden=False)
    bump_generation()
    record(IdeaWithdrawn(actor_id=member.pk, **about(idea)))
    return idea


@transaction.atomic
def restore_idea(*, member: Member, idea: Idea) -> bool:
    """Undo one's withdrawal, soon after it; False when its words are gone already."""
    debates.lock_origins(Idea.objects.filter(pk=idea.pk))
    idea = locked(idea, Debate.objects.hold_open(idea.debate_id))
    require(rules.may_restore_idea(fresh_reader(member), idea))
    if not idea.title and not versions.put_back(idea):
        return False
    if idea.withdrawn_at:
        reopen_case(IDEA, idea.pk, withdrawn_at=idea.withdrawn_at)
    idea.withdrawn_at = None
    narrow(idea, Audience(idea.debate.audience))
    try:
        with transaction.atomic():
            idea.save(update_fields=["withdrawn_at", "audience", "title", "text"])
    except IntegrityError as error:
        raise _twice(error) from error
    if idea.carried_from:
        owed.release_carried(idea.carried_from.debate, [idea.carried_from], member)
    bump_generation()
    record(IdeaRestored(actor_id=member.pk, **about(idea)))
    return True


@transaction.atomic
def forget_withdrawn_ideas() -> int:
    """The words and places of what was withdrawn, once that can no longer be undone."""
    over = IdeaVersion.objects.filter(number=WITHDRAWN, replaced_at__lt=now() - WITHDRAWAL_UNDO)
    Idea.objects.filter(versions__in=over).update(place=None)
    gone, _by_model = over.delete()
    return gone


@transaction.atomic
def support_idea(*, member: Member, idea: Idea) -> bool:
    """Add the member's support, once: asking again changes nothing and answers False.

    A merged idea's supporters stand behind the one it is merged into.
    """
    idea = _surviving(idea)
    require(rules.may_support(fresh_reader(member), idea))
    if groups.support_of(member, idea) or not Support.objects.add_once(idea=idea, member=member):
        return False
    record(IdeaSupported(actor_id=member.pk, **about(idea)))
    return True


@transaction.atomic
def withdraw_support(*, member: Member, idea: Idea) -> bool:
    """Take one's support back, wherever it was given, also below; False when there was none."""
    idea = _surviving(idea)
    require(rules.may_withdraw_support(fresh_reader(member), idea))
    if not groups.take_support_back(member, idea):
        return False
    record(SupportWithdrawn(actor_id=member.pk, **about(idea)))
    return True


@transaction.atomic
def withdraw_supports_of_leaver(*, member_id: int, community_id: int) -> int:
    """Whoever leaves no longer counts in open debates; in closed ones their support stays."""
    member = Member.objects.filter(pk=member_id).first()
    if member is None or fresh_reader(member).belongs_to(community_id):
        return 0  # they came back before this was heard
    withdrawn = 0
    supports = Support.objects.filter(member=member, idea__debate__community_id=community_id)
    for support in supports.select_related("idea").order_by("idea__debate_id", "pk"):
        idea = _held(support.idea)
        if idea.debate.is_open:
            withdrawn += _remove_support(member, idea)
    return withdrawn


def locked(idea: Idea, debate: Debate) -> Idea:
    """The idea as the database has it, ours alone until the transaction ends.

    Its debate is locked or held before, everywhere: so two acts never wait for each other.
    """
    found = Idea.objects.select_for_update(of=("self",)).select_related("thread").get(pk=idea.pk)
    found.debate = debate
    return found


def _held(idea: Idea) -> Idea:
    """The idea as it is, in a debate that cannot close before this transaction ends."""
    debate = Debate.objects.hold_open(idea.debate_id)
    found = Idea.objects.get(pk=idea.pk)
    found.debate = debate
    return found


def _surviving(idea: Idea) -> Idea:
    """The idea, or the one it is merged into, in a debate that neither closes nor is regrouped."""
    found = _held(idea)
    return _held(found.merged_into) if found.merged_into else found


def _remove_support(member: Member, idea: Idea) -> bool:
    removed, _by_model = Support.objects.filter(idea=idea, member=member).delete()
    if removed:
        record(SupportWithdrawn(actor_id=member.pk, **about(idea)))
    return bool(removed)


def _others_built_on(idea: Idea) -> bool:
    if Support.objects.behind(idea).exists():
        return True
    replies = Post.objects.filter(thread_id=idea.thread_id).standing()
    return replies.exclude(author_id=idea.author_id).exists()


def narrow(idea: Idea, audience: Audience) -> None:
    """The idea and its conversation are seen by the same people, always."""
    idea.audience = audience
    change_thread_audience(thread=idea.thread, audience=audience)


def _values(*, title: str, text: str, language: str) -> dict[str, Any]:
    errors: dict[str, list[str]] = {}
    values: dict[str, Any] = {"language": language}
    for name, given, clean in [("title", title, clean_line), ("text", text, clean_text)]:
        longest = length_of(Idea, name)
        try:
            values[name] = checked(clean(given).strip(), longest=longest, needed=True)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if language not in dict(settings.LANGUAGES):
        errors["language"] = [_("Choose one of the languages offered.")]
    if errors:
        raise ValidationError(errors)
    return values


def _stated(post: Post, debate: Debate) -> Post:
    """The message as it is, when it stands in this debate or under one of its ideas."""
    here = Q(thread=debate.thread_id) | Q(thread__idea__debate=debate)
    found = Post.objects.select_for_update(of=("self",)).filter(here, pk=post.pk).first()
    if found is None:
        raise ValidationError({"title": [_("This message belongs to another debate.")]})
    return found


def _twice(error: IntegrityError) -> ValidationError:
    if "idea_once_of_post" in str(error):
        return ValidationError({"title": [_("This message has already become an idea.")]})
    return ValidationError(
        {"title": [_("You have already proposed an idea with this title in this debate.")]}
    )


def about(idea: Idea) -> dict[str, Any]:
    return {
        "community_id": idea.debate.community_id,
        "audience": idea.audience,
        "idea_id": idea.pk,
        "debate_id": idea.debate_id,
    }
