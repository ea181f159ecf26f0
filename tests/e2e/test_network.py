"""The map of the network and the pages of its routers."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, StorageState, expect

from tests.e2e.application import Application
from tests.e2e.looks import look
from tests.e2e.watch import Watch
from tests.waiting import wait_for

pytestmark = pytest.mark.serial
NOT_FOUND = "the server responded with a status of 404"
UNAVAILABLE = "the server responded with a status of 503"
FOCUSED = "document.activeElement.getAttribute('data-node')"


def opened(page: Page, application: Application, address: str = "network") -> None:
    page.goto(application.url + address)
    expect(page.get_by_role("group", name="Map of demo")).to_be_visible()


def node(page: Page, name: str) -> str:
    return f'[data-node="{name}"]'


def test_what_is_chosen_on_the_map_stands_beside_it_and_in_the_address(
    page: Page, application: Application, watch: Watch
) -> None:
    opened(page, application)
    page.locator(node(page, "router hq-gw")).click()
    beside = page.get_by_role("complementary", name="hq-gw, router")
    expect(beside).to_contain_text("10.100.1.1/24")
    expect(page).to_have_url(f"{application.url}network?router=hq-gw")
    assert look(page, "network-router") == []
    beside.get_by_role("button", name="10.1.1.0/24").click()
    beside = page.get_by_role("complementary", name="10.1.1.0/24, segment")
    expect(beside).to_contain_text("hq-pc1")
    expect(beside.get_by_role("link", name="Trace from here: hq-pc1")).to_have_attribute(
        "href", "/trace?source=10.1.1.50"
    )
    page.reload()
    expect(page.get_by_role("complementary", name="10.1.1.0/24, segment")).to_contain_text("hq-pc1")
    page.get_by_role("button", name="Close").click()
    expect(page).to_have_url(f"{application.url}network")


def test_the_map_is_one_stop_of_the_tab_key_and_keys_lead_to_all_of_it(
    page: Page, application: Application, watch: Watch
) -> None:
    opened(page, application, "network?router=hq-gw")
    nodes = page.locator("[data-node]")
    count = 34  # all routers and segments of the demo network
    expect(nodes).to_have_count(count)
    assert page.locator('[data-node][tabindex="0"]').count() == 1
    page.get_by_role("link", name="PNG").focus()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "router hq-gw"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) != "router hq-gw"
    page.keyboard.press("Home")
    seen = set()
    for _ in range(count):
        seen.add(page.evaluate(FOCUSED))
        page.keyboard.press("PageDown")
    assert len(seen) == count
    page.keyboard.press("End")
    last = page.evaluate(FOCUSED)
    page.keyboard.press("Enter")
    expect(page.locator(node(page, last))).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)


def test_the_map_is_zoomed_and_moved_and_chooses_nothing_by_that(
    page: Page, application: Application, watch: Watch
) -> None:
    opened(page, application)
    picture = page.locator(".map svg")
    whole = picture.get_attribute("viewBox")
    page.get_by_role("button", name="Zoom in").click()
    near = picture.get_attribute("viewBox")
    assert near != whole
    box = page.locator(node(page, "router dc-gw")).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 10, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] - 60, box["y"] + 30, steps=4)
    page.mouse.up()
    moved = picture.get_attribute("viewBox")
    assert moved not in (near, whole)
    expect(page.get_by_role("complementary")).to_have_count(0)
    page.get_by_role("button", name="Show all").click()
    expect(picture).to_have_attribute("viewBox", whole or "")
    expect(page.get_by_role("button", name="Show all")).to_have_count(0)


def test_two_fingers_make_the_map_larger_and_choose_nothing(
    contexts: Callable[..., BrowserContext], signed_in: StorageState, application: Application
) -> None:
    page = contexts(storage_state=signed_in, has_touch=True, viewport={"width": 360, "height": 740}).new_page()
    opened(page, application)
    picture = page.locator(".map svg")
    whole = seen(page)
    middle = picture.bounding_box()
    assert middle is not None
    x, y = middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *apart: float) -> None:
        points = [{"x": x + side, "y": y, "id": number} for number, side in enumerate(apart)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", -20, 20)
    for apart in (30, 45, 60):
        touch("touchMove", -apart, apart)
    touch("touchEnd")
    wait_for(lambda: seen(page) == pytest.approx(whole / 3, rel=0.2), "a map three times as large")
    near = seen(page)
    touch("touchStart", -60, 60)
    for apart in (45, 30):
        touch("touchMove", -apart, apart)
    touch("touchEnd")
    wait_for(lambda: seen(page) > 1.5 * near, "a smaller map")
    expect(page.get_by_role("complementary")).to_have_count(0)


def seen(page: Page) -> float:
    """How much of the map, from left to right."""
    return float((page.locator(".map svg").get_attribute("viewBox") or "").split()[2])


def test_an_address_of_nobody_is_found_on_its_segment(page: Page, application: Application, watch: Watch) -> None:
    opened(page, application)
    field = page.get_by_role("searchbox", name="Find")
    field.fill("10.1.1.77")
    found = page.get_by_role("search").get_by_role("button")
    expect(found).to_have_text(re.compile("10.1.1.0/24"))
    field.press("Enter")
    expect(page.get_by_role("complementary", name="10.1.1.0/24, segment")).to_be_visible()
    expect(page).to_have_url(f"{application.url}network?segment=10.1.1.0/24&find=10.1.1.77")
    field.fill("nothing of that name")
    expect(page.get_by_role("search").get_by_role("status")).to_have_text("Nothing of this network fits.")


def test_the_map_can_be_saved_and_read_as_tables(page: Page, application: Application, watch: Watch) -> None:
    opened(page, application)
    with page.expect_download() as download:
        page.get_by_role("link", name="SVG").click()
    assert download.value.suggested_filename == "demo.svg"
    assert "hq-gw" in download.value.path().read_text()
    table = page.get_by_role("region", name="Routers")
    first = table.get_by_role("rowheader").first
    expect(first).to_have_text("br-gw")
    table.get_by_role("button", name="Name").click()
    table.get_by_role("button", name="Name").click()
    expect(first).to_have_text("hq-wifi")
    page.get_by_role("button", name="On the map: 10.3.20.0/24").click()
    expect(page.get_by_role("complementary", name="10.3.20.0/24, segment")).to_contain_text("dc-db1")


def test_without_a_map_the_tables_are_there_all_the_same(page: Page, application: Application, watch: Watch) -> None:
    watch.expect(UNAVAILABLE)
    page.route("**/topology/layout*", lambda route: route.fulfill(status=503, json={"status": 503, "detail": "busy"}))
    page.goto(application.url + "network")
    expect(page.get_by_role("alert")).to_contain_text("The server is not ready")
    expect(page.get_by_role("region", name="Routers")).to_contain_text("hq-gw")
    page.unroute("**/topology/layout*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("group", name="Map of demo")).to_be_visible()


def test_a_rule_has_an_address_of_its_own(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "network/routers/hq-gw?chain=FORWARD&rule=12")
    rule = page.locator("tr[aria-current]")
    expect(rule).to_contain_text("-j log-drop")
    expect(rule).to_be_in_viewport()
    assert look(page, "router-rule") == []
    rule.get_by_role("link", name="log-drop").click()
    expect(page).to_have_url(f"{application.url}network/routers/hq-gw?table=filter&chain=log-drop")
    page.locator(".chain.chosen header").get_by_role("link", name="from-internet 2").click()
    expect(page.locator("tr[aria-current]")).to_contain_text("log-drop")
    page.go_back()
    expect(page.locator("tr[aria-current]")).to_have_count(0)
    page.goto(application.url + "network/routers/hq-gw?chain=FORWARD&rule=99")
    expect(page.get_by_text("There is no rule 99 in filter FORWARD of these facts.")).to_be_visible()


def test_all_parts_of_a_router_are_searched_at_once(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "network/routers/hq-gw")
    parts = page.get_by_role("navigation", name="Parts of the facts")
    expect(parts.get_by_role("link", name="Routes")).to_contain_text("68")
    page.get_by_role("searchbox").fill("wireguard")
    expect(parts.get_by_role("link", name="Firewall")).to_contain_text("1")
    expect(page.get_by_text("Nothing of Interfaces has “wireguard”.")).to_be_visible()
    page.locator(".card").get_by_role("link", name="Firewall").click()
    expect(page.locator(".rules tbody tr")).to_have_count(1)
    expect(page.locator(".rules tbody tr")).to_contain_text("--dport 51820")
    page.reload()
    expect(page.locator(".rules tbody tr")).to_have_count(1)


@pytest.mark.parametrize(
    ("part", "there"),
    [
        ("routes", "10.2.0.0/16"),
        ("routes&family=6", "2001:db8"),
        ("policy", "from 10.1.50.0/24 lookup guest"),
        ("nat", "MASQUERADE"),
        ("settings", "rp_filter"),
        ("diagnostics", "All of it was understood."),
    ],
)
def test_each_part_shows_what_is_in_the_facts(
    page: Page, application: Application, watch: Watch, part: str, there: str
) -> None:
    page.goto(f"{application.url}network/routers/hq-gw?part={part}")
    expect(page.locator("main")).to_contain_text(there)


def test_a_set_shows_its_entries_and_who_asks_it(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "network/routers/hq-gw?set=web-ports")
    entries = page.get_by_role("region", name="Entries of web-ports")
    expect(entries.locator("tbody tr")).to_have_count(4)
    assert look(page, "router-set") == []
    page.get_by_role("searchbox", name="Search in the entries").fill("80")
    expect(entries.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_text("2 of 4 entries")).to_be_visible()
    page.get_by_role("link", name="filter from-office 1").click()
    expect(page.locator("tr[aria-current]")).to_contain_text("--match-set web-ports dst")


def test_a_router_that_there_is_not_is_said(page: Page, application: Application, watch: Watch) -> None:
    watch.expect(NOT_FOUND)
    page.goto(application.url + "network/routers/nobody")
    expect(page.get_by_role("alert")).to_contain_text("There is no router 'nobody'")
