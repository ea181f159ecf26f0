"""Widths, colours and what assistive technology makes of the page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, StorageState, expect

from tests.e2e.application import Application
from tests.e2e.looks import findings
from tests.e2e.watch import Watch

pytestmark = pytest.mark.serial
SCREENS = {
    "start": "trace",
    "delivered": "trace?source=10.1.1.50&destination=10.2.1.50&protocol=tcp&destination_port=443",
    "stopped": "trace?source=10.1.1.50&destination=172.16.5.5",
    "left": "trace?source=10.1.1.50&destination=192.0.2.25",
    "branches": "trace?source=10.1.1.50&destination=10.3.10.10",
}


def shown(page: Page, application: Application, screen: str) -> None:
    page.goto(application.url + SCREENS[screen])
    what = page.locator(".start") if screen == "start" else page.get_by_role("group", name="Path")
    expect(what).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing(
    contexts: Callable[..., BrowserContext], signed_in: StorageState, application: Application, screen: str, scheme: str
) -> None:
    page = contexts(storage_state=signed_in, color_scheme=scheme).new_page()
    shown(page, application, screen)
    assert findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_something_is_wrong(
    contexts: Callable[..., BrowserContext], signed_in: StorageState, application: Application, scheme: str
) -> None:
    page = contexts(storage_state=signed_in, color_scheme=scheme).new_page()
    page.goto(application.url + "trace?source=10.1.1.300&destination=10.2.1.50")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Destination", exact=True).click()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    assert findings(page) == []


@pytest.mark.parametrize("width", [360, 768, 1024, 1440])
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_sticks_out_to_the_side(
    page: Page, application: Application, watch: Watch, screen: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    shown(page, application, screen)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if screen != "start":
        frame, drawing = page.locator(".drawing").bounding_box(), page.locator(".drawing svg").bounding_box()
        assert frame is not None
        assert drawing is not None
        assert drawing["x"] + drawing["width"] <= frame["x"] + frame["width"] + 1


def test_the_drawing_follows_the_width_of_the_window(page: Page, application: Application, watch: Watch) -> None:
    page.set_viewport_size({"width": 1440, "height": 800})
    shown(page, application, "delivered")
    drawing = page.locator(".drawing svg")
    wide = drawing.bounding_box()
    page.set_viewport_size({"width": 360, "height": 800})
    expect(drawing).to_have_attribute("width", str(page.locator(".drawing").evaluate("(each) => each.clientWidth")))
    narrow = drawing.bounding_box()
    assert wide is not None
    assert narrow is not None
    assert narrow["height"] > wide["height"]


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("field", ["Source", "Destination"])
def test_suggestions_are_all_on_the_screen(
    page: Page, application: Application, watch: Watch, field: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    shown(page, application, "start")
    page.get_by_label(field, exact=True).click()
    box = page.get_by_role("listbox").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["width"] >= 290
