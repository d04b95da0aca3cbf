from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.readers import fresh_reader
from essaim.discussions import rules
from essaim.discussions.facts import (
    CurrentChanged,
    CurrentLeft,
    CurrentNamed,
    CurrentWithdrawn,
)
from essaim.discussions.models import CURRENT_LENGTHS, Current, CurrentPost, Post, Thread
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line, clean_text
from essaim.members.models import Member

MOST_CURRENTS = 12  # of a thread: more views than that are a list, no longer an orientation
MOST_CARRIERS = 40  # of a current


@transaction.atomic
def name_current(
    *, member: Member, thread: Thread, name: str, posts: Collection[Post], summary: str = ""
) -> Current:
    """Name a way of seeing things, with the messages that carry it; their authors are told."""
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    require(rules.may_name_current(fresh_reader(member), thread))
    values = _values(name, summary)
    chosen = _standing(thread, posts)
    _require_willing(thread, chosen)
    if Current.objects.filter(thread=thread, withdrawn_at__isnull=True).count() >= MOST_CURRENTS:
        raise ValidationError(
            {
                "name": _("A conversation has %(most)s currents at most: withdraw one first.")
                % {"most": MOST_CURRENTS}
            }
        )
    current = Current.objects.create(
        thread=thread, named_by=member, language=member.language, **values
    )
    CurrentPost.objects.bulk_create(CurrentPost(current=current, post=post) for post in chosen)
    record(CurrentNamed(actor_id=member.pk, **_about(current)))
    return current


@transaction.atomic
def change_current(
    *,
    member: Member,
    current: Current,
    name: str,
    summary: str = "",
    posts: Collection[Post] | None = None,
) -> Current:
    """Name it better, or choose its messages anew; whoever left one is not put into it."""
    current = _locked(current)
    require(rules.may_change_current(fresh_reader(member), current))
    values = _values(name, summary)
    reworded = any(getattr(current, field) != value for field, value in values.items())
    for field, value in values.items():
        setattr(current, field, value)
    current.save(update_fields=list(values))
    rechosen = posts is not None and _choose(current, posts)
    if reworded or rechosen:
        bump_generation()
        record(
            CurrentChanged(
                actor_id=member.pk, is_reworded=reworded, changed_on=today(), **_about(current)
            )
        )
    return current


def _choose(current: Current, posts: Collection[Post]) -> bool:
    carriers = CurrentPost.objects.filter(current=current)
    chosen = {post.pk: post for post in _standing(current.thread, posts)}
    staying = carriers.filter(left_at__isnull=True)
    known = set(staying.values_list("post_id", flat=True))
    _require_willing(current.thread, [post for pk, post in chosen.items() if pk not in known])
    staying.exclude(post__in=chosen).delete()
    CurrentPost.objects.bulk_create(
        CurrentPost(current=current, post=post) for pk, post in chosen.items() if pk not in known
    )
    return known != chosen.keys()


def _require_willing(thread: Thread, posts: Collection[Post]) -> None:
    """Whoever left a current of this conversation is put into none of it any more."""
    left = CurrentPost.objects.filter(current__thread=thread, left_at__isnull=False)
    authors = [post.author_id for post in posts if post.author_id]
    if left.filter(post__author__in=authors).exists():
        raise ValidationError(
            {"posts": _("An author left a current here: their messages are put into none.")}
        )


@transaction.atomic
def leave_current(*, member: Member, current: Current) -> bool:
    """Take all one's messages out of a current, for good; False when none was in it."""
    current = _locked(current)
    require(rules.may_leave_current(fresh_reader(member), current))
    mine = CurrentPost.objects.filter(current=current, post__author=member, left_at__isnull=True)
    if not mine.update(left_at=now()):
        return False
    if not CurrentPost.objects.filter(current=current, left_at__isnull=True).exists():
        _take_back(current)  # nobody holds it: it was only a name
    bump_generation()
    record(CurrentLeft(actor_id=member.pk, **_about(current)))
    return True


@transaction.atomic
def withdraw_current(*, member: Member, current: Current) -> None:
    """Take a current back: its words go, the messages stay where they were said."""
    current = _locked(current)
    require(rules.may_withdraw_current(fresh_reader(member), current))
    _take_back(current)
    bump_generation()
    record(CurrentWithdrawn(actor_id=member.pk, **_about(current)))


def _take_back(current: Current) -> None:
    current.withdrawn_at = now()
    current.name = current.summary = ""
    current.save(update_fields=["withdrawn_at", "name", "summary"])


def _standing(thread: Thread, posts: Collection[Post]) -> list[Post]:
    """The messages as they are now, when each stands in this thread; else a ValidationError."""
    wanted = {post.pk for post in posts}
    found = list(Post.objects.filter(thread=thread, pk__in=wanted).standing())
    if not wanted:
        raise ValidationError({"posts": _("Choose the messages that carry this current.")})
    if len(wanted) > MOST_CARRIERS:
        raise ValidationError(
            {"posts": _("Choose at most %(most)s messages.") % {"most": MOST_CARRIERS}}
        )
    if len(found) < len(wanted):
        raise ValidationError({"posts": _("One of these messages is no longer shown here.")})
    return found


def _values(name: str, summary: str) -> dict[str, str]:
    values = {}
    errors: dict[str, list[str]] = {}
    for field, given, clean in [("name", name, clean_line), ("summary", summary, clean_text)]:
        longest = CURRENT_LENGTHS[field]
        try:
            values[field] = clean(given).strip()
        except ValidationError as error:
            errors[field] = list(error.messages)
            continue
        if len(values[field]) > longest:
            said = _("At most %(most)s characters; this has %(has)s.")
            errors[field] = [said % {"most": longest, "has": len(values[field])}]
    if not values.get("name") and "name" not in errors:
        errors["name"] = [_("Give this current a name that those who hold it would choose.")]
    if errors:
        raise ValidationError(errors)
    return values


def _locked(current: Current) -> Current:
    return (
        Current.objects.select_for_update(of=("self",))
        .select_related("thread__community")
        .get(pk=current.pk)
    )


def _about(current: Current) -> dict[str, Any]:
    thread = current.thread
    return {
        "community_id": thread.community_id,
        "audience": thread.audience,
        "current_id": current.pk,
        "thread_id": thread.pk,
    }
