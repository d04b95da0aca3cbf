import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from essaim.foundation.forms import AmountField, cents_of
from essaim.foundation.http.sheets import as_cell


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12.50", 1250),
        ("12,5", 1250),
        (" 12 € ", 1200),
        ("1 200", 120_000),
        ("1\u202f200,05", 120_005),
        ("1’200.5", 120_050),
        ("0.29", 29),
        ("0", 0),
    ],
)
def test_amounts_are_read_as_people_type_them(typed: str, cents: int) -> None:
    assert cents_of(typed) == cents


@pytest.mark.parametrize(
    "typed", ["1,200", "1.200", "12.505", "-3", "1e3", "1 20", "٣", "12.", "", "1" * 13, "12 50"]
)
def test_what_may_mean_two_things_is_asked_again(typed: str) -> None:
    assert cents_of(typed) is None


def test_the_field_gives_cents_and_shows_them_as_one_types_them() -> None:
    field = AmountField(required=False)
    assert (field.clean("12,50"), field.clean(""), field.clean(None)) == (1250, None, None)
    with pytest.raises(ValidationError, match="An amount such as"):
        field.clean("twelve")
    assert field.prepare_value(1205) == "12.05"
    with override("fr"):
        assert field.prepare_value(1205) == "12,05"
    assert field.prepare_value("12,5") == "12,5"


@pytest.mark.parametrize(
    ("cell", "kept"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("\tx", "'\tx"), ("Hall", "Hall"), (12, 12), (None, "")],
)
def test_no_words_are_a_formula(cell: str | int | None, kept: str | int) -> None:
    assert as_cell(cell) == kept
