"""What was sent up names its community to whoever may see that community, and to nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community, Visibility
from essaim.foundation.clock import now
from essaim.ideas.tests import factories as make
from essaim.ideas.tests.test_upward import WORDS, Levels, person
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

NAME = "Night shift of the mill"


def sent() -> Levels:
    levels = Levels()
    Community.objects.filter(pk=levels.committee.pk).update(name=NAME)
    levels.send()
    return levels


def pages_above(levels: Levels, member: Member | None) -> list[str]:
    client = Client(headers={"accept-language": "en"})
    if member:
        client.force_login(member)
    slug = levels.movement.slug
    return [
        client.get(address).content.decode()
        for address in (
            reverse("idea", args=[levels.carried.public_id]),
            reverse("idea_print", args=[levels.carried.public_id]),
            reverse("debate", args=[slug, levels.target.public_id]),
            f"/api/v1/ideas/{levels.carried.public_id}",
        )
    ]


@pytest.mark.parametrize("hidden", [{"visibility": Visibility.MEMBERS}, {"opened_at": None}])
def test_a_community_that_became_private_is_not_named_above(hidden: dict[str, object]) -> None:
    levels = sent()
    Community.objects.filter(pk=levels.committee.pk).update(**hidden)
    for member in (None, person(levels.movement), make.make_member()):
        idea, sheet, debate, answer = pages_above(levels, member)
        for page in (idea, sheet, debate, answer):
            assert NAME not in page
            assert levels.committee.slug not in page
        for page in (idea, debate):
            assert "a community below" in page
            assert WORDS in page
    for member in (levels.author, levels.host):
        idea, _sheet, debate, _answer = pages_above(levels, member)
        assert NAME in idea
        assert NAME in debate


def test_a_closed_or_renamed_community_has_its_name_of_today() -> None:
    levels = sent()
    Community.objects.filter(pk=levels.committee.pk).update(name="Day shift", closed_at=now())
    idea, _sheet, debate, _answer = pages_above(levels, None)
    for page in (idea, debate):
        assert "Day shift" in page
        assert NAME not in page
