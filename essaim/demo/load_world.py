"""Builds the demo world through the real actions, each at its own moment, in the order it happened.

Nothing is written past an action: facts, figures, commitments and notices are what they would be
had these people lived here. Moments count back from the day of loading.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from django.db import transaction
from django.utils import translation

from essaim.communities import actions as communities
from essaim.communities.models import Community, Founder, Role
from essaim.communities.queries import consent_words
from essaim.demo import world_book as book
from essaim.demo.crowd import ZONE, Calendar, Crowd
from essaim.demo.load_changes import ChangeWriter
from essaim.demo.load_committees import life_of_committees
from essaim.demo.load_programme import ProgrammeWriter
from essaim.demo.load_talk import TalkWriter
from essaim.demo.load_upward import Upward
from essaim.discussions.models import Post
from essaim.foundation import clock
from essaim.foundation.activity import deliver_pending
from essaim.foundation.vocabulary import gather_words
from essaim.ideas import actions as ideas
from essaim.ideas.models import Debate, Idea
from essaim.members import actions as members
from essaim.members.models import InterestKind, Member
from essaim.outreach.actions import mark_notices_read, send_digest
from essaim.outreach.models import Notice
from essaim.outreach.queries import members_to_mail
from essaim.places.actions import import_places
from essaim.places.forms import read_places
from essaim.places.models import Level, Place

Event = tuple[datetime, Callable[[], object]]
SIGN_AGAIN_EVERY = 5  # of five who signed the first manifesto, so many signed the next …
SIGN_AGAIN = 3
READ_UNTIL = 7  # days ago: what came since is still new to everyone


@dataclass(slots=True)
class Builder:
    """What has been built so far, by the names the book uses."""

    world: book.World
    crowd: Crowd
    places: dict[str, Place] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    communities: dict[str, Community] = field(default_factory=dict)
    debates: dict[str, Debate] = field(default_factory=dict)
    ideas: dict[str, Idea] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)  # by the comment's place in memory
    keyed_ideas: dict[str, Idea] = field(default_factory=dict)
    keyed_posts: dict[str, Post] = field(default_factory=dict)

    @property
    def calendar(self) -> Calendar:
        return self.crowd.calendar

    def person(self, name: str) -> book.Person:
        return next(person for person in self.world.people if person.name == name)


def is_loaded() -> bool:
    return Community.objects.filter(slug=book.MOVEMENT).exists()


def load_world() -> bool:
    """Build the whole world, or nothing; False when it is there already."""
    with transaction.atomic(), translation.override("fr"):
        if is_loaded():
            return False
        world = book.read_world()
        builder = Builder(world, Crowd(world, Calendar(clock.now())))
        _bring_places(builder)
        events = sorted(_events(builder), key=lambda event: event[0])
        for _, day in groupby(events, key=lambda event: event[0].astimezone(ZONE).date()):
            for moment, act in day:
                with clock.at(moment):
                    act()
            with clock.at(moment):  # listeners hear in the evening what the day brought
                deliver_pending()
        gather_words()
    return True


def _bring_places(builder: Builder) -> None:
    read = read_places(book.WORLD.joinpath("places.csv").read_bytes())
    import_places(country="FR", rows=read.rows)
    for place in Place.objects.filter(country="FR", level=Level.COMMUNE).order_by("population"):
        builder.places[place.name] = place


def _events(builder: Builder) -> Iterator[Event]:
    for person in builder.world.people:
        yield from _life_of_a_person(builder, person)
    for group in builder.world.groups:
        yield from _root_events(builder, group) if group.founders else _group_events(builder, group)
    for debate in builder.world.debates:
        yield from _debate_events(builder, debate)
        for idea in debate.ideas:
            yield from _idea_events(builder, debate, idea)
    programme = ProgrammeWriter(
        book=builder.world.programme,
        members=builder.members,
        communities=builder.communities,
        ideas=builder.keyed_ideas,
        posts=builder.keyed_posts,
    )
    yield from programme.events(builder.calendar)
    yield from Upward(builder.members, builder.debates, builder.ideas).events(builder.calendar)
    yield from life_of_committees(builder)
    yield builder.calendar.at(READ_UNTIL), partial(_read_notices, builder)
    yield builder.calendar.last_morning(), _mail_the_news


# People


def _life_of_a_person(builder: Builder, person: book.Person) -> Iterator[Event]:
    calendar = builder.calendar
    joins = {slug: builder.crowd.joins(person, slug) for slug, _ in person.joins}
    founded = [
        calendar.at(group.founded)
        for group in builder.world.groups
        if person.name in {founder.name for founder in group.founders}
    ]
    first = min([*joins.values(), *founded, calendar.at(3)])
    yield first - timedelta(minutes=9), partial(_sign_up, builder, person)
    for slug, moment in joins.items():
        yield moment, partial(_join, builder, person, slug)
    if person.left is not None:
        yield calendar.at(person.left), partial(_leave, builder, person)


def _sign_up(builder: Builder, person: book.Person) -> None:
    member = members.open_account(email=person.email, language="fr")
    members.prove_address(member=member)
    members.name_member(member=member, name=person.name)
    members.update_profile(
        member=member,
        language="fr",
        place=builder.places[person.place],
        minutes_a_week=person.minutes,
        motive=person.motive,
    )
    for kind, labels in [(InterestKind.SKILL, person.skills), (InterestKind.TOPIC, person.topics)]:
        if labels:
            members.set_interests(member=member, kind=kind, labels=labels)
    builder.members[person.name] = Member.objects.get(pk=member.pk)


def _join(builder: Builder, person: book.Person, slug: str) -> None:
    community = builder.communities[slug]
    communities.join_community(
        member=builder.members[person.name],
        community=community,
        consent_text=consent_words(community),
    )


def _leave(builder: Builder, person: book.Person) -> None:
    communities.leave_community(
        member=builder.members[person.name],
        community=builder.communities[book.MOVEMENT],
        reason=person.reason,
    )


def _read_notices(builder: Builder) -> None:
    newest = Notice.objects.order_by("-pk").values_list("pk", flat=True).first()
    for person in builder.world.people:
        if newest and person.left is None and person.name in builder.members:
            mark_notices_read(member=builder.members[person.name], up_to=newest)


def _mail_the_news() -> None:
    """The mails of the last morning: else all would go at once when the worker first starts."""
    for member_id in members_to_mail():
        send_digest(member_id=member_id)


# Communities


def _root_events(builder: Builder, group: book.Group) -> Iterator[Event]:
    at = builder.calendar.at
    first, *others = group.founders
    yield at(group.founded), partial(_found, builder, group, first.name)
    for number, founder in enumerate(others):
        moment = at(group.founded - 0.2)
        yield moment, partial(_invite, builder, group, founder)
        yield moment + timedelta(hours=20 + 9 * number), partial(_confirm, builder, group, founder)
    for manifesto in group.manifestos:
        yield at(manifesto.days_ago), partial(_write, builder, group, manifesto)
    yield at(group.opened), partial(_open, builder, group, first.name)
    for founder in group.founders:
        yield at(group.opened) + timedelta(minutes=3), partial(_sign, builder, group, founder.name)
    for later in group.manifestos[1:]:
        yield from _signed_again(builder, group, later)
    for name, role, title, days in builder.crowd.mandates(group):
        yield at(days), partial(_entrust, builder, group.slug, name, role, title)


def _group_events(builder: Builder, group: book.Group) -> Iterator[Event]:
    moment = builder.calendar.at(builder.crowd.founded(group.slug))
    yield moment, partial(_found, builder, group, group.host)
    yield moment + timedelta(minutes=25), partial(_open, builder, group, group.host)
    for name, role, title, days in builder.crowd.mandates(group):
        yield builder.calendar.at(days), partial(_entrust, builder, group.slug, name, role, title)


def _found(builder: Builder, group: book.Group, name: str) -> None:
    builder.communities[group.slug] = communities.found_community(
        member=builder.members[name],
        kind=group.kind,
        name=group.name,
        parent=builder.communities[group.parent] if group.parent else None,
        purpose=group.purpose,
        tagline=group.tagline,
        place=builder.places[group.place] if group.place else None,
        slug=group.slug,
    )


def _invite(builder: Builder, group: book.Group, founder: book.Founder) -> None:
    communities.invite_founder(
        member=builder.members[group.founders[0].name],
        community=builder.communities[group.slug],
        name=founder.name,
        email=builder.person(founder.name).email,
        is_outside=founder.outside,
        words=founder.words,
    )


def _confirm(builder: Builder, group: book.Group, founder: book.Founder) -> None:
    member = builder.members[founder.name]
    asked = Founder.objects.get(community=builder.communities[group.slug], email=member.email)
    communities.confirm_founder(member=member, token=asked.token)


def _write(builder: Builder, group: book.Group, manifesto: book.Manifesto) -> None:
    runner, community = builder.members[group.founders[0].name], builder.communities[group.slug]
    communities.write_manifesto(
        member=runner, community=community, note=manifesto.note, **manifesto.parts
    )
    if manifesto is not group.manifestos[0]:  # the first is published by the opening
        communities.publish_manifesto(member=runner, community=community)


def _open(builder: Builder, group: book.Group, name: str) -> None:
    builder.communities[group.slug] = communities.open_community(
        member=builder.members[name], community=builder.communities[group.slug]
    )


def _sign(builder: Builder, group: book.Group, name: str) -> None:
    communities.renew_signature(
        member=builder.members[name], community=builder.communities[group.slug]
    )


def _signed_again(
    builder: Builder, group: book.Group, manifesto: book.Manifesto
) -> Iterator[Event]:
    """Three in five of those who had signed the version before, over some weeks."""
    published = builder.calendar.at(manifesto.days_ago)
    for number, person in enumerate(builder.world.people):
        if person.joined(group.slug) is None or number % SIGN_AGAIN_EVERY >= SIGN_AGAIN:
            continue
        moment = builder.calendar.awake(published + timedelta(hours=7 + 5 * number))
        if builder.crowd.joins(person, group.slug) < published and (person.left or 0) == 0:
            yield moment, partial(_sign, builder, group, person.name)


def _entrust(builder: Builder, slug: str, name: str, role: str, title: str) -> None:
    group = next(group for group in builder.world.groups if group.slug == slug)
    communities.give_mandate(
        member=builder.members[group.runner],
        community=builder.communities[slug],
        holder=builder.members[name],
        role=role,
        title=title,
    )


# Debates


def _debate_events(builder: Builder, debate: book.Debate) -> Iterator[Event]:
    opens, closes = builder.crowd.opens(debate), builder.crowd.closes(debate)
    yield opens, partial(_ask, builder, debate)
    if debate.closed > 0:
        yield closes, lambda: ideas.close_debate(debate=builder.debates[debate.question])
    if grouped := debate.grouped_answer:
        yield builder.calendar.at(grouped.days_ago), partial(_answer_group, builder, debate)


def _ask(builder: Builder, debate: book.Debate) -> None:
    group = next(group for group in builder.world.groups if group.slug == debate.community)
    member = builder.members[group.runner]
    asked = ideas.ask_debate(
        member=member,
        community=builder.communities[debate.community],
        question=debate.question,
        introduction=debate.context,
        closes_at=builder.crowd.closes(debate),
        support_threshold=debate.threshold,
        answer_delay_days=debate.answer_within,
        answering_role=debate.answering,
        answering_title=debate.answering_role,
    )
    builder.debates[debate.question] = ideas.open_debate(member=member, debate=asked)


def _answer_group(builder: Builder, debate: book.Debate) -> None:
    if debate.grouped_answer:
        ideas.answer_group(
            member=builder.members[debate.decider],
            debate=builder.debates[debate.question],
            reasons=debate.grouped_answer.text,
            decision=debate.grouped_answer.decision,
        )


def _idea_events(builder: Builder, debate: book.Debate, idea: book.Idea) -> Iterator[Event]:
    crowd, at = builder.crowd, builder.calendar.at
    yield crowd.proposes(debate, idea), partial(_propose, builder, debate, idea)
    supporters = crowd.supporters(debate, idea)
    for moment, name in supporters:
        yield moment, partial(_support, builder, idea, name)
    talk = TalkWriter(
        crowd=crowd,
        members=builder.members,
        ideas=builder.ideas,
        posts=builder.posts,
        keyed=builder.keyed_posts,
        hosts={group.slug: group.runner for group in builder.world.groups},
    )
    yield from talk.events(debate, idea, supporters)
    yield from ChangeWriter(crowd, builder.members, builder.ideas).events(idea)
    if answer := idea.answer:
        yield at(answer.days_ago), partial(_answer, builder, debate, idea)
        if answer.delivery and answer.delivery.kept_days_ago is not None:
            yield at(answer.delivery.kept_days_ago), partial(_deliver, builder, idea)


def _propose(builder: Builder, debate: book.Debate, idea: book.Idea) -> None:
    first = idea.rewritten
    builder.ideas[idea.title] = ideas.propose_idea(
        member=builder.members[idea.author],
        debate=builder.debates[debate.question],
        title=(first and first.title) or idea.title,
        text=first.was if first else idea.text,
        place=builder.places[idea.place],
        from_post=builder.keyed_posts[idea.from_comment] if idea.from_comment else None,
    )
    if idea.key:
        builder.keyed_ideas[idea.key] = builder.ideas[idea.title]


def _support(builder: Builder, idea: book.Idea, name: str) -> None:
    ideas.support_idea(member=builder.members[name], idea=builder.ideas[idea.title])


def _answer(builder: Builder, debate: book.Debate, idea: book.Idea) -> None:
    answer = idea.answer
    if answer is None:
        return
    promise = None
    if delivery := answer.delivery:
        promise = ideas.DeliveryPromise(
            promise=delivery.what,
            owner_role=debate.answering if delivery.owner == debate.decider else Role.COACH,
            owner_title=delivery.role,
            due_on=builder.calendar.day(-delivery.due_in),
        )
    ideas.answer_idea(
        member=builder.members[debate.decider],
        idea=builder.ideas[idea.title],
        decision=answer.decision,
        reasons=answer.text,
        delivery=promise,
    )


def _deliver(builder: Builder, idea: book.Idea) -> None:
    if idea.answer and (delivery := idea.answer.delivery):
        ideas.keep_delivery(
            member=builder.members[delivery.owner],
            idea=builder.ideas[idea.title],
            text=delivery.proof,
        )
