"""What projects hear of from the first gate to their story."""

from datetime import timedelta

from essaim.communities.models import Role
from essaim.communities.tests.factories import in_role
from essaim.discussions.actions import decide_case, report_thing
from essaim.discussions.models import Case
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.ideas.tests import factories as debate
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.projects import actions, facts
from essaim.projects.actions import isolation, logbook
from essaim.projects.facts import effects as effect_facts
from essaim.projects.facts import logbook as logbook_facts
from essaim.projects.models import LOG_ENTRY, LogEntry
from essaim.projects.tests import factories as make
from essaim.projects.tests import telling
from essaim.projects.tests.heard import Row, World, each, on, owed

# ---- gates and the end


@on(facts.GateAsked)
def the_deciders_are_told(w: World) -> Row:
    dora = in_role(w.host, Role.DECIDER)
    return Row(lambda: make.ask(w.project, "start"), each("gate_asked", dora))


@on(facts.GateDecided)
def the_team_is_told_and_news_are_owed_from_the_start(w: World) -> Row:
    gate = make.ask(w.project, "start")
    dora = make.decider_in(gate)
    return Row(
        lambda: make.decide(gate, dora),
        each("gate_decided", *w.team),
        then=lambda: owed(w.project) == {"start"},
    )


@on(facts.GateDecided)
def after_a_stop_news_are_owed_from_the_end(w: World) -> Row:
    gate = make.ask(w.begun().project)
    dora = make.decider_in(gate)
    return Row(
        lambda: make.decide(gate, dora, "stop"),
        each("gate_decided", *w.team),
        then=lambda: owed(w.project) == {"end"},
    )


@on(facts.ProjectEnded)
def what_its_team_ended_owes_news_from_its_end(w: World) -> Row:
    w.begun()
    return Row(
        lambda: actions.end_project(member=w.bearer, project=w.project, outcome="stopped_no_need"),
        then=lambda: owed(w.project) == {"end"},
    )


# ---- support, services, objections, obstacles


@on(facts.SupportPromised)
def the_team_is_told_what_is_promised(w: World) -> Row:
    return Row(lambda: _promise(w, w.vera), each("support", *w.team))


@on(facts.SupportPromised)
def who_promises_from_within_the_team_is_not_told(w: World) -> Row:
    debate.entrust(w.referent, w.project.community, Role.TEAM)
    return Row(lambda: _promise(w, w.referent), each("support", *w.team))


def _promise(w: World, member: Member) -> None:
    actions.promise_support(member=member, project=w.project, what="A room", due_on=today())


@on(facts.PartyInformed)
def those_responsible_are_told_up_to_the_top_and_no_further(w: World) -> Row:
    top = make.unit(w.host)
    middle = make.unit(top)
    service = make.unit(middle)
    heads = [make.heads(member_factory(), one) for one in (top, middle, service)]
    hosting = debate.entrust(member_factory(), middle, Role.HOST)
    make.heads(member_factory(), make.unit(middle))  # beside it
    make.heads(member_factory(), make.unit(service))  # below it
    debate.entrust(member_factory(), w.host, Role.HEAD)  # no service
    make.heads(w.mate, service)  # who names it
    make.works_in(member_factory(), service)
    return Row(
        lambda: actions.name_party(member=w.mate, project=w.project, unit=service),
        each("touches", *heads, hosting),
    )


@on(facts.ObjectionMade)
def the_team_is_told_what_is_objected(w: World) -> Row:
    return Row(
        lambda: actions.object_to(member=w.follower, project=w.project, words="It is loud."),
        each("objected", *w.team),
    )


@on(facts.ObjectionAnswered)
def who_objected_is_told_the_answer(w: World) -> Row:
    made = actions.object_to(member=w.follower, project=w.project, words="It is loud.")
    return Row(
        lambda: actions.answer_objection(member=w.mate, objection=made, answer="By day."),
        each("objection_answered", w.follower),
    )


@on(facts.ObstacleTold)
def who_can_remove_it_is_told(w: World) -> Row:
    return Row(
        lambda: actions.tell_obstacle(member=w.bearer, project=w.project, words="No key."),
        each("obstacle", w.vera, w.referent),
    )


@on(facts.ObstacleTold)
def the_referent_who_tells_it_is_not_told(w: World) -> Row:
    return Row(
        lambda: actions.tell_obstacle(member=w.referent, project=w.project, words="No key."),
        each("obstacle", w.vera),
    )


# ---- what is told


@on(logbook_facts.EntryWritten)
def followers_are_told_what_happened(w: World) -> Row:
    return Row(lambda: telling.entry_in(w.project), each("entry_written", *_following(w)))


@on(logbook_facts.EntryWithdrawn)
def what_is_taken_back_is_told_no_more(w: World) -> Row:
    entry = _heard_entry(w)
    return Row(
        lambda: logbook.withdraw_entry(member=w.bearer, entry=entry),
        taken=each("entry_written", *_following(w)),
    )


@on(logbook_facts.EntryRestored)
def what_is_restored_is_told_again(w: World) -> Row:
    entry = _heard_entry(w)
    logbook.withdraw_entry(member=w.bearer, entry=entry)
    return Row(
        lambda: logbook.restore_entry(member=w.bearer, entry=entry),
        each("entry_written", *_following(w)),
    )


@on(logbook_facts.EntryHidden)
def what_is_hidden_is_told_no_more(w: World) -> Row:
    entry = _heard_entry(w)
    report_thing(member=w.coach, kind=LOG_ENTRY, subject_id=entry.pk, reason="abuse")
    mona = in_role(w.host, Role.MODERATOR)
    return Row(
        lambda: decide_case(
            member=mona, case=Case.objects.get(), hide=True, reason="It names a neighbour."
        ),
        taken=each("entry_written", *_following(w)),
    )


def _following(w: World) -> set[Member]:
    return {w.follower, w.referent, w.coach}


def _heard_entry(w: World) -> LogEntry:
    entry = telling.entry_in(w.project)
    deliver_pending()
    return entry


@on(logbook_facts.SilenceNoticed)
def bearers_are_asked_how_it_goes(w: World) -> Row:
    w.begun()
    return Row(_after_a_month, each("silence", w.bearer))


def _after_a_month() -> None:
    with at(now() + timedelta(days=30)):
        logbook.notice_silences()
        deliver_pending()


@on(logbook_facts.IsolationShared)
def the_one_who_was_chosen_is_told(w: World) -> Row:
    return Row(
        lambda: isolation.check_isolation(
            member=w.mate, project=w.project, level=3, share_with=w.coach
        ),
        each("isolation_shared", w.coach),
    )


@on(effect_facts.StoryTold)
def followers_are_told_the_story(w: World) -> Row:
    w.begun()
    return Row(lambda: telling.told(w.project), each("story_told", *_following(w)))
