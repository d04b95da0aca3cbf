"""What leaves by mail, and headers of any kind: V30, V31."""

import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from django.core import mail
from django.core.mail import BadHeaderError
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from essaim.communities.actions import mail_invitation
from essaim.communities.models import Community, Founder
from essaim.communities.tests.factories import community_factory, founder_factory, in_role
from essaim.foundation.activity import deliver_pending
from essaim.ideas.models import Debate, Idea
from essaim.members.models import Member
from essaim.members.tests.door import ask, confirmed
from essaim.members.tests.factories import member_factory
from essaim.outreach.actions import send_digest
from tests.architecture.cast import World, build
from tests.architecture.test_access import client_of, tries

pytestmark = pytest.mark.django_db

PLACEHOLDERS = [
    "{{7*7}}",
    "{% debug %}",
    "{0.__class__}",
    "{name.__init__.__globals__}",
    "%(address)s",
    "%s %d %(code)s",
    "${7*7}",
    "<a href=https://kanari.example>x</a>",
    "<!--#exec cmd=x-->",
]
HEADERS = {"Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To"}
HEADERS |= {"Date", "Message-ID"}
MORE = {"List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted", "Precedence"}
FORGED = [
    "A\r\nBcc: kanari@example.org",
    "A\nBcc: kanari@example.org\n\nDear friend",
    "A\rBcc: kanari@example.org",
    "A\u2028Bcc: kanari@example.org",
    "A\u0085Bcc: kanari@example.org",
    "A\x0bBcc: kanari@example.org",
    "=?utf-8?q?A=0D=0ABcc:_kanari=40example.org?=",
]


def letters() -> Iterator[tuple[Message, str]]:
    """What a mail server would get, and the words in it."""
    for sent in mail.outbox:
        read = message_from_bytes(sent.message().as_bytes())
        payload = read.get_payload(decode=True)
        assert isinstance(payload, bytes)
        yield read, payload.decode()


def send_all(world: World) -> None:
    """Each kind of mail there is: the code, the invitation, the daily one."""
    mail.outbox.clear()
    ask(Client(), world.people["member"].email)
    deliver_pending()
    for member in world.people.values():
        send_digest(member_id=member.pk)


def spread(words: list[str]) -> None:
    """In every name and title that mails tell, one after the other."""
    lines: dict[type[Model], str] = {Idea: "title", Debate: "question"}
    lines |= dict.fromkeys((Community, Member, Founder), "name")
    for model, field in lines.items():
        for number, key in enumerate(model._default_manager.values_list("pk", flat=True)):
            word = f"{words[number % len(words)]} no {number}"
            model._default_manager.filter(pk=key).update(**{field: word[:80]})


def test_v30_placeholders_in_names_and_titles_stay_as_they_were_typed() -> None:
    world = build()
    deliver_pending()
    draft = Community.objects.get(slug="draft")
    for _each in PLACEHOLDERS:
        founder_factory(draft)
    spread(PLACEHOLDERS)
    send_all(world)
    for founder in Founder.objects.exclude(email="").filter(confirmed_at__isnull=True):
        mail_invitation(founder_id=founder.pk)
    told = set()
    for read, text in letters():
        assert read.get_content_type() == "text/plain"
        assert "49" not in text.split()
        assert "<class" not in text
        assert "bound method" not in text
        told |= {words for words in PLACEHOLDERS if words.lower() in text.lower()}
    assert len(told) > 6


@pytest.mark.parametrize(
    "name", ["[click](https://kanari.example)", "www.kanari.example", "a@b.org"]
)
def test_v30_no_name_brings_a_link_into_a_strangers_mailbox(name: str) -> None:
    """From our own domain, to people who never asked for it."""
    community = community_factory(opened_at=None)
    client = Client()
    client.force_login(in_role(community))
    invite = reverse("founder_invite", args=[community.slug])
    response = client.post(invite, {"founder-name": name, "founder-email": "stranger@example.org"})
    assert response.status_code == 422
    settings = {"name": name, "language": "en", "visibility": "public"}
    response = client.post(reverse("community_settings", args=[community.slug]), settings)
    assert response.status_code == 422
    response = client.post("/me/name/", {"name": name})
    assert response.status_code == 422
    deliver_pending()
    assert not mail.outbox


def test_v31_no_words_become_a_header_of_a_mail() -> None:
    """Not even those that stand in the database already: they were refused on the way in."""
    world = build()
    deliver_pending()
    spread(FORGED)
    Founder.objects.filter(confirmed_at__isnull=True).update(mailed_at=None)
    send_all(world)
    assert len(mail.outbox) > 3
    for founder in Founder.objects.exclude(email="").filter(confirmed_at__isnull=True):
        with suppress(BadHeaderError):  # Django's own last word
            mail_invitation(founder_id=founder.pk)
    for read, _text in letters():
        assert set(read.keys()) <= HEADERS | MORE
        assert set(read.keys()) >= HEADERS
        assert len(read.get_all("To", [])) == len(read.get_all("Subject", [])) == 1
        assert "kanari@" not in str(read["To"])
        assert "\n" not in str(read["Subject"]).replace("\n ", "")


LINES = {"name", "title", "question", "tagline", "section", "answering_title", "owner_title"}


def test_v31_a_line_with_another_line_in_it_is_refused_beside_its_field() -> None:
    world = build()
    client = client_of(world, "host")
    asked = set()
    for one in tries(world, "host"):
        lines = LINES & one.body.keys()
        if one.method == "post" and one.wanted == "302" and lines and one.key not in asked:
            asked.add(one.key)
            for words in FORGED[:6]:
                response = client.post(one.address, {**one.body, **dict.fromkeys(lines, words)})
                assert response.status_code == 422, (one.key, words)
    assert asked >= {"idea_new", "community_settings", "me", "programme_edit"}
    assert not Idea.objects.filter(title__contains="Bcc").exists()
    assert not Member.objects.filter(name__contains="Bcc").exists()
    assert not Community.objects.filter(name__contains="Bcc").exists()


def test_v31_no_address_brings_a_second_one() -> None:
    for email in (
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org,b@example.org",
        "a@example.org\u2028b@example.org",
        "a@example.org;b@example.org",
        '"a\r\nBcc: b"@example.org',
        "<a@example.org>, b@example.org",
    ):
        assert Client().post("/enter/", {"email": email}).status_code == 422
    assert not mail.outbox


def test_v31_nothing_becomes_a_header_of_an_answer() -> None:
    member = member_factory(name="A")
    client = Client()
    client.force_login(member)
    confirmed(client)
    forged = "/today/\r\nSet-Cookie: kanari=1"
    asks: list[dict[str, Any]] = [{"next": forged}, {"next": "/today/%0d%0aSet-Cookie: kanari=1"}]
    for asked in asks:
        for path in ("/enter/", "/language/", "/me/name/"):
            for response in (client.get(path, asked), client.post(path, {**asked, "name": "A"})):
                assert "kanari" not in response.cookies
                assert not re.search(r"[\r\n]", "".join(response.headers.values()))
                assert "Set-Cookie" not in response.headers
    archive = client.post("/me/data/archive/")
    name = archive.headers["Content-Disposition"]
    assert name.count('"') == 2
    assert name.isascii()
