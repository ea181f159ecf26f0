import msgspec

from backend.web.questions import JobQuestion, TraceQuestion, said


def test_only_what_was_said_is_passed_on_also_that_it_is_nothing() -> None:
    given = {"source": "a", "destination": "b", "ttl": "0x10", "gateway": None}
    assert said(msgspec.convert(given, TraceQuestion)) == given
    whole = {
        "source": "a",
        "destination": "b",
        "services": [22, "53/udp", {"port": 80, "protocol": None}],
        "trace": {"path": []},
    }
    assert said(msgspec.convert(whole, JobQuestion)) == whole
    assert said(msgspec.convert(given | {"tried": True}, TraceQuestion))["tried"] is True
