"""Ranking by itself: what closes a gate, what is near, what adds up, what is told."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from essaim.needs.matching import (
    WEIGHTS,
    WORTH,
    Circumstances,
    Gate,
    Named,
    Nearness,
    Need,
    Offer,
    Why,
    chance,
    closed_gates,
    likeness,
    ranked,
    suggestion,
    way,
)

DAY = date(2026, 12, 1)
NOW = Circumstances(day=DAY)
PAU, BAYONNE, NAY = (43.2951, -0.3708), (43.4929, -1.4748), (43.1797, -0.2617)
BREAD = Named(name="boulangerie")


def need(**values: Any) -> Need:
    given: dict[str, Any] = {"key": "need", "people": frozenset({1}), "skills": (BREAD,)}
    return Need(**given | values)


def offer(**values: Any) -> Offer:
    given: dict[str, Any] = {"key": "offer", "helper": 2, "skills": (BREAD,)}
    return Offer(**given | values)


@pytest.mark.parametrize(
    ("asked", "offered", "now", "gate"),
    [
        ({}, {"helper": 1}, {}, Gate.OWN),
        ({}, {}, {"blocked": frozenset({frozenset({1, 2})})}, Gate.BLOCKED),
        ({}, {}, {"met": frozenset({("need", 2)})}, Gate.MET),
        ({"remote": "onsite"}, {"remote": "remote"}, {}, Gate.PLACE),
        ({"remote": "remote"}, {"remote": "onsite"}, {}, Gate.PLACE),
        (
            {"remote": "onsite", "point": PAU},
            {"point": BAYONNE, "radius_km": 50},
            {},
            Gate.PLACE,
        ),
        # A distance that nobody can tell is within no radius.
        ({"remote": "onsite", "point": PAU}, {"radius_km": 50}, {}, Gate.PLACE),
        ({}, {"since": DAY + timedelta(days=1)}, {}, Gate.DATES),
        ({}, {"until": DAY - timedelta(days=1)}, {}, Gate.DATES),
        ({"until": DAY - timedelta(days=1)}, {}, {}, Gate.DATES),
        ({"minutes": 600}, {"minutes_a_month": 60}, {}, Gate.TIME),
        ({"language": "en"}, {"languages": ("fr",)}, {}, Gate.LANGUAGE),
        ({"free": 0}, {}, {}, Gate.SLOTS),
        ({}, {"free": 0}, {}, Gate.SLOTS),
        ({}, {"waiting": 5}, {}, Gate.CAP),
    ],
)
def test_each_gate_closes_by_itself(
    asked: dict[str, Any], offered: dict[str, Any], now: dict[str, Any], gate: Gate
) -> None:
    assert suggestion(need(), offer(), NOW)
    there = replace(NOW, **now)
    assert closed_gates(need(**asked), offer(**offered), there) == (gate,)
    assert suggestion(need(**asked), offer(**offered), there) is None


def test_who_is_within_their_radius_or_can_do_it_from_home_is_reached() -> None:
    here = need(remote="onsite", point=PAU)
    near = way(here, offer(point=NAY, radius_km=20))
    assert near
    assert near.is_onsite
    assert near.km == pytest.approx(15.6, abs=0.5)
    anywhere = way(here, offer())
    assert anywhere
    assert (anywhere.is_onsite, anywhere.km) == (True, None)
    from_home = way(need(point=PAU), offer(point=BAYONNE, radius_km=20))
    assert from_home
    assert not from_home.is_onsite
    same = way(need(remote="onsite", place=7), offer(place=7, radius_km=1))
    assert same
    assert same.km == 0


def test_months_until_the_day_add_up() -> None:
    """Who gives an hour a month can give ten by next autumn."""
    asked = need(minutes=600, until=DAY + timedelta(days=305))
    assert not closed_gates(asked, offer(minutes_a_month=60), NOW)


@pytest.mark.parametrize(
    ("wanted", "offered", "nearness"),
    [
        (Named(name="Boulangerie"), Named(name="boulangerie"), Nearness.SAME),
        (Named(name="comptabilité", skill=1), Named(name="compta", skill=1), Nearness.SYNONYM),
        (Named(name="ruche"), Named(name="ruches"), Nearness.FORM),
        (Named(name="broderie"), Named(name="brodrie"), Nearness.TYPING),
        (
            Named(name="jardinage", skill=1),
            Named(name="élagage", skill=2, wider={1: 1}),
            Nearness.NARROWER,
        ),
        (
            Named(name="élagage", skill=2, wider={1: 1}),
            Named(name="jardinage", skill=1),
            Nearness.BROADER,
        ),
        (Named(name="vannerie"), Named(name="vannier"), Nearness.FAMILY),
        (Named(name="vannerie en osier"), Named(name="vannerie d’osier brut"), Nearness.PARTLY),
    ],
)
def test_two_skills_are_near_for_a_reason(
    wanted: Named, offered: Named, nearness: Nearness
) -> None:
    near = likeness(wanted, offered)
    assert near
    assert near.nearness == nearness
    assert 0 < near.value <= 1


def test_words_alike_are_not_skills_alike() -> None:
    assert likeness(Named(name="couture"), Named(name="culture")) is None
    stone, trees = Named(name="taille de pierre", skill=1), Named(name="taille des arbres", skill=2)
    assert likeness(stone, trees) is None
    # Where the vocabulary knows neither, one word in two is a faint hint, and the last to be heard.
    faint = likeness(replace(stone, skill=None), replace(trees, skill=None))
    assert faint
    assert faint.nearness == Nearness.PARTLY
    assert (
        faint.value
        <= min(worth for nearness, worth in WORTH.items() if nearness != Nearness.PARTLY) / 2
    )


def test_a_name_that_only_contains_a_skill_is_worth_its_share() -> None:
    driving = Named(name="conduite", skill=1, others=(("conduite", "fr"), ("chauffeur", "fr")))
    whole = likeness(driving, Named(name="chauffeur", skill=1))
    slip = likeness(driving, Named(name="chaufeur", skill=1))
    half = likeness(driving, Named(name="conduite de réunion", skill=1))
    assert whole
    assert slip
    assert half
    assert whole.value > slip.value > half.value
    assert (slip.nearness, half.nearness) == (Nearness.MEANT, Nearness.MEANT)


def test_two_known_skills_are_two_however_near_their_letters() -> None:
    assert likeness(Named(name="broderie", skill=1), Named(name="brodrie", skill=2)) is None


def test_a_second_step_is_worth_less_than_the_first_and_down_more_than_up() -> None:
    def worth(wanted: Named, offered: Named) -> float:
        near = likeness(wanted, offered)
        assert near
        return near.value

    wide = Named(name="jardinage", skill=1)
    one, two = (
        Named(name=name, skill=skill, wider={1: steps})
        for name, skill, steps in (("élagage", 2, 1), ("greffe", 3, 2))
    )
    assert worth(wide, one) > worth(wide, two)
    assert worth(wide, one) > worth(one, wide) > worth(two, wide)


def test_what_an_offer_says_in_its_own_words_counts() -> None:
    asked = need(skills=(Named(name="réparation de vélos", others=(("mécanique vélo", "fr"),)),))
    for said in ("Je fais la réparation des vélos du quartier.", "La mécanique des vélos !"):
        found = suggestion(asked, offer(skills=(), text=said), NOW)
        assert found
        assert found.codes[0] == Why.SKILL_WORDS
    assert suggestion(asked, offer(skills=(), text="Je répare les montres."), NOW) is None


def test_nobody_is_suggested_only_for_being_free_near_and_new() -> None:
    nothing = offer(skills=(), text="Disponible le soir.", is_new=True, point=PAU)
    assert suggestion(need(text="Des pains", point=PAU), nothing, NOW) is None


def test_a_must_weighs_three_times_and_what_is_missing_is_told() -> None:
    asked = need(skills=(BREAD, Named(name="anglais", is_must=False)))
    must = suggestion(asked, offer(), NOW)
    nice = suggestion(asked, offer(skills=(Named(name="anglais"),)), NOW)
    assert must
    assert must.parts.skills == pytest.approx(3 / 4)
    assert Why.LACKS not in must.codes
    assert nice
    assert nice.score < must.score
    assert nice.reasons[-1].code == Why.LACKS
    both = suggestion(need(skills=(BREAD, Named(name="levain"))), offer(), NOW)
    assert both
    assert both.reasons[-1].code == Why.LACKS
    assert both.reasons[-1].words == ("levain",)


def test_weights_add_up_to_one_and_nothing_private_is_told() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert not {"load", "responsiveness", "waiting"} & {why.value for why in Why}


def test_who_has_less_to_answer_comes_first() -> None:
    busy, free = offer(waiting=4), offer(key="other", helper=3)
    assert [one.helper for one in ranked([(need(), busy), (need(), free)], NOW, 5)] == [3, 2]


def test_a_need_of_somebody_who_answers_comes_first() -> None:
    silent, answering = need(responsiveness=0.1), need(key="b", responsiveness=0.9)
    best = ranked([(silent, offer()), (answering, offer())], NOW, 5)
    assert [one.need for one in best] == ["b", "need"]


def test_what_the_helper_would_like_counts_and_is_told() -> None:
    asked = need(text="Un fournil pour les enfants de l’école")
    liked = suggestion(asked, offer(wants="travailler avec des enfants, à l’école"), NOW)
    plain = suggestion(asked, offer(), NOW)
    other = suggestion(asked, offer(wants="de la mécanique"), NOW)
    assert liked
    assert plain
    assert other
    assert liked.score > plain.score > other.score
    assert Why.WISHES in liked.codes
    assert Why.WISHES not in other.codes


def test_a_person_with_two_offers_is_suggested_once_by_the_better() -> None:
    weak = offer(key="weak", skills=(Named(name="boulangeri"),))
    [best] = ranked([(need(), weak), (need(), offer())], NOW, 5)
    assert best.offer == "offer"


def test_newcomers_come_up_by_turns_and_not_by_trying_again() -> None:
    newcomers = [offer(key=f"offer{n}", helper=n, is_new=True) for n in range(2, 12)]
    pairs = [(need(), one) for one in newcomers]
    first = {
        ranked(pairs, replace(NOW, day=DAY + timedelta(days=days)), 1)[0].helper
        for days in range(60)
    }
    assert len(first) > 5
    assert ranked(pairs, NOW, 3) == ranked(pairs, NOW, 3)
    assert chance(DAY, "need", "offer") == chance(DAY, "need", "offer")
    told = suggestion(need(), newcomers[0], NOW)
    assert told
    assert Why.NEWCOMER in told.codes
