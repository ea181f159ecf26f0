"""A test is watched through a socket, whatever happens to that."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.jobs import ended, shown, submitted
from tests.e2e.looks import findings
from tests.e2e.sockets import cut_sockets, lose_sockets
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.serial, pytest.mark.root]
AGREED = "Prediction and proof agree on 5 services."


def test_a_test_whose_socket_is_cut_again_and_again_is_the_same_later(
    page: Page, application: Application, watch: Watch
) -> None:
    cuts = cut_sockets(page, 3)
    page.goto(f"{application.url}help")
    page.goto(f"{application.url}jobs/{submitted(page, application)}")
    ended(page)
    expect(page.get_by_text(AGREED)).to_be_visible()
    live = shown(page)
    assert cuts
    page.reload()
    expect(page.get_by_text(AGREED)).to_be_visible()
    assert shown(page) == live


def test_without_any_socket_it_is_asked_for_and_said_until_there_is_one(
    page: Page, application: Application, watch: Watch
) -> None:
    watch.expect("net::ERR_FAILED", "WebSocket connection", "socket.io")
    mend = lose_sockets(page)
    page.goto(f"{application.url}jobs/{submitted(page, application)}")
    expect(page.get_by_text("The connection is lost.")).to_be_visible(timeout=30_000)
    ended(page)
    assert findings(page) == []
    mend()
    expect(page.get_by_text("The connection is lost.")).to_have_count(0, timeout=30_000)


def test_a_test_that_is_not_there_is_said(page: Page, application: Application, watch: Watch) -> None:
    watch.expect("the server responded with a status of 404")
    page.goto(f"{application.url}jobs/nothing")
    expect(page.get_by_role("alert")).to_contain_text("nothing")
    assert findings(page) == []
