import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from ipaddress import ip_address
from typing import Any

import msgspec
import pytest

from backend.engine.calls import PASSWORD_CHECKS, PASSWORD_QUEUE, Answers, calls_of
from backend.engine.protocol import EngineError
from backend.model.flow import Flow
from backend.model.network import Network, Router
from backend.model.trace import Branch, Hop, Trace
from backend.model.verdict import Verdict
from backend.store.users import User


def predict(flow: Flow, gateway: str | None) -> Trace:
    hop = Hop(gateway or "gw", ip_address("10.0.0.1"))
    return Trace("demo@1234", flow, (Branch((hop,), Verdict.NO_ROUTE, "no route"),))


def authenticated(name: str, password: str) -> User | None:
    return User(name, "admin") if password == "right" else None


class KnownSessions:
    """Sessions in memory; `ann-1` is open."""

    def __init__(self) -> None:
        self.open = {"ann-1": User("ann", "admin")}

    def begin(self, name: str) -> str:
        id_ = f"{name}-{len(self.open) + 1}"
        self.open[id_] = User(name, "admin")
        return id_

    def user(self, id_: str) -> User | None:
        return self.open.get(id_)

    def end(self, id_: str) -> None:
        del self.open[id_]


ANSWERS = Answers(
    network=Network("demo", (Router("gw"), Router("other"))),
    diagnostics=(),
    predict=predict,
    authenticated=authenticated,
    sessions=KnownSessions(),
)


def called(name: str, **params: Any) -> Any:
    answers = msgspec.structs.replace(ANSWERS, sessions=KnownSessions())
    return msgspec.json.decode(msgspec.json.encode(calls_of(answers)[name](params)))


def traced(**question: Any) -> Any:
    return called("trace", session="ann-1", question=question)


def test_the_loaded_network_is_listed_and_drawn() -> None:
    assert [network["name"] for network in called("networks", session="ann-1")["networks"]] == ["demo"]
    assert [router["name"] for router in called("topology", session="ann-1")["routers"]] == ["gw", "other"]


def test_a_question_becomes_a_flow_and_the_trace_a_document() -> None:
    trace = traced(source="10.0.0.9", destination="10.0.1.9", protocol="tcp", destination_port=443)
    assert (trace["verdict"], trace["success"]) == ("no_route", False)
    assert trace["flow"]["destination_port"] == 443
    assert trace["path"][0]["name"] == "gw"


def test_the_gateway_of_the_question_reaches_the_simulator() -> None:
    trace = traced(source="10.0.0.9", destination="10.0.1.9", gateway="other")
    assert trace["path"][0]["name"] == "other"


@pytest.mark.parametrize(
    ("question", "field", "shown"),
    [
        ({"source": "10.0.0.999", "destination": "10.0.1.9"}, "source", "10.0.0.999"),
        ({"source": "10.0.0.9"}, "destination", "missing"),
        ({"source": "10.0.0.9", "destination": "10.0.1.9", "ttl": 300}, "ttl", "300"),
        ({"source": "10.0.0.9", "destination": "10.0.1.9", "protocol": "9" * 5000}, "protocol", "999"),
        ({"source": "10.0.0.9", "destination": "10.0.1.9", "gateway": ["x"]}, "gateway", "x"),
        ({"source": {"a": 1}, "destination": "10.0.1.9"}, "source", "a"),
    ],
)
def test_a_wrong_field_is_named_with_its_value(question: dict[str, Any], field: str, shown: str) -> None:
    with pytest.raises(EngineError) as caught:
        traced(**question)
    assert (caught.value.code, caught.value.field) == ("bad_value", field)
    assert shown in caught.value.message


def test_the_right_password_gives_name_and_role() -> None:
    answer = called("sign_in", username="ann", password="right")
    assert answer == {"username": "ann", "role": "admin", "session": "ann-2"}


def test_a_session_has_its_user_till_it_is_ended() -> None:
    calls = calls_of(msgspec.structs.replace(ANSWERS, sessions=KnownSessions()))
    session = {"session": "ann-1"}
    assert calls["session"](session) == {"username": "ann", "role": "admin"}
    calls["sign_out"](session)
    for name in ("session", "sign_out", "networks"):
        with pytest.raises(EngineError, match="sign in again"):
            calls[name](session)


@pytest.mark.parametrize("params", [{}, {"session": "ann-3"}, {"session": None}, {"session": ["ann-1"]}])
@pytest.mark.parametrize("name", ["networks", "topology", "trace", "session", "sign_out"])
def test_without_a_session_nothing_is_answered(name: str, params: dict[str, Any]) -> None:
    with pytest.raises(EngineError) as caught:
        called(name, **params)
    assert caught.value.code == "denied"


@pytest.mark.parametrize("question", [None, [], "source"])
def test_a_question_that_is_no_object_is_refused(question: Any) -> None:
    with pytest.raises(EngineError) as caught:
        called("trace", session="ann-1", question=question)
    assert caught.value.code == "bad_value"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"username": "ann", "password": "wrong"}, "denied"),
        ({"username": "ann"}, "bad_value"),
        ({"username": ["ann"], "password": "right"}, "bad_value"),
    ],
)
def test_what_does_not_sign_in(params: dict[str, Any], code: str) -> None:
    with pytest.raises(EngineError) as caught:
        called("sign_in", **params)
    assert caught.value.code == code


def test_only_a_few_passwords_are_checked_at_once() -> None:
    running, most, guard, leave = 0, 0, threading.Lock(), threading.Event()

    def slow(name: str, _: str) -> User | None:
        nonlocal running, most
        with guard:
            running += 1
            most = max(most, running)
        leave.wait(0.02)
        with guard:
            running -= 1
        return User(name, "user")

    sign_in = calls_of(msgspec.structs.replace(ANSWERS, authenticated=slow))["sign_in"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: sign_in({"username": "ann", "password": "p"}), range(8)))
    assert most == PASSWORD_CHECKS


def test_a_crowd_at_the_sign_in_is_told_to_come_back_at_once() -> None:
    leave = threading.Event()

    def stuck(name: str, _: str) -> User | None:
        leave.wait(30)
        return User(name, "user")

    sign_in = calls_of(msgspec.structs.replace(ANSWERS, authenticated=stuck))["sign_in"]
    taken = PASSWORD_CHECKS + PASSWORD_QUEUE
    with ThreadPoolExecutor(taken + 1) as pool:
        answers = [pool.submit(sign_in, {"username": "ann", "password": "p"}) for _ in range(taken + 1)]
        refused = next(as_completed(answers, timeout=30))
        assert isinstance(refused.exception(), EngineError)
        leave.set()
        assert sum(answer.exception() is None for answer in answers) == taken
