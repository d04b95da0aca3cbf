from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import Reader, member_of, reader_of
from essaim.communities.rules import may_see_community
from essaim.discussions.forms import PostForm
from essaim.discussions.models import Post
from essaim.discussions.queries import thread_if_any
from essaim.events.models import Event
from essaim.events.queries.born import gathering
from essaim.foundation.access import Refused, require
from essaim.foundation.http import public, render
from essaim.foundation.http.missing import or_404
from essaim.foundation.http.render import wants_block
from essaim.ideas import actions, queries, rules
from essaim.ideas.forms import HideForm, IdeaForm
from essaim.ideas.models import Debate, Idea
from essaim.ideas.queries import SimilarIdea
from essaim.ideas.queries.born import event_for_idea
from essaim.ideas.views.finding import find_debate, find_idea, read_idea
from essaim.ideas.views.moderation import hidden_page


@public
@require_safe
def idea(request: HttpRequest, public_id: str) -> HttpResponse:
    """An idea, and what became of it; a merged one is read where it goes on."""
    reader = reader_of(request)
    found = queries.idea_to_read(reader, public_id)
    if found is None:
        return _what_is_left(request, reader, public_id)
    survivor = queries.surviving(reader, found)
    if survivor != found:
        address = reverse("idea", args=[survivor.public_id])
        return HttpResponseRedirect(f"{address}#idea-{found.public_id}")
    return _idea_page(request, reader, found)


def _what_is_left(request: HttpRequest, reader: Reader, public_id: str) -> HttpResponse:
    """Where its author can still undo a withdrawal; or that moderators hid it, and why."""
    gone = queries.withdrawn_idea(reader, public_id) if reader.is_known else None
    if gone is None or not rules.may_restore_idea(reader, gone):
        return hidden_page(request, reader, public_id)
    return HttpResponseRedirect(reverse("idea_withdrawn", args=[public_id]))


