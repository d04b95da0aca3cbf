"""Everything Essaim says is in the French catalogue, complete and set as French is printed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "essaim" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
LAZY = {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
Key = tuple[str, ...]

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")
NARROW, NO_BREAK = "\u202f", "\u00a0"
# The spaces of French, as essaim.design.typography.tidy sets those that people type.
FAULTS = {
    "an apostrophe is curly": re.compile(r"'"),
    "quotation marks are « »": re.compile(r'["“”]'),
    "an ellipsis is one sign": re.compile(r"\.\.\."),
    "a narrow no-break space stands before ; ? ! %": re.compile(
        rf"(?<!{NARROW})[;?!]|[ {NO_BREAK}\d]%(?!\()"
    ),
    "a no-break space stands before a colon": re.compile(rf"(?<!{NO_BREAK}):(?!//|\d)"),
    "a no-break space stands inside « »": re.compile(rf"«(?!{NO_BREAK})|(?<!{NO_BREAK})»"),
    "a number keeps its unit": re.compile(r"[0-9] (?=[a-zàé])"),
    "one space at a time": re.compile(r"[ \u00a0\u202f]{2}"),
}


def extracted() -> dict[Key, Key]:
    """What the code says, by singular and context, as `make messages` reads it."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as settings:
        methods, options = parse_mapping_cfg(settings)  # type: ignore[no-untyped-call]  # Babel's own
    found: dict[Key, Key] = {}
    for _file, _line, message, _comments, context in extract_from_dir(
        ROOT, methods, options, keywords=DEFAULT_KEYWORDS | LAZY
    ):
        forms = message if isinstance(message, tuple) else (message,)
        key = (context or "", forms[0])
        found[key] = max(found.get(key, forms), forms, key=len)
    return found


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="fr")


def sentences() -> Iterator[Message]:
    return (message for message in catalogue() if message.id)


def source_of(message: Message) -> Key:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def french_of(message: Message) -> Key:
    forms = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return tuple(form or "" for form in forms)


@pytest.fixture(scope="module")
def said() -> dict[Key, Key]:
    return extracted()


def test_every_sentence_of_the_code_is_in_the_catalogue_and_no_other(
    said: dict[Key, Key],
) -> None:
    known = {(m.context or "", source_of(m)[0]): source_of(m) for m in sentences()}
    assert len(said) > 1000, "the extraction reads nothing: look at babel.cfg"
    missing = sorted(key[1] for key in said.keys() - known.keys())
    obsolete = sorted(key[1] for key in known.keys() - said.keys())
    assert not missing, "say it in French: make messages, then essaim/locale/fr"
    assert not obsolete, "nobody says this any more: make messages"
    assert {k: v for k, v in known.items() if said[k] != v} == {}, "make messages"
    assert not catalogue().obsolete


def test_every_sentence_is_translated_and_none_is_a_guess() -> None:
    empty = [source_of(m)[0] for m in sentences() if not all(french_of(m))]
    short = [source_of(m)[0] for m in sentences() if len(french_of(m)) != len(source_of(m))]
    assert (empty, short) == ([], [])
    assert [source_of(m)[0] for m in sentences() if m.fuzzy] == []


def test_french_has_two_numbers_and_nought_is_singular() -> None:
    french = catalogue()
    assert french.num_plurals == 2
    assert french.plural_expr == "(n > 1)"


def test_a_translation_holds_the_placeholders_of_its_source() -> None:
    wrong = []
    for message in sentences():
        for source, french in zip(source_of(message), french_of(message), strict=True):
            # A singular may leave its number out, in either language.
            may_hold = set(PLACEHOLDER.findall(source_of(message)[-1]))
            must_hold = may_hold if len(source_of(message)) == 1 else set()
            held = set(PLACEHOLDER.findall(french))
            if source == source_of(message)[-1]:
                must_hold = may_hold
            if not must_hold <= held <= may_hold:
                wrong.append((source, french))
    assert wrong == []


def test_sentences_are_said_by_names_that_are_extracted() -> None:
    """Under any other name a sentence would be read by `make messages` as nothing at all."""
    known = {name: {name} for name in DEFAULT_KEYWORDS | LAZY}
    known["_"] = {"gettext", "gettext_lazy"}
    assert [
        f"{path.relative_to(ROOT)}: {one.name} as {one.asname}"
        for folder in ("config", "essaim")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for one in node.names
        if "gettext" in one.name and one.name not in known.get(one.asname or one.name, ())
    ] == []


def test_a_translation_keeps_the_lines_and_the_edges_of_its_source() -> None:
    def shape(text: str) -> tuple[int, bool, bool]:
        return text.count("\n"), text[:1].isspace(), text[-1:].isspace()

    assert [
        (source, french)
        for message in sentences()
        for source, french in zip(source_of(message), french_of(message), strict=True)
        if shape(source) != shape(french)
    ] == []


@pytest.mark.parametrize("rule", FAULTS)
def test_french_is_set_as_it_is_printed(rule: str) -> None:
    assert [
        french
        for message in sentences()
        for french in french_of(message)
        if FAULTS[rule].search(_without_addresses(french))
    ] == []


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("an apostrophe is curly", "l'idée"),
        ("quotation marks are « »", "“idée”"),
        ("an ellipsis is one sign", "plus..."),
        ("a narrow no-break space stands before ; ? ! %", "Qui ?"),
        ("a narrow no-break space stands before ; ? ! %", "14 %"),
        ("a no-break space stands before a colon", "Idée : non"),
        ("a no-break space stands before a colon", "Idée: non"),
        ("a no-break space stands inside « »", "« idée »"),
        ("a narrow no-break space stands before ; ? ! %", "Qui?"),
        ("a number keeps its unit", "90 jours"),
        ("one space at a time", "une  idée"),
    ],
)
def test_a_fault_of_typography_is_found(rule: str, words: str) -> None:
    assert FAULTS[rule].search(words)


def _without_addresses(text: str) -> str:
    """Addresses are printed as browsers want them."""
    return re.sub(r"https?://\S+", "", text)
