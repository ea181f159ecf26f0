"""`python -m tests.e2e.pictures`: take the pictures of the documentation from the real application."""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.application import ROOT, Application, running

PICTURES = ROOT / "docs" / "pictures"
COLORS = 128
# The office to a web server in the data centre, where two spines share the traffic.
TRACE = "trace?source=10.1.1.50&destination=10.3.10.10&protocol=tcp&destination_port=443&hop=3"


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state, running(Path(state)) as application, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        picture = take(browser, application, TRACE)
        browser.close()
    file = PICTURES / "trace.png"
    file.write_bytes(small(picture))
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} kB")
    return 0


def take(browser: Browser, application: Application, link: str) -> bytes:
    page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
    page.goto(application.url + link)
    page.get_by_label("User name").fill(application.username)
    page.get_by_label("Password", exact=True).fill(application.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Path")).to_be_visible()
    page.mouse.move(0, 0)
    return page.screenshot(full_page=True, animations="disabled", caret="hide")


def small(picture: bytes) -> bytes:
    """Flat colours need no more than a palette."""
    out = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLORS).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
