"""Through the real environment: strict, escaped, in the reader's language."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.utils import translation
from jinja2 import Environment, UndefinedError
from markupsafe import Markup

from essaim.design.catalogue import SampleForm, described
from essaim.design.components import FOLDER, Components

AT = datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.fixture
def env() -> Environment:
    engine = engines["jinja2"]
    assert isinstance(engine, Jinja2)
    return engine.env


def show(env: Environment, source: str, **context: Any) -> str:
    return " ".join(env.from_string(source).render(context).split())


def test_a_name_that_does_not_exist_is_an_error_and_not_an_empty_place(env: Environment) -> None:
    with pytest.raises(UndefinedError):
        show(env, "{{ nobody }}")
    with pytest.raises(UndefinedError):
        show(env, "{{ ui.nothing_of_the_kind() }}")


def test_what_people_type_is_escaped_in_every_text_of_a_component(env: Environment) -> None:
    evil = "<script>alert(1)</script>"
    html = show(
        env,
        "{{ ui.line(evil, href=evil, meta=evil) }}{{ ui.badge(evil) }}{{ ui.person(evil) }}"
        "{{ ui.card(evil, kicker=evil) }}{{ ui.notice(evil) }}{{ ui.page_head(evil) }}"
        "{{ ui.button(evil, because=evil) }}{{ ui.facts([(evil, evil)]) }}{{ ui.prose(evil) }}"
        "{{ ui.table(evil, [evil], [[evil]]) }}{{ ui.share_box(evil, evil) }}",
        evil=evil,
    )
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_every_macro_can_be_found_and_no_name_stands_in_two_files(env: Environment) -> None:
    written = re.findall(
        r"{%\s*macro ([a-z]\w*)\(",
        "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.html")),
    )
    assert sorted(Components(env).found()) == sorted(written)
    assert sorted(described()) == sorted(written)


def test_a_post_form_without_its_token_is_an_error(env: Environment) -> None:
    form = '{% call ui.form("/x/", **given) %}{% endcall %}'
    with pytest.raises(UndefinedError):
        show(env, form, given={})
    assert "token" in show(env, form, given={"csrf": Markup("<i>token</i>")})
    assert "token" not in show(env, form, given={"method": "get"})


def test_words_of_components_follow_the_language_that_is_active(env: Environment) -> None:
    source = "{{ ui.field(form['name']) }}"
    with translation.override("en"):
        assert "required" in show(env, source, form=SampleForm())
    with translation.override("fr"):
        assert "<html" not in show(env, source, form=SampleForm())


def test_a_refused_act_shows_its_reason_in_place_of_the_button(env: Environment) -> None:
    html = show(env, '{{ ui.post_button("Support", "/x/", "", because="Join first.") }}')
    assert "Join first." in html
    assert "<button" not in html
    assert "<form" not in html


def test_a_field_is_tied_to_its_label_its_help_and_its_errors(env: Environment) -> None:
    form = SampleForm({"mail": "nobody"})
    html = show(env, '{{ ui.field(form["mail"], autocomplete="email") }}', form=form)
    assert '<label class="field-label" for="id_mail">' in html
    assert 'aria-describedby="id_mail_help id_mail_error"' in html
    assert 'id="id_mail_help"' in html
    assert 'id="id_mail_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="email"' in html


@pytest.mark.parametrize("name", list(SampleForm.base_fields))
def test_every_kind_of_field_has_a_label_a_control_and_a_word_on_whether_it_must(
    env: Environment, name: str
) -> None:
    with translation.override("en"):
        html = show(env, "{{ ui.field(form[name]) }}", form=SampleForm(), name=name)
    assert SampleForm.base_fields[name].label is not None
    assert str(SampleForm.base_fields[name].label) in html
    assert re.search(rf'name="{name}"', html)
    assert ("required</span>" in html) is SampleForm.base_fields[name].required
    assert ("optional</span>" in html) is not SampleForm.base_fields[name].required


def test_dates_are_given_to_the_browser_in_iso_whatever_the_language(env: Environment) -> None:
    class When(forms.Form):
        on = forms.DateField(initial="2026-12-01")
        at = forms.DateTimeField()

    form = When({"on": "2026-12-01", "at": "2026-12-01T19:30"})
    with translation.override("fr"):
        html = show(env, "{{ ui.field(form['on']) }}{{ ui.field(form['at']) }}", form=form)
        assert form.is_valid()
    assert 'type="date"' in html
    assert 'value="2026-12-01"' in html
    assert 'type="datetime-local"' in html
    assert 'value="2026-12-01T19:30"' in html


def test_the_summary_of_errors_leads_to_each_field(env: Environment) -> None:
    form = SampleForm({"name": "Nadia", "mail": "nobody"})
    html = show(env, "{{ ui.error_summary(form) }}", form=form)
    for name in form.errors:
        assert f'href="#id_{name}"' in html
    assert "id_name" not in html
    assert show(env, "{{ ui.error_summary(form) }}", form=SampleForm()) == ""


def test_the_actions_of_a_thread_reach_every_reply_that_is_still_there(env: Environment) -> None:
    def message(name: str, *replies: Any, state: str = "shown") -> SimpleNamespace:
        return SimpleNamespace(id=name, author="A", text="t", at=AT, state=state, replies=replies)

    thread = message("a", message("b", message("c")), message("d", state="withdrawn"))
    source = "{% call(one) ui.comment(thread) %}<i>act on {{ one.id }}</i>{% endcall %}"
    html = show(env, source, thread=thread)
    assert re.findall(r"act on (\w)", html) == ["a", "b", "c"]
    assert 'id="d"' in html


def test_a_reply_is_shown_without_actions_when_nobody_asks_for_them(env: Environment) -> None:
    one = SimpleNamespace(id="b", author="B", text="t", at=AT, state="shown", replies=())
    two = SimpleNamespace(id="a", author="A", text="t", at=AT, state="shown", replies=[one])
    assert 'id="b"' in show(env, "{{ ui.comment(two) }}", two=two)


def test_a_figure_says_its_denominator_its_share_and_its_day(env: Environment) -> None:
    with translation.override("en"):
        html = show(
            env,
            '{{ ui.figure("Active", 1204, of=8310, share=0.145, as_of=day, href="/d#active") }}',
            day=AT,
        )
    assert "1,204 of 8,310" in html
    assert "14%" in html
    assert "1 October 2026" in html.replace("\u00a0", " ")
    assert 'href="/d#active"' in html


def test_the_bar_of_a_share_never_leaves_its_frame(env: Environment) -> None:
    assert 'width="100"' in show(env, "{{ ui.meter(1.7) }}").split("meter-part")[1]
    assert 'width="0"' in show(env, "{{ ui.meter(-1) }}").split("meter-part")[1]


def test_a_fate_says_in_words_what_its_colours_say(env: Environment) -> None:
    steps = [{"label": "Answered", "state": state} for state in ("done", "now", "late", "todo")]
    with translation.override("en"):
        html = show(env, "{{ ui.fate(steps) }}", steps=steps)
    for word in ("(done)", "(now)", "(late)", "(to come)"):
        assert word in html


def test_the_pager_keeps_what_was_asked_and_disappears_at_the_end(env: Environment) -> None:
    html = show(env, '{{ ui.pager("a b", params={"q": "bus"}) }}')
    assert 'href="?q=bus&amp;after=a+b"' in html
    assert show(env, "{{ ui.pager(none) }}") == ""
