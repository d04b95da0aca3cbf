from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.queries import (
    COMMUNITY_DESK,
    SEARCH,
    SWITCH_EFFECTS,
    Asked,
    DeskItem,
    Effect,
    Hits,
)
from essaim.communities.readers import Reader
from essaim.design.typography import number
from essaim.discussions import rules
from essaim.discussions.queries import (
    THREAD_SUBJECTS,
    currents_in_brief,
    moderation_desk,
    posts_found,
    posts_in_brief,
    talk_held_by,
    words_of_posts,
)
from essaim.foundation.vocabulary import gives_words
from essaim.outreach.queries import NOTICE_WORDING, Wording, notice_details


@COMMUNITY_DESK.fills(subplatform="discussions", order=20)
def reports_on_the_desk(reader: Reader, ids: Collection[int]) -> dict[int, list[DeskItem]]:
    return {id_: [item] for id_, item in moderation_desk(reader, ids).items()}


@SEARCH.fills(subplatform="discussions", order=50)
def posts_searched(reader: Reader, ids: Collection[Asked]) -> dict[Asked, list[Hits]]:
    found = {asked: posts_found(reader, asked) for asked in ids}
    return {asked: [hits] for asked, hits in found.items() if hits}


gives_words(words_of_posts)


@SWITCH_EFFECTS.fills(subplatform="discussions", order=20)
def what_is_said(_reader: Reader, ids: Collection[int]) -> dict[int, list[Effect]]:
    """Messages, and reports that somebody waits to be decided; one query."""
    effects: dict[int, list[Effect]] = {}
    for pk, (posts, waiting) in talk_held_by(ids).items():
        said = ngettext("%(count)s message", "%(count)s messages", posts)
        reported = ngettext(
            "%(count)s report waits for a decision",
            "%(count)s reports wait for a decision",
            waiting,
        )
        found = [
            (posts, Effect(rules.SUBPLATFORM, said % {"count": number(posts)})),
            (
                waiting,
                Effect(rules.SUBPLATFORM, reported % {"count": number(waiting)}, is_promise=True),
            ),
        ]
        effects[pk] = [effect for count, effect in found if count]
    return effects


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
                    url=post.href,
                )
            ]
    return wordings


@NOTICE_WORDING.fills(subplatform="discussions", order=31)
def current_notices(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """« Your message carries the current “…” », while it does."""
    details = notice_details(ids, "discussions.current", "discussions.current_reworded")
    currents = currents_in_brief(reader, {d["current_id"] for d in details.values()})
    subjects = THREAD_SUBJECTS.collect(reader, {one.thread_id for one in currents.values()})
    wordings = {}
    for notice_id, detail in details.items():
        current = currents.get(detail["current_id"])
        subject = next(iter(subjects.get(current.thread_id, ())), None) if current else None
        if current and subject:
            said = _(
                "In “%(title)s”, a host sees your message in a current of thought:"
                " “%(name)s”. You may leave it."
            )
            wordings[notice_id] = [
                Wording(
                    text=said % {"title": subject.title, "name": current.name},
                    url=f"{subject.url}#current-{current.public_id}",
                )
            ]
    return wordings
