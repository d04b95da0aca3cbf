"""The limits we set ourselves on styles and scripts."""

import re
from pathlib import Path

import pytest

from essaim.design.icons import icon

DESIGN = Path(__file__).parent.parent
STYLE = (DESIGN / "static/design/css/essaim.css").read_text(encoding="utf-8")
SCRIPTS = sorted((DESIGN / "static/design/js").glob("*.js"))
TEMPLATES = sorted((DESIGN.parent).glob("*/jinja2/**/*.html"))
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|color-mix)\(", re.IGNORECASE)
SIZE = re.compile(r"(?<![\w.-])(?:\d*\.)?\d+(?:px|rem|pt)\b")


def outside_tokens() -> str:
    """The stylesheet without its layer of tokens, comments and conditions."""
    start = STYLE.index("@layer tokens {")
    end = STYLE.index("@layer base {")
    rest = re.sub(r"/\*.*?\*/", "", STYLE[:start] + STYLE[end:], flags=re.DOTALL)
    return re.sub(r"@(?:media|container)[^{]*{", "{", rest)


def test_there_is_one_stylesheet_in_the_layers_we_named_and_it_stays_small() -> None:
    assert list((DESIGN / "static").rglob("*.css")) == [DESIGN / "static/design/css/essaim.css"]
    assert "@layer reset, tokens, base, layout, components, utilities;" in STYLE
    assert STYLE.count("\n") <= 1500


def test_colours_and_sizes_stand_only_among_the_tokens() -> None:
    assert COLOUR.findall(outside_tokens()) == []
    # A clipped pixel is how one hides words from sight alone: it is no size.
    assert set(SIZE.findall(outside_tokens())) <= {"1px"}
    assert outside_tokens().count("1px") % 2 == 0


def test_every_token_that_is_used_exists_and_every_token_is_used() -> None:
    local = {"--size"}
    used = set(re.findall(r"var\((--[\w-]+)", STYLE))
    given = set(re.findall(r"(--[\w-]+):", STYLE))
    assert used - given == set()
    assert given - used - local == set()


def test_the_dark_has_a_colour_for_each_colour_of_the_light() -> None:
    light, dark = re.findall(r":root {(.*?)\n {2,4}}", STYLE, flags=re.DOTALL)[:2]
    colours = re.compile(r"(--[\w-]+): #")
    assert set(colours.findall(dark)) == set(colours.findall(light))


def test_our_scripts_stay_small_and_each_is_a_module_that_says_what_it_is_for() -> None:
    sources = {script.name: script.read_text(encoding="utf-8") for script in SCRIPTS}
    assert sum(source.count("\n") for source in sources.values()) <= 800
    for name, source in sources.items():
        assert source.startswith("// "), name
        assert "eval(" not in source, name
        assert "innerHTML" not in source, name


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_no_template_holds_a_style_or_a_script_of_its_own(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", source)
    # Facts for search engines are no script: no browser runs them.
    assert not re.search(r"<script(?! type=\"application/ld\+json\">)(?![^>]*\ssrc=)", source)
    assert "|safe" not in source.replace(" ", "")
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", source)


def test_an_icon_is_hidden_from_those_who_hear_the_page() -> None:
    assert 'aria-hidden="true"' in icon("check")
    assert icon("check") is icon("check")


def test_no_icon_is_named_that_does_not_exist() -> None:
    for template in TEMPLATES:
        source = template.read_text(encoding="utf-8")
        for name in re.findall(r"\bicon(?:_name=|\()[\"']([\w-]+)[\"']", source):
            assert icon(name), f"{name} in {template.name}"
