"""Powers that nobody gave: V05 (later), V06 (by a field's name), V07 (by an address)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.test import Client

from essaim.communities.actions import leave_community
from essaim.communities.models import Community
from essaim.discussions.actions import write_post
from essaim.discussions.models import Post
from essaim.foundation.activity import deliver_pending
from essaim.ideas.models import Idea
from essaim.members.models import Member
from essaim.outreach.actions import send_digest
from tests.architecture.cast import World, build
from tests.architecture.test_access import Try, client_of, tries
from tests.security.traces import TEMPTED, shapes

pytestmark = pytest.mark.django_db

ROOT = Path(settings.ROOT)
ACTIONS = [*ROOT.glob("essaim/*/actions.py"), *ROOT.glob("essaim/*/actions/**/*.py")]
# Acts that ask no rule themselves.
NOTHING_TO_ASK = {
    "join_under_a_name": "it joins, and joining asks",
    "withdraw_consent": "whatever was agreed to can be taken back, always",
    "end_session": "one's own, chosen among one's own",
    "end_other_sessions": "one's own",
    "send_confirmation_code": "to one's own address",
    "choose_own_view": "what one sees of oneself",
    "record_decision": "a part of the act that decides, which asks",
    "remove_search": "one's own, chosen among one's own",
    "revoke_calendar_address": "one's own: a secret can be ended, always",
    "unblock_member": "one's own",
    "decline_invitation": "one's own answer; what others are asked is left alone",
    "signs_of_a_first": "a part of writing, which asks; it only refuses more",
}
# What a form must not be able to say of anything, whatever it is called somewhere else.
TEMPTING = (
    "is_staff is_superuser is_active is_admin role roles status state owner pinned weight"
    " score permissions groups user user_id id pk public_id hidden_at hidden_by withdrawn_at"
    " supporters passed_threshold opened_at closed_at archived_at kept_at proved_at erased_at"
    " decided_at answered_by author author_id author_label member member_id actor community"
    " community_id debate debate_id idea idea_id thread thread_id audience is_political slug"
    " given_by password"
)


def test_v05_what_is_sent_later_asks_again_who_may_read_it() -> None:
    """A reply is told by the night's mail; whoever has left until then is told nothing of it."""
    world = build()
    deliver_pending()
    inner = Post.objects.get(public_id=world.things["post"]["inner"]["public_id"])
    replies = Post.objects.filter(parent=inner)
    for reply in replies:  # by « member », to whom « decider » now answers
        write_post(member=world.people["decider"], thread=inner.thread, text="Yes.", parent=reply)
    idea = Idea.objects.get(public_id=world.things["idea"]["inner"]["public_id"])
    assert idea.author == world.people["author"]
    deliver_pending()
    movement = Community.objects.get(slug="movement")
    told = {}
    for name in ("member", "author"):
        if name == "member":
            leave_community(member=world.people[name], community=movement)
        mail.outbox.clear()
        send_digest(member_id=world.people[name].pk)
        told[name] = "\n".join(str(message.body) for message in mail.outbox)
    assert "kanariinner" in told["author"], "Otherwise this would prove nothing."
    assert "kanariinner" not in told["member"]


def test_v05_whoever_was_closed_out_is_sent_nothing_and_does_nothing_later() -> None:
    world = build()
    deliver_pending()
    author = world.people["author"]
    Member.objects.filter(pk=author.pk).update(is_active=False)
    mail.outbox.clear()
    send_digest(member_id=author.pk)
    assert not mail.outbox


def test_v06_no_field_of_a_form_sets_what_the_form_does_not_ask() -> None:
    """Each form is sent as it is, and with the name of every field of every model: the same
    comes of it. By the author where they may, else by the host."""
    world = build()
    names = _all_fields() | set(TEMPTING.split())
    assert len(names) > 150
    wrong, sent = [], 0
    forms = {one.key: (name, one) for name in ("host", "author") for one in _accepted(world, name)}
    for name, one in forms.values():
        asked = _asked(client_of(world, name), one) | one.body.keys()
        more = {extra: _value(world, extra) for extra in names - asked}
        plain = _comes_of(world, name, one, one.body)
        tempted = _comes_of(world, name, one, {**more, **one.body})
        sent += 1
        if plain != tempted:
            wrong.append(f"{one.key}: {sorted(set(tempted[1]) ^ set(plain[1]))} {tempted[0]}")
    assert sent > 35
    assert not wrong, "\n".join(wrong)


