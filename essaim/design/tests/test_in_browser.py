"""The catalogue in a real browser: what everybody can use, and what scripts add."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_and_nothing_overflows(
    open_page: Callable[..., Page], *, dark: bool
) -> None:
    page = open_page(dark=dark)
    page.goto(reverse("catalogue"))
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{wide} px too wide at {width}"
        found = Axe().run(page, options=WCAG).response["violations"]
        assert [(one["id"], len(one["nodes"])) for one in found] == []


def test_text_twice_as_large_still_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(reverse("catalogue"))
    wide = page.evaluate(
        "document.documentElement.style.fontSize = '212.5%',"
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto(reverse("language"))
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_class("skip")
    expect(focused).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_field_completes_by_keyboard_and_fills_what_stands_for_the_choice(page: Page) -> None:
    answer = '{"items": [{"value": "p1", "label": "Nay", "note": "64800"},'
    answer += '{"value": "p2", "label": "Nogaro", "note": "32110"}]}'
    page.route("**/complete?**", lambda route: route.fulfill(status=200, body=answer))
    page.goto(reverse("catalogue"))
    page.evaluate(
        """() => {
          const field = document.querySelector("#sample_place");
          field.dataset.suggest = "/complete?level=any";
        }"""
    )
    field = page.locator("#sample_place")
    field.press_sequentially("na")
    options = page.locator(".suggestions").get_by_role("option")
    expect(options).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowUp")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(field).to_have_value("Nay")
    expect(field).to_have_attribute("aria-expanded", "false")


def test_a_broken_answer_leaves_a_plain_field(page: Page) -> None:
    page.route("**/complete?**", lambda route: route.fulfill(status=500, body="broken"))
    page.goto(reverse("catalogue"))
    page.evaluate("document.querySelector('#sample_place').dataset.suggest = '/complete?'")
    page.locator("#sample_place").press_sequentially("na")
    page.wait_for_timeout(400)
    expect(page.locator(".suggestions:visible")).to_have_count(0)


def test_characters_left_are_counted(page: Page) -> None:
    page.goto(reverse("catalogue"))
    page.locator("#sample_name").fill("Nadia")
    expect(page.locator("#sample_name_count")).to_contain_text("75")


def test_a_notice_can_be_closed_only_where_a_script_runs(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(reverse("catalogue"))
    toast = page.locator("#ui-toast [data-dismissible]")
    toast.locator("[data-dismiss]").click()
    expect(toast).to_have_count(0)
    still = open_page(javascript=False)
    still.goto(reverse("catalogue"))
    expect(still.locator("#ui-toast [data-dismissible]")).to_be_visible()
    expect(still.locator("#ui-toast [data-dismiss]")).to_be_hidden()


def test_a_form_sent_twice_is_sent_once(page: Page) -> None:
    page.goto(reverse("catalogue"))
    sent: Any = page.evaluate(
        """() => {
          const form = document.querySelector("#ui-post_button form");
          let sent = 0;
          window.addEventListener("submit", (event) => {
            if (!event.defaultPrevented) sent += 1;
            event.preventDefault();
          });
          form.requestSubmit();
          form.requestSubmit();
          return sent;
        }"""
    )
    assert sent == 1


def test_the_address_can_be_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(reverse("catalogue"))
    page.locator("#ui-share_box [data-share-copy]").click()
    expect(page.locator("#ui-share_box [role=status]")).not_to_be_empty()
    assert page.evaluate("navigator.clipboard.readText()").startswith("https://essaim.example/")


def test_the_language_changes_and_one_stays_on_the_page(page: Page) -> None:
    page.goto(reverse("catalogue") + "?from=here")
    page.locator("header .language-switch button").click()
    page.wait_for_url("**/design/?from=here")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert [cookie["name"] for cookie in page.context.cookies()] == ["language"]


def test_a_printed_page_keeps_its_text_and_leaves_out_what_one_clicks(page: Page) -> None:
    page.goto(reverse("catalogue"))
    page.emulate_media(media="print")
    expect(page.locator(".manifesto").first).to_be_visible()
    for clickable in (".bar-nav", ".manifesto-sign", ".rooms", "footer.site ul"):
        expect(page.locator(clickable).first).to_be_hidden()


def test_the_room_where_one_is_comes_into_view_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(width=320)
    page.goto(reverse("catalogue"))
    last = page.locator(".community-bar .rooms li").last
    expect(last).not_to_be_in_viewport()
    page.route(
        "**/design/",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=answer.text()
            .replace(' aria-current="page"', "", 1)
            .replace(">À propos", ' aria-current="page">À propos', 1),
        ),
    )
    page.reload()
    expect(last.locator("[aria-current]")).to_have_count(1)
    expect(last).to_be_in_viewport()


def test_the_summary_of_a_refused_form_is_where_the_reader_is(page: Page) -> None:
    page.route(
        "**/design/",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=answer.text().replace('role="alert"', 'role="alert" data-focus', 1),
        ),
    )
    page.goto(reverse("catalogue"))
    expect(page.locator(".error-summary")).to_be_focused()


def test_at_an_address_that_is_a_number_a_passkey_says_where_it_works(page: Page) -> None:
    page.goto(reverse("catalogue"))
    expect(page.locator("[data-passkey-go]")).to_be_visible()
    assert page.context.browser
    numbered = page.context.browser.new_page()  # another site than the one that is watched
    numbered.goto(page.url.replace("localhost", "127.0.0.1"))
    status = numbered.locator("[data-passkey-status]")
    expect(status).to_contain_text(status.get_attribute("data-numbered") or "…")
    expect(status.get_by_role("link")).to_have_attribute("href", page.url)
    expect(numbered.locator("[data-passkey-go]")).to_be_hidden()
    numbered.close()
