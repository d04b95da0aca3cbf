from essaim.discussions.facts import PostWritten
from essaim.foundation.activity import hears
from essaim.outreach.actions import notify


@hears(PostWritten)
def tell_who_was_answered(fact: PostWritten) -> None:
    if fact.parent_author_id and fact.parent_author_id != fact.actor_id:
        notify(
            member_ids=[fact.parent_author_id],
            kind="discussions.reply",
            key=str(fact.post_id),
            community_id=fact.community_id,
            details={"post_id": fact.post_id},
        )
