import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.application import Application
from tests.e2e.watch import Watch

pytestmark = pytest.mark.serial
OFFICE_TO_BRANCH = "trace?source=10.1.1.50&destination=10.2.1.50"
DELIVERED = "Routing delivers 10.1.1.50 → 10.2.1.50 through hq-gw and br-gw."


def answer(page: Page) -> Locator:
    return page.get_by_role("region", name="Answer")


def heading(page: Page) -> Locator:
    return answer(page).get_by_role("heading", level=2)


def nodes(page: Page) -> Locator:
    return page.get_by_role("group", name="Path").get_by_role("button")


def pick(page: Page, field: str, typed: str, option: str) -> None:
    """Type, and take the suggestion with the mouse."""
    page.get_by_label(field, exact=True).fill(typed)
    page.get_by_role("option", name=option).click()


def trace(page: Page) -> None:
    page.get_by_role("button", name="Trace", exact=True).click()


def test_two_addresses_are_picked_and_the_path_is_drawn(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "trace")
    pick(page, "Source", "hq-pc1 10.", "10.1.1.50")
    expect(page.get_by_label("Source", exact=True)).to_have_value("10.1.1.50")
    pick(page, "Destination", "br-pc1", "10.2.1.50")
    trace(page)
    expect(heading(page)).to_have_text(DELIVERED)
    expect(answer(page)).to_contain_text("Routing only: firewall rules are not part of this answer.")
    expect(nodes(page)).to_have_count(3)
    for position, name in enumerate(("hq-gw", "br-gw", "br-pc1")):
        label = re.compile(rf"^{name} .*, hop {position + 1}, ")
        expect(nodes(page).nth(position)).to_have_attribute("aria-label", label)
    expect(page.locator(".badge.good")).to_have_text("delivered")
    expect(page.locator(".wire .port").first).not_to_be_empty()
    expect(page).to_have_title("10.1.1.50 → 10.2.1.50 · tsim")


def test_suggestions_narrow_down_while_typing(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "trace")
    field = page.get_by_label("Destination", exact=True)
    field.click()
    expect(page.get_by_role("option").first).to_be_visible()
    everything = page.get_by_role("option").count()
    field.fill("dc-")
    expect(page.get_by_role("option").first).to_contain_text("dc-")
    assert 0 < page.get_by_role("option").count() <= everything
    field.fill("dc- nothing like that")
    expect(page.get_by_role("option")).to_have_count(0)
    field.fill("198.51.100.77")
    expect(page.get_by_text("Not an address of this network")).to_be_visible()


def test_the_table_says_the_same_as_the_drawing(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + OFFICE_TO_BRANCH)
    rows = page.get_by_role("row")
    expect(rows).to_have_count(4)
    expected = (["hq-gw", "eth1", "wg0"], ["br-gw", "wg0"], ["br-pc1", "10.2.1.50", "delivered"])
    for position, words in enumerate(expected, start=1):
        for word in words:
            expect(rows.nth(position)).to_contain_text(word)


def test_a_hop_shows_the_lines_that_decided(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + OFFICE_TO_BRANCH)
    nodes(page).first.click()
    steps = page.get_by_role("region", name="hq-gw: how it decided")
    route = steps.get_by_role("listitem").filter(has_text="10.2.0.0/16 via 10.100.1.2 dev wg0")
    expect(route.first).to_contain_text("Route")
    expect(route.first).to_contain_text("table main")
    expect(route.first).to_contain_text(re.compile(r"routing_table_main:\d+"))
    page.get_by_role("row").filter(has_text="br-gw").click()
    expect(page.get_by_role("region", name="br-gw: how it decided")).to_be_visible()
    page.reload()
    expect(page.get_by_role("region", name="br-gw: how it decided")).to_be_visible()


def test_a_link_back_forward_and_reload_lead_where_they_should(
    page: Page, application: Application, watch: Watch
) -> None:
    page.goto(application.url + OFFICE_TO_BRANCH)
    expect(heading(page)).to_have_text(DELIVERED)
    expect(page.get_by_label("Destination", exact=True)).to_have_value("10.2.1.50")
    page.get_by_label("Destination", exact=True).fill("10.1.20.10")
    trace(page)
    expect(heading(page)).to_contain_text("10.1.1.50 → 10.1.20.10")
    page.go_back()
    expect(heading(page)).to_have_text(DELIVERED)
    expect(page.get_by_label("Destination", exact=True)).to_have_value("10.2.1.50")
    page.go_forward()
    expect(heading(page)).to_contain_text("10.1.1.50 → 10.1.20.10")
    page.reload()
    expect(heading(page)).to_contain_text("10.1.1.50 → 10.1.20.10")


def test_the_examples_are_links_that_answer(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "trace")
    page.locator(".start li a").first.click()
    expect(heading(page)).to_be_visible()


def test_swap_turns_the_question_round(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + OFFICE_TO_BRANCH)
    page.get_by_role("button", name="Swap source and destination").click()
    trace(page)
    expect(heading(page)).to_have_text("Routing delivers 10.2.1.50 → 10.1.1.50 through br-gw and hq-gw.")


def test_options_change_the_way(page: Page, application: Application, watch: Watch) -> None:
    """Mark 0x10 has a table of its own on hq-gw."""
    page.goto(application.url + "trace?source=10.1.1.50&destination=192.0.2.25")
    expect(heading(page)).to_contain_text("hq-gw.")
    page.get_by_text("More options").click()
    page.get_by_label("Mark").fill("0x10")
    trace(page)
    expect(heading(page)).to_contain_text("hq-gw2.")
    expect(answer(page)).to_contain_text("mark 0x10")
    page.reload()
    expect(page.get_by_label("Mark")).to_have_value("0x10")


