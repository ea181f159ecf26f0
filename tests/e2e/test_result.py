"""A test that has ended: the drawing, the evidence, what was asked in vain, the report, and how it looks."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect
from pypdf import PdfReader

from tests.e2e.application import Application
from tests.e2e.jobs import cell, ended, submitted
from tests.e2e.looks import look
from tests.e2e.watch import Watch
from tests.waiting import wait_for

PAPER = 0.2
"""Of what is seen of the viewer."""

pytestmark = [pytest.mark.serial, pytest.mark.root]


def whiteness(picture: bytes) -> float:
    image = Image.open(io.BytesIO(picture)).convert("L")
    return sum(image.histogram()[250:]) / (image.width * image.height)


@pytest.fixture(scope="module")
def job(browser: Browser, signed_in: StorageState, application: Application) -> str:
    """One for all of these tests, since none of them changes it."""
    context = browser.new_context(storage_state=signed_in)
    page = context.new_page()
    job = submitted(page, application)
    page.goto(f"{application.url}jobs/{job}")
    ended(page)
    context.close()
    return job


@pytest.fixture
def opened(page: Page, application: Application, job: str, watch: Watch) -> Page:
    page.goto(f"{application.url}jobs/{job}")
    expect(page.get_by_text("Prediction and proof agree on 5 services.")).to_be_visible()
    return page


def test_it_is_sound_in_all_widths_and_colours(opened: Page) -> None:
    assert look(opened, "test") == []


def test_each_fate_has_a_word_a_shape_and_a_colour(opened: Page) -> None:
    looks = "(cell) => [cell.textContent, getComputedStyle(cell, '::before').content, getComputedStyle(cell).color]"
    passed = cell(opened, "22/tcp", "hq-gw").evaluate(looks)
    rejected = cell(opened, "22/tcp", "dc-fw").evaluate(looks)
    dropped = cell(opened, "5432/tcp", "hq-gw").evaluate(looks)
    assert [passed[0], rejected[0], dropped[0]] == ["accepted", "rejected", "dropped"]
    assert len({passed[1], rejected[1], dropped[1]}) == 3
    assert passed[2] != rejected[2]


def test_a_link_leads_to_a_cell_and_back_to_where_one_was(opened: Page, application: Application, job: str) -> None:
    opened.goto(f"{application.url}jobs/{job}?service=443/tcp&router=dc-fw")
    expect(opened.get_by_role("heading", name="443/tcp at dc-fw")).to_be_visible()
    opened.get_by_role("button", name="Router before").click()
    expect(opened.get_by_role("heading", name="443/tcp at dc-gw")).to_be_focused()
    opened.go_back()
    expect(opened.get_by_role("heading", name="443/tcp at dc-fw")).to_be_visible()
    opened.reload()
    expect(opened.get_by_role("heading", name="443/tcp at dc-fw")).to_be_visible()
    expect(cell(opened, "443/tcp", "dc-fw")).to_have_attribute("aria-selected", "true")


def test_the_rule_that_decides_is_a_way_to_where_it_stands(opened: Page) -> None:
    opened.get_by_label("Answer", exact=True).get_by_role("link", name="filter log-drop rule 2").click()
    expect(opened.get_by_role("heading", name="hq-gw")).to_be_visible()
    expect(opened.get_by_role("row", name="2 -j DROP DROP 524")).to_be_in_viewport()


def test_the_rules_that_did_not_match_are_told_on_request(opened: Page, application: Application, job: str) -> None:
    opened.goto(f"{application.url}jobs/{job}?service=443/tcp&router=dc-fw")
    evidence = opened.get_by_role("region", name="443/tcp at dc-fw")
    evidence.get_by_role("button", name="Show the rules that did not match").click()
    expect(evidence.get_by_text("10.3.20.10,tcp:443 is not in it").first).to_be_visible()
    assert look(opened, "test-evidence") == []


def test_every_machine_of_the_drawing_is_reached_by_keyboard_and_has_a_row(opened: Page) -> None:
    drawing = opened.get_by_role("group", name="Path of 5432/tcp: There")
    node = drawing.get_by_role("button", name="hq-gw")
    node.press("Enter")
    expect(opened.get_by_role("heading", name="5432/tcp at hq-gw")).to_be_focused()
    opened.get_by_role("combobox", name="Service").select_option("icmp")
    back = opened.get_by_role("group", name="Path of icmp: Back")
    expect(back.get_by_role("button", name="dc-leaf")).to_be_visible()
    opened.get_by_text("As a table").last.click()
    expect(opened.get_by_role("region", name="Back: hops of icmp").get_by_role("row")).to_have_count(7)


def test_the_report_opens_in_the_page_and_everything_can_be_saved(opened: Page) -> None:
    opened.get_by_role("button", name="Show the report").click()
    frame = opened.locator("iframe[title^='Report of test']")
    frame.scroll_into_view_if_needed()
    wait_for(lambda: whiteness(frame.screenshot()) > PAPER, "the first page in the viewer of the browser")
    for name in ("PDF", "JSON", "SVG", "PNG"):
        with opened.expect_download() as download:
            opened.get_by_role("link", name=name, exact=True).click()
        assert download.value.path().stat().st_size > 1000, name


def test_a_part_of_the_report_comes_on_the_paper_that_one_has(opened: Page) -> None:
    def sizes() -> list[tuple[int, int]]:
        with opened.expect_download() as download:
            opened.get_by_role("link", name="PDF", exact=True).click()
        pages = PdfReader(download.value.path()).pages
        return [(round(each.mediabox.width), round(each.mediabox.height)) for each in pages]

    whole = sizes()
    assert set(whole) == {(595, 842)}
    opened.get_by_label("Part").select_option("443/tcp")
    opened.get_by_label("Paper").select_option("Letter")
    part = sizes()
    assert set(part) == {(612, 792)}
    assert len(part) < len(whole)
    opened.reload()
    expect(opened.get_by_label("Paper")).to_have_value("letter")
    opened.get_by_role("button", name="Show the report").click()
    expect(opened.locator("iframe")).to_have_attribute("src", re.compile(r"report\.pdf\?paper=letter$"))


def test_who_signs_in_again_is_where_the_link_leads(
    opened: Page, application: Application, watch: Watch, job: str
) -> None:
    """Whether the session ended while the page was open or before."""
    where = f"{application.url}jobs/{job}?service=443/tcp&router=dc-gw"
    evidence = opened.get_by_role("heading", name="443/tcp at dc-gw")
    opened.goto(where)
    expect(evidence).to_be_visible()
    opened.context.clear_cookies()
    opened.reload()
    opened.get_by_label("User name").fill(application.username)
    opened.get_by_label("Password", exact=True).fill(application.password)
    opened.get_by_role("button", name="Sign in").click()
    expect(evidence).to_be_visible()
    expect(opened).to_have_url(where)


def test_nobody_else_sees_it(
    contexts: Callable[..., BrowserContext], page: Page, application: Application, job: str
) -> None:
    person = {"username": "eva", "password": "correct horse battery"}
    made = page.context.request.post(
        f"{application.url}api/v1/users", data=person, headers={"X-Requested-With": "tests"}
    )
    assert made.status in (201, 409), made.text()
    context = contexts()
    assert context.request.post(f"{application.url}api/v1/sessions", data=person).status == 201
    other = context.new_page()
    other.goto(f"{application.url}jobs/{job}")
    expect(other.get_by_role("alert")).to_be_visible()
    expect(other.get_by_role("grid")).to_have_count(0)
