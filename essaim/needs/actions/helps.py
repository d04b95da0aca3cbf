"""After the help: how long it took, thanks, joy, a story."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from essaim.communities.models import Audience
from essaim.communities.readers import fresh_reader
from essaim.design.typography import day
from essaim.discussions.actions import Thing
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.needs import rules
from essaim.needs.actions.answers import about, keep_hours, locked_match, move
from essaim.needs.actions.needs import AUDIENCES
from essaim.needs.actions.values import Checks
from essaim.needs.facts import HelpConfirmed, HelpSaid, HoursGiven, JoyTold, StoryTold
from essaim.needs.models import STORY, TEXT_LENGTH, Act, Help, Match, State

MOST_JOY = 10


@transaction.atomic
def say_help(
    *, member: Member, match: Match, minutes: int | None, helped_on: date | None = None
) -> Help:
    """The helper says how long it took; it counts once the other side has confirmed it."""
    match = locked_match(match)
    require(rules.may_say_help(fresh_reader(member), match))
    checks = Checks()
    checks.minutes("minutes", minutes)
    if helped_on and helped_on > today():
        checks.say("helped_on", _("A day that has come."))
    elif helped_on and helped_on < (asked_on := localdate(match.asked_at)):
        said = {"day": day(asked_on)}
        checks.say("helped_on", _("Not before %(day)s, when it was asked.") % said)
    checks.done()
    help_, _is_new = Help.objects.update_or_create(
        match=match,
        defaults={
            "helper": member,
            "said_minutes": minutes,
            "said_at": now(),
            "helped_on": helped_on or today(),
        },
    )
    record(HelpSaid(actor_id=member.pk, community_id=match.need.community_id, match_id=match.pk))
    return help_


@transaction.atomic
def confirm_help(*, member: Member, match: Match, minutes: int | None, thanks: str = "") -> Help:
    """The side that was helped says how long it took, with a word of thanks if it likes.

    The commitment is kept, and the hours are the helper's: a fact of their own.
    """
    match = locked_match(match)
    require(rules.may_confirm(fresh_reader(member), match))
    checks = Checks()
    checks.minutes("minutes", minutes)
    checks.text("thanks", thanks, longest=TEXT_LENGTH, needed=False, is_open=False)
    values = checks.done()
    help_ = Help.objects.filter(match=match).first() or Help(match=match)
    help_.helper = match.helper
    help_.helped_on = help_.helped_on or today()
    help_.confirmed_minutes, help_.confirmed_by = values["minutes"], member
    help_.confirmed_at, help_.thanks = now(), values["thanks"]
    help_.save()
    event = move(match, Act.DONE, State.DONE, member)
    keep_hours(match, member)
    record(HelpConfirmed(**about(match, event)))
    record(
        HoursGiven(
            actor_id=match.helper_id,
            community_id=match.need.community_id,
            match_id=match.pk,
            minutes=values["minutes"],
        )
    )
    return help_


@transaction.atomic
def tell_joy(*, member: Member, match: Match, joy: int | None) -> Help:
    """How much joy it gave the helper, from 0 to 10; only totals are ever told."""
    match = locked_match(match)
    require(rules.may_tell_joy(fresh_reader(member), match))
    checks = Checks()
    checks.whole("joy", joy, least=0, most=MOST_JOY)
    checks.done()
    help_ = Help.objects.get(match=match)
    help_.joy = joy
    help_.save(update_fields=["joy"])
    record(JoyTold(actor_id=member.pk, community_id=match.need.community_id, match_id=match.pk))
    return help_


@transaction.atomic
def tell_story(
    *, member: Member, match: Match, story: str, audience: str = Audience.MEMBERS
) -> Help:
    """What came of it, for those who read the need; without words it is taken back."""
    match = locked_match(match)
    require(rules.may_tell_story(fresh_reader(member), match))
    checks = Checks()
    checks.text("story", story, longest=TEXT_LENGTH, needed=False)
    checks.one_of("audience", audience, AUDIENCES)
    values = checks.done()
    help_ = Help.objects.get(match=match)
    if not values["story"] and not help_.story:
        raise ValidationError({"story": [_("This is needed.")]})
    help_.story, help_.story_audience = values["story"], values["audience"]
    help_.story_told_at = now() if values["story"] else None
    help_.save(update_fields=["story", "story_audience", "story_told_at"])
    bump_generation()
    if help_.story:
        record(
            StoryTold(
                actor_id=member.pk,
                community_id=match.need.community_id,
                audience=audience,
                need_id=match.need_id,
                match_id=match.pk,
            )
        )
    return help_


def thing_of(help_: Help) -> Thing:
    """The story of a locked help, as moderation handles it."""
    return Thing(
        kind=STORY,
        pk=help_.pk,
        community=help_.match.need.community,
        audience=help_.story_audience,
        author_id=help_.confirmed_by_id,
        text=help_.story,
        is_hidden=help_.hidden_at is not None,
        waiting_for=None,
        is_gone=not help_.story,
        may_see=lambda reader: rules.may_see_story(reader, help_),
        speaks_for_others=True,
        row=help_,
    )
