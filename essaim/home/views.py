from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities import rules as community_rules
from essaim.communities.models import SELF_STANDING_KINDS
from essaim.communities.queries import (
    DEFINITIONS_OF,
    DEFINITIONS_VERSION,
    consent_words,
    manifesto_to_sign,
)
from essaim.communities.readers import member_of, reader_of
from essaim.foundation.http import public, render
from essaim.foundation.http.access import asks_for_name, safe_path
from essaim.home import actions, queries
from essaim.home.forms import (
    JoinForm,
    MinutesForm,
    MotiveForm,
    PlaceForm,
    SearchForm,
    SkillsForm,
    TopicsForm,
)
from essaim.members.actions import set_interests, update_profile
from essaim.members.forms import EnterForm
from essaim.members.models import InterestKind, Member
from essaim.members.queries import profile_for_form


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page; whoever is signed in goes to Today."""
    reader = reader_of(request)
    if reader.is_known:
        return HttpResponseRedirect(reverse("today"))
    return render(
        request, "home/front.html", {"communities": queries.communities_for_front(reader)}
    )


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the reader may see of what they look for; whatever is asked, the answer is a page."""
    reader = reader_of(request)
    page = queries.search_for_page(reader, request.GET.dict())
    slug = page.limits["community"]
    choices = {one.slug: one.name for one in reader.communities}
    if slug:
        choices.setdefault(slug, page.community)
    form = SearchForm(
        initial={
            "q": page.asked.text,
            "community": slug,
            "language": page.asked.language,
            "open": page.asked.only_open,
        },
        communities=list(choices.items()),
        auto_id="search_%s",
    )
    return render(request, "home/search.html", {"page": page, "form": form})


@public
@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    context = {"version": DEFINITIONS_VERSION, "version_of": DEFINITIONS_OF}
    return render(request, "home/definitions.html", context)


@public
@require_safe
def your_data(request: HttpRequest) -> HttpResponse:
    return render(request, "home/your_data.html")


@public
@asks_for_name
@require_http_methods(["GET", "HEAD", "POST"])
def community_join(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign and join: an address and a code first (members), then a name and the consent."""
    reader = reader_of(request)
    community = queries.community_to_join(reader, slug)
    if community is None:
        raise Http404
    if reader.belongs_to(community.pk):
        return HttpResponseRedirect(reverse("community", args=[slug]))
    follows = community.kind in SELF_STANDING_KINDS
    context: dict[str, Any] = {
        "community": {"name": community.name, "slug": slug, "purpose": community.purpose},
        "manifesto": None if follows else manifesto_to_sign(reader, community),
        "follows": follows,
        "consent": consent_words(community),
        "address": request.path,
    }
    if not reader.is_known:
        if not community.is_open:
            raise Http404
        return render(request, "home/join.html", {**context, "form": EnterForm(), "step": 1})
    verdict = community_rules.may_join(reader, community)
    if not verdict:
        return render(
            request,
            "home/join.html",
            {**context, "because": verdict.reason, "form": None, "step": 3},
        )
    member = member_of(request)
    form = JoinForm(request.POST or None, has_name=bool(member.name))
    if form.is_valid():
        try:
            actions.join_under_a_name(
                member=member, community=community, name=form.cleaned_data.get("name", "")
            )
        except ValidationError as error:
            form.add_error("name" if "name" in form.fields else None, error.messages)
        else:
            if follows:
                said = _("You follow %(community)s: what happens comes with your mail.")
                messages.success(request, said % {"community": community.name})
                return HttpResponseRedirect(reverse("community", args=[slug]))
            messages.success(
                request, _("Welcome to %(community)s.") % {"community": community.name}
            )
            return HttpResponseRedirect(
                f"{reverse('welcome', args=[WELCOME[0].key])}?community={slug}"
            )
    return render(
        request,
        "home/join.html",
        {**context, "form": form, "step": 3},
        status=422 if form.errors else 200,
    )


@dataclass(frozen=True)
class WelcomeStep:
    """One optional question after joining; `save` keeps the answer."""

    key: str
    form: type[django_forms.Form]
    save: Callable[[Member, dict[str, Any]], None]


def _profile(field: str) -> Callable[[Member, dict[str, Any]], None]:
    def save(member: Member, data: dict[str, Any]) -> None:
        said = {
            "language": member.language,
            "place": member.place,
            "minutes_a_week": member.minutes_a_week,
            "motive": member.motive,
        }
        update_profile(member=member, **{**said, field: data[field]})

    return save


def _words(field: str, kind: InterestKind) -> Callable[[Member, dict[str, Any]], None]:
    def save(member: Member, data: dict[str, Any]) -> None:
        set_interests(member=member, kind=kind, labels=data[field].split(","))

    return save


WELCOME = [
    WelcomeStep("motive", MotiveForm, _profile("motive")),
    WelcomeStep("place", PlaceForm, _profile("place")),
    WelcomeStep("minutes_a_week", MinutesForm, _profile("minutes_a_week")),
    WelcomeStep("skills", SkillsForm, _words("skills", InterestKind.SKILL)),
    WelcomeStep("topics", TopicsForm, _words("topics", InterestKind.TOPIC)),
]


@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, key: str) -> HttpResponse:
    """The optional questions after joining, one a page, each skippable; nothing is required."""
    member = member_of(request)
    keys = [step.key for step in WELCOME]
    if key not in keys:
        raise Http404
    position = keys.index(key)
    step = WELCOME[position]
    slug = request.GET.get("community", "")
    suffix = f"?community={slug}" if _is_theirs(request, slug) else ""
    onward = (
        reverse("welcome", args=[keys[position + 1]])
        if position + 1 < len(keys)
        else reverse("first_act")
    ) + suffix
    form = step.form(request.POST or None, initial=_said(member))
    if form.is_valid():
        try:
            step.save(member, form.cleaned_data)
        except ValidationError as error:
            form.add_error(key, error.messages)
        else:
            return HttpResponseRedirect(onward)
    return render(
        request,
        "home/welcome.html",
        {
            "form": form,
            "key": key,
            "step": position + 1,
            "of": len(keys),
            "onward": onward,
            "finish": reverse("first_act") + suffix,
        },
        status=422 if form.errors else 200,
    )


def _is_theirs(request: HttpRequest, slug: str) -> bool:
    return slug in {standing.slug for standing in reader_of(request).communities}


def _said(member: Member) -> dict[str, Any]:
    profile = profile_for_form(member)
    return {
        "motive": profile.motive,
        "place": member.place,
        "minutes_a_week": profile.minutes_a_week,
        "skills": profile.skills,
        "topics": profile.topics,
    }


@require_safe
def first_act(request: HttpRequest) -> HttpResponse:
    """One useful thing to do, right after joining."""
    member = member_of(request)
    reader = reader_of(request)
    slug = request.GET.get("community", "")
    acts = queries.acts_for(reader, member.pk, most=1)
    return render(
        request,
        "home/first_act.html",
        {
            "act": acts[0] if acts else None,
            "community": next((c for c in reader.communities if c.slug == slug), None),
        },
    )


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    page = queries.today_for_page(reader_of(request), member.minutes_a_week)
    return render(request, "home/today.html", {"page": page})


@require_POST
def act_put_off(request: HttpRequest) -> HttpResponse:
    """« Later » or « not for me » on a suggested act."""
    key = request.POST.get("key", "")
    if not key:
        raise Http404
    actions.put_off(
        member=member_of(request), key=key, for_good=request.POST.get("for_good") == "1"
    )
    return HttpResponseRedirect(safe_path(request, request.POST.get("next"), reverse("today")))
