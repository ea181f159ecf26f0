import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.looks import findings
from tests.e2e.watch import Watch

pytestmark = pytest.mark.serial
UNAUTHORIZED = "the server responded with a status of 401"
LINK = "trace?source=10.1.1.50&destination=10.2.1.50"


def sign_in(page: Page, username: str, password: str) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_the_printed_password_opens_the_page(visitor: Page, application: Application, watch: Watch) -> None:
    visitor.goto(application.url + "trace")
    expect(visitor.get_by_label("User name")).to_be_focused()
    sign_in(visitor, application.username, application.password)
    expect(visitor.get_by_role("form", name="Trace a path")).to_be_visible()
    expect(visitor.get_by_text("Which way does a packet take?")).to_be_visible()
    expect(visitor.get_by_role("banner")).to_contain_text("demo@")
    visitor.reload()
    expect(visitor.get_by_role("form", name="Trace a path")).to_be_visible()


@pytest.mark.parametrize("username", ["admin", "nobody-of-that-name"])
def test_a_wrong_password_is_said_in_the_same_words_for_any_name(
    visitor: Page, application: Application, watch: Watch, username: str
) -> None:
    watch.expect(UNAUTHORIZED)
    visitor.goto(application.url + "trace")
    sign_in(visitor, username, "wrong")
    expect(visitor.get_by_role("alert")).to_have_text("User name or password is wrong.")
    assert findings(visitor) == []
    expect(visitor.get_by_label("Password", exact=True)).to_be_focused()
    sign_in(visitor, application.username, application.password)
    expect(visitor.get_by_role("form", name="Trace a path")).to_be_visible()


GUESS = """() => Promise.any(Array.from({ length: 8 }, async () => {
  const body = JSON.stringify({ username: "guessed", password: "wrong" });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("api/v1/sessions", { method: "POST", body, headers, credentials: "omit" });
  if (answer.status !== 429) throw answer.status;
}))"""
"""All at once, since each that is wrong takes a while. It is over when one of them has to wait."""


def test_who_guesses_too_often_sees_how_long_to_wait(visitor: Page, application: Application, watch: Watch) -> None:
    watch.expect(UNAUTHORIZED, "the server responded with a status of 429")
    visitor.goto(application.url)
    expect(visitor.get_by_label("User name")).to_be_focused()
    button = visitor.locator("button[type=submit]")
    alert = visitor.get_by_role("alert")
    visitor.evaluate(GUESS)
    for _ in range(5):  # a machine that is slow may have waited long enough: then the next wait is longer
        sign_in(visitor, "guessed", "wrong")
        expect(button).not_to_have_text("Signing in …")
        if "Too many" in alert.inner_text():
            break
    expect(alert).to_contain_text("Too many wrong passwords; try again in")
    expect(button).to_have_text("Sign in")  # when that has passed
    sign_in(visitor, application.username, application.password)
    expect(visitor.get_by_role("heading", level=1, name="New test")).to_be_visible()


def test_the_password_can_be_looked_at(visitor: Page, application: Application, watch: Watch) -> None:
    visitor.goto(application.url + "trace")
    field = visitor.get_by_label("Password", exact=True)
    field.fill("what I typed")
    visitor.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")
    expect(field).to_have_value("what I typed")


def test_a_link_is_answered_after_the_sign_in(visitor: Page, application: Application, watch: Watch) -> None:
    visitor.goto(application.url + LINK)
    sign_in(visitor, application.username, application.password)
    expect(visitor.get_by_role("heading", name="Routing delivers 10.1.1.50 → 10.2.1.50")).to_be_visible()


def test_an_ended_session_asks_again_and_goes_on_where_it_was(
    visitor: Page, application: Application, watch: Watch
) -> None:
    watch.expect(UNAUTHORIZED)
    visitor.goto(application.url + "trace")
    sign_in(visitor, application.username, application.password)
    visitor.get_by_label("Source", exact=True).fill("10.1.1.50")
    visitor.get_by_label("Destination", exact=True).fill("10.2.1.50")
    visitor.context.clear_cookies()
    visitor.get_by_role("button", name="Trace", exact=True).click()
    expect(visitor.get_by_text("Your session has ended. Sign in")).to_be_visible()
    expect(visitor.get_by_label("User name")).to_have_value(application.username)
    expect(visitor.get_by_role("banner")).to_be_hidden()
    assert findings(visitor) == []
    sign_in(visitor, application.username, application.password)
    expect(visitor.get_by_role("heading", name="Routing delivers 10.1.1.50 → 10.2.1.50")).to_be_visible()
    expect(visitor.get_by_label("Source", exact=True)).to_have_value("10.1.1.50")


def test_signing_out_leaves_nothing_on_the_screen(visitor: Page, application: Application, watch: Watch) -> None:
    visitor.goto(application.url + LINK)
    sign_in(visitor, application.username, application.password)
    expect(visitor.get_by_role("heading", name="Routing delivers")).to_be_visible()
    visitor.get_by_role("button", name="Sign out").click()
    expect(visitor.get_by_label("User name")).to_be_visible()
    assert "10.1.1.50" not in visitor.url
    visitor.reload()
    expect(visitor.get_by_label("User name")).to_be_visible()
    assert visitor.context.request.get(f"{application.url}api/v1/topology").status == 401
