"""What is around all pages: addresses, navigation, colours, and how each page looks."""

import gzip
import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.e2e.application import Application
from tests.e2e.looks import look, sticks_out
from tests.e2e.watch import Watch

pytestmark = pytest.mark.serial
PAGES = {
    "": "New test",
    "jobs": "History",
    "compare": "Compare two tests",
    "network": "Network",
    "network/routers/hq-gw": "hq-gw",
    "facts": "Facts",
    "trace": "Trace a path",
    "admin": "Administration",
    "admin/users": "Administration",
    "admin/sessions": "Administration",
    "admin/cleanup": "Administration",
    "admin/health": "Administration",
    "admin/audit": "Administration",
    "account": "Account",
    "help": "Help",
}
"""The title of what each address shows."""
FIRST_VIEW_BYTES = 80_000
GZIP_LEVEL = 4
NOT_FOUND = "the server responded with a status of 404"


def title(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


@pytest.mark.parametrize("address", PAGES)
def test_each_page_is_sound_in_all_widths_and_colours(
    page: Page, application: Application, watch: Watch, address: str
) -> None:
    page.goto(application.url + address)
    title(page, PAGES[address])
    page.wait_for_load_state("networkidle")
    assert look(page, address.replace("/", "-") or "new-test") == []


def test_what_comes_before_one_can_do_something_is_small(page: Page, application: Application, watch: Watch) -> None:
    """Compressed as nginx does it (deploy/nginx/site.conf)."""
    came: dict[str, Response] = {}

    def keep(response: Response) -> None:
        came[response.url] = response

    page.on("response", keep)
    page.goto(application.url)
    title(page, "New test")
    page.wait_for_load_state("networkidle")
    files = [response for url, response in came.items() if url.endswith((".js", ".css"))]
    sizes = {response.url: len(gzip.compress(response.body(), GZIP_LEVEL)) for response in files}
    assert len(sizes) > 3
    assert sum(sizes.values()) < FIRST_VIEW_BYTES, sizes


def test_the_sign_in_is_sound_too(visitor: Page, application: Application, watch: Watch) -> None:
    visitor.goto(application.url)
    expect(visitor.get_by_label("User name")).to_be_visible()
    assert look(visitor, "sign-in") == []


@pytest.mark.parametrize("address", ["nothing", "nothing/at/all", "admin/secrets"])
def test_an_address_of_nothing_says_so_and_leads_on(
    page: Page, application: Application, watch: Watch, address: str
) -> None:
    watch.expect(NOT_FOUND)
    page.goto(application.url + address)
    title(page, "There is no such page")
    expect(page.get_by_text(f"/{address}")).to_be_visible()
    assert look(page, "not-found") == []
    page.get_by_role("link", name="Start a new test").click()
    title(page, "New test")


def test_the_navigation_back_and_forward_lead_from_page_to_page(
    page: Page, application: Application, watch: Watch
) -> None:
    page.goto(application.url)
    for name, where in (("History", "jobs"), ("Network", "network"), ("Help", "help")):
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        title(page, name)
        expect(page).to_have_url(application.url + where)
        expect(page).to_have_title(f"{name} · tsim")
        expect(page.locator("main")).to_be_focused()
    page.go_back()
    title(page, "Network")
    page.go_forward()
    title(page, "Help")
    page.reload()
    title(page, "Help")
    expect(page.get_by_role("link", name="Help")).to_have_attribute("aria-current", "page")


SHAPE = """[...document.querySelectorAll("main *")].map((each) => {
  const style = getComputedStyle(each);
  return [each.tagName, each.className, each.clientHeight, style.display, style.color, style.fontSize].join(" ");
})"""


def test_a_page_looks_the_same_whichever_way_one_comes_to_it(
    page: Page, application: Application, watch: Watch
) -> None:
    """The styles of pages that were open before stay loaded."""
    page.goto(application.url + "network/routers/hq-gw")
    title(page, "hq-gw")
    expect(page.locator("main .table").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    fresh = page.evaluate(SHAPE)
    for name in ("Facts", "Trace"):
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        expect(page).to_have_title(re.compile(f"^{name}"))
    page.go_back()
    page.go_back()
    title(page, "hq-gw")
    expect(page.locator("main .table").first).to_be_visible()
    page.wait_for_function(f"(fresh) => JSON.stringify({SHAPE}) === JSON.stringify(fresh)", arg=fresh)


def test_a_small_window_has_a_menu_for_the_keyboard(page: Page, application: Application, watch: Watch) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(application.url + "help")
    button = page.get_by_role("button", name="Menu")
    expect(page.get_by_role("link", name="History")).to_be_hidden()
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    assert not sticks_out(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="History")).to_be_hidden()
    button.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    title(page, "History")
    expect(page.get_by_role("link", name="History")).to_be_hidden()


def test_the_first_tab_skips_the_navigation(page: Page, application: Application, watch: Watch) -> None:
    page.goto(application.url + "help")
    title(page, "Help")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main a").first).to_be_focused()


def test_the_colours_that_were_chosen_stay(page: Page, application: Application, watch: Watch) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="light")
    page.goto(application.url + "help")
    title(page, "Help")
    light = page.evaluate(ground)
    page.get_by_role("button", name="Colours: as the system").click()
    page.get_by_role("button", name="Colours: light").click()
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    expect(page.get_by_role("button", name="Colours: dark")).to_be_visible()
    assert page.evaluate(ground) == dark
    page.get_by_role("button", name="Colours: dark").click()
    assert page.evaluate(ground) == light


def test_a_page_of_which_the_files_are_gone_says_reload(page: Page, application: Application, watch: Watch) -> None:
    watch.expect("net::ERR_FAILED")
    page.goto(application.url + "trace")
    title(page, "Trace a path")
    page.route("**/assets/Help*", lambda route: route.abort())
    page.get_by_role("link", name="Help").click()
    title(page, "There is a newer version of this page")
    page.unroute("**/assets/Help*")
    page.get_by_role("button", name="Reload").click()
    title(page, "Help")


def test_all_of_it_works_under_a_sub_path(page: Page, application: Application, watch: Watch) -> None:
    """As behind a proxy that serves the application at /tools/tsim/ and does not say so."""
    prefix = f"{application.url}tools/tsim/"
    page.route(
        f"{prefix}**",
        lambda route: route.fulfill(response=route.fetch(url=route.request.url.replace(prefix, application.url))),
    )
    page.goto(f"{prefix}network/routers/hq-gw")
    title(page, "hq-gw")
    page.get_by_role("link", name="Help").click()
    expect(page).to_have_url(f"{prefix}help")
    expect(page.get_by_role("link", name=re.compile("REST"))).to_have_attribute("href", "/tools/tsim/api/docs")
