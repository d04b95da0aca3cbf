"""What pages of projects ask for, say and leave unsaid, each to whom it concerns."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community, Membership, Role, Signature
from essaim.communities.tests.factories import in_role, manifesto_factory, member_of
from essaim.discussions.models import Waiting
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import today
from essaim.members.models import Consent, Member
from essaim.members.tests.factories import member_factory
from essaim.projects import actions
from essaim.projects.actions import Met, effects
from essaim.projects.models import Invitation, Observation, Part, ProjectParty, SupportLine
from essaim.projects.tests import factories as make
from essaim.projects.tests import telling

pytestmark = pytest.mark.django_db


def _as(member: Member | None) -> Client:
    client = Client()
    if member:
        client.force_login(member)
    return client


def _page(member: Member | None, name: str, *args: str, status: int = 200) -> str:
    found = _as(member).get(reverse(name, args=args))
    assert found.status_code == status, found.content.decode()[:2000]
    return found.content.decode()


def _send(member: Member, page: str, /, *args: str, **data: Any) -> str:
    return _as(member).post(reverse(page, args=args), data, follow=True).content.decode()


@pytest.fixture
def host() -> Community:
    return make.host_community(name="The town")


def test_the_form_says_what_validation_will_ask_for(host: Community) -> None:
    bearer = member_of(host)
    page = _page(bearer, "project_new", host.slug)
    assert page.count(">needed for validation<") == 4
    assert "A project has a community of its own" in page
    assert "I join The town" not in page
    project = make.draft(host, bearer, existing="", for_whom="")
    told = _send(bearer, "project_submit", project.public_id)
    assert "Still missing: for whom, who does this here already." in told
    assert "community of its own" not in told


def test_the_draft_records_the_words_that_were_shown(host: Community) -> None:
    bearer = member_of(host)
    _send(bearer, "project_new", host.slug, name="Repair café", language="en")
    words = Consent.objects.filter(member=bearer).order_by("pk").last()
    assert words
    assert words.text.startswith("A project has a community of its own")


def test_who_does_not_belong_is_led_to_where_one_joins(host: Community) -> None:
    stranger = member_factory()
    for name in ("project_new", "need_new"):
        page = _page(stranger, name, host.slug, status=403)
        assert reverse("community_join", args=[host.slug]) in page


def test_a_refused_team_reads_what_was_missing_and_may_contest(host: Community) -> None:
    vera = make.validator_in(host)
    actions.start_from_set(member=_runs(host), host=host, name="aim")
    project = make.submitted(host)
    asked = list(host.project_policy.criteria.asked())
    answers = {one.key: Met(is_met=True) for one in asked}
    answers[asked[0].key] = Met(is_met=False, words="Say how many people it would help.")
    make.validate(project, vera, answers=answers, validates=False, reasons="Not yet.")
    bearer = make.bearer_of(project)

    page = _page(bearer, "project", project.public_id)

    assert asked[0].question in page
    assert "Say how many people it would help." in page
    assert asked[1].question not in page
    assert "Contest this decision" in page
    seen = _page(vera, "project", project.public_id)
    assert "Say how many people" in seen
    assert "Contest this decision" not in seen
    _page(member_of(host), "project", project.public_id, status=404)


def _runs(host: Community) -> Member:
    return make.validator_in(host)


def test_a_sponsor_is_asked_in_words_that_say_what_they_do(host: Community) -> None:
    project = make.validated(host)
    bearer, outside = make.bearer_of(project), member_factory(name="Odile Outside")
    assert "A sponsor comes next" in _page(bearer, "project", project.public_id)
    link = actions.invite(member=bearer, project=project, part=Part.SPONSOR, invited=None)

    page = _page(outside, "project_invitation", link.token)

    assert f"You are asked to be sponsor of “{project.community.name}”" in page
    assert "stands outside the team" in page
    assert "I join" not in page
    assert "Say no" in page
    told = _send(outside, "project_invitation", link.token, answer="no")
    assert "the link stays open for others" in told
    assert Invitation.objects.get().ended_at is None
    _send(outside, "project_invitation", link.token, answer="yes")
    deliver_pending()
    assert "Odile Outside said yes" in _page(bearer, "notices")
    assert "A sponsor comes next" not in _page(bearer, "project", project.public_id)


def test_the_button_and_the_page_of_a_gate_say_the_same(host: Community) -> None:
    project = make.validated(host)
    bearer = make.bearer_of(project)
    assert "Ask to start" in _page(bearer, "project", project.public_id)
    assert "<title>Ask to start" in _page(bearer, "gate_ask", project.public_id)


def test_one_number_is_said_once(host: Community) -> None:
    project = make.running(host)
    bearer = make.bearer_of(project)
    indicator = telling.indicator_of(project, target=Decimal(40), target_on=today())
    starts, then = date(2026, 1, 1), date(2026, 2, 1)
    said: dict[str, Any] = {"member": bearer, "indicator": indicator}
    effects.record_measure(**said, starts_on=starts, ends_on=then, value=Decimal(14))
    page = _page(None, "project_effects", project.public_id)
    assert f"{indicator.name}: 14 meals." in page
    assert "at first" not in page
    drawn = page.index('class="chart-level chart-level-target"')
    assert drawn < page.index('class="chart-value"'), "no line stands before a number"


def test_a_project_alone_has_spread_nowhere(host: Community) -> None:
    project = make.running(host)
    assert "Where it spread" not in _page(None, "project_story", project.public_id)


def test_a_project_ends_in_a_whole_sentence(host: Community) -> None:
    project = make.running(host)
    bearer = make.bearer_of(project)
    actions.end_project(member=bearer, project=project, outcome="stopped_no_means", words="")
    assert "Stopped: the means were missing." in _page(None, "project", project.public_id)


def test_nothing_waits_in_words_without_a_nought(host: Community) -> None:
    make.validated(host)
    vera = make.validator_in(host)
    page = _page(vera, "projects", host.slug)
    assert "0 wait" not in page
    assert reverse("projects_queue", args=[host.slug]) in page
    make.submitted(host)
    assert "asked today" in _page(vera, "projects_queue", host.slug)


def test_following_is_one_short_page_that_signs_nothing(host: Community) -> None:
    manifesto_factory(host)
    project = make.running(host)
    follower = member_factory(name="Fay Example")
    slug = project.community.slug

    page = _page(follower, "community_join", slug)

    assert "Sign and join" not in page
    assert "The manifesto of" not in page
    assert f"Follow {project.community.name}" in page
    assert f"I follow {project.community.name}" in page
    refused = _as(follower).post(reverse("community_join", args=[slug]), {"consent": ""})
    assert refused.status_code == 422
    sent = _as(follower).post(reverse("community_join", args=[slug]), {"consent": "on"})
    assert sent.headers["Location"] == reverse("community", args=[slug])
    own = Membership.objects.filter(member=follower, left_at__isnull=True)
    assert [one.community_id for one in own] == [project.community_id]
    assert not Signature.objects.filter(member=follower).exists()


def test_a_need_that_waits_for_a_first_look_is_not_said_to_be_for_anybody(host: Community) -> None:
    walker = member_of(host)
    client, address = _as(walker), reverse("observations", args=[host.slug])

    client.post(address, {"what": "See https://bit.ly/offer for what we sell."})

    assert Observation.objects.get().waiting_for == Waiting.LOOK
    told = client.get(address).content.decode()
    assert "It waits for a first look" in told
    assert "anybody may take it up" not in told


def test_a_draft_offers_to_say_of_associations_alone_that_they_were_told(host: Community) -> None:
    project = make.draft(host)
    bearer, unit = make.bearer_of(project), make.unit(host, name="Roads")
    says = _page(bearer, "party_new", project.public_id)
    assert "are told once the project is validated" in says
    _send(bearer, "party_new", project.public_id, unit=unit.slug)
    _send(bearer, "party_new", project.public_id, name="The weavers")
    weavers = ProjectParty.objects.get(unit=None)

    assert _page(bearer, "project", project.public_id).count("We told them") == 1
    _send(bearer, "party_told", project.public_id, party=weavers.public_id)

    assert "We told them" not in _page(bearer, "project", project.public_id)


def test_a_referent_promises_support_on_the_page(host: Community) -> None:
    """The action, the form and the page ask one rule."""
    project, referent = make.running(host), member_of(host)
    make.with_part(project, Part.REFERENT, referent, in_role(host, Role.COMMUNITY_MANAGER))
    form = reverse("support_new", args=[project.public_id])

    assert form in _page(referent, "project", project.public_id)
    _page(referent, "support_new", project.public_id)
    _send(referent, "support_new", project.public_id, what="A room", due_on="2999-01-01")

    assert SupportLine.objects.get().owner == referent
