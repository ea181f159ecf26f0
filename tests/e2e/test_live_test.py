"""From the question to the evidence while the test runs: by mouse, by keyboard, and cancelled."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.asking import ask
from tests.e2e.jobs import cell, ended, state, submitted
from tests.e2e.looks import look
from tests.e2e.test_keyboard import tab_to
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.serial, pytest.mark.root]
MOST_JOBS = 10


def test_from_the_question_to_the_deciding_rule_by_mouse(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url)
    page.get_by_label("Source", exact=True).click()
    page.get_by_role("option", name=re.compile("10.1.1.50")).click()
    page.get_by_label("Destination", exact=True).fill("dc-db1")
    page.get_by_role("option").first.click()
    for service in ("SSH 22/tcp", "HTTPS 443/tcp", "PostgreSQL 5432/tcp", "Ping icmp"):
        page.get_by_role("button", name=service, exact=True).click()
    expect(page.get_by_text("4 of at most 10 services")).to_be_visible()
    page.get_by_role("button", name="Start the test").click()
    answer = page.get_by_role("region", name="Answer")
    expect(answer).to_contain_text("22/tcp and 443/tcp from hq-pc1 to dc-db1 are rejected by dc-fw")
    expect(answer).to_contain_text("hq-gw and dc-gw let it through")
    ended(page)
    expect(answer.get_by_text("confirmed")).to_have_count(3)
    cell(page, "443/tcp", "dc-fw").click()
    expect(page).to_have_url(re.compile(r"\?service=443/tcp&router=dc-fw$"))
    evidence = page.get_by_role("region", name="443/tcp at dc-fw")
    expect(evidence).to_contain_text("-A db -p tcp -j REJECT --reject-with tcp-reset")
    expect(evidence.get_by_role("row", name=re.compile("filter db rule 3"))).to_contain_text("1 packet")


def test_the_whole_test_by_keyboard_alone(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url)
    expect(page.get_by_role("button", name="SSH 22/tcp", exact=True)).to_be_visible()
    tab_to(page, "^Source$")
    page.keyboard.type("hq-pc1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, "^Destination$")
    page.keyboard.type("10.2.1.50")
    tab_to(page, "^Ports$")
    page.keyboard.type("22/tcp,53/udp,123/udp")
    expect(page.get_by_text("3 of at most 10 services")).to_be_visible()
    page.keyboard.press("Enter")
    ended(page)
    tab_to(page, ": 123/udp at hq-gw, ")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    expect(cell(page, "53/udp", "br-gw")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="53/udp at br-gw")).to_be_focused()
    expect(page.get_by_role("region", name="53/udp at br-gw")).to_contain_text("filter FORWARD rule 11")
    page.keyboard.press("Escape")
    expect(cell(page, "53/udp", "br-gw")).to_be_focused()
    page.keyboard.press("Control+Home")
    expect(cell(page, "22/tcp", "hq-gw")).to_be_focused()
    page.go_back()
    expect(page).not_to_have_url(re.compile("service="))


def test_one_that_waits_says_when_its_turn_comes_and_is_cancelled(
    page: Page, application: Application, watch: Watch
) -> None:
    page.goto(f"{application.url}help")
    submitted(page, application, mode="predict")
    with application.halted():
        jobs = [submitted(page, application) for _ in range(MOST_JOBS)]
        page.goto(f"{application.url}jobs/{jobs[-1]}")
        expect(state(page)).to_have_text("Waiting for its turn")
        expect(page.get_by_text("The prediction comes as soon as it is this test's turn.")).to_be_visible()
        assert look(page, "test-waiting") == []
        page.get_by_role("button", name="Cancel the test").click()
        ended(page, "Cancelled")
    expect(page.get_by_role("button", name="Cancel the test")).to_have_count(0)
    page.reload()
    expect(state(page)).to_have_text("Cancelled")
    for job in jobs[:-1]:
        ask(page.context, application, "POST", f"jobs/{job}/cancel")
