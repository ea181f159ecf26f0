"""Tests that somebody submits in a browser, and what the page shows of them."""

from typing import Any

from playwright.sync_api import APIResponse, Locator, Page, expect

from tests.e2e.application import Application

END_MS = 90_000
"""For a test to end, on a machine that has other things to do."""
QUESTION = {"source": "10.1.1.50", "destination": "10.3.20.10", "services": "22/tcp,443/tcp,5432/tcp,53/udp,icmp"}
"""From the office to a database: what two routers stop, by different rules."""


def submitted(page: Page, application: Application, **question: str) -> str:
    """The id of a test that whoever has signed in there has just begun."""
    answer: APIResponse = page.context.request.post(
        f"{application.url}api/v1/jobs", data={**QUESTION, **question}, headers={"X-Requested-With": "tests"}
    )
    assert answer.status == 202, answer.text()
    job: dict[str, Any] = answer.json()
    return str(job["id"])


def state(page: Page) -> Locator:
    return page.get_by_role("region", name="Progress").get_by_role("status")


def ended(page: Page, word: str = "Done") -> None:
    expect(state(page)).to_have_text(word, timeout=END_MS)


def cell(page: Page, service: str, router: str) -> Locator:
    return page.get_by_role("gridcell", name=f"{service} at {router},")


def shown(page: Page) -> dict[str, str]:
    """All that the page says of a test, without how long ago it was."""
    expect(page.locator("svg.way-drawing").first).to_be_visible()
    parts = {
        "answer": page.get_by_role("region", name="Answer"),
        "progress": page.get_by_role("region", name="Progress"),
        "matrix": page.get_by_role("grid"),
        "path": page.get_by_role("region", name="Path", exact=True),
        "evidence": page.locator("section.evidence"),
        "notes": page.get_by_role("region", name="To be known"),
    }
    return {name: part.inner_text() for name, part in parts.items()}
