"""Somebody in front of the site: with a mouse, with the keyboard alone, or without JavaScript."""

import os
import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import Frame, Locator, Page, Response, expect

from essaim.members.models import Member

MOST_TABS = 200
# WCAG 2.2 AA, and what makes a page good beyond it.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Way(StrEnum):
    MOUSE = "mouse"
    KEYBOARD = "keyboard"
    WITHOUT_JAVASCRIPT = "without_javascript"


class Walker:
    """Does in a browser what a person does; names are those that assistive technology hears."""

    def __init__(self, open_page: Callable[..., Page], way: Way) -> None:
        self.way = way
        self.open_page = open_page
        self.page = open_page(
            javascript=way is not Way.WITHOUT_JAVASCRIPT,
            width=390 if way is Way.MOUSE else 1280,
            language="en",
        )
        self.pages_shown = 0
        self.page.on("framenavigated", self._count_page)

    def _count_page(self, _frame: Frame) -> None:
        self.pages_shown += 1

    def another_person(self) -> "Walker":
        """In a browser of their own, going the same way."""
        return Walker(self.open_page, self.way)

    def clean(self) -> None:
        """Axe finds nothing. It is a script, and would wait for ever where there are none."""
        if self.way is Way.WITHOUT_JAVASCRIPT:
            return
        # The bar lies over the foot of a page only until one scrolls: let axe see below it.
        self.page.evaluate(
            "document.querySelector('.tabs')?.style.setProperty('position', 'static')"
        )
        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": RULES}})
        faults = found.response["violations"]
        assert not faults, [(one["id"], one["nodes"][0]["target"]) for one in faults]

    def picture(self, name: str, *, at: str = "body") -> None:
        """Keep what a phone shows there, where `ESSAIM_PICTURES` names a folder: for the README."""
        folder = os.environ.get("ESSAIM_PICTURES")
        if folder and self.way is Way.MOUSE:
            self.page.locator(at).first.evaluate("element => element.scrollIntoView(true)")
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def go(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer
        assert answer.ok, f"{path}: {answer.status}"

    def follow(self, name: str) -> None:
        self._act(self.page.get_by_role("link", name=name).first)

    def press(self, name: str) -> None:
        """A button, or a link that looks like one."""
        button = self.page.get_by_role("button", name=name, exact=True)
        link = self.page.get_by_role("link", name=name, exact=True)
        self._act(button.or_(link).first)

    def unfold(self, summary: str) -> None:
        """What is folded: a browser opens it without a script."""
        self.tab_to(self.page.locator("summary", has_text=summary))
        self.page.keyboard.press("Enter")

    def fill(self, label: str, text: str) -> None:
        field = self.page.get_by_label(label).first
        if self.way is Way.KEYBOARD and field.get_attribute("type") not in {
            "date",
            "datetime-local",
        }:
            self.tab_to(field)
            self.page.keyboard.press("Control+a")
            self.page.keyboard.insert_text(text)
        else:
            field.fill(text)

    def choose(self, label: str, *, exact: bool = False) -> None:
        """A radio button or a box to tick."""
        choice = self.page.get_by_label(label, exact=exact).first
        if self.way is Way.KEYBOARD:
            if choice.get_attribute("type") == "radio":
                # One tab stop a group: focus where the keyboard would arrive, then the arrows.
                choice.focus()
            else:
                self.tab_to(choice)
            self.page.keyboard.press("Space")
        else:
            choice.check()
        expect(choice).to_be_checked()

    def select(self, label: str, option: str) -> None:
        self.page.get_by_label(label).first.select_option(label=option)

    def see(self, text: str) -> None:
        expect(self.page.locator("body")).to_contain_text(text)

    def not_see(self, text: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(text)

    def enter(self, email: str) -> None:
        """On a page that asks for the address: the code comes by mail."""
        self.fill("address", email)
        self._submit_address()
        self.page.wait_for_url("**/enter/code/**")
        self.fill("digits", code_for(email))
        self.press("Come in")

    def _submit_address(self) -> None:
        button = self.page.get_by_role("button", name=re.compile("^Send me (a|the) code$"))
        self._act(button.first)

    def _act(self, target: Locator) -> None:
        try:
            expect(target).to_be_visible()
        except AssertionError as error:
            said = self.page.locator("main").inner_text()
            msg = f"{target} is not on {self.page.url}, which says:\n{said}"
            raise AssertionError(msg) from error
        if self.way is Way.KEYBOARD:
            self.tab_to(target)
        # What it starts is answered before one looks: a page, or the part that htmx posts for.
        pages_before = self.pages_shown
        with self.page.expect_response(_is_its_answer) as answer:
            if self.way is Way.KEYBOARD:
                self.page.keyboard.press("Enter")
            else:
                target.click()
        if answer.value.request.resource_type == "document":
            for _moment in range(500):
                if self.pages_shown > pages_before:
                    break
                self.page.wait_for_timeout(20)
        self.page.wait_for_load_state()

    def tab_to(self, target: Locator) -> None:
        """Only by Tab, and what has the focus shows it."""
        expect(target).to_be_visible()
        for _press in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                outline = target.evaluate(
                    "e => getComputedStyle(e).outlineStyle + getComputedStyle(e).boxShadow"
                )
                assert outline != "nonenone", "the focus does not show"
                return
            self.page.keyboard.press("Tab")
        msg = f"{target} cannot be reached with the keyboard"
        raise AssertionError(msg)


def _is_its_answer(response: Response) -> bool:
    asked = response.request
    part = asked.resource_type in {"xhr", "fetch"} and asked.method == "POST"
    return (asked.resource_type == "document" or part) and not 300 <= response.status < 400


def code_for(email: str) -> str:
    """The six digits in the newest mail to this address."""
    for message in reversed(mail.outbox):
        if email.lower() in message.to and (found := re.search(r"\b\d{6}\b", str(message.body))):
            return found.group(0)
    msg = f"no code was sent to {email}"
    raise AssertionError(msg)


def signed_in(walker: Walker, member: Member) -> Walker:
    """Through the door, with the code that was mailed."""
    walker.go("/enter/")
    walker.enter(member.email)
    walker.page.wait_for_url("**/today/")
    return walker
