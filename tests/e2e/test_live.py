"""A test is watched through a socket, whatever happens to that."""

from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, WebSocketRoute, expect

from tests.e2e.application import Application
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.serial, pytest.mark.root]
QUESTION = {"source": "10.1.1.50", "destination": "10.2.1.50", "services": "443/tcp,53/udp,icmp"}


def submitted(page: Page, application: Application) -> str:
    """The id of a test that whoever has signed in there has just begun."""
    answer: APIResponse = page.context.request.post(
        f"{application.url}api/v1/jobs", data=QUESTION, headers={"X-Requested-With": "tests"}
    )
    assert answer.status == 202, answer.text()
    job: dict[str, Any] = answer.json()
    return str(job["id"])


def state(page: Page) -> Any:
    return page.locator("main").get_by_role("status")


def test_a_test_is_followed_to_its_end_and_is_the_same_later(
    page: Page, application: Application, watch: Watch
) -> None:
    page.goto(f"{application.url}jobs/{submitted(page, application)}")
    expect(state(page)).to_have_text("Done", timeout=60_000)
    page.reload()
    expect(state(page)).to_have_text("Done")


def test_a_socket_that_is_cut_again_and_again_loses_nothing(page: Page, application: Application, watch: Watch) -> None:
    cuts: list[int] = []

    def cut_soon(route: WebSocketRoute) -> None:
        """After some messages, both ways; the third one may live."""
        server = route.connect_to_server()
        seen: list[str | bytes] = []

        def pass_on(message: str | bytes) -> None:
            seen.append(message)
            if len(seen) > 2 and len(cuts) < 3:
                cuts.append(1)
                route.close()
                server.close()
            else:
                route.send(message)

        server.on_message(pass_on)

    page.route_web_socket("**/socket.io/**", cut_soon)
    page.goto(f"{application.url}help")
    job = submitted(page, application)
    page.goto(f"{application.url}jobs/{job}")
    expect(state(page)).to_have_text("Done", timeout=60_000)
    assert cuts


def test_without_any_socket_it_is_asked_for_and_said(page: Page, application: Application, watch: Watch) -> None:
    watch.expect("net::ERR_FAILED", "WebSocket connection", "socket.io")
    page.route("**/socket.io/**", lambda route: route.abort())
    page.route_web_socket("**/socket.io/**", lambda route: route.close())
    page.goto(f"{application.url}jobs/{submitted(page, application)}")
    expect(page.get_by_text("The connection is lost.")).to_be_visible(timeout=30_000)
    expect(state(page)).to_have_text("Done", timeout=60_000)
    page.unroute("**/socket.io/**")


def test_a_test_that_is_not_there_is_said(page: Page, application: Application, watch: Watch) -> None:
    watch.expect("the server responded with a status of 404")
    page.goto(f"{application.url}jobs/nothing")
    expect(page.get_by_role("alert")).to_contain_text("nothing")