def test_what_stops_the_packet_is_said_and_drawn(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "trace?source=10.1.1.50&destination=172.16.5.5")
    expect(heading(page)).to_have_text("hq-gw discards what is sent to 172.16.5.5: a blackhole.")
    expect(page.locator(".badge.bad")).to_have_text("blackhole")
    expect(page.get_by_role("img", name="172.16.5.5, not reached")).to_be_visible()
    expect(page.get_by_role("region", name="hq-gw: how it decided")).to_contain_text("blackhole 172.16.0.0/12")
    expect(page.locator("[aria-current=step]")).to_contain_text("blackhole 172.16.0.0/12")


def test_leaving_the_network_is_neither_good_nor_bad(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "trace?source=10.1.1.50&destination=192.0.2.25")
    expect(heading(page)).to_have_text("The path to 192.0.2.25 leaves the known network at hq-gw.")
    expect(page.locator(".badge.open")).to_have_text("leaves the network")


def test_equal_cost_branches_are_tabs_with_their_share(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "trace?source=10.1.1.50&destination=10.3.10.10")
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_count(2)
    expect(tabs.first).to_contain_text("via dc-spine1")
    expect(tabs.first).to_contain_text("66.7%")
    tabs.nth(1).click()
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    expect(heading(page)).to_contain_text("dc-spine2")
    expect(nodes(page).filter(has_text="dc-spine2")).to_have_count(1)
    page.reload()
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    tabs.nth(1).press("ArrowLeft")
    expect(tabs.first).to_be_focused()
    expect(heading(page)).to_contain_text("dc-spine1")


def test_ipv6_is_traced_the_same_way(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "trace")
    pick(page, "Source", "hq-pc1 2001", "2001:db8:1:1::50")
    pick(page, "Destination", "br-pc1 2001", "2001:db8:2:1::50")
    trace(page)
    expect(heading(page)).to_contain_text("Routing delivers 2001:db8:1:1::50 → 2001:db8:2:1::50")
    assert "source=2001:db8:1:1::50" in page.url


def test_the_name_of_a_host_will_do(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "trace")
    page.get_by_label("Source", exact=True).fill("hq-pc1")
    page.get_by_label("Destination", exact=True).fill("br-pc1")
    trace(page)
    expect(heading(page)).to_contain_text("Routing delivers")


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Source", "10.1.1.300"),
        ("Destination", "no such host"),
        ("Protocol", "carrier-pigeon"),
        ("First router", "nobody"),
    ],
)
def test_what_the_server_refuses_is_said_at_the_field(
    page: Page, application: Application, watch: Watch, label: str, value: str
) -> None:
    watch.expect("the server responded with a status of 422")
    page.goto(application.url + "trace")
    page.get_by_label("Source", exact=True).fill("10.1.1.50")
    page.get_by_label("Destination", exact=True).fill("10.2.1.50")
    page.get_by_text("More options").click()
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    trace(page)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile(re.escape(value)))
    field.fill("")
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_what_no_server_could_read_is_not_sent(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + OFFICE_TO_BRANCH + "&destination_port=70000")
    expect(page.get_by_label("Destination port")).to_have_accessible_description("A whole number from 0 to 65535.")
    page.get_by_label("Source", exact=True).fill("")
    trace(page)
    expect(page.get_by_label("Source", exact=True)).to_be_focused()
    expect(page.get_by_label("Source", exact=True)).to_have_accessible_description(re.compile("is missing"))


def test_a_lost_connection_is_said_and_can_be_retried(page: Page, application: Application, watch: Watch) -> None:
    watch.expect("net::ERR_CONNECTION_REFUSED")
    page.goto(application.url + "trace")
    page.route("**/api/v1/traces", lambda route: route.abort("connectionrefused"))
    page.get_by_label("Source", exact=True).fill("10.1.1.50")
    page.get_by_label("Destination", exact=True).fill("10.2.1.50")
    trace(page)
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    page.unroute("**/api/v1/traces")
    page.get_by_role("button", name="Try again").click()
    expect(heading(page)).to_have_text(DELIVERED)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_proxy_that_answers_for_the_server_is_understood(page: Page, application: Application, watch: Watch) -> None:
    watch.expect("the server responded with a status of 502")
    page.route("**/api/v1/traces", lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>"))
    page.goto(application.url + OFFICE_TO_BRANCH)
    expect(page.get_by_role("alert")).to_contain_text("502")


def test_text_from_outside_is_never_markup(page: Page, application: Application, watch: Watch) -> None:
    watch.expect("the server responded with a status of 422")
    nasty = "<img src=x onerror=alert(1)>"
    page.goto(application.url + "trace")
    page.get_by_label("Source", exact=True).fill(nasty)
    page.get_by_label("Destination", exact=True).fill("10.2.1.50")
    trace(page)
    expect(page.get_by_label("Source", exact=True)).to_have_accessible_description(re.compile("<img src=x"))
    assert page.locator("img").count() == 0


def test_neighbours_need_no_router(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "trace?source=10.1.1.50&destination=10.1.1.51")
    expect(heading(page)).to_have_text("Routing delivers 10.1.1.50 → 10.1.1.51 directly.")


def test_a_source_outside_is_answered_too(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "trace?source=198.18.0.9&destination=10.1.20.10")
    expect(heading(page)).to_contain_text("198.18.0.9")
    expect(page.get_by_role("img", name="not reached")).to_be_visible()
