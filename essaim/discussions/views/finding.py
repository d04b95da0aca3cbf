from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.urls import reverse

from essaim.communities.readers import Reader
from essaim.discussions import queries
from essaim.discussions.models import Current, Post, Thread
from essaim.foundation.http.missing import or_404


def find_thread(reader: Reader, public_id: str) -> Thread:
    return or_404(queries.thread_for_writing(reader, public_id))


def find_post(reader: Reader, public_id: str, *, or_own: bool = False) -> Post:
    return or_404(queries.post_for_change(reader, public_id, or_own=or_own))


def find_current(reader: Reader, public_id: str, *, or_own: bool = False) -> Current:
    return or_404(queries.current_for_change(reader, public_id, or_own=or_own))


def back_to(
    reader: Reader, thread: Thread, anchor: str = "conversation", *, after: str = ""
) -> HttpResponseRedirect:
    """To the page of whatever owns the thread; `after` is the page of the thread one came from."""
    return _to(or_404(queries.subject_of(reader, thread)).url, anchor, after)


def to_post(reader: Reader, post: Post) -> HttpResponseRedirect:
    """To where one reads a message; to one's own page where one may no longer."""
    return HttpResponseRedirect(queries.place_of(reader, post) or reverse("me"))


def back_to_post(reader: Reader, post: Post, *, branch: str, after: str) -> HttpResponseRedirect:
    """To a message on the page where one found it: of the thread, or of one of its branches."""
    anchor = f"message-{post.public_id}"
    if not branch:
        return back_to(reader, post.thread, anchor, after=after)
    return _to(reverse("post", args=[find_post(reader, branch).public_id]), anchor, after)


def _to(address: str, anchor: str, after: str) -> HttpResponseRedirect:
    query = f"?{urlencode({'after': after})}" if after else ""
    return HttpResponseRedirect(f"{address}{query}#{anchor}")
