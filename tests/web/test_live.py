"""What sockets may say and are answered, with an engine made up; real ones are in tests/live."""

from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from backend.engine import EngineError
from backend.web.live import RESUMED, Live
from backend.web.sockets import KEY, Identity
from tests.web.conftest import MadeUpEngine

HANDSHAKE = "/socket.io/?EIO=4&transport=polling"
ANN = Identity((("session", "of ann"),), "ann", "user", float("inf"))


@pytest.fixture
def live(visitor: FlaskClient, engine: MadeUpEngine) -> Live:
    engine.sessions["of ann"] = "ann"
    engine.answers["job"] = lambda params: {"id": params["job"], "ended": None, "snapshot": {"seq": 3}}
    engine.answers["events"] = lambda params: {"events": [{"seq": seq} for seq in range(params["after"] + 1, 5)]}
    found: Live = visitor.application.extensions["tsim_live"]
    return found


@pytest.fixture
def socket(live: Live, visitor: FlaskClient) -> SocketIOTestClient:
    """Of Ann."""
    visitor.environ_base[KEY] = ANN  # type: ignore[assignment]  # it is what the door puts there
    return live.io.test_client(visitor.application, flask_test_client=visitor)


def said(socket: SocketIOTestClient, message: str, *data: object) -> Any:
    return socket.emit(message, *data, callback=True)


def test_what_happens_between_the_answer_and_the_room_is_in_the_answer(socket: SocketIOTestClient) -> None:
    answer = said(socket, "watch", {"job": "one"})
    assert (answer["snapshot"], answer["events"], answer["seq"]) == ({"seq": 3}, [{"seq": 4}], 4)
    again = said(socket, "watch", {"job": "one", "after": 2})
    assert (again["snapshot"], [event["seq"] for event in again["events"]], again["seq"]) == (None, [3, 4], 4)


def test_only_those_in_the_room_are_told(live: Live, socket: SocketIOTestClient) -> None:
    live.happens("one", [{"seq": 5}])
    said(socket, "watch", {"job": "one"})
    live.happens("one", [{"seq": 6}, {"seq": 7}])
    said(socket, "unwatch", {"job": "one"})
    live.happens("one", [{"seq": 8}])
    live.changes({"id": "one", "user": "ann"})
    live.changes({"id": "two", "user": "bob"})
    live.removes("one", "ann")
    live.removes("two", "bob")
    assert [(one["name"], one["args"][0]) for one in socket.get_received()] == [
        ("events", {"job": "one", "events": [{"seq": 6}, {"seq": 7}]}),
        ("job", {"id": "one", "user": "ann"}),
        ("removed", {"job": "one"}),
    ]


def test_all_are_told_to_ask_again_and_not_all_at_once(
    live: Live, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    later: list[Any] = []
    monkeypatch.setattr(live.io, "start_background_task", lambda *task: later.append(task))
    monkeypatch.setattr(live.io, "sleep", lambda _: None)
    addresses = [opened(client) for _ in range(RESUMED + 2)]
    later.clear()
    live.begins("engine")
    ((work, others),) = later
    assert len(others) == 2
    work(others)
    assert all('42["resume",{}]' in client.get(address).text for address in addresses)


def test_a_refusal_is_the_problem_that_rest_answers_with(socket: SocketIOTestClient, engine: MadeUpEngine) -> None:
    engine.fails("job", EngineError("not_found", "there is no job 'one'", "job"))
    problem = said(socket, "watch", {"job": "one"})["error"]
    assert (problem["status"], problem["detail"], problem["field"]) == (404, "there is no job 'one'", "job")
    assert said(socket, "watch", {})["error"]["status"] == 422
    assert said(socket, "watch_queue")["error"]["status"] == 403


def test_who_has_no_session_any_more_hears_why_and_cannot_come_back(
    live: Live, client: FlaskClient, engine: MadeUpEngine
) -> None:
    address = opened(client)
    live.alters("ann")
    engine.fails("session", EngineError("unavailable", "the engine is not running"))
    live.end_sessions()
    assert len(live.sockets.open()) == 1  # nobody said that it has ended
    engine.fails("session", EngineError("denied", "The session has ended: sign in again."))
    live.end_sessions()
    assert '"ended",{"reason":' in client.get(address).text
    client.post(address, data="40")
    assert '44{"message"' in client.get(address).text  # refused
    live.sockets.end_leaving()
    assert client.get(address).status_code == 400


def test_who_goes_while_it_is_asked_about_their_session_keeps_no_other_socket_open(
    live: Live, client: FlaskClient, engine: MadeUpEngine
) -> None:
    leaving, _ = [opened(client)], opened(client)

    def ended(_: object) -> object:
        if leaving:
            client.post(leaving.pop(), data="1")
        raise EngineError("denied", "The session has ended: sign in again.")

    engine.answers["session"] = ended
    live.alters("ann")
    live.end_sessions()
    assert live.sockets.open() == {}


def opened(client: FlaskClient) -> str:
    """Where a socket is spoken to that has begun."""
    sid = msgspec.json.decode(client.get(HANDSHAKE).text[1:])["sid"]
    client.post(f"{HANDSHAKE}&sid={sid}", data="40")
    return f"{HANDSHAKE}&sid={sid}"
