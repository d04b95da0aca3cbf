from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from essaim.communities.readers import member_of, reader_of
from essaim.discussions import actions
from essaim.discussions.models import Position
from essaim.discussions.views.finding import back_to, back_to_post, find_post, find_thread


@require_POST
def thread_stance(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where one stands, without a message; no position takes it back."""
    reader = reader_of(request)
    thread = find_thread(reader, public_id)
    position = request.POST.get("position", "")
    position = position if position in Position.values else ""
    actions.take_stance(
        member=member_of(request),
        thread=thread,
        position=position,
    )
    # To the button itself: whoever uses the keyboard goes on from there.
    return back_to(reader, thread, f"stance-{position}" if position else "stance")


@require_POST
def post_support(request: HttpRequest, public_id: str) -> HttpResponse:
    return _support(request, public_id, actions.support_post)


@require_POST
def post_unsupport(request: HttpRequest, public_id: str) -> HttpResponse:
    return _support(request, public_id, actions.withdraw_post_support)


def _support(request: HttpRequest, public_id: str, act: Callable[..., bool]) -> HttpResponse:
    reader = reader_of(request)
    post = find_post(reader, public_id)
    act(member=member_of(request), post=post)
    return back_to_post(
        reader,
        post,
        branch=request.POST.get("branch", ""),
        after=request.POST.get("after", ""),
    )