def _idea_page(
    request: HttpRequest, reader: Reader, found: Idea, block: str | None = None
) -> HttpResponse:
    return render(
        request,
        "ideas/idea.html",
        {
            "page": queries.idea_for_page(reader, found),
            "group": queries.regrouping_for_page(reader, found),
            "alternatives": queries.alternatives_for_page(reader, found),
            "thread": thread_if_any(reader, found.thread, after=request.GET.get("after")),
            "form": PostForm(),
            "bar": bar_for_page(reader, found.debate.community, here="debates"),
            "is_part": block is not None,
        },
        block=block,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def idea_new(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Propose; while the title is typed, or before publishing, what says nearly the same."""
    reader, debate = find_debate(request, slug, public_id)
    require(rules.may_propose(reader, debate))
    action = reverse("idea_new", args=[slug, public_id])
    named = request.GET.get("event", "")
    event = event_for_idea(reader, debate, named) if named else None
    return propose_page(
        request,
        reader,
        debate,
        action=f"{action}?{urlencode({'event': event.public_id})}" if event else action,
        back=reverse("debate", args=[slug, public_id]),
        initial={"language": reader.language},
        event=event,
        is_not_born=bool(named) and event is None,
    )


def propose_page(
    request: HttpRequest,
    reader: Reader,
    debate: Debate,
    *,
    action: str,
    back: str,
    initial: dict[str, Any],
    from_post: Post | None = None,
    than: Idea | None = None,
    event: Event | None = None,
    is_not_born: bool = False,
) -> HttpResponse:
    """The form of a new idea in a debate that takes it; `than`: to which it is another way.

    `event`: at which it came up; `is_not_born`: one was named that cannot be.
    """
    typed = {name: request.GET[name] for name in ("title",) if name in request.GET}
    form = IdeaForm(request.POST or None, initial={**initial, **typed})
    similar: tuple[SimilarIdea, ...] = ()
    asks_again = False
    if form.is_valid():
        similar = queries.similar_ideas(reader, debate, form.cleaned_data["title"], but=than)
        asks_again = not _were_seen(request, similar)
        if not asks_again:
            try:
                made = actions.propose_idea(
                    member=member_of(request),
                    debate=debate,
                    from_post=from_post,
                    event=event,
                    **form.cleaned_data,
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                if not made.waiting_for:  # else its page says so
                    messages.success(
                        request, _("Your idea is published. Others can support it now.")
                    )
                return _to(made)
    elif not form.is_bound:
        similar = queries.similar_ideas(reader, debate, typed.get("title", ""), but=than)
    return render(
        request,
        "ideas/idea_form.html",
        {
            **_form_context(reader, debate.community, form),
            "question": debate.question,
            "question_lang": debate.language,
            "action": action,
            "back": back,
            "similar": similar,
            "asks_again": asks_again,
            "than": than,
            "event": gathering(event) if event else None,
            "is_not_born": is_not_born,
            "is_new": True,
        },
        block="similar",
        status=422 if form.errors else 200,
    )


def _were_seen(request: HttpRequest, similar: tuple[SimilarIdea, ...]) -> bool:
    """Whether the page that was sent had shown all these ideas."""
    seen = request.POST.get("seen", "").split(",")
    return all(one.public_id in seen for one in similar)


@require_http_methods(["GET", "HEAD", "POST"])
def idea_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_idea(request, public_id)
    require(rules.may_edit_idea(reader, found))
    form = IdeaForm(request.POST or None, initial=IdeaForm.values_of(found))
    if form.is_valid():
        try:
            actions.edit_idea(member=member_of(request), idea=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your idea is saved."))
            return _to(found)
    return render(
        request,
        "ideas/idea_form.html",
        {
            **_form_context(reader, found.debate.community, form),
            "question": found.debate.question,
            "question_lang": found.debate.language,
            "action": reverse("idea_edit", args=[public_id]),
            "back": reverse("idea", args=[public_id]),
            "similar": (),
            "asks_again": False,
            "than": None,
            "event": None,
            "is_not_born": False,
            "supports": found.supporters,
            "is_new": False,
        },
        status=422 if form.errors else 200,
    )


def _form_context(reader: Reader, community: Any, form: IdeaForm) -> dict[str, Any]:
    return {
        "form": form,
        "slug": community.slug,
        "bar": bar_for_page(reader, community, here="debates"),
    }


@require_POST
def idea_support(request: HttpRequest, public_id: str) -> HttpResponse:
    return _support(request, public_id, actions.support_idea)


@require_POST
def idea_unsupport(request: HttpRequest, public_id: str) -> HttpResponse:
    return _support(request, public_id, actions.withdraw_support)


def _support(request: HttpRequest, public_id: str, act: Callable[..., bool]) -> HttpResponse:
    """With JavaScript the part of the page comes back as it is now, also when a rule refused."""
    reader, found = find_idea(request, public_id)
    try:
        act(member=member_of(request), idea=found)
    except Refused:
        if not wants_block(request):
            raise
    survivor = queries.surviving(reader, found)
    if wants_block(request):
        return _idea_page(request, *read_idea(request, survivor.public_id), block="support")
    return HttpResponseRedirect(reverse("idea", args=[survivor.public_id]) + "#support")


@require_POST
def idea_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    found = or_404(queries.idea_for_withdrawal(reader, public_id))
    actions.withdraw_idea(member=member_of(request), idea=found)
    if not may_see_community(reader, found.debate.community, subplatform=rules.SUBPLATFORM):
        messages.success(request, _("Your idea is withdrawn"))
        return redirect("me")
    return HttpResponseRedirect(reverse("idea_withdrawn", args=[public_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def idea_hide(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_idea(request, public_id)
    require(rules.may_hide_idea(reader, found))
    form = HideForm(request.POST or None)
    if form.is_valid():
        try:
            actions.hide_idea(member=member_of(request), idea=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The idea is hidden, and its author is told why."))
            return _to_debate(found)
    return render(
        request,
        "ideas/idea_hide.html",
        {
            "form": form,
            "idea": queries.idea_named(found),
            "bar": bar_for_page(reader, found.debate.community, here="debates"),
        },
        status=422 if form.errors else 200,
    )


def _to(found: Idea) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("idea", args=[found.public_id]))


def _to_debate(found: Idea) -> HttpResponseRedirect:
    debate = found.debate
    return HttpResponseRedirect(reverse("debate", args=[debate.community.slug, debate.public_id]))
