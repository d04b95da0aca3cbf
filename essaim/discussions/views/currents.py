from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import Reader, member_of, reader_of
from essaim.design.typography import tidy
from essaim.discussions import actions, queries, rules
from essaim.discussions.forms import CurrentForm
from essaim.discussions.models import Current, Thread
from essaim.discussions.views.finding import back_to, find_current, find_thread
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.members.models import Member


@require_http_methods(["GET", "HEAD", "POST"])
def current_new(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    thread = find_thread(reader, public_id)
    require(rules.may_name_current(reader, thread))
    return _form_page(request, reader, thread)


@require_http_methods(["GET", "HEAD", "POST"])
def current_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    current = find_current(reader, public_id)
    require(rules.may_change_current(reader, current))
    return _form_page(request, reader, current.thread, current)


def _form_page(
    request: HttpRequest, reader: Reader, thread: Thread, current: Current | None = None
) -> HttpResponse:
    """Name a current or change it; `?q=` narrows the messages that one chooses from."""
    words = request.GET.get("q", "").strip()
    offered = queries.messages_for_choice(thread, current=current, words=words)
    form = CurrentForm(request.POST or None, initial=_initial(current))
    choice = form.fields["posts"]
    if isinstance(choice, forms.MultipleChoiceField):
        choice.choices = [
            (
                one.public_id,
                tidy(_("%(name)s: %(text)s") % {"name": one.author, "text": one.excerpt}),
            )
            for one in offered
        ]
    if form.is_valid():
        posts = queries.posts_named(thread, form.cleaned_data["posts"])
        try:
            _save(member_of(request), thread, current, {**form.cleaned_data, "posts": posts})
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The current is shown, and its authors are told."))
            return back_to(reader, thread)
    return render(
        request,
        "discussions/current.html",
        {
            "form": form,
            "is_new": current is None,
            "words": words,
            "subject": queries.subject_of(reader, thread),
            "bar": bar_for_page(reader, thread.community),
        },
        status=422 if form.errors else 200,
    )


def _initial(current: Current | None) -> dict[str, Any]:
    if current is None:
        return {}
    return {
        "name": current.name,
        "summary": current.summary,
        "posts": queries.posts_in(current),
    }


def _save(
    member: Member, thread: Thread, current: Current | None, values: dict[str, Any]
) -> Current:
    if current:
        return actions.change_current(member=member, current=current, **values)
    return actions.name_current(member=member, thread=thread, **values)


@require_POST
def current_leave(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    current = find_current(reader, public_id, or_own=True)
    if actions.leave_current(member=member_of(request), current=current):
        messages.success(
            request, _("Your messages no longer carry this current; nobody can put them back.")
        )
    if not rules.may_see_thread(reader, current.thread):
        return redirect("me")
    return back_to(reader, current.thread)


@require_POST
def current_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    current = find_current(reader, public_id)
    actions.withdraw_current(member=member_of(request), current=current)
    messages.success(request, _("The current is withdrawn. Its messages stay where they were."))
    return back_to(reader, current.thread)
