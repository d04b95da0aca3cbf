from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from essaim.communities.queries import (
    COMMUNITY_DESK,
    DECIDED,
    SEARCH,
    SWITCH_EFFECTS,
    Asked,
    Decided,
    DeskItem,
    Effect,
    Hits,
    names_subject,
)
from essaim.communities.readers import Reader
from essaim.design.typography import number
from essaim.discussions import rules
from essaim.discussions.models import Case, Outcome
from essaim.discussions.queries import (
    MODERATED_THINGS,
    THREAD_SUBJECTS,
    ThingShown,
    cases_told_of,
    currents_in_brief,
    moderation_desk,
    posts_found,
    posts_in_brief,
    posts_moderated,
    talk_held_by,
    words_of_posts,
)
from essaim.foundation.vocabulary import gives_words
from essaim.outreach.queries import NOTICE_WORDING, Wording, notice_details, noticed


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


@MODERATED_THINGS.fills(subplatform="discussions", order=10)
def moderated_posts(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[ThingShown]]:
    """Messages before the moderators, also hidden ones; two queries and the subjects'."""
    wanted = [pk for kind, pk in ids if kind == "discussions.post"]
    found = posts_moderated(reader, wanted) if wanted else {}
    return {("discussions.post", pk): [thing] for pk, thing in found.items()}


names_subject("discussions.post", gettext_lazy("a message"))


@DECIDED.fills(subplatform="discussions", order=10)
def what_decisions_are_about(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Decided]]:
    """Whatever can be moderated, of this floor or above."""
    found = MODERATED_THINGS.collect(reader, ids)
    return {
        key: [Decided(title=thing.name, url=thing.url, text=thing.text)]
        for key, (thing, *_more) in found.items()
    }


TO_AUTHORS = ("discussions.hidden_meanwhile", "discussions.shown")
TO_REPORTERS = ("discussions.report_decided",)
TO_MODERATORS = ("discussions.case_waits", "discussions.case_late")


@NOTICE_WORDING.fills(subplatform="discussions", order=32)
def moderation_notices(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """What waits, for those who moderate; what became of it, for authors and reporters."""
    told = noticed(ids, *TO_AUTHORS, *TO_REPORTERS, *TO_MODERATORS)
    cases = cases_told_of(reader, {details["case_id"] for _kind, details in told.values()})
    mine = {
        (case.subject_kind, case.subject_id)
        for case in cases.values()
        if case.author_id == reader.member_id
    }
    things = MODERATED_THINGS.collect(reader, mine)
    wordings = {}
    for notice_id, (kind, details) in told.items():
        if case := cases.get(details["case_id"]):
            thing = next(iter(things.get((case.subject_kind, case.subject_id), ())), None)
            if words := _words_of_case(reader, kind, case, thing.name if thing else ""):
                wordings[notice_id] = [words]
    return wordings


def _words_of_case(reader: Reader, kind: str, case: Case, name: str) -> Wording | None:
    is_author = case.author_id == reader.member_id
    if kind in TO_REPORTERS:
        return _told_to_reporter(case)
    if kind in TO_AUTHORS:
        return _told_to_author(kind, case, name) if is_author else None
    return None if case.closed_at or is_author else _told_to_moderator(kind, case)


def _told_to_moderator(kind: str, case: Case) -> Wording:
    said, page = {"name": case.community.name}, reverse("case", args=[case.public_id])
    if kind == "discussions.case_late":
        text = _("Something in %(name)s has waited for the moderators beyond its day.")
        return Wording(text=text % said, url=page, badge=_("late"))
    text = _("Something in %(name)s waits for a decision of the moderators.")
    return Wording(text=text % said, url=page)


def _told_to_author(kind: str, case: Case, name: str) -> Wording:
    """What happens without a decision; decisions are told as such."""
    if kind == "discussions.hidden_meanwhile":
        text = _(
            "Several people reported what you wrote: it is hidden until the moderators decide."
            " “%(what)s”"
        )
    else:
        text = _("What you wrote is shown: “%(what)s”.")
    return Wording(text=text % {"what": name}, url=reverse("case", args=[case.public_id]))


def _told_to_reporter(case: Case) -> Wording:
    reason = case.decision.reason if case.decision else ""
    said = {"name": case.community.name, "reason": reason}
    words = {
        Outcome.HIDDEN: _("%(name)s: the moderators hid what you reported. Reason: %(reason)s"),
        Outcome.KEPT: _("%(name)s: the moderators let stand what you reported. Reason: %(reason)s"),
    }
    text = words.get(Outcome(case.outcome)) if case.outcome else None
    if text is None:
        text = _("%(name)s: whoever wrote what you reported took it back.")
    return Wording(text=text % said, url=reverse("moderation", args=[case.community.slug]))
