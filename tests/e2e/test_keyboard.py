"""Everything without a mouse: only keys are pressed here."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.watch import Watch

pytestmark = pytest.mark.serial
MOST_KEYS = 40


def tab_to(page: Page, description: str) -> None:
    """Tab until the focus is on the element with this label, as a person would."""
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "document.activeElement.getAttribute('aria-label') ?? document.activeElement.labels?.[0]?.textContent"
            " ?? document.activeElement.textContent"
        )
        if re.search(description, label or ""):
            return
    raise AssertionError(f"Tab never came to {description}")


def test_from_the_sign_in_to_the_deciding_line(visitor: Page, application: Application, watch: Watch) -> None:
    page = visitor
    page.goto(application.url + "trace")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type(application.username)
    page.keyboard.press("Tab")
    page.keyboard.type(application.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("form", name="Trace a path")).to_be_visible()

    tab_to(page, "^Source$")
    page.keyboard.type("hq-pc1 10.1")
    expect(page.get_by_role("option").first).to_contain_text("10.1.1.50")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Source", exact=True)).to_have_value("10.1.1.50")
    expect(page.get_by_role("option")).to_have_count(0)

    tab_to(page, "^Destination$")
    page.keyboard.type("10.2.1.50")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=2, name="Routing delivers")
    expect(heading).to_be_visible()

    tab_to(page, "^hq-gw .*hop 1, router")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="hq-gw: how it decided")).to_be_visible()
    tab_to(page, "^br-gw .*hop 2, router")
    page.keyboard.press("Space")
    expect(page.get_by_role("region", name="br-gw: how it decided")).to_be_visible()
    tab_to(page, "^hq-gw$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="hq-gw: how it decided")).to_be_visible()


def test_suggestions_open_close_and_wrap_by_arrows(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "trace")
    field = page.get_by_label("Source", exact=True)
    field.focus()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    first = page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("")


def test_the_focus_is_always_to_be_seen(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "trace?source=10.1.1.50&destination=10.2.1.50")
    expect(page.get_by_role("region", name="Answer")).to_be_visible()
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        seen = page.evaluate(
            """() => {
              const ring = document.activeElement.querySelector?.(":scope > .ring");
              if (ring) return getComputedStyle(ring).stroke !== "none";
              return getComputedStyle(document.activeElement).outlineStyle !== "none";
            }"""
        )
        assert seen, page.evaluate("document.activeElement.outerHTML")[:200]
