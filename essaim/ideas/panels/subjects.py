from collections.abc import Collection

from django.urls import reverse

from essaim.commitments.models import Commitment
from essaim.commitments.queries import COMMITMENT_SUBJECTS
from essaim.commitments.queries import Subject as Owed
from essaim.communities.readers import Reader
from essaim.discussions.queries import THREAD_SUBJECTS
from essaim.discussions.queries import Subject as Talked
from essaim.ideas import rules


@THREAD_SUBJECTS.fills(subplatform="ideas", order=10)
def ideas_talked_about(reader: Reader, ids: Collection[int]) -> dict[int, list[Talked]]:
    ideas = rules.ideas_visible_to(reader).filter(thread__in=ids)
    return {
        thread_id: [Talked("idea", title, reverse("idea", args=[public_id]))]
        for thread_id, title, public_id in ideas.values_list("thread_id", "title", "public_id")
    }


@THREAD_SUBJECTS.fills(subplatform="ideas", order=11)
def debates_talked_about(reader: Reader, ids: Collection[int]) -> dict[int, list[Talked]]:
    debates = rules.debates_visible_to(reader).filter(thread__in=ids)
    rows = debates.values_list("thread_id", "question", "community__slug", "public_id")
    return {
        thread_id: [Talked("debate", question, reverse("debate", args=[slug, public_id]))]
        for thread_id, question, slug, public_id in rows
    }


@COMMITMENT_SUBJECTS.fills(subplatform="ideas", order=10)
def ideas_owed_something(reader: Reader, ids: Collection[int]) -> dict[int, list[Owed]]:
    about = dict(
        Commitment.objects.filter(pk__in=ids, subject_kind="idea").values_list("pk", "subject_id")
    )
    ideas = rules.ideas_visible_to(reader).filter(pk__in=about.values())
    subjects = {
        pk: Owed(title=title, url=reverse("idea", args=[public_id]))
        for pk, title, public_id in ideas.values_list("pk", "title", "public_id")
    }
    return {pk: [subjects[idea_id]] for pk, idea_id in about.items() if idea_id in subjects}


@COMMITMENT_SUBJECTS.fills(subplatform="ideas", order=11)
def debates_owed_something(reader: Reader, ids: Collection[int]) -> dict[int, list[Owed]]:
    about = dict(
        Commitment.objects.filter(pk__in=ids, subject_kind="debate").values_list("pk", "subject_id")
    )
    debates = rules.debates_visible_to(reader).filter(pk__in=about.values())
    rows = debates.values_list("pk", "question", "community__slug", "public_id")
    subjects = {
        pk: Owed(title=question, url=reverse("debate", args=[slug, public_id]))
        for pk, question, slug, public_id in rows
    }
    return {pk: [subjects[debate_id]] for pk, debate_id in about.items() if debate_id in subjects}
