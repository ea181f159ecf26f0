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


ANSWERS = Answers(
    network=Network("demo", (Router("gw"), Router("other"))),
    diagnostics=(),
    predict=predict,
    authenticated=authenticated,
)


def called(name: str, **params: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(calls_of(ANSWERS)[name](params)))


def test_the_loaded_network_is_listed_and_drawn() -> None:
    assert [network["name"] for network in called("networks")["networks"]] == ["demo"]
    assert [router["name"] for router in called("topology")["routers"]] == ["gw", "other"]


def test_a_question_becomes_a_flow_and_the_trace_a_document() -> None:
    trace = called("trace", source="10.0.0.9", destination="10.0.1.9", protocol="tcp", destination_port=443)
    assert (trace["verdict"], trace["success"]) == ("no_route", False)
    assert trace["flow"]["destination_port"] == 443
    assert trace["path"][0]["name"] == "gw"


def test_the_gateway_of_the_question_reaches_the_simulator() -> None:
    trace = called("trace", source="10.0.0.9", destination="10.0.1.9", gateway="other")
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
        called("trace", **question)
    assert (caught.value.code, caught.value.field) == ("bad_value", field)
    assert shown in caught.value.message


def test_the_right_password_gives_name_and_role() -> None:
    assert called("sign_in", username="ann", password="right") == {"username": "ann", "role": "admin"}


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
