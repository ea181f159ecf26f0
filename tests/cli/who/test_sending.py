from base64 import b64encode

import pytest

from backend.cli.error import FailureError
from backend.cli.who import sending
from backend.cli.who.sending import Sending
from backend.cli.who.server import Address, Server
from tests.cli.who.spoken import answer, saying


def test_files_go_as_one_form() -> None:
    with saying([answer("201 Created", b'{"network": 1}')]) as (url, asked):
        sent = Sending(Server(Address(url)))
        sent.begin(name="my net")
        for file, data in (("a_facts.txt", b"one"), ("a_facts.txt", b"two"), ('b"\n', b"three")):
            sent.part(upload="this", at=0, file=file, data=b64encode(data).decode())
        assert sent.end(upload="this", activate=True) == {"network": 1}
    assert b"POST /api/v1/networks?name=my+net&activate=true " in asked[0]
    assert b'filename="a_facts.txt"\r\n\r\nonetwo\r\n--' in asked[0]
    assert b'filename="b__"\r\n\r\nthree\r\n--' in asked[0]


def test_there_is_an_end_to_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MOST", 100)
    sent = Sending(Server(Address("http://127.0.0.1")))
    sent.begin()
    with pytest.raises(FailureError, match="big: more than"):
        sent.part(file="big", data=b64encode(bytes(200)).decode())
    sent.cancel()
