"""Tokens, own sessions and the password."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, StorageState, expect

from tests.e2e.application import Application
from tests.e2e.asking import ask, signed_in_as, user
from tests.e2e.looks import look
from tests.e2e.watch import Watch

pytestmark = pytest.mark.serial
Contexts = Callable[..., BrowserContext]
UNAUTHORIZED = "the server responded with a status of 401"
UNPROCESSABLE = "the server responded with a status of 422"


@pytest.fixture(scope="module")
def carl(browser: Browser, application: Application, signed_in: StorageState) -> tuple[str, StorageState]:
    """His password, and a session that no test ends."""
    return user(browser, application, signed_in, "carl")


@pytest.fixture
def password(carl: tuple[str, StorageState]) -> str:
    return carl[0]


@pytest.fixture
def page(contexts: Contexts, carl: tuple[str, StorageState], application: Application) -> Page:
    page = contexts(storage_state=carl[1]).new_page()
    page.goto(f"{application.url}account")
    expect(page.get_by_role("heading", level=1, name="Account")).to_be_visible()
    return page


def rows(page: Page, table: str) -> Locator:
    return page.get_by_role("region", name=table).locator("tbody tr")


def status_of(page: Page, application: Application, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return page.context.request.get(f"{application.url}api/v1/me", headers=headers).status


def test_a_token_is_shown_once_works_and_is_taken_away(page: Page, application: Application, watch: Watch) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="New token").press("Enter")
    dialog = page.get_by_role("dialog", name="New token")
    dialog.get_by_label("Name").fill("nightly")
    dialog.get_by_role("radio", name="test also start").check()
    dialog.get_by_label("Ends").select_option("in 30 days")
    assert look(page, "account-new-token") == []
    dialog.get_by_label("Name").press("Enter")
    made = page.get_by_role("dialog", name="Token nightly")
    secret = made.locator("code").inner_text()
    assert secret.startswith("tsim_")
    made.get_by_role("button", name="Copy the token").click()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    assert look(page, "account-token") == []
    made.get_by_role("button", name="I have it").press("Enter")
    expect(page.locator("body")).not_to_contain_text(secret)
    row = rows(page, "Tokens")
    expect(row).to_contain_text("nightlytestneverin 30 days")
    assert status_of(page, application, secret) == 200
    page.reload()
    expect(row).to_contain_text("just now")
    row.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove the token").press("Enter")
    expect(page.locator("main")).to_contain_text("There is no token yet.")
    assert status_of(page, application, secret) == 401


def test_it_says_where_the_account_is_kept(page: Page, application: Application, watch: Watch) -> None:
    """All is as the server says it, but where."""
    expect(page.locator("main")).to_contain_text("The account is kept here, with its password.")

    def of_the_machine(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"origin": "pam"})

    page.route("**/api/v1/sessions/current", of_the_machine)
    page.reload()
    expect(page.locator("main")).to_contain_text("the password is changed there, with passwd")
    expect(page.get_by_role("heading", name="Password")).to_have_count(0)


def test_a_token_that_cannot_be_is_refused_at_its_field(page: Page, application: Application, watch: Watch) -> None:
    watch.expect(UNPROCESSABLE)
    page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog", name="New token")
    dialog.get_by_label("Name").fill("nightly")
    dialog.get_by_label("Ends").select_option("after a day …")
    dialog.get_by_label("Last day").fill("2020-01-31")
    dialog.get_by_role("button", name="New token").click()
    expect(dialog.get_by_role("alert")).to_contain_text("is over")
    expect(dialog.get_by_label("Last day")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="New token")).to_be_focused()


def test_other_sessions_are_seen_and_ended(
    page: Page, contexts: Contexts, browser: Browser, application: Application, password: str, watch: Watch
) -> None:
    elsewhere = contexts(storage_state=signed_in_as(browser, application, "carl", password)).new_page()
    elsewhere.goto(f"{application.url}jobs")
    expect(elsewhere.get_by_role("heading", level=1, name="History")).to_be_visible()
    page.reload()
    mine = rows(page, "Where you are signed in").filter(has_text="this one")
    expect(mine).to_have_count(1)
    expect(mine).to_contain_text("Chromium on Linux")
    expect(mine).to_contain_text("127.0.0.1")
    page.get_by_role("button", name="End the").and_(page.get_by_role("button", name="other session")).click()
    expect(rows(page, "Where you are signed in")).to_have_count(1)
    expect(elsewhere.get_by_text("Your session has ended. Sign in")).to_be_visible()
    elsewhere.get_by_label("Password", exact=True).fill(password)
    elsewhere.get_by_role("button", name="Sign in").click()
    expect(elsewhere.get_by_role("heading", level=1, name="History")).to_be_visible()


def test_signing_out_everywhere_leaves_no_session(
    contexts: Contexts, browser: Browser, application: Application, signed_in: StorageState
) -> None:
    password, here = user(browser, application, signed_in, "eve")
    there = signed_in_as(browser, application, "eve", password)
    page = contexts(storage_state=here).new_page()
    page.goto(f"{application.url}account")
    page.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").press("Enter")
    expect(page.get_by_label("User name")).to_be_visible()
    for state in (here, there):
        assert contexts(storage_state=state).request.get(f"{application.url}api/v1/me").status == 401


def test_the_password_is_changed_by_who_knows_it(
    page: Page, browser: Browser, application: Application, password: str, watch: Watch
) -> None:
    watch.expect(UNPROCESSABLE)
    old, new, again = (
        page.get_by_label(name, exact=True) for name in ("Password until now", "New password", "New password again")
    )
    old.fill("not this")
    new.fill("another long one")
    again.fill("another long other")
    again.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This is not the same as above.")
    again.fill("another long one")
    again.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This is not the password until now.")
    expect(old).to_have_attribute("aria-invalid", "true")
    old.fill(password)
    new.fill("short")
    again.fill("short")
    again.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("A password has at least 8 characters.")
    new.fill("another long one")
    again.fill("another long one")
    again.press("Enter")
    expect(page.locator("main")).to_contain_text("The password is changed.")
    expect(old).to_have_value("")
    signed_in_as(browser, application, "carl", "another long one")
    ask(page.context, application, "GET", "me")
