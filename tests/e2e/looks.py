"""How a page looks to a person, to assistive technology and to whoever opens its pictures later."""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.application import ROOT

AXE = (ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RULES = '{ rules: { "target-size": { enabled: true } } }'
"""Those of WCAG 2.2 as well."""
PICTURES = Path(os.environ.get("TSIM_PICTURES", ROOT / ".setup" / "pictures"))
"""Of the last run, for a person to look at."""
WIDTHS = (360, 768, 1440)
HEIGHT = 900


def findings(page: Page) -> list[str]:
    """Of axe, asked from outside of the page, so that its policy may stay as it is."""
    page.evaluate(AXE)
    violations = page.evaluate(f"axe.run({RULES}).then((result) => result.violations)")
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in violations for node in each["nodes"]]


def sticks_out(page: Page) -> bool:
    """To the side, so that a person would have to move the whole page."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def look(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it is now: in all widths, in both colours. Pictures of all of them are written."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    before = page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True, animations="disabled")
            if sticks_out(page):
                wrong.append(f"{name} sticks out to the side at {width}")
        wrong += [f"{name}, {scheme}: {finding}" for finding in findings(page)]
    if before is not None:
        page.set_viewport_size(before)
    return wrong
