"""The projects of the demo world: from an idea, an observation or nothing, to what came of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from essaim.communities import actions as communities
from essaim.communities.models import Community, Kind, Role
from essaim.communities.queries import consent_words
from essaim.demo import world_book as book
from essaim.demo.crowd import Calendar
from essaim.ideas.models import Idea
from essaim.members.models import Member
from essaim.places.models import Place
from essaim.projects import actions
from essaim.projects.actions import effects, follow_ups, logbook, stories
from essaim.projects.models import (
    ActorGroup,
    FollowUp,
    GateCondition,
    Observation,
    Project,
    ProjectParty,
)

Event = tuple[datetime, Callable[[], object]]
TEXTS = ("problem", "for_whom", "smallest_version", "existing", "means")


@dataclass(slots=True)
class ProjectWriter:
    """Members, places and communities by name, ideas by title: filled while the world is built."""

    members: dict[str, Member]
    communities: dict[str, Community]
    places: dict[str, Place]
    ideas: dict[str, Idea]
    calendar: Calendar
    projects: dict[str, Project] = field(default_factory=dict)
    _observed: dict[str, Observation] = field(default_factory=dict)

    def events(self) -> Iterator[Event]:
        told = book.read("projects.toml")
        at = self.calendar.at
        for one in told["unit"]:
            yield at(one["founded"]), partial(self._found_unit, one)
        for one in told["policy"]:
            yield at(one["days_ago"]), partial(self._set_policy, one)
        for one in told["observation"]:
            yield at(one["days_ago"]), partial(self._observe, one)
        for one in told["project"]:
            yield at(one["days_ago"]), partial(self._begin, one)
            for step in one.get("step", ()):
                moment = at(step["days_ago"])
                yield moment, partial(getattr(self, f"_do_{step['do']}"), one["key"], step)
                yield from self._later(one["key"], step)
        for one in told["obstacle"]:
            yield at(one["days_ago"]), partial(self._meet_obstacle, one)

    def _later(self, key: str, step: dict[str, Any]) -> Iterator[Event]:
        """What a step is followed by, on a day of its own."""
        if (days := step.get("done_days_ago")) is not None:
            yield self.calendar.at(days), partial(self._give_support, key, step)
        if (days := step.get("answered_days_ago")) is not None:
            yield self.calendar.at(days), partial(self._answer_objection, key, step)

        if (days := step.get("told_days_ago")) is not None:
            yield self.calendar.at(days), partial(self._say_informed, key, step)

    def _now(self, key: str) -> Project:
        """As it is by then."""
        return Project.objects.select_related("community__parent").get(pk=self.projects[key].pk)

    # Where projects live

    def _found_unit(self, one: dict[str, Any]) -> None:
        by = self.members[one["by"]]
        unit = communities.found_community(
            member=by,
            kind=Kind.UNIT,
            name=one["name"],
            parent=self.communities[one["parent"]],
            purpose=one["purpose"],
            slug=one["slug"],
        )
        self.communities[one["slug"]] = unit = communities.open_community(member=by, community=unit)
        for name in (one["head"], *one["people"]):
            communities.join_community(
                member=self.members[name], community=unit, consent_text=_agreed(unit)
            )
        communities.give_mandate(
            member=by, community=unit, holder=self.members[one["head"]], role=Role.HEAD
        )

    def _set_policy(self, one: dict[str, Any]) -> None:
        by, host = self.members[one["by"]], self.communities[one["community"]]
        actions.start_from_set(member=by, host=host, name=one["set"])
        actions.set_policy(member=by, host=host, **one["values"])

    def _observe(self, one: dict[str, Any]) -> None:
        self._observed[one["key"]] = actions.observe(
            member=self.members[one["by"]],
            host=self.communities[one["host"]],
            what=one["what"],
            for_whom=one["for_whom"],
            place=self.places[one["place"]],
        )

    # From its beginning to its end

    def _begin(self, one: dict[str, Any]) -> None:
        member, host = self.members[one["bearer"]], self.communities[one["host"]]
        texts = {name: one[name] for name in TEXTS if name in one}
        place = self.places[one["place"]]
        if origin := one.get("copy_of"):
            made = stories.begin_from(
                member=member,
                project=self._now(origin),
                host=host,
                consent_text=_agreed(host),
                name=one["name"],
                place=place,
            )
            actions.edit_project(member=member, project=made, **texts)
        elif title := one.get("idea"):
            offered = Project.objects.get(idea=self.ideas[title].pk, withdrawn_at__isnull=True)
            made = actions.take_up(member=member, project=offered, consent_text=_agreed(host))
            actions.edit_project(
                member=member, project=made, name=one["name"], place=place, **texts
            )
        else:
            made = actions.file_project(
                member=member,
                host=host,
                consent_text=_agreed(host),
                name=one["name"],
                place=place,
                observation=self._observed.get(one.get("observation", "")),
                **texts,
            )
        self.projects[one["key"]] = made

    def _do_submit(self, key: str, _step: dict[str, Any]) -> None:
        project = self._now(key)
        if project.bearer:
            actions.submit_project(member=project.bearer, project=project)

    def _do_validate(self, key: str, step: dict[str, Any]) -> None:
        self._answer_validation(key, step, validates=True)

    def _do_refuse(self, key: str, step: dict[str, Any]) -> None:
        self._answer_validation(key, step, validates=False)

    def _answer_validation(self, key: str, step: dict[str, Any], *, validates: bool) -> None:
        project = self._now(key)
        host = project.community.parent
        asked = host.project_policy.criteria.asked() if host else ()
        actions.answer_validation(
            member=self.members[step["by"]],
            project=project,
            answers={
                one.key: actions.Met(validates, "" if validates else step["reasons"])
                for one in asked
            },
            validates=validates,
            reasons=step.get("reasons", ""),
        )

    def _do_part(self, key: str, step: dict[str, Any]) -> None:
        project, who = self._now(key), self.members[step["who"]]
        invitation = actions.invite(
            member=self.members[step["by"]], project=project, part=step["part"], invited=who
        )
        actions.accept_invitation(
            member=who, invitation=invitation, consent_text=_agreed(project.community)
        )

    def _do_follow(self, key: str, step: dict[str, Any]) -> None:
        community = self._now(key).community
        for name in step["who"]:
            communities.join_community(
                member=self.members[name], community=community, consent_text=_agreed(community)
            )

    def _do_end(self, key: str, step: dict[str, Any]) -> None:
        actions.end_project(
            member=self.members[step["by"]],
            project=self._now(key),
            outcome=step["outcome"],
            words=step["words"],
        )

    # What it is helped with, and what stands in its way

    def _do_support(self, key: str, step: dict[str, Any]) -> None:
        actions.promise_support(
            member=self.members[step["by"]],
            project=self._now(key),
            what=step["what"],
            due_on=self.calendar.day(step["days_ago"] - step["due_in"]),
        )

    def _give_support(self, key: str, step: dict[str, Any]) -> None:
        line = self._now(key).support_lines.get(what=step["what"])
        actions.give_support(member=self.members[step["by"]], line=line)

    def _do_party(self, key: str, step: dict[str, Any]) -> None:
        actions.name_party(
            member=self.members[step["by"]],
            project=self._now(key),
            unit=self.communities[step["unit"]] if "unit" in step else None,
            name=step.get("name", ""),
        )

    def _say_informed(self, key: str, step: dict[str, Any]) -> None:
        party = ProjectParty.objects.get(project=self._now(key), name=step["name"])
        actions.say_informed(member=self.members[step["by"]], party=party)

    def _do_object(self, key: str, step: dict[str, Any]) -> None:
        party = ProjectParty.objects.get(
            project=self._now(key), unit=self.communities[step["party"]]
        )
        actions.object_to(
            member=self.members[step["by"]],
            project=self._now(key),
            words=step["words"],
            party=party,
        )

    def _answer_objection(self, key: str, step: dict[str, Any]) -> None:
        project = self._now(key)
        objection = project.objections.get(words=step["words"])
        if project.bearer:
            actions.answer_objection(
                member=project.bearer, objection=objection, answer=step["answer"]
            )

    def _meet_obstacle(self, one: dict[str, Any]) -> None:
        told = actions.tell_obstacle(
            member=self.members[one["by"]], project=self._now(one["project"]), words=one["words"]
        )
        actions.remove_obstacle(
            member=self.members[one["removed_by"]], obstacle=told, how=one["how"]
        )

    # Gates

    def _do_ask_gate(self, key: str, step: dict[str, Any]) -> None:
        actions.ask_gate(
            member=self.members[step["by"]],
            project=self._now(key),
            kind=step["kind"],
            evidence=step["evidence"],
            heard=[actions.Heard(**one) for one in step["heard"]],
        )

    def _do_decide_gate(self, key: str, step: dict[str, Any]) -> None:
        gate = self._now(key).gates.waiting().get()
        actions.decide_gate(
            member=self.members[step["by"]],
            gate=gate,
            decision=step["decision"],
            reasons=step["reasons"],
            keeps=step.get("keeps", ""),
            conditions=[
                actions.Asked(one["what"], self.calendar.day(step["days_ago"] - one["due_in"]))
                for one in step.get("conditions", ())
            ],
        )

    def _do_meet_condition(self, key: str, step: dict[str, Any]) -> None:
        condition = GateCondition.objects.get(gate__project=self._now(key), met_at=None)
        actions.meet_condition(member=self.members[step["by"]], condition=condition)

    # What it tells, and what came of it

    def _do_log(self, key: str, step: dict[str, Any]) -> None:
        logbook.write_entry(
            member=self.members[step["by"]],
            project=self._now(key),
            kind=step["kind"],
            text=step["text"],
        )

    def _do_words(self, key: str, step: dict[str, Any]) -> None:
        effects.say_effects(
            member=self.members[step["by"]],
            project=self._now(key),
            without_it=step["without_it"],
        )

    def _do_group(self, key: str, step: dict[str, Any]) -> None:
        member, project = self.members[step["by"]], self._now(key)
        group: ActorGroup = effects.name_group(
            member=member,
            project=project,
            name=step["name"],
            part=step["part"],
            gains=step["gains"],
        )
        for one in step["people"]:
            effects.count_beneficiaries(
                member=member,
                group=group,
                reach="direct",
                starts_on=self.calendar.day(one["starts"]),
                ends_on=self.calendar.day(one["ends"]),
                people=one["people"],
                method=one["method"],
                confidence=one["confidence"],
                evidence=one.get("evidence", ""),
            )

    def _do_indicator(self, key: str, step: dict[str, Any]) -> None:
        member, day = self.members[step["by"]], self.calendar.day
        names = ("name", "unit", "definition", "who_counts", "source")
        made = effects.define_indicator(
            member=member,
            project=self._now(key),
            **{name: step[name] for name in names},
            baseline=Decimal(step["baseline"]),
            baseline_on=day(step["baseline_days_ago"]),
            target=Decimal(step["target"]),
            target_on=day(-step["target_in"]),
        )
        for starts, ends, value in step["measures"]:
            effects.record_measure(
                member=member,
                indicator=made,
                starts_on=day(starts),
                ends_on=day(ends),
                value=Decimal(value),
            )

    def _do_recognition(self, key: str, step: dict[str, Any]) -> None:
        effects.add_recognition(
            member=self.members[step["by"]],
            project=self._now(key),
            kind=step["kind"],
            title=step["title"],
            given_by=step["given_by"],
            given_on=self.calendar.day(step["given_days_ago"]),
            source_url=step["source_url"],
        )

    def _do_story(self, key: str, step: dict[str, Any]) -> None:
        stories.tell_story(
            member=self.members[step["by"]],
            project=self._now(key),
            what_worked=step["what_worked"],
            what_was_hard=step["what_was_hard"],
            first_step=step["first_step"],
        )

    def _do_news(self, key: str, step: dict[str, Any]) -> None:
        due = FollowUp.objects.owed().filter(project=self._now(key)).order_by("due_on")
        follow_ups.tell_news(
            member=self.members[step["by"]],
            follow_up=due[0],
            is_alive=step["is_alive"],
            words=step["words"],
        )


def _agreed(community: Community) -> str:
    return consent_words(community)
