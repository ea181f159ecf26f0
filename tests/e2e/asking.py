"""What tests ask the server beside the page, as a script of the same person would."""

from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, StorageState

from tests.e2e.application import Application
from tests.waiting import wait_for

HEADERS = {"X-Requested-With": "tests"}
QUESTION = {"source": "10.1.1.50", "destination": "10.2.1.50", "services": "443/tcp,53/udp", "mode": "predict"}
Method = Literal["GET", "POST", "PATCH", "DELETE"]


def ask(context: BrowserContext, application: Application, method: Method, path: str, body: object = None) -> Any:
    """What came back, decoded."""
    url = f"{application.url}api/v1/{path}"
    answer = context.request.fetch(url, method=method, data=body, headers=HEADERS)
    assert answer.ok, answer.text()
    return answer.json() if answer.body() else None


def finished(context: BrowserContext, application: Application, **question: object) -> str:
    """The id of a test that has ended."""
    job = ask(context, application, "POST", "jobs", QUESTION | question)["id"]
    wait_for(lambda: ask(context, application, "GET", f"jobs/{job}")["ended"] is not None, f"the end of {job}", 60.0)
    return str(job)


def signed_in_as(browser: Browser, application: Application, username: str, password: str) -> StorageState:
    """The cookies of a session of its own."""
    context = browser.new_context()
    ask(context, application, "POST", "sessions", {"username": username, "password": password})
    state = context.storage_state()
    context.close()
    return state


def user(browser: Browser, application: Application, admin: StorageState, username: str) -> tuple[str, StorageState]:
    """Somebody new, with the password."""
    password = f"{username} has a long one"
    context = browser.new_context(storage_state=admin)
    ask(context, application, "POST", "users", {"username": username, "password": password})
    context.close()
    return password, signed_in_as(browser, application, username, password)
