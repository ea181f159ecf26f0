from collections.abc import Iterator, Mapping

import pytest

from backend.lab.probe.loop import Loop
from backend.lab.probe.ping import Asked, Echo, pinging
from backend.model.address import Address
from tests.lab.probe.way import BLACKHOLE, ELSEWHERE, LEFT, NOBODY, PROHIBITED, R1, R2, RIGHT, built

pytestmark = [pytest.mark.root, pytest.mark.serial]


@pytest.fixture(scope="module")
def machines() -> Iterator[dict[str, int]]:
    with built() as descriptors:
        yield descriptors


def ping(machines: dict[str, int], family: int, where: Mapping[int, Address], count: int = 3) -> tuple[Echo, ...]:
    loop = Loop()
    try:
        return loop.finish(pinging(loop, Asked(machines["a"], LEFT[family], where[family], count)))
    finally:
        loop.close()


@pytest.mark.parametrize("family", [4, 6])
def test_each_request_has_its_reply_with_who_sent_it_and_how_long_it_took(
    machines: dict[str, int], family: int
) -> None:
    echoes = ping(machines, family, RIGHT, 5)
    assert [(each.seq, each.text, each.sender, each.ttl) for each in echoes] == [
        (seq, "reply", RIGHT[family], 62) for seq in range(1, 6)
    ]
    assert all(each.rtt_ms is not None and each.rtt_ms > 0 for each in echoes)


@pytest.mark.parametrize(
    ("family", "where", "text", "sender"),
    [
        (4, NOBODY, "host unreachable", R2),
        (6, NOBODY, "address unreachable", R2),
        (4, PROHIBITED, "administratively prohibited", R2),
        (6, PROHIBITED, "administratively prohibited", R2),
        (4, ELSEWHERE, "net unreachable", R1),
        (6, ELSEWHERE, "no route", R1),
    ],
)
def test_what_a_router_says_of_a_request_is_told_with_its_name(
    machines: dict[str, int], family: int, where: Mapping[int, Address], text: str, sender: Mapping[int, Address]
) -> None:
    assert {(each.text, each.sender) for each in ping(machines, family, where)} == {(text, sender[family])}


@pytest.mark.parametrize("family", [4, 6])
def test_silence_is_told_too(machines: dict[str, int], family: int) -> None:
    echoes = ping(machines, family, BLACKHOLE)
    assert [(each.text, each.sender, each.rtt_ms, each.is_reply) for each in echoes] == [
        ("no answer", None, None, False)
    ] * 3


def test_a_request_that_the_machine_does_not_send_says_why() -> None:
    with built() as machines:
        loop = Loop()
        asked = Asked(machines["b"], RIGHT[4], ELSEWHERE[4], 2)
        echoes = loop.finish(pinging(loop, asked))
        assert {each.text for each in echoes} == {"net unreachable"}
        asked = Asked(machines["r2"], R2[4], BLACKHOLE[4], 2)
        echoes = loop.finish(pinging(loop, asked))
        assert {each.text for each in echoes} == {"not sent: Invalid argument (a blackhole route)"}
        loop.close()


def test_two_who_ping_at_once_hear_their_own_replies_only(machines: dict[str, int]) -> None:
    loop = Loop()
    one = pinging(loop, Asked(machines["a"], LEFT[4], RIGHT[4], 50))
    other = pinging(loop, Asked(machines["a"], LEFT[4], NOBODY[4], 50))
    next(other)
    assert {each.text for each in loop.finish(one)} == {"reply"}
    assert {each.text for each in loop.finish(other)} == {"host unreachable"}
    loop.close()


def test_one_that_is_given_up_leaves_nothing_open(machines: dict[str, int]) -> None:
    loop = Loop()
    steps = pinging(loop, Asked(machines["a"], LEFT[4], BLACKHOLE[4]))
    next(steps)
    steps.close()
    assert loop.is_idle
    loop.close()
