"""`python -m tests.e2e.pictures [NAME…]`: take the pictures of the documents from the real application, on the way that
the guide goes. What is different each time (when, how long, which number) is made the same.
"""

import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from tests.e2e.application import ROOT, Application, running
from tests.e2e.conftest import CHROMIUM
from tests.e2e.jobs import cell, ended
from tests.e2e.test_facts import FACTS, archive, changed

PICTURES = ROOT / "docs" / "pictures"
COLORS = 256
SIZE: ViewportSize = {"width": 1120, "height": 900}
"""What is seen at once."""
# The office to a web server in the data centre, where two spines share the traffic.
TRACE = "trace?source=10.1.1.50&destination=10.3.10.10&protocol=tcp&destination_port=443&hop=3"
TEST = "?source=hq-pc1&destination=dc-db1&services=443/tcp,5432/tcp,icmp"
CHANGED = "?source=hq-pc1&destination=br-pc1&services=22/tcp,443/tcp,icmp&mode=predict"
SAID = b"-A from-office -o wg0 -p tcp -m multiport --dports 80,443 -j ACCEPT"
INSTEAD = b"-A from-office -o wg0 -p tcp -m tcp --dport 80 -j ACCEPT"
OWN = {"path": [{"name": "hq-gw", "is_router": True}, {"name": "dc-gw", "is_router": True}]}
"""Of somebody who knows that the packet comes by these two."""
Taken = Callable[[Page, Application], Locator | bytes | None]
"""Leads a page to what is to be seen; gives what of it, or all of it, or a picture that is ready."""


def new_test(page: Page, application: Application) -> None:
    page.goto(application.url + TEST)
    expect(page.get_by_text("3 of at most 10 services")).to_be_visible()


def own_trace(page: Page, application: Application) -> Locator:
    page.goto(application.url + TEST)
    page.get_by_text("More options").click()
    page.get_by_label("Own trace").fill(json.dumps(OWN))
    expect(page.get_by_text("Tests 2 routers: hq-gw and dc-gw")).to_be_visible()
    return page.locator("form details")


def result(page: Page, application: Application) -> None:
    new_test(page, application)
    page.get_by_role("button", name="Start the test").click()
    ended(page)
    expect(page.get_by_text("Prediction and proof agree on 3 services.")).to_be_visible()


def evidence(page: Page, application: Application) -> Locator:
    result(page, application)
    cell(page, "443/tcp", "dc-fw").click()
    shown = page.get_by_role("region", name="443/tcp at dc-fw")
    shown.get_by_role("button", name="Show the rules that did not match").click()
    expect(shown.get_by_text("is not in it").first).to_be_visible()
    return shown


def report(page: Page, application: Application) -> bytes:
    """Its first page, as it would be printed."""
    result(page, application)
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF", exact=True).click()
    command = ["pdftoppm", "-png", "-r", "72", "-f", "1", "-l", "1", str(download.value.path())]
    return subprocess.run(command, check=True, capture_output=True).stdout


def facts(page: Page, application: Application) -> Locator:
    page.goto(application.url + "facts")
    page.get_by_label("choose files").set_input_files(archive(changed()))
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("Nothing has been kept yet.")).to_be_visible()
    return page.locator("section", has=page.get_by_role("heading", name="Upload facts"))


def compare(page: Page, application: Application) -> Locator:
    """A test before a change of hq-gw, and the same one after it."""
    page.goto(application.url + CHANGED)
    page.get_by_role("button", name="Start the test").click()
    ended(page)
    files = {file.name: file.read_bytes() for file in FACTS.iterdir()}
    rules = files["hq-gw_facts.txt"].replace(SAID, INSTEAD, 1)
    page.goto(application.url + "facts")
    page.get_by_label("choose files").set_input_files(archive({**files, "hq-gw_facts.txt": rules}))
    page.get_by_role("button", name="Keep and activate").click()
    expect(page.get_by_role("banner")).to_contain_text("change-42@")
    page.goto(application.url + CHANGED)
    page.get_by_role("button", name="Start the test").click()
    ended(page)
    page.get_by_role("link", name="History").click()
    for number in (0, 1):
        page.get_by_role("checkbox", name="Compare test").nth(number).check()
    page.get_by_role("button", name="Compare the two").click()
    expect(page.get_by_role("heading", name="Compare two tests")).to_be_visible()
    expect(page.get_by_text("answered differently")).to_be_visible()
    return page.locator("main")


def trace(page: Page, application: Application) -> None:
    page.goto(application.url + TRACE)
    expect(page.get_by_role("group", name="Path")).to_be_visible()


PLACES: Mapping[str, Taken] = {
    "new-test": new_test,
    "own-trace": own_trace,
    "result": result,
    "evidence": evidence,
    "report": report,
    "facts": facts,
    "trace": trace,
    "compare": compare,  # the last, since other facts are active then
}


def main(*names: str) -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state, running(Path(state)) as application, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = signed_in(browser, application)
        for name in names or PLACES:
            file = PICTURES / f"{name}.png"
            file.write_bytes(small(taken(page, PLACES[name](page, application))))
            print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} kB")
        browser.close()
    return 0


def signed_in(browser: Browser, application: Application) -> Page:
    page = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
    page.goto(application.url)
    page.get_by_label("User name").fill(application.username)
    page.get_by_label("Password", exact=True).fill(application.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Start the test")).to_be_visible()
    return page


def taken(page: Page, part: Locator | bytes | None) -> bytes:
    if isinstance(part, bytes):
        return part
    page.mouse.move(0, 0)
    if part is None:
        return page.screenshot(animations="disabled", caret="hide")
    return part.screenshot(animations="disabled", caret="hide")


def small(picture: bytes) -> bytes:
    """Flat colours need no more than a palette."""
    out = io.BytesIO()
    flat = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE)
    flat.save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
