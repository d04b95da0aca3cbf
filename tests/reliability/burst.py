"""What a burst is about: written to the standard output as JSON, for whoever makes it."""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after the registry is ready

from bench.pages import cookie_of  # noqa: E402  after the registry is ready
from essaim.foundation.activity import deliver_pending  # noqa: E402  after the registry is ready
from essaim.foundation.clock import now  # noqa: E402  after the registry is ready
from essaim.ideas.models import Idea  # noqa: E402  after the registry is ready
from essaim.ideas.tests import factories as make  # noqa: E402  after the registry is ready
from essaim.outreach.models import Notice  # noqa: E402  after the registry is ready

PEOPLE, SUPPORTED, ANSWERED = 10, 6, 10


def main() -> None:
    call_command("migrate", verbosity=0)
    community = make.make_community()
    debate = make.make_debate(community, closes_at=now() + timedelta(days=30))
    supported = [make.propose(debate) for _ in range(SUPPORTED)]
    closed = make.make_closed(community, ideas=ANSWERED)
    deliver_pending()
    Notice.objects.all().delete()
    decider = make.make_decider(community)
    people = [make.make_person(community) for _ in range(PEOPLE)]
    answered = Idea.objects.filter(debate=closed).order_by("pk")
    json.dump(
        {
            "people": [cookie_of(person) for person in people],
            "supported": [idea.public_id for idea in supported],
            "decider": cookie_of(decider),
            "answered": [idea.public_id for idea in answered],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
