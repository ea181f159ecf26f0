"""Kept facts: sent, checked, activated, compared, removed; and who may do so."""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    APIRequestContext,
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    Route,
    StorageState,
    expect,
)

import backend.demo
from tests.e2e.application import Application
from tests.e2e.asking import finished
from tests.e2e.looks import look
from tests.e2e.watch import Watch

pytestmark = pytest.mark.serial
FACTS = Path(backend.demo.__file__).parent / "facts"
HEADERS = {"X-Requested-With": "tests"}
REFUSED = "the server responded with a status of 422"
NAME = "change-42"


@pytest.fixture(scope="module")
def api(browser: Browser, signed_in: StorageState) -> Iterator[APIRequestContext]:
    context = browser.new_context(storage_state=signed_in, extra_http_headers=HEADERS)
    yield context.request
    context.close()


@pytest.fixture(autouse=True)
def as_before(api: APIRequestContext, application: Application) -> Iterator[str]:
    """The label that is active; afterwards it is so again, and nothing else is kept."""
    networks = f"{application.url}api/v1/networks"
    before = str(api.get(f"{networks}/active").json()["label"])
    yield before
    api.post(f"{networks}/{before}/activate")
    for kept in api.get(networks).json()["kept"]:
        if kept["label"] != before:
            api.delete(f"{networks}/{kept['label']}")


def changed() -> dict[str, bytes]:
    """One rule is another one, one line makes no sense."""
    files = {file.name: file.read_bytes() for file in FACTS.iterdir()}
    facts = files["hq-gw_facts.txt"].decode()
    facts = facts.replace(
        "-A from-office -p tcp -m tcp --dport 23 -j REJECT --reject-with tcp-reset", "-A from-office -j DROP", 1
    )
    files["hq-gw_facts.txt"] = facts.replace(
        "110:\tfrom all fwmark 0x10/0xff lookup isp2", "110:\tnonsense", 1
    ).encode()
    return files


def archive(files: dict[str, bytes]) -> FilePayload:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as tar:
        for name, content in {**files, "notes.txt": b"no facts"}.items():
            header = tarfile.TarInfo(f"{NAME}/{name}")
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
    return {"name": f"{NAME}.tar.gz", "mimeType": "application/gzip", "buffer": out.getvalue()}


def opened(page: Page, application: Application) -> None:
    page.goto(application.url + "facts")
    expect(page.get_by_role("region", name="Kept facts")).to_be_visible()


def test_facts_are_checked_kept_compared_activated_and_removed(
    page: Page, application: Application, watch: Watch, as_before: str
) -> None:
    opened(page, application)
    kept = page.get_by_role("region", name="Kept facts").locator("tbody tr")
    expect(kept).to_have_count(1)

    page.get_by_label("choose files").set_input_files(archive(changed()))
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text(f"It can be read: {NAME}, 12 routers. Nothing has been kept yet.")).to_be_visible()
    expect(page.get_by_text("1 line could not be understood.")).to_be_visible()
    expect(page.locator(".read")).to_contain_text(f"1 file was passed by: {NAME}/notes.txt")
    assert look(page, "facts-checked") == []
    expect(kept).to_have_count(1)

    page.get_by_role("button", name="Keep", exact=True).click()
    expect(kept).to_have_count(2)
    row = kept.filter(has_text=NAME)
    expect(row).to_contain_text("upload by admin")
    label = row.get_by_role("rowheader").inner_text()
    row.get_by_role("link", name="1 line").click()
    lines = page.get_by_role("region", name="Lines that were not understood").first
    expect(lines.locator("tbody tr")).to_contain_text(["hq-gw_facts.txt"])

    row.get_by_role("link", name="Changes").click()
    expect(page.get_by_text("1 router differs, 11 are the same.")).to_be_visible()
    chain = page.get_by_role("region", name="hq-gw: IPv4 filter from-office")
    expect(chain.get_by_role("listitem")).to_have_text(
        [
            "−removed: 7-A from-office -p tcp -m tcp --dport 23 -j REJECT --reject-with tcp-reset",
            "+added: 7-A from-office -j DROP",
        ]
    )
    assert look(page, "facts-changes") == []
    page.get_by_role("searchbox", name="Find in the changes").fill("fwmark")
    expect(chain).to_have_count(0)
    expect(page.get_by_role("region", name="hq-gw: IPv4 policy rules")).to_contain_text("fwmark 0x10/0xff")
    page.reload()
    expect(page.get_by_role("region", name="hq-gw: IPv4 policy rules")).to_be_visible()

    row.get_by_role("button", name="Activate").click()
    dialog = page.get_by_role("dialog", name=f"Activate {label}?")
    expect(dialog).to_contain_text(f"Tests that run go on with {as_before}")
    assert look(page, "facts-activate") == []
    dialog.get_by_role("button", name="Activate").click()
    expect(page.get_by_text(f"{label} is active now.")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text(label)
    expect(row).to_contain_text("active")

    test = finished(page.context, application, services="22/tcp")
    with page.context.new_page() as result:
        result.goto(f"{application.url}jobs/{test}?service=22/tcp&router=hq-gw")
        evidence = result.get_by_role("region", name="22/tcp at hq-gw")
        expect(evidence).to_contain_text("1 line in the facts of hq-gw could not be understood")
        expect(evidence).to_contain_text("nonsense")
        evidence.get_by_role("link", name="All of them").click()
        expect(result.get_by_role("region", name="Lines that were not understood")).to_contain_text("nonsense")

    kept.filter(has_text=as_before).get_by_role("button", name="Activate").click()
    page.get_by_role("dialog").get_by_role("button", name="Activate").click()
    expect(page.get_by_role("banner")).to_contain_text(as_before)
    row.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("dialog", name="Remove")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(kept).to_have_count(2)
    row.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text(f"{label} has been removed.")).to_be_visible()
    expect(kept).to_have_count(1)


