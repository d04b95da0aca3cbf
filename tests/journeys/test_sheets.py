"""An idea, a programme and a manifesto on paper, as a browser prints and a camera reads them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from django.urls import reverse
from playwright.sync_api import Page, expect

from essaim.communities.models import Community
from essaim.communities.tests.factories import manifesto_factory
from essaim.ideas import actions
from essaim.ideas.tests.factories import make_community, make_debate, make_host, propose

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

CELL = 6  # pixels
PAGE = re.compile(rb"/Type\s*/Page\b")
SENTENCE = "The bus runs on Sundays, from the first village to the last, at one price for all."


@pytest.fixture
def valley() -> Community:
    community = make_community(slug="valley", name="The Valley", tagline="Side by side")
    manifesto_factory(community, language="en")
    about: dict[str, Any] = {"member": make_host(community), "community": community}
    for section in ("Getting around", "Learning", "Being cared for"):
        for _ in range(3):
            item = actions.add_item(**about, title=f"{section} for everyone", section=section)
            for _ in range(4):
                actions.write_sentence(
                    **about, number=item.number, text=SENTENCE, stated_reason="So be it."
                )
    actions.publish_programme(**about, summary="What we said.")
    return community


def read_by_a_camera(page: Page) -> str:
    """What the square says, from the cells that the page draws."""
    size = int((page.locator(".qr-code").get_attribute("viewBox") or "").split()[2])
    path = page.locator(".qr-code-dark").get_attribute("d") or ""
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)}
    rows = [
        bytes(0 if (x // CELL, y // CELL) in dark else 255 for x in range(size * CELL))
        for y in range(size * CELL)
    ]
    side = size * CELL
    cells = b"".join(rows)  # the view below does not keep it alive
    picture = zxingcpp.ImageView(cells, side, side, zxingcpp.ImageFormat.Lum)
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)


@pytest.mark.parametrize(
    ("of", "words", "most"),
    [
        ("idea", "A bus on Sundays", 1),
        ("manifesto", "Nobody answers.", 1),
        ("programme", "Being cared for", 3),
    ],
)
def test_print(
    open_page: Callable[..., Page], valley: Community, of: str, words: str, most: int
) -> None:
    idea = propose(make_debate(valley, question="How to get to town?"), title="A bus on Sundays")
    page = open_page(language="en")
    page.goto(reverse(of, args=[idea.public_id if of == "idea" else "valley"]))
    address = page.url
    page.locator("summary", has_text="print").click()
    page.get_by_role("link", name="Print").click()
    page.wait_for_url("**/print/")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    expect(page.locator("main")).to_contain_text(words)
    assert read_by_a_camera(page) == address

    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Back to the page")).to_be_hidden()
    expect(page.locator(".sheet-address")).to_have_text(address)
    paper = page.pdf(format="A4")
    assert 1 <= len(PAGE.findall(paper)) <= most
    assert b"".join(re.findall(rb"/URI \(([^)]*)\)", paper)).count(b"utm_") == 0


def test_share_with_javascript_or_not(open_page: Callable[..., Page], valley: Community) -> None:
    idea = propose(make_debate(valley, question="How to get to town?"), title="A bus on Sundays")
    for javascript in (True, False):
        page = open_page(language="en", javascript=javascript)
        page.goto(reverse("idea", args=[idea.public_id]))
        page.locator("summary", has_text="print").click()
        expect(page.get_by_label("The address of this page")).to_have_value(page.url)
        expect(page.get_by_role("button", name="Copy")).to_be_visible(visible=javascript)
        expect(page.get_by_role("link", name="Send by e-mail")).to_be_visible()
