import socket

import pytest

from backend.lab.probe.tcp import choose_sequence, close_silently

pytestmark = [pytest.mark.root]


def test_a_connection_begins_with_the_number_of_choice_and_ends_without_a_word() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as asking:
        tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
        tap.bind(("lo", 0x0800))
        choose_sequence(asking, 0xABCDE000)
        asking.connect(server.getsockname())
        port = server.getsockname()[1].to_bytes(2)
        accepted, _ = server.accept()
        close_silently(asking)
        accepted.setblocking(False)
        with pytest.raises(BlockingIOError):
            accepted.recv(1)
        close_silently(accepted)
        tap.setblocking(False)
        seen = []
        while True:
            try:
                seen.append(tap.recv(100))
            except BlockingIOError:
                break
        tap.close()
    first = next(data for data in seen if data[22:24] == port)
    assert first[24:28].hex() == "abcde000"
