"""Writing a test: services by choosing and typing, a trace of one's own, and what is wrong while it is typed."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, StorageState, expect

from tests.e2e.application import Application
from tests.e2e.jobs import ended
from tests.e2e.looks import look
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.serial, pytest.mark.root]
TRACE = {"path": [{"name": "hq-gw", "is_router": True}, {"name": "nobody", "is_router": True}]}
DROP = """(field, text) => {
  const given = new DataTransfer();
  given.items.add(new File([text], "trace.json", { type: "application/json" }));
  field.dispatchEvent(new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true }));
}"""


def test_services_are_chosen_searched_typed_and_removed(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url)
    field, chosen = page.get_by_label("Ports"), page.get_by_role("list", name="Services of this test")
    page.get_by_role("button", name="HTTPS 443/tcp", exact=True).click()
    expect(field).to_have_value("443/tcp")
    expect(chosen.get_by_role("listitem").first).to_contain_text("443/tcphttps")
    field.press("End")
    field.press_sequentially(",8000-8002/udp")
    expect(chosen).to_contain_text("8001/udp")
    expect(page.get_by_text("4 of at most 10 services")).to_be_visible()
    page.get_by_role("button", name="Remove 8001/udp").click()
    expect(field).to_have_value("443/tcp,8000/udp,8002/udp")
    page.get_by_label("Search services").fill("postgres")
    expect(page.get_by_role("button", name="HTTPS")).to_have_count(0)
    button = page.get_by_role("button", name="PostgreSQL")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(field).to_have_value("443/tcp,8000/udp,8002/udp,5432/tcp")
    button.click()
    expect(field).to_have_value("443/tcp,8000/udp,8002/udp")


def test_what_is_wrong_is_said_at_its_field_while_it_is_typed(
    page: Page, application: Application, watch: Watch
) -> None:
    page.goto(application.url)
    page.get_by_label("Ports").press_sequentially("22/tcp,70000/tcp")
    expect(page.locator("#services-note")).to_contain_text("70000")
    expect(page.get_by_role("list", name="Services of this test")).to_contain_text("22/tcp")
    page.get_by_label("Source", exact=True).fill("10.1.1.300")
    page.get_by_label("Destination", exact=True).fill("10.2.1.50")
    expect(page.locator("#source-note")).to_contain_text("10.1.1.300")
    page.get_by_text("More options").click()
    page.get_by_label("Source port", exact=True).fill("many")
    expect(page.locator("#source_port-note")).to_contain_text("many")
    assert look(page, "new-test-wrong") == []
    page.get_by_role("button", name="Start the test").click()
    expect(page.get_by_label("Source", exact=True)).to_be_focused()
    expect(page).to_have_url(application.url)


def test_what_is_missing_is_said_when_the_test_is_started(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url)
    page.get_by_label("Destination", exact=True).fill("dc-db1")
    expect(page.get_by_text("0 of at most 10 services")).to_be_visible()
    page.get_by_role("button", name="Start the test").click()
    expect(page.get_by_text("Needed for a test.")).to_have_count(2)
    expect(page.get_by_label("Source", exact=True)).to_be_focused()


def test_a_trace_of_ones_own_is_read_while_it_is_pasted_or_dropped(
    page: Page, application: Application, watch: Watch
) -> None:
    page.goto(f"{application.url}?source=10.1.1.50&destination=10.2.1.50&services=22/tcp")
    page.get_by_text("More options").click()
    field = page.get_by_label("Own trace")
    field.fill('{"path": [\n  {"name": "hq-gw",}\n]}')
    expect(page.locator("#trace-note")).to_contain_text("Line 2")
    field.evaluate(DROP, json.dumps(TRACE))
    expect(page.locator("#trace-note")).to_contain_text("nobody")
    expect(page.locator("#trace-note")).to_contain_text("Hop 2", ignore_case=True)
    field.fill(json.dumps({"path": TRACE["path"][:1]}))
    expect(page.get_by_text("Tests 1 router: hq-gw")).to_be_visible()
    page.get_by_role("button", name="Start the test").click()
    ended(page)
    page.get_by_role("link", name="Test again").click()
    expect(page.get_by_label("Own trace")).to_have_value(json.dumps({"path": TRACE["path"][:1]}, indent=2))


def test_the_last_test_is_remembered_and_an_address_fills_it_in(
    contexts: Callable[..., BrowserContext], signed_in: StorageState, application: Application
) -> None:
    page = contexts(storage_state=signed_in).new_page()
    watch = Watch(page, application.url)
    page.goto(f"{application.url}?source=hq-pc1&destination=br-pc1&services=22/tcp,53/udp&mode=predict")
    expect(page.get_by_label("Predict only")).to_be_checked()
    expect(page.get_by_text("2 of at most 10 services")).to_be_visible()
    page.get_by_role("button", name="Start the test").click()
    ended(page)
    expect(page.get_by_text("prediction only")).to_be_visible()
    page.get_by_role("link", name="New test").click()
    expect(page.get_by_label("Source", exact=True)).to_have_value("hq-pc1")
    expect(page.get_by_label("Ports")).to_have_value("22/tcp,53/udp")
    page.goto(f"{application.url}?source=dc-db1")
    expect(page.get_by_label("Ports")).to_have_value("")
    assert watch.complaints() == []
