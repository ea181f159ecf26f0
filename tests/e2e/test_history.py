"""Tests are found again, repeated, removed and compared; nobody sees those of others; two windows agree."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, StorageState, expect

from tests.e2e.application import Application
from tests.e2e.asking import ask, finished, user
from tests.e2e.looks import findings, look
from tests.e2e.watch import Watch

pytestmark = pytest.mark.serial
Contexts = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def ann(browser: Browser, application: Application, signed_in: StorageState) -> StorageState:
    """Who has three tests: one of them asks for other services elsewhere."""
    _, state = user(browser, application, signed_in, "ann")
    context = browser.new_context(storage_state=state)
    finished(context, application)
    finished(context, application, destination="10.3.10.10", services="22/tcp,53/udp")
    finished(context, application, services="443/tcp,8443/tcp", source_port=4000)
    context.close()
    return state


@pytest.fixture
def page(contexts: Contexts, ann: StorageState) -> Page:
    return contexts(storage_state=ann).new_page()


def runs(page: Page) -> Locator:
    return page.get_by_role("list", name="Tests, newest first").locator("> li")


def opened(page: Page, application: Application, query: str = "") -> None:
    page.goto(f"{application.url}jobs{query}")
    expect(runs(page).first).to_be_visible()


def test_each_says_what_was_asked_and_what_came_of_it(page: Page, application: Application, watch: Watch) -> None:
    opened(page, application)
    expect(runs(page)).to_have_count(3)
    latest = runs(page).first
    expect(latest).to_contain_text("hq-pc1 → br-pc1")
    expect(latest).to_contain_text(re.compile("dropped ?at hq-gw ?8443/tcp"))
    expect(latest).to_contain_text(re.compile("accepted ?443/tcp"))
    assert look(page, "history") == []
    latest.get_by_role("link", name="hq-pc1 → br-pc1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("10.2.1.50")
    page.go_back()
    expect(runs(page)).to_have_count(3)


def test_they_are_found_by_words_and_filters_that_stand_in_the_address(
    page: Page, application: Application, watch: Watch
) -> None:
    opened(page, application)
    page.get_by_label("Find").fill("8443 hq-gw")
    expect(runs(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=8443"))
    page.reload()
    expect(page.get_by_label("Find")).to_have_value("8443 hq-gw")
    expect(runs(page)).to_have_count(1)
    page.get_by_label("State").select_option("failed")
    expect(page.get_by_role("heading", name="No test is like that")).to_be_visible()
    page.locator("main").get_by_role("link", name="Clear the filters").last.click()
    expect(runs(page)).to_have_count(3)
    expect(page.get_by_label("Find")).to_have_value("")
    page.get_by_label("To", exact=True).fill("2020-01-31")
    expect(page.get_by_role("heading", name="No test is like that")).to_be_visible()
    page.get_by_label("To", exact=True).fill("")
    page.get_by_label("A service is").select_option(label="denied (forward)")
    expect(page).to_have_url(re.compile("verdict=denied_forward"))
    expect(runs(page).first).to_contain_text("at hq-gw")


def test_more_of_them_come_when_they_are_wanted(page: Page, application: Application, watch: Watch) -> None:
    """In pages of two, which the server cuts as it does those of twenty-five."""

    def of_two(route: Route) -> None:
        route.continue_(url=route.request.url.replace("limit=25", "limit=2"))

    page.route("**/api/v1/jobs?*", of_two)
    opened(page, application)
    expect(runs(page)).to_have_count(2)
    page.get_by_role("button", name="Show more").press("Enter")
    expect(runs(page)).to_have_count(3)
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


def test_a_test_is_repeated_with_all_that_was_asked(page: Page, application: Application, watch: Watch) -> None:
    opened(page, application)
    runs(page).first.get_by_role("link", name="Repeat").click()
    expect(page.get_by_role("heading", level=1, name="New test")).to_be_visible()
    expect(page.get_by_label("Source", exact=True)).to_have_value("10.1.1.50")
    expect(page.get_by_label("Destination", exact=True)).to_have_value("10.2.1.50")
    expect(page.get_by_label("Ports", exact=True)).to_have_value("443/tcp,8443/tcp")
    expect(page.get_by_label("Source port")).to_have_value("4000")
    expect(page.get_by_role("radio", name="Predict only")).to_be_checked()


def test_what_no_list_says_is_repeated_as_well(
    contexts: Contexts, signed_in: StorageState, application: Application
) -> None:
    page = contexts(storage_state=signed_in).new_page()
    watch = Watch(page, application.url)
    trace = {"path": [{"name": "hq-gw", "is_router": True}, {"name": "br-gw", "is_router": True}]}
    job = finished(page.context, application, gateway="hq-gw", tos=16, ttl=9, trace=trace)
    number = ask(page.context, application, "GET", f"jobs/{job}")["number"]
    opened(page, application)
    page.get_by_role("link", name=f"Repeat test {number}").click()
    expect(page.get_by_label("First router")).to_have_value("hq-gw")
    expect(page.get_by_label("TOS")).to_have_value("16")
    expect(page.get_by_label("TTL")).to_have_value("9")
    expect(page.get_by_label("Own trace")).to_have_value(json.dumps(trace, indent=2))
    assert watch.complaints() == []


def test_two_are_compared_by_keyboard_alone(page: Page, application: Application, watch: Watch) -> None:
    opened(page, application)
    runs(page).nth(0).get_by_role("checkbox").press("Space")
    runs(page).nth(2).get_by_role("checkbox").press("Space")
    page.get_by_role("button", name="Compare the two").press("Enter")
    expect(page.get_by_role("heading", level=1, name="Compare two tests")).to_be_visible()
    main = page.locator("main")
    expect(main).to_contain_text("Nothing differs: 1 service is answered as before.")
    expect(main).to_contain_text("2 services were asked for in one of the tests only.")
    expect(main).to_contain_text("Both used the same facts, demo@")
    expect(main).to_contain_text("What was asked is not the same: source port.")
    address = page.url
    page.get_by_role("button", name="Exchange the two").press("Enter")
    expect(page).not_to_have_url(address)
    page.go_back()
    expect(runs(page)).to_have_count(3)


def test_what_differs_is_shown_with_rules_routers_and_path(page: Page, application: Application, watch: Watch) -> None:
    found = ask(page.context, application, "GET", "jobs")["jobs"]
    one, other = (job["id"] for job in (found[2], found[1]))
    page.goto(f"{application.url}compare?before={one}&after={other}")
    expect(page.locator("main")).to_contain_text("What was asked is not the same: destination.")
    service = page.get_by_role("list", name="Services, before and after").locator("> li").first
    expect(service).to_contain_text("53/udp")
    expect(service).to_contain_text(re.compile("Differs: .*path"))
    expect(service).to_contain_text("br-gw · FORWARD · rule 11")
    expect(service).to_contain_text("-A FORWARD -j REJECT")
    expect(service.get_by_role("heading", name="Path there")).to_be_visible()
    expect(service).to_contain_text("only before")
    expect(service).to_contain_text("only after")
    assert look(page, "compare-two") == []


def test_what_cannot_be_compared_is_said(page: Page, application: Application, watch: Watch) -> None:
    watch.expect("the server responded with a status of 404")
    page.goto(f"{application.url}compare")
    expect(page.get_by_role("heading", name="Which two?")).to_be_visible()
    page.goto(f"{application.url}compare?before=nothing&after=nothing")
    expect(page.get_by_role("alert")).to_contain_text("nothing")


def test_two_windows_agree_on_what_begins_ends_and_is_removed(
    page: Page, application: Application, watch: Watch
) -> None:
    other = page.context.new_page()
    for window in (page, other):
        opened(window, application)
        expect(runs(window)).to_have_count(3)
    finished(page.context, application, services="5432/tcp")
    for window in (page, other):
        expect(runs(window)).to_have_count(4)
        expect(runs(window).first).to_contain_text(re.compile("dropped ?at hq-gw ?5432/tcp"))
        expect(runs(window).first).to_contain_text("took")
    page.bring_to_front()
    runs(page).first.get_by_role("button", name="Remove").click()
    dialog = page.get_by_role("dialog", name="Remove test")
    expect(dialog).to_contain_text("hq-pc1 → br-pc1")
    assert findings(page) == []
    dialog.get_by_role("button", name="Cancel").press("Enter")
    expect(runs(page)).to_have_count(4)
    runs(page).first.get_by_role("button", name="Remove").click()
    dialog.get_by_role("button", name="Remove the test").press("Enter")
    for window in (page, other):
        expect(runs(window)).to_have_count(3)


def test_nobody_sees_those_of_others_and_administrators_see_all(
    page: Page, contexts: Contexts, signed_in: StorageState, application: Application, watch: Watch
) -> None:
    watch.expect("the server responded with a status of 404")
    administrator = contexts(storage_state=signed_in).new_page()
    theirs = finished(administrator.context, application, services="25/tcp")
    opened(page, application)
    expect(runs(page)).to_have_count(3)
    expect(page.get_by_label("User")).to_be_hidden()
    page.goto(f"{application.url}jobs/{theirs}")
    expect(page.get_by_role("alert")).to_contain_text(theirs)
    mine = ask(page.context, application, "GET", "jobs")["jobs"][0]["id"]
    page.goto(f"{application.url}compare?before={mine}&after={theirs}")
    expect(page.get_by_role("alert")).to_contain_text(theirs)
    opened(administrator, application)
    expect(runs(administrator).first).to_contain_text("25/tcp")
    finished(page.context, application, services="80/tcp")
    expect(runs(administrator).first).to_contain_text("80/tcp")
    expect(runs(administrator).first).to_contain_text("ann")
    administrator.get_by_label("User").select_option("ann")
    expect(runs(administrator)).to_have_count(4)
    expect(runs(administrator).filter(has_text="25/tcp")).to_have_count(0)