def _all_fields() -> set[str]:
    return {
        name
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        for name in (field.name, field.attname)
    }


def _value(world: World, name: str) -> str:
    if name.endswith("_at"):
        return "2020-01-01T00:00:00Z"
    if name.endswith(("_id", "_by")) or name in {"author", "member", "owner", "id", "pk", "user"}:
        return str(world.people["administrator"].pk)
    return {"role": "administrator", "audience": "nobody", "visibility": "public"}.get(
        name, TEMPTED
    )


def _accepted(world: World, name: str) -> Iterator[Try]:
    """One form of each address, of a thing whose state lets this reader send it."""
    seen = set()
    for one in tries(world, name):
        # Nothing stands after these, or all that may be sent is a proof that is asked for.
        leaves = one.key in {"erase", "sign_out", "my_archive", "language", "confirm"}
        if one.method == "post" and one.wanted == "302" and one.key not in seen and not leaves:
            seen.add(one.key)
            yield one


def _asked(client: Client, one: Try) -> set[str]:
    """The fields of the page's own forms."""
    with transaction.atomic():
        page = client.get(one.address).content.decode()
        transaction.set_rollback(True)
    return set(re.findall(r'name="([\w-]+)"', page)) | {"next"}


def _comes_of(world: World, name: str, one: Try, body: dict[str, str]) -> tuple[int, list[str]]:
    client = client_of(world, name)
    with transaction.atomic():
        status = client.post(one.address, body).status_code
        found = shapes()
        transaction.set_rollback(True)
    return status, found


def test_v06_no_form_takes_all_fields_of_a_model() -> None:
    for file in ROOT.glob("essaim/**/*.py"):
        text = file.read_text("utf-8")
        assert "__all__" not in text.replace("__all__ = [", ""), file
        assert "ModelForm" not in text, f"{file}: forms name their fields one by one"


def test_v07_every_act_asks_a_rule_by_its_name() -> None:
    """There is no administration site that could forget; each act of a member asks by itself."""
    silent, asking = set(), 0
    for file in ACTIONS:
        functions = {
            one.name: one
            for one in ast.parse(file.read_text("utf-8")).body
            if isinstance(one, ast.FunctionDef)
        }
        for name, function in functions.items():
            given = {argument.arg for argument in function.args.kwonlyargs}
            if name.startswith("_") or "member" not in given:
                continue
            if _asks(function, functions):
                asking += 1
            else:
                silent.add(name)
    assert silent == NOTHING_TO_ASK.keys()
    assert asking > 35


def _asks(function: ast.FunctionDef, near: dict[str, ast.FunctionDef], *seen: str) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name == "require":
                return True
            if name in near and name not in seen and _asks(near[name], near, *seen, name):
                return True
    return False


def test_v07_there_is_no_address_for_the_staff_and_no_staff() -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert not {"is_staff", "is_superuser"} & {f.name for f in Member._meta.get_fields()}
    world = build()
    client = client_of(world, "administrator")
    for address in ("admin", "gestion", "management", "staff", "api/v1/admin", "metrics", "debug"):
        assert client.get(f"/{address}/").status_code == 404, address


def test_v07_what_those_who_run_a_place_may_do_is_refused_to_its_members() -> None:
    """At the address itself, whatever the page that leads there shows."""
    world = build()
    right = {
        one.key: one.address
        for one in tries(world, "administrator")
        if one.state == "open" and one.method == "get" and one.wanted == "200"
    }
    refused = {
        one.key
        for one in tries(world, "member")
        if one.key in right and one.address == right[one.key] and one.wanted in {"403", "404"}
        if one.method == "get"
    }
    assert {
        "community_settings",
        "debate_new",
        "idea_hide",
        "manifesto_edit",
        "programme_edit",
        "programme_item",
        "programme_sentence",
    } <= refused
    client = client_of(world, "member")
    for key in refused:
        assert client.get(right[key]).status_code in {403, 404}, key
