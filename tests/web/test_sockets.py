"""The sockets of a server, opened by requests of a test; real ones are in tests/live."""

import pytest
from flask.testing import FlaskClient

from backend.web.live import Live
from backend.web.sockets import MOST_WAITING, Identity, Sockets
from tests.web.test_live import HANDSHAKE, opened

BOB = Identity((), "bob", "user", 0.0)


@pytest.fixture
def sockets(client: FlaskClient) -> Sockets:
    live: Live = client.application.extensions["tsim_live"]
    return live.sockets


def test_each_socket_is_somebodys_until_it_is_closed(client: FlaskClient, sockets: Sockets) -> None:
    assert (sockets.count, sockets.open()) == (0, {})
    for _ in range(2):
        opened(client)
    assert [identity.username for identity in sockets.open().values()] == ["ann", "ann"]
    first, second = sockets.open()
    sockets.renew([first, "gone"], BOB)
    assert [identity.username for identity in sockets.open().values()] == ["bob", "ann"]
    sockets.close(first, "enough")
    sockets.close("gone", "enough")
    assert list(sockets.open()) == [second]


def test_who_is_sent_away_is_cut_off_and_not_told_to_stay_away(client: FlaskClient, sockets: Sockets) -> None:
    addresses = [opened(client) for _ in range(3)]
    sockets.send_away(2)
    assert len(sockets.open()) == 1
    sockets.send_away(2)
    assert sockets.open() == {}
    assert [client.get(address).status_code for address in addresses] == [400] * 3
    assert client.get(opened(client)).status_code == 200, "they come back"


def test_who_does_not_read_is_dropped_and_who_reads_is_not(client: FlaskClient, sockets: Sockets) -> None:
    slow, reader = opened(client), opened(client)
    live: Live = client.application.extensions["tsim_live"]
    for _ in range(MOST_WAITING - 1):
        live.begins("engine")
    assert sockets.drop_slow() == 0
    client.get(reader)
    for _ in range(2):
        live.begins("engine")
    assert sockets.drop_slow() == 1
    assert len(sockets.open()) == 1
    assert client.get(slow).status_code == 400
    assert client.get(reader).status_code == 200


def test_nonsense_ends_a_socket_without_waiting_for_it_to_read(client: FlaskClient, sockets: Sockets) -> None:
    address = opened(client)
    assert client.post(address, data="2").status_code == 400
    assert sockets.open() == {}
    assert client.get(HANDSHAKE).status_code == 200
