"""The page in a browser: its longest task while a test runs, is opened and walked through; how soon it is of use."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import msgspec
from playwright.sync_api import Page, sync_playwright

from tests.bench._row import write_row
from tests.bench.benchmark import Benchmark
from tests.e2e.application import Application, running
from tests.e2e.conftest import CHROMIUM

END_MS = 120_000
SLOWER = 4
TASK = "ThreadControllerImpl::RunTask"


def longest_task(routers: int, services: str) -> Callable[[], Callable[[], object]]:
    def work() -> float:
        return _in_browser(routers, lambda page, application: _tested(page, application, services))

    return lambda: work


def _tested(page: Page, application: Application, services: str) -> float:
    page.goto(f"{application.url}?source=10.1.0.50&destination=10.2.0.50&services={services}")
    page.wait_for_load_state("networkidle")

    def live() -> None:
        page.locator("button[type=submit]").click()
        _ended(page)

    def opened() -> None:
        page.reload()
        _ended(page)

    def walked() -> None:
        page.locator("[data-spot='0 5']").click()
        page.keyboard.press("Escape")
        for key in ("ArrowDown", "ArrowRight", "PageDown", "Enter"):
            page.keyboard.press(key)
        page.wait_for_load_state("networkidle")

    longest = [_longest_s(page, work) for work in (live, opened, walked)]
    words = ("live", "opened later", "walked through")
    said = ", ".join(f"{1000 * took:.0f} ms {word}" for took, word in zip(longest, words, strict=True))
    print(f"  longest task: {said}")
    return max(longest)


def _ended(page: Page) -> None:
    """By selectors: to look for roles, the names of all cells would be worked out in the page, which takes long."""
    page.wait_for_selector(".progress [role=status]:text-is('Done')", timeout=END_MS)
    page.wait_for_selector("[role=grid]")
    page.wait_for_load_state("networkidle")


def _longest_s(page: Page, work: Callable[[], object]) -> float:
    return max(_tasks(page, work))


def _tasks(page: Page, work: Callable[[], object]) -> list[float]:
    """What the page's own thread did at a stretch, without what others did on its processor meanwhile."""
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=["toplevel", "__metadata"])
    work()
    events = msgspec.json.decode(browser.stop_tracing())["traceEvents"]
    pages = {(each["pid"], each["tid"]) for each in events if each.get("args", {}).get("name") == "CrRendererMain"}
    own = (each for each in events if each["name"] == TASK and (each["pid"], each["tid"]) in pages)
    return [float(each.get("tdur", 0)) / 1e6 for each in own]


def interactive() -> Callable[[], object]:
    def work() -> float:
        return _in_browser(2, _opened)

    return work


def _opened(page: Page, application: Application) -> float:
    took = 0.0

    def work() -> None:
        nonlocal took
        begin = perf_counter()
        page.goto(application.url)
        page.locator("#services").fill("22")
        took = perf_counter() - begin

    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    own_s = sum(_tasks(page, work))
    print(f"  the page's own thread, slowed down like that: {1000 * own_s:.0f} ms")
    return took


def _in_browser(routers: int, work: Callable[[Page, Application], float]) -> float:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        facts = write_row(Path(folder) / "row", routers)
        settings = {"TSIM_FACTS": str(facts), "TSIM_MAX_SERVICES": "100", "TSIM_RATE": "off"}
        state = Path(folder) / "state"
        state.mkdir()
        with running(state, settings) as application:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            person = {"username": application.username, "password": application.password}
            page.context.request.post(f"{application.url}api/v1/sessions", data=person)
            took = work(page, application)
            browser.close()
    return took


BENCHMARKS = [
    Benchmark("page: longest task, 100 services and 12 routers", longest_task(12, "1001-1100/tcp"), goal_s=0.1),
    Benchmark("page: longest task, 10 services and 30 hops", longest_task(30, "1001-1010/tcp"), goal_s=0.1),
    Benchmark("page: of use, processor 4 times slower", interactive, goal_s=1.0),
]
