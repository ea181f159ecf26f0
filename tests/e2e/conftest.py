"""A browser and the application, once for all tests; a page of its own for each."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests.e2e.application import Application, running
from tests.e2e.watch import Watch

CHROMIUM = "/usr/bin/chromium"
WAIT_MS = 15_000

# One that runs already, somewhere else (tests/deploy/test_browser.py): where, who may sign in, and its key of TLS.
ELSEWHERE, USER, PASSWORD = (os.environ.get(f"E2E_{name}", "") for name in ("URL", "USER", "PASSWORD"))
TRUSTED = [f"--ignore-certificate-errors-spki-list={key}"] if (key := os.environ.get("E2E_KEY")) else []

Opener = Callable[..., Page]


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    if ELSEWHERE:
        yield Application(ELSEWHERE, USER, PASSWORD)
        return
    with running(tmp_path_factory.mktemp("state")) as application:
        yield application


# Not for the session: the browser's event loop is that of the thread, where other tests want one of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *TRUSTED])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, application: Application) -> StorageState:
    """The cookies of somebody who signed in through the API, as a script would."""
    context = browser.new_context()
    answer = context.request.post(
        f"{application.url}api/v1/sessions",
        data={"username": application.username, "password": application.password},
    )
    assert answer.status == 201, answer.text()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})  # type: ignore[arg-type]
        context.set_default_timeout(WAIT_MS)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def visitor(contexts: Callable[..., BrowserContext]) -> Page:
    """Somebody who has not signed in."""
    return contexts().new_page()


@pytest.fixture
def page(contexts: Callable[..., BrowserContext], signed_in: StorageState) -> Page:
    """Somebody who has."""
    return contexts(storage_state=signed_in).new_page()


@pytest.fixture
def watch(request: pytest.FixtureRequest, application: Application) -> Iterator[Watch]:
    """Fails the test when the browser complained of anything that the test did not expect."""
    name = "visitor" if "visitor" in request.fixturenames else "page"
    watch = Watch(request.getfixturevalue(name), application.url)
    yield watch
    assert watch.complaints() == []
