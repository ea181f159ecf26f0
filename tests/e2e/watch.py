"""Everything that a browser complains of while a test uses the page."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

COLLECT = """
window.tsimViolations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.tsimViolations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""

OWN = ("data", "blob", "chrome", "chrome-extension")
"""The browser's own: its viewer of PDFs asks itself for its parts."""


class Watch:
    """Chromium writes an answer of 4xx to the console too; a test says which of them it causes on purpose."""

    def __init__(self, page: Page, url: str) -> None:
        self.expected: list[str] = []
        self._page = page
        self._host = urlsplit(url).netloc
        self._complaints: list[str] = []
        page.add_init_script(COLLECT)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._complaints.append(f"error: {error}"))
        page.on("request", self._request)
        inspector = page.context.new_cdp_session(page)
        inspector.on("Audits.issueAdded", self._issue)
        inspector.send("Audits.enable")

    def expect(self, *texts: str) -> None:
        self.expected += texts

    def complaints(self) -> list[str]:
        violations = self._page.evaluate("window.tsimViolations ?? []")
        return [*self._complaints, *(f"policy: {each}" for each in violations)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(each in message.text for each in self.expected):
            self._complaints.append(f"console: {message.text} ({message.location['url']})")

    def _issue(self, said: dict[str, Any]) -> None:
        """What the inspector would list: old ways that will end, quirks mode, cookies that are not kept, and such."""
        text = f"issue: {said['issue']['code']} {said['issue']['details']}"
        if not any(each in text for each in self.expected):
            self._complaints.append(text)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in OWN and parts.netloc != self._host:
            self._complaints.append(f"request to another host: {request.url}")
