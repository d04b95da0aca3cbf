from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import member_of, reader_of
from essaim.discussions import actions, queries, rules
from essaim.discussions.forms import PostForm, ReplyForm, ReportForm
from essaim.discussions.models import POST
from essaim.discussions.views.finding import find_post, find_thread, to_post
from essaim.foundation.access import require
from essaim.foundation.http import public, render


@require_http_methods(["GET", "HEAD", "POST"])
def thread_post(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write in a thread; with `?to=` the page of one reply."""
    reader = reader_of(request)
    thread = find_thread(reader, public_id)
    wanted = request.POST.get("parent") or request.GET.get("to")
    parent = find_post(reader, wanted) if wanted else None
    if parent and parent.thread_id != thread.pk:
        raise Http404
    kind = ReplyForm if parent else PostForm
    form = kind(request.POST or None, initial={"parent": parent and parent.public_id})
    if form.is_valid():
        try:
            post = actions.write_post(
                member=member_of(request),
                thread=thread,
                text=form.cleaned_data["text"],
                parent=parent,
                position=form.cleaned_data.get("position", ""),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if post.waiting_for:
                messages.info(
                    request,
                    _("Your message waits for a first look: so far only you can read it."),
                )
            return to_post(reader, post)
    else:
        require(rules.may_reply(reader, parent) if parent else rules.may_write(reader, thread))
    return render(
        request,
        "discussions/write.html",
        {
            "form": form,
            "thread": thread.public_id,
            "subject": queries.subject_of(reader, thread),
            "parent": queries.comment_alone(reader, parent) if parent else None,
            "bar": bar_for_page(reader, thread.community),
        },
        status=422 if form.errors else 200,
    )


@public
@require_safe
def post(request: HttpRequest, public_id: str) -> HttpResponse:
    """One message with what was said around it, and what it said before each correction."""
    reader = reader_of(request)
    found = find_post(reader, public_id)
    subject = queries.subject_of(reader, found.thread)
    if subject is None:
        raise Http404
    return render(
        request,
        "discussions/post.html",
        {
            "page": queries.post_for_page(reader, found, after=request.GET.get("after", "")),
            "subject": subject,
            "bar": bar_for_page(reader, found.thread.community),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    post = find_post(reader, public_id)
    require(rules.may_edit(reader, post))
    form = ReplyForm(request.POST or None, initial={"text": post.text})
    if form.is_valid():
        try:
            actions.edit_post(member=member_of(request), post=post, text=form.cleaned_data["text"])
        except ValidationError as error:
            form.add_error("text", error.messages)
        else:
            return to_post(reader, post)
    return render(
        request,
        "discussions/edit.html",
        {
            "form": form,
            "post": post.public_id,
            "subject": queries.subject_of(reader, post.thread),
            "bar": bar_for_page(reader, post.thread.community),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def post_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    post = find_post(reader, public_id, or_own=True)
    actions.withdraw_post(member=member_of(request), post=post)
    messages.success(request, _("Your message is withdrawn. The replies to it stay."))
    return to_post(reader, post)


@require_POST
def post_restore(request: HttpRequest, public_id: str) -> HttpResponse:
    """Undo the withdrawal."""
    reader = reader_of(request)
    post = find_post(reader, public_id)
    if actions.restore_post(member=member_of(request), post=post):
        messages.success(request, _("Your message is back."))
    return to_post(reader, post)


@require_http_methods(["GET", "HEAD", "POST"])
def post_report(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    post = find_post(reader, public_id)
    require(rules.may_report(reader, post))
    form = ReportForm(request.POST or None)
    if form.is_valid():
        try:
            actions.report_post(member=member_of(request), post=post, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("note", error.messages)
        else:
            messages.success(
                request, _("Thank you. The moderators will look and publish their decision.")
            )
            return to_post(reader, post)
    return render(
        request,
        "discussions/report.html",
        {
            "form": form,
            "reported": queries.has_reported(reader, POST, post.pk),
            "may_look": bool(rules.may_moderate(reader, post.thread.community)),
            "comment": queries.comment_alone(reader, post),
            "subject": queries.subject_of(reader, post.thread),
            "bar": bar_for_page(reader, post.thread.community),
            "slug": post.thread.community.slug,
        },
        status=422 if form.errors else 200,
    )


@require_POST
def post_report_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = reader_of(request)
    post = find_post(reader, public_id)
    if actions.withdraw_report(member=member_of(request), post=post):
        messages.success(request, _("Your report is taken back."))
    else:
        messages.info(request, _("No report of yours is waiting for a decision here."))
    return to_post(reader, post)
