"""Whose reports hide something before a decision: a few fresh accounts silence nobody."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef

from essaim.communities.models import Membership
from essaim.discussions.models import Case, ModerationPolicy, Outcome, Report
from essaim.foundation.clock import now
from essaim.foundation.counting import count_of

JUDGED_WITHIN = timedelta(days=90)
MISTAKES = 3  # reports that moderators found nothing in, before somebody's no longer weigh


def reporters_who_count(case: Case, policy: ModerationPolicy) -> int:
    """How many reported it who have had an account and belonged here for some time.

    Here, or to a community above. Whoever reported in vain again and again, more often than not,
    is heard by the moderators like everyone and hides nothing.
    """
    since = now() - timedelta(days=policy.reporter_days)
    belongs = Membership.objects.filter(
        member=OuterRef("reporter"),
        community__in=case.community.lineage,
        joined_at__lte=since,
        left_at__isnull=True,
    )
    judged = Report.objects.filter(
        reporter=OuterRef("reporter"), case__closed_at__gt=now() - JUDGED_WITHIN
    )
    right = judged.filter(case__outcome=Outcome.HIDDEN, case__put_back_at__isnull=True)
    weighed = Report.objects.filter(
        Exists(belongs),
        case=case,
        reporter__is_active=True,
        reporter__proved_at__isnull=False,
        reporter__created_at__lte=since,
    ).annotate(
        in_vain=count_of(judged.filter(case__outcome=Outcome.KEPT)), was_right=count_of(right)
    )
    return weighed.exclude(in_vain__gte=MISTAKES, in_vain__gt=F("was_right")).count()
