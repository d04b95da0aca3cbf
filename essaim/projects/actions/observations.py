from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from essaim.communities.actions.tree import set_lines_and_texts
from essaim.communities.models import Audience, Community
from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import Written, end_case, open_case, signs_of_a_first
from essaim.discussions.models import ModerationPolicy, Outcome, Waiting
from essaim.discussions.queries.policies import COPIED_WITHIN, OTHERS_TEXTS, REPEATED_WITHIN
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.places.models import Place
from essaim.projects import rules
from essaim.projects.actions.moderation import observation_thing, record_observed
from essaim.projects.facts import ObservationWithdrawn
from essaim.projects.models import OBSERVATION, Observation


@transaction.atomic
def observe(
    *,
    member: Member,
    host: Community,
    what: str,
    for_whom: str = "",
    place: Place | None = None,
    language: str | None = None,
) -> Observation:
    """Report a need seen around, without proposing anything; a new account's may wait."""
    host = Community.objects.hold_open(host.pk)
    reader = fresh_reader(member)
    require(rules.may_observe(reader, host))
    one = Observation(
        community=host, author=member, place=place, language=language or member.language
    )
    if one.language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": [_("Choose one of the languages offered.")]})
    set_lines_and_texts(one, {"what": what, "for_whom": for_whom})
    if not one.what:
        raise ValidationError({"what": [_("Say in a sentence what you saw.")]})
    try:
        signs = signs_of_a_first(
            member=member,
            reader=reader,
            community=host,
            text=one.what,
            written=_written(member, host),
        )
    except ValidationError as error:
        raise ValidationError({"what": error.messages}) from error
    if signs:
        one.audience, one.hidden_at = Audience.ROLE_HOLDERS, now()
        one.waiting_for = Waiting.LOOK
    one.save()
    if signs:
        open_case(observation_thing(one), actor_id=member.pk, signs=list(signs), is_held=True)
    else:
        record_observed(one)
    return one


def _written(member: Member, host: Community) -> Written:
    own, moment = Observation.objects.filter(author=member), now()

    def texts(found: QuerySet[Observation]) -> list[str]:
        return list(
            found.order_by("-created_at", "-pk").values_list("what", flat=True)[:OTHERS_TEXTS]
        )

    def others(policy: ModerationPolicy) -> list[str]:
        by_newcomers = Observation.objects.filter(
            community=host,
            created_at__gt=moment - COPIED_WITHIN,
            author__created_at__gt=moment - timedelta(days=policy.newcomer_days),
        )
        return texts(by_newcomers.exclude(author=member))

    return Written(
        stands=own.standing(),
        today=own.filter(created_at__gt=moment - timedelta(days=1)),
        texts=lambda: texts(own.filter(created_at__gt=moment - REPEATED_WITHIN)),
        others=others,
    )


@transaction.atomic
def withdraw_observation(*, member: Member, observation: Observation) -> None:
    """Its words go; projects that came of it stay."""
    one = Observation.objects.select_for_update().get(pk=observation.pk)
    require(rules.may_withdraw_observation(fresh_reader(member), one))
    one.withdrawn_at, one.what, one.for_whom, one.place = now(), "", "", None
    one.audience = Audience.NOBODY
    one.save()
    end_case(OBSERVATION, one.pk, Outcome.WITHDRAWN, by=member, at=one.withdrawn_at)
    bump_generation()
    record(
        ObservationWithdrawn(
            actor_id=member.pk,
            community_id=one.community_id,
            audience=one.audience,
            observation_id=one.pk,
        )
    )
