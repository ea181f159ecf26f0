"""Who gets a socket, who keeps it, and who is shown out."""

from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress

import msgspec
import pytest
import socketio
import websocket

from backend.store.database import open_database
from backend.store.sessions import Sessions
from tests.engine.desk import Desk, Person
from tests.live.conftest import Opens
from tests.live.site import Web
from tests.live.sse import opened, told
from tests.waiting import wait_for

pytestmark = pytest.mark.serial
HANDSHAKE = "/socket.io/?EIO=4&transport=polling"


def test_without_a_session_no_socket_is_opened(desk: Desk, site: Web) -> None:
    ended = desk.person()
    ended.ask("sign_out")
    for headers in ({}, site.cookie("made up"), site.cookie(ended.session), {"Cookie": "tsim_session=eyJpZCI6MX0.x.y"}):
        status, problem = site.ask(HANDSHAKE, **headers)
        assert (status, problem["status"]) == (401, 401)
        assert is_refused(site, headers)
    assert site.ask("/api/progress-stream?run_id=1")[0] == 401


def test_pages_of_another_site_get_no_socket(desk: Desk, site: Web) -> None:
    cookie = site.cookie(desk.person().session)
    for origin in ("http://evil.example", "null", f"http://{site.address[0]}"):
        assert site.ask(HANDSHAKE, Origin=origin, **cookie)[0] == 403
        assert is_refused(site, {"Origin": origin, **cookie})
    assert site.ask(HANDSHAKE, Origin=site.url, **cookie)[0] == 200


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_signing_out_closes_the_sockets_of_that_session_alone_and_says_why(
    desk: Desk, opens: Opens, site: Web, transport: str
) -> None:
    ann = desk.person()
    elsewhere = another_session(desk, ann)
    first, second, other = (opens(one, site, (transport,)) for one in (ann, ann, elsewhere))
    job = ann.submit()
    first.watch(job)
    ann.ask("sign_out")
    for one in (first, second):
        assert "session has ended" in one.wait_told("ended")["reason"]
    wait_for(lambda: not first.client.connected and not second.client.connected, "the end of the sockets")
    assert other.watch(job)["job"]["id"] == job
    assert is_refused(site, site.cookie(ann.session))


def test_a_session_that_another_process_has_ended_can_ask_nothing_more(desk: Desk, opens: Opens, site: Web) -> None:
    ann = desk.person()
    watcher = opens(ann, site)
    job = ann.submit()
    assert "error" not in watcher.watch(job, 0)
    desk.end_session(ann)
    wait_for(lambda: watcher.ask("watch", job=job).get("error", {}).get("status") == 401, "the refusal")


def test_nobody_has_more_sockets_than_their_share(desk: Desk, opens: Opens, site: Web) -> None:
    ann, bob = desk.person(), desk.person()
    cookie = site.cookie(ann.session)
    shares = [site.ask(HANDSHAKE, **cookie) for _ in range(desk.engine.config.user_sockets)]
    assert {status for status, _ in shares} == {200}
    status, problem = site.ask(HANDSHAKE, **cookie)
    assert status == 429
    assert ann.name in problem["detail"]
    assert "error" not in opens(bob, site).ask("unwatch", job="none")
    for _, opening in shares:
        site.post(f"{HANDSHAKE}&sid={msgspec.json.decode(opening[1:])['sid']}", b"1", **cookie)  # it is closed
    assert site.ask(HANDSHAKE, **cookie)[0] == 200


def test_nobody_watches_more_jobs_than_their_share(desk: Desk, opens: Opens, site: Web) -> None:
    ann, bob = desk.person(), desk.person()
    watcher = opens(desk.person("admin"), site)
    with desk.halted():
        jobs = [*(ann.submit() for _ in range(50)), bob.submit()]
        for job in jobs[:50]:
            assert "error" not in watcher.watch(job, 0)
        assert watcher.ask("watch", job=jobs[50])["error"]["status"] == 429
        assert "error" not in watcher.ask("watch", job=jobs[0])
        watcher.ask("unwatch", job=jobs[0])
        assert "error" not in watcher.ask("watch", job=jobs[50])
        for job in jobs:
            desk.engine.ask("cancel", job=job)


def test_a_message_that_is_too_large_ends_the_socket_and_nobody_elses(desk: Desk, opens: Opens, site: Web) -> None:
    watcher, other = opens(desk.person(), site), opens(desk.person(), site)
    watcher.client.emit("watch", {"job": "x" * 20_000})
    wait_for(lambda: watcher.lost, "the end of the socket")
    assert "error" in other.ask("watch", job="none")


def test_what_is_told_is_not_compressed_with_a_dictionary_for_each_socket(desk: Desk, site: Web) -> None:
    offered = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]  # as browsers do
    with closing(connected(site, desk.person(), offered)) as connection:
        assert "sec-websocket-extensions" not in (connection.getheaders() or {})
        assert str(connection.recv()).startswith('0{"sid":')


@pytest.mark.parametrize("packet", ["", "x", "4" + "[" * 5000], ids=lambda packet: packet[:2])
def test_who_sends_what_is_no_packet_is_cut_off_and_leaves_no_traceback(desk: Desk, site: Web, packet: str) -> None:
    before = len(site.log.read_text())
    with closing(connected(site, desk.person())) as connection:
        connection.send("40")
        connection.send(packet)
        with suppress(websocket.WebSocketConnectionClosedException, ConnectionError):
            while connection.recv():
                pass
    assert "Traceback" not in site.log.read_text()[before:]


def test_a_start_is_no_news(site: Web) -> None:
    assert "gunicorn" not in site.log.read_text()
    assert "worker connections" not in site.log.read_text()


def test_streams_are_for_few_and_given_back(desk: Desk, site: Web) -> None:
    ann = desk.person()
    with desk.halted(), ExitStack() as stack:
        path = f"/api/progress-stream?run_id={ann.submit()}"
        for _ in range(10):
            assert stack.enter_context(opened(site, ann, path)).status == 200
        assert site.ask(path, **site.cookie(ann.session))[0] == 429
    wait_for(lambda: site.ask(path, **site.cookie(ann.session))[0] == 200, "those that are closed to be noticed")
    for _ in range(12):
        assert told(site, ann, path).is_whole


def is_refused(site: Web, headers: dict[str, str]) -> bool:
    client = socketio.Client(reconnection=False, handle_sigint=False)
    try:
        client.connect(site.url, headers=headers, transports=["websocket"])
    except socketio.exceptions.ConnectionError:
        return True
    client.disconnect()
    return False


def connected(site: Web, person: Person, headers: Sequence[str] = ()) -> websocket.WebSocket:
    url, cookie = f"ws://{site.config.bind}/socket.io/?EIO=4&transport=websocket", site.cookie(person.session)["Cookie"]
    return websocket.create_connection(url, cookie=cookie, header=list(headers), timeout=60)


def another_session(desk: Desk, person: Person) -> Person:
    with closing(open_database(desk.engine.config.database_url)) as database:
        return Person(desk.engine, person.name, Sessions(database).begin(person.name))
