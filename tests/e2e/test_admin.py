"""What administrators see and do, and that others do not."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, StorageState, expect

from tests.e2e.application import Application
from tests.e2e.asking import QUESTION, ask, signed_in_as, user
from tests.e2e.looks import look
from tests.e2e.watch import Watch

pytestmark = pytest.mark.serial
Contexts = Callable[..., BrowserContext]
UNPROCESSABLE = "the server responded with a status of 422"


@pytest.fixture(scope="module")
def dora(browser: Browser, application: Application, signed_in: StorageState) -> StorageState:
    return user(browser, application, signed_in, "dora")[1]


def rows(page: Page, table: str) -> Locator:
    return page.get_by_role("region", name=table, exact=True).locator("tbody tr")


def test_others_are_told_and_see_no_way_there(contexts: Contexts, dora: StorageState, application: Application) -> None:
    page = contexts(storage_state=dora).new_page()
    page.goto(f"{application.url}admin/users")
    expect(page.get_by_role("heading", level=1, name="This is for administrators")).to_be_visible()
    expect(page.get_by_role("link", name="Administration")).to_be_hidden()
    page.get_by_role("link", name="To your tests").click()
    expect(page.get_by_role("heading", level=1, name="History")).to_be_visible()


@pytest.mark.root
def test_the_queue_is_live_and_who_waits_can_be_cancelled(
    page: Page, contexts: Contexts, dora: StorageState, application: Application, watch: Watch
) -> None:
    page.goto(f"{application.url}admin/queue")
    expect(page.locator("main")).to_contain_text("Nobody waits.")
    submitter = contexts(storage_state=dora)
    question = QUESTION | {"mode": "prove", "services": "1001-1010/tcp"}
    ask(submitter, application, "POST", "traces", {"source": "10.1.1.50", "destination": "10.2.1.50"})
    with application.halted():
        jobs = [ask(submitter, application, "POST", "jobs", question) for _ in range(10)]
        last = rows(page, "Waiting").filter(has_text=f"Test {jobs[-1]['number']}")
        expect(last).to_contain_text("dora")
        expect(last).to_contain_text("hq-pc1 → br-pc1")
        last.get_by_role("button", name="Cancel").click()
        expect(last).to_be_hidden()
        ended = ask(submitter, application, "GET", f"jobs/{jobs[-1]['id']}")
        assert (ended["status"], ended["reason"]) == ("cancelled", "cancelled by admin")
        for job in jobs[:-1]:
            ask(submitter, application, "POST", f"jobs/{job['id']}/cancel")
    expect(page.locator("main")).to_contain_text("Nobody waits.")


def test_a_user_comes_is_changed_disabled_and_goes(
    page: Page, contexts: Contexts, browser: Browser, application: Application, watch: Watch
) -> None:
    watch.expect(UNPROCESSABLE)
    page.goto(f"{application.url}admin/users")
    page.get_by_role("button", name="New user").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("emil")
    dialog.get_by_label("Password").fill("short")
    dialog.get_by_role("button", name="New user").click()
    expect(dialog.get_by_role("alert")).to_have_text("A password has at least 8 characters.")
    dialog.get_by_label("Password").fill("emil has a long one")
    dialog.get_by_role("button", name="New user").click()
    emil = rows(page, "Users").filter(has_text="emil")
    expect(emil).to_contain_text("may sign in")
    signed_in_as(browser, application, "emil", "emil has a long one")

    emil.get_by_role("button", name="Change emil").press("Enter")
    dialog.get_by_label("Role").select_option("administrator")
    expect(dialog).to_contain_text("The role is changed.")
    expect(emil).to_contain_text("administrator")
    dialog.get_by_label("New password").fill("emil has a better one")
    dialog.get_by_role("button", name="Set the password").click()
    expect(dialog).to_contain_text("The password is set")
    state = signed_in_as(browser, application, "emil", "emil has a better one")
    dialog.get_by_role("button", name="Disable").click()
    expect(emil).to_contain_text("disabled")
    assert look(page, "admin-user") == []
    assert contexts(storage_state=state).request.get(f"{application.url}api/v1/me").status == 401
    dialog.get_by_role("button", name="Enable").click()
    expect(emil).to_contain_text("may sign in")

    dialog.get_by_role("button", name="Remove").click()
    dialog.get_by_role("button", name="Remove the user").press("Enter")
    expect(emil).to_be_hidden()
    own = rows(page, "Users").filter(has_text="admin").first
    expect(own.get_by_role("button")).to_be_hidden()


def test_a_session_of_somebody_is_ended(
    page: Page, contexts: Contexts, dora: StorageState, application: Application, watch: Watch
) -> None:
    theirs = contexts(storage_state=dora).new_page()
    theirs.goto(f"{application.url}jobs")
    expect(theirs.get_by_role("heading", level=1, name="History")).to_be_visible()
    page.goto(f"{application.url}admin/sessions")
    everybody = rows(page, "Who is signed in")
    expect(everybody.filter(has_text="this one")).to_have_count(1)
    page.get_by_label("User").select_option("dora")
    expect(everybody).to_have_count(1)
    expect(page).to_have_url(f"{application.url}admin/sessions?user=dora")
    everybody.get_by_role("button", name="End").click()
    expect(page.locator("main")).to_contain_text("There is no session.")
    expect(theirs.get_by_text("Your session has ended. Sign in")).to_be_visible()


def test_what_may_go_is_said_before_and_after(page: Page, application: Application, watch: Watch) -> None:
    page.goto(f"{application.url}admin/cleanup")
    expect(rows(page, "May go now").first).to_contain_text("Tests0")
    page.get_by_role("button", name="Remove it now").press("Enter")
    expect(page.locator("main").get_by_role("status")).to_have_text("There was nothing to remove.")
    expect(page.get_by_role("columnheader", name="Has gone")).to_be_visible()
    assert ask(page.context, application, "GET", "audit?what=cleanup")["entries"]


def test_health_says_what_is_wrong_and_how_to_mend_it(page: Page, application: Application, watch: Watch) -> None:
    """All is as the server says it, but the disk."""

    def without_room(route: Route) -> None:
        answer = route.fetch()
        found = answer.json()
        found["checks"]["disk"] = "3 MB are free"
        route.fulfill(response=answer, json=found)

    page.route("**/api/v1/checks", without_room)
    page.goto(f"{application.url}admin/health")
    first = page.locator(".checks > li").first
    expect(first).to_contain_text("Disk")
    expect(first).to_contain_text("3 MB are free")
    expect(first).to_contain_text("To mend it: Free some")
    expect(page.locator("main")).to_contain_text("wrong")
    assert look(page, "admin-health-wrong") == []
    page.unroute("**/api/v1/checks")
    page.reload()
    expect(page.locator(".checks")).to_contain_text("There is room where tests are kept.")
    expect(page.locator(".checks > li")).to_have_count(len(ask(page.context, application, "GET", "checks")["checks"]))


def test_the_audit_is_searched_and_goes_on(page: Page, application: Application, watch: Watch) -> None:
    """In pages of two, which the server cuts as it does those of fifty."""

    def of_two(route: Route) -> None:
        route.continue_(url=route.request.url.replace("limit=50", "limit=2"))

    page.route("**/api/v1/audit?*", of_two)
    page.goto(f"{application.url}admin/audit")
    entries = rows(page, "Who did what, newest first")
    expect(entries).to_have_count(2)
    page.get_by_role("button", name="Show more").press("Enter")
    expect(entries).to_have_count(4)
    page.get_by_label("What", exact=True).select_option("add user")
    expect(entries.first).to_contain_text("add user")
    page.get_by_label("To what").fill("dora: user")
    expect(entries).to_have_count(1)
    expect(entries).to_contain_text("127.0.0.1")
    page.reload()
    expect(entries).to_have_count(1)
    page.get_by_label("Who", exact=True).fill("nobody")
    expect(page.locator("main")).to_contain_text("Nothing is like that.")