def test_several_files_make_a_network_with_the_name_that_was_said(
    page: Page, application: Application, watch: Watch
) -> None:
    opened(page, application)
    names = ["hq-gw_facts.txt", "hq-core_facts.txt", "br-gw_facts.txt"]
    page.get_by_label("choose files").set_input_files([FACTS / name for name in names])
    page.get_by_role("button", name="Leave out br-gw_facts.txt").click()
    page.get_by_label("Name of the network").fill("two")
    page.get_by_role("button", name="Keep and activate").click()
    expect(page.get_by_role("banner")).to_contain_text("two@")
    expect(page.get_by_role("region", name="Kept facts").locator("tbody tr", has_text="two@")).to_contain_text("active")
    page.get_by_role("button", name="Read the directory again").click()
    expect(page.get_by_role("banner")).to_contain_text("demo@")


def test_what_nobody_can_read_is_refused_with_the_reason(page: Page, application: Application, watch: Watch) -> None:
    watch.expect(REFUSED)
    opened(page, application)
    page.get_by_label("choose files").set_input_files(
        {"name": "broken.tar.gz", "mimeType": "application/gzip", "buffer": b"\x1f\x8b no archive"}
    )
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("broken.tar.gz")
    page.get_by_label("choose files").set_input_files(archive(changed()))
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_label("Name of the network").fill("no / name")
    page.get_by_role("button", name="Leave out broken.tar.gz").click()
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("no / name")


def test_what_is_under_way_is_shown_and_can_be_stopped(page: Page, application: Application, watch: Watch) -> None:
    watch.expect("net::ERR_ABORTED")
    opened(page, application)
    held: list[Route] = []
    page.route("**/api/v1/networks?*", lambda route: held.append(route))
    page.get_by_label("choose files").set_input_files(FACTS / "hq-gw_facts.txt")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("progressbar", name="Sent")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("progressbar", name="Sent")).to_have_count(0)
    expect(page.get_by_role("button", name="Keep", exact=True)).to_be_enabled()
    assert len(held) == 1


def test_files_can_be_dropped(page: Page, application: Application, watch: Watch) -> None:
    opened(page, application)
    page.evaluate(
        """(text) => {
          const dropped = new DataTransfer();
          dropped.items.add(new File([text], "gw_facts.txt"));
          const drop = new DragEvent("drop", { dataTransfer: dropped, bubbles: true });
          document.querySelector(".drop").dispatchEvent(drop);
        }""",
        "facts",
    )
    expect(page.get_by_role("list", name="To be sent")).to_contain_text("gw_facts.txt")


def test_who_is_no_administrator_sees_why_and_may_look(
    contexts: Callable[..., BrowserContext], api: APIRequestContext, application: Application
) -> None:
    user = {"username": "reader", "password": "only for reading"}
    users = f"{application.url}api/v1/users"
    assert api.post(users, data={**user, "role": "user"}).status == 201
    try:
        context = contexts()
        assert context.request.post(
            f"{application.url}api/v1/sessions", data=json.dumps(user), headers={"Content-Type": "application/json"}
        ).ok
        page = context.new_page()
        opened(page, application)
        expect(page.get_by_role("note")).to_contain_text("Only administrators may upload")
        for name in ("Check", "Read the directory again"):
            expect(page.get_by_role("button", name=name)).to_have_count(0)
        expect(page.get_by_role("link", name="Download")).to_have_count(0)
        assert look(page, "facts-reader") == []
    finally:
        api.delete(f"{users}/reader")
