from collections.abc import Collection

from django.utils.translation import gettext as _

from essaim.communities.queries import COMMUNITY_ROOMS, Room
from essaim.communities.readers import Reader
from essaim.discussions.queries import THREAD_SUBJECTS, posts_in_brief
from essaim.outreach.queries import NOTICE_WORDING, Wording, notice_details


@COMMUNITY_ROOMS.fills(subplatform="discussions", order=90)
def moderation_room(reader: Reader, ids: Collection[int]) -> dict[int, list[Room]]:
    return {id_: [Room(_("Moderation"), "moderation", "moderation")] for id_ in ids}


@NOTICE_WORDING.fills(subplatform="discussions", order=30)
def reply_notices(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """« Marc L. replied to you: … », while the reply stands and can be seen."""
    details = notice_details(ids, "discussions.reply")
    posts = posts_in_brief(reader, {d["post_id"] for d in details.values()})
    subjects = THREAD_SUBJECTS.collect(reader, {post.thread_id for post in posts.values()})
    wordings = {}
    for notice_id, detail in details.items():
        post = posts.get(detail["post_id"])
        subject = next(iter(subjects.get(post.thread_id, ())), None) if post else None
        if post and subject:
            wordings[notice_id] = [
                Wording(
                    text=_("%(name)s replied to you in “%(title)s”: %(text)s")
                    % {"name": post.author, "title": subject.title, "text": post.excerpt},
                    url=f"{subject.url}#message-{post.public_id}",
                )
            ]
    return wordings
