"""The description of the REST surface, in a browser without a network."""

from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.watch import Watch


def test_it_is_read_without_a_complaint_of_the_browser(visitor: Page, application: Application, watch: Watch) -> None:
    visitor.goto(f"{application.url}api/docs")
    visitor.locator("summary", has_text="Submit a test").first.click()
    expect(visitor.get_by_text("Asking again with the same one").first).to_be_visible()
    visitor.locator("details[open]").get_by_role("link", name="JobQuestion").click()
    expect(visitor).to_have_url(f"{application.url}api/docs#schema-JobQuestion")
