from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from essaim.communities.readers import reader_of
from essaim.discussions.queries import post_for_change, subject_of
from essaim.foundation.access import require
from essaim.foundation.text import plain_excerpt
from essaim.ideas import queries, rules
from essaim.ideas.models import Idea, length_of
from essaim.ideas.views.ideas import propose_page


@require_http_methods(["GET", "HEAD", "POST"])
def idea_of_post(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make one's message that states another way an idea of the same debate."""
    reader = reader_of(request)
    post = post_for_change(reader, public_id)
    debate = queries.debate_of_post(reader, post) if post else None
    if post is None or debate is None:
        raise Http404
    require(rules.may_make_idea(reader, post, debate))
    subject = subject_of(reader, post.thread)
    first_line = post.text.split("\n", 1)[0]
    return propose_page(
        request,
        reader,
        debate,
        action=reverse("idea_of_post", args=[public_id]),
        back=subject.url
        if subject
        else reverse("debate", args=[debate.community.slug, debate.public_id]),
        initial={
            "title": plain_excerpt(first_line, length_of(Idea, "title") // 2),
            "text": post.text,
            "language": post.language,
        },
        from_post=post,
        than=queries.idea_of_post(reader, post),
    )
