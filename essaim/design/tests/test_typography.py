from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from markupsafe import Markup

from essaim.design import typography

NARROW, NO_BREAK = "\u202f", "\u00a0"


def test_days_are_written_in_words_and_the_first_of_a_french_month_is_an_ordinal() -> None:
    with translation.override("fr"):
        assert typography.day(date(2026, 10, 3)) == f"3{NO_BREAK}octobre 2026"
        assert typography.day(date(2026, 12, 1)) == f"1er{NO_BREAK}décembre 2026"
        assert typography.short_day(date(2026, 8, 15)) == f"15{NO_BREAK}août"
    with translation.override("en"):
        assert typography.day(date(2026, 12, 1)) == f"1{NO_BREAK}December 2026"


def test_a_moment_is_told_in_the_time_of_the_place_not_of_the_server() -> None:
    late_evening = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    with translation.override("en"):
        assert typography.moment(late_evening).replace(NO_BREAK, " ") == "1 July 2026 at 00:30"
        assert typography.day(late_evening).replace(NO_BREAK, " ") == "1 July 2026"


def test_a_french_hour_has_no_minutes_when_there_are_none() -> None:
    with translation.override("fr"):
        assert f"19{NO_BREAK}h" in typography.moment(datetime(2026, 11, 26, 18, tzinfo=UTC))
        half_past = typography.moment(datetime(2026, 11, 26, 18, 30, tzinfo=UTC))
        assert half_past.endswith(f"19{NO_BREAK}h{NO_BREAK}30")


def test_a_day_has_no_hour_to_tell() -> None:
    with pytest.raises(TypeError):
        typography.moment(date(2026, 1, 1))  # type: ignore[arg-type]  # the mistake it catches


def test_numbers_hold_together_in_french() -> None:
    with translation.override("fr"):
        assert typography.number(388000) == f"388{NARROW}000"
        assert typography.percent(0.145) == f"14{NARROW}%"
    with translation.override("en"):
        assert typography.number(388000) == "388,000"
        assert typography.percent(0.145) == "14%"


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0%"), (0.001, "1%"), (0.5, "50%"), (0.999, "99%"), (1, "100%")]
)
def test_a_percentage_is_nothing_only_when_nothing_and_all_only_when_all(
    share: float, said: str
) -> None:
    with translation.override("en"):
        assert typography.percent(share) == said


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Béarn en commun", "BC"),
        ("La Bulle", "LB"),
        ("Comité de Jurançon", "CJ"),
        ("Élodie", "É"),
        ("Jean-Marc d’Arudy", "JA"),
        ("", "?"),
        ("  …  ", "?"),
    ],
)
def test_two_letters_stand_for_a_name(name: str, letters: str) -> None:
    assert typography.initials(name) == letters


def test_a_name_has_always_the_same_tint_among_those_there_are() -> None:
    tints = {typography.tint(f"Comité {number}") for number in range(200)}
    assert tints == set(range(1, typography.TINTS + 1))
    assert typography.tint("La Bulle") == typography.tint("La Bulle")


def test_no_line_begins_with_a_french_sign() -> None:
    assert typography.tidy("Quoi ? « Oui » : 14 %") == (
        f"Quoi{NARROW}? «{NO_BREAK}Oui{NO_BREAK}»{NO_BREAK}: 14{NARROW}%"
    )
    assert typography.tidy("Nothing here, nor (there).") == "Nothing here, nor (there)."


def test_tidying_html_keeps_its_tags_and_its_code_and_stays_html() -> None:
    tidied = typography.tidy(Markup('<p title="a : b">Quoi ?</p>'))
    assert isinstance(tidied, Markup)
    assert tidied == f'<p title="a : b">Quoi{NARROW}?</p>'
    code = Markup("<p>Quoi ?</p><pre>a ? b : c</pre>")
    assert typography.tidy(code) == code
    assert not isinstance(typography.tidy("<p>Quoi ?</p>"), Markup)


def test_what_the_browser_needs_is_iso() -> None:
    assert typography.iso(date(2026, 12, 1)) == "2026-12-01"
    assert typography.iso(datetime(2026, 12, 1, 18, 30, tzinfo=UTC)) == "2026-12-01T19:30+01:00"
    assert typography.iso("as typed") == "as typed"
    assert typography.iso(None) == ""
