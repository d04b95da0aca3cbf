"""A decision is told in words to whom it concerns."""

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.tests.test_decisions import Case
from essaim.foundation.activity import deliver_pending


@pytest.mark.django_db
def test_the_notices_say_what_and_why() -> None:
    case = Case()
    case.hidden()
    deliver_pending()
    client = Client()
    client.force_login(case.author)
    page = client.get(reverse("notices")).content.decode()
    assert "It names a neighbour." in page
