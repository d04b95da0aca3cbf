"""What a member says of themself."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.foundation.http import render
from essaim.foundation.http.language import remember_language
from essaim.members import actions, queries
from essaim.members.forms import NameForm, ProfileForm
from essaim.members.models import InterestKind, Member
from essaim.members.views.entering import next_path
from essaim.places.queries import place_lines


def act(form: forms.Form, action: Callable[[], Any]) -> bool:
    """Do it; what the action finds wrong stands beside the field. All of it happens, or nothing."""
    try:
        with transaction.atomic():
            action()
    except ValidationError as error:
        known = hasattr(error, "error_dict") and error.error_dict.keys() <= form.fields.keys()
        form.add_error(None, error if known else ValidationError(error.messages))
        return False
    return True


def member_of(request: HttpRequest) -> Member:
    """The signed-in member; `AccessMiddleware` has let nobody else in."""
    member = request.user
    if not isinstance(member, Member):
        raise TypeError(type(member))
    return member


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=_start(member))
    if (
        request.method == "POST"
        and form.is_valid()
        and act(form, lambda: _save(member, form.cleaned_data))
    ):
        return _saved(request, form.cleaned_data["language"])
    context = {"form": form, "email": member.email}
    return render(request, "members/me.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, language: str) -> HttpResponse:
    with override(language):
        messages.success(request, _("Your profile is saved."))
    response = redirect("me")
    if request.COOKIES.get("language", language) != language:
        remember_language(response, language)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Asked once, on the way in; then on to where the person wanted to go."""
    member = member_of(request)
    form = NameForm(
        request.POST if request.method == "POST" else None, initial={"name": member.name}
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["name"]
        if act(form, lambda: actions.name_member(member=member, name=chosen)):
            return redirect(next_path(request) or "today")
    context = {"form": form, "next": next_path(request)}
    return render(request, "members/name.html", context, status=422 if form.errors else 200)


@require_safe
def complete_interests(request: HttpRequest, kind: str) -> HttpResponse:
    """GET ?q=…: the text of the field with its last word completed."""
    texts = queries.interests_matching(kind, request.GET.get("q", "").replace("\0", "")[:500])
    return JsonResponse({"items": [{"value": text, "label": text} for text in texts]})


@require_safe
def complete_skills(request: HttpRequest) -> HttpResponse:
    """GET ?q=…: the text of a field of skills with its last words completed by the vocabulary."""
    asked = request.GET.get("q", "").replace("\0", "")[:500]
    texts = queries.skill_names_matching(asked, get_language() or "fr")
    return JsonResponse({"items": [{"value": text, "label": text} for text in texts]})


def _save(member: Member, said: dict[str, Any]) -> None:
    actions.name_member(member=member, name=said["name"])
    actions.update_profile(
        member=member,
        language=said["language"],
        place=said["place"],
        minutes_a_week=said["minutes_a_week"],
        motive=said["motive"],
    )
    actions.set_interests(member=member, kind=InterestKind.SKILL, labels=said["skills"])
    actions.set_interests(member=member, kind=InterestKind.TOPIC, labels=said["topics"])


def _start(member: Member) -> dict[str, Any]:
    profile = queries.profile_for_form(member)
    place = place_lines([profile.place_id]).get(profile.place_id) if profile.place_id else None
    return {
        "name": profile.name,
        "language": profile.language,
        "place": place,
        "minutes_a_week": profile.minutes_a_week,
        "motive": profile.motive,
        "skills": profile.skills,
        "topics": profile.topics,
    }
