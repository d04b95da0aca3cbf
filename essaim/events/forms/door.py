"""What a door sends: by a form, one act; by a telephone that was cut off, several at once."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from essaim.events.actions import Scan
from essaim.events.models import KEY_LENGTH, MOST_AT_ONCE, How
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.forms import Form
from essaim.members.models import NAME_LENGTH

MOST_ACTS = 100
WRONG_CLOCK = timedelta(minutes=1)
_CODE = re.compile(r"(?:.*/door/)?([a-z0-9]{16})/?", re.DOTALL)
_NONCE = re.compile(rf"[\w-]{{8,{KEY_LENGTH}}}", re.ASCII)


class ActForm(Form):
    """One act; which button was pressed says what it was."""

    code = forms.CharField(
        label=_("The code of a ticket"),
        help_text=_("Or point this telephone’s own camera at the square: it leads here."),
        max_length=300,
        required=False,
    )
    person = forms.CharField(max_length=12, required=False)
    undo = forms.CharField(max_length=12, required=False)
    walk_in = forms.CharField(max_length=1, required=False)
    name = forms.CharField(
        label=_("Their name, if they give it"), max_length=NAME_LENGTH, required=False
    )
    count = forms.IntegerField(min_value=-MOST_AT_ONCE, max_value=MOST_AT_ONCE, required=False)
    undo_walk_in = forms.CharField(max_length=KEY_LENGTH, required=False)

    def scan(self, nonce: str = "", device: str = "", at: datetime | None = None) -> Scan | None:
        """What was done; nothing where nothing was."""
        given = self.cleaned_data
        said: dict[str, tuple[How, dict[str, Any]]] = {
            "person": (How.NAME, {"person": given["person"]}),
            "undo": (How.UNDO, {"person": given["undo"]}),
            "undo_walk_in": (How.UNDO, {"undoes": given["undo_walk_in"]}),
            "count": (How.COUNT, {"people": given["count"]}),
            "code": (How.SCAN, {"code": code_of(given["code"])}),
            "walk_in": (How.WALK_IN, {"name": " ".join(given["name"].split())}),
        }
        for name, (how, what) in said.items():
            if given[name]:
                nonce = nonce or ids.secret_token()[:KEY_LENGTH]
                return Scan(how, nonce=nonce, device=device, at=at, **what)
        return None


class LinkForm(Form):
    label = forms.CharField(
        label=_("For whom, or for which door"), max_length=NAME_LENGTH, required=False
    )


def code_of(text: str) -> str:
    """Of an address that a square holds, or as it was typed from under it."""
    found = _CODE.fullmatch(re.sub(r"[\s-]", "", text).lower())
    return found[1] if found else "-"


def scans_of(body: bytes) -> list[Scan]:
    """What a telephone kept while it was cut off: « {device, sent_at, acts: [{nonce, at, …}]} ».

    Where its clock is wrong by more than a minute, its times are put right by as much.
    """
    try:
        sent = json.loads(body)
    except ValueError:
        raise _unreadable() from None
    acts = sent.get("acts") if isinstance(sent, dict) else None
    if not isinstance(acts, list) or not 0 < len(acts) <= MOST_ACTS:
        raise _unreadable()
    device = sent.get("device", "")
    if not isinstance(device, str) or not _NONCE.fullmatch(device):
        raise _unreadable()
    off = _difference(sent.get("sent_at"))
    return [_scan(one, device, off) for one in acts]


def _scan(act: Any, device: str, off: timedelta) -> Scan:
    if not isinstance(act, dict) or not all(isinstance(one, str) for one in act.values()):
        raise _unreadable()
    nonce = act.get("nonce", "")
    form = ActForm(_without(act, ("nonce", "at")))
    at = _moment(act.get("at"))
    if not _NONCE.fullmatch(nonce) or not form.is_valid():
        raise _unreadable()
    scan = form.scan(nonce, device, _put_right(at, off))
    if scan is None:
        raise _unreadable()
    return scan


def _put_right(at: datetime | None, off: timedelta) -> datetime | None:
    try:
        return at and at + off
    except OverflowError:
        raise _unreadable() from None


def _without(act: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: value for name, value in act.items() if name not in names}


def _difference(sent_at: Any) -> timedelta:
    sent = _moment(sent_at)
    off = now() - sent if sent else timedelta(0)
    return off if abs(off) > WRONG_CLOCK else timedelta(0)


def _moment(text: Any) -> datetime | None:
    if not isinstance(text, str) or not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise _unreadable()
    return found


def _unreadable() -> ValidationError:
    return ValidationError(_("This cannot be read. Open the page of the door again."))
