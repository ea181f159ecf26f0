"""The help has an address for each of its headings."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.watch import Watch

pytestmark = pytest.mark.serial


def test_each_heading_has_an_address_that_leads_there(page: Page, application: Application, watch: Watch) -> None:
    page.goto(f"{application.url}help#keys")
    heading = page.get_by_role("heading", name="By keyboard")
    expect(heading).to_be_in_viewport()
    expect(heading).to_be_focused()
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="What the verdicts mean").press(
        "Enter"
    )
    expect(page).to_have_url(f"{application.url}help#verdicts")
    expect(page.get_by_role("heading", name="What the verdicts mean")).to_be_in_viewport()
    page.go_back()
    expect(heading).to_be_in_viewport()
    page.get_by_text("More exactly").press("Enter")
    expect(page.get_by_text("A router knows no way to the destination.")).to_be_visible()


def test_what_it_says_of_traces_and_services_is_so(page: Page, application: Application, watch: Watch) -> None:
    """The examples, as the server reads them."""
    page.goto(f"{application.url}help")
    trace = page.get_by_role("region", name="Example of a trace").inner_text()
    written = page.get_by_role("region", name="How services are written").locator("tbody th").all_inner_texts()
    question = {"source": "10.1.1.50", "destination": "10.2.1.50", "trace": trace, "services": ",".join(written)}
    headers = {"X-Requested-With": "tests"}
    answer = page.context.request.post(f"{application.url}api/v1/jobs/check", data=question, headers=headers).json()
    assert [router["name"] for router in answer["trace"]["routers"]] == ["hq-gw", "br-gw"]
    assert answer["trace"]["notes"] == []
    assert [error["text"] for error in answer["errors"] if "too many" not in error["text"]] == []
