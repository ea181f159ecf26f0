import pytest

from backend.sim.netfilter.rule import Kind
from tests.sim.netfilter.target.acting import act, unread


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-p tcp", Kind.GO_ON),
        ("-j ACCEPT", Kind.ACCEPT),
        ("-j DROP", Kind.DROP),
        ("-j RETURN", Kind.RETURN),
        ("-j REJECT --reject-with icmp-net-unreachable", Kind.REJECT),
        ("-j REJECT", Kind.REJECT),
        ("-j TARPIT", Kind.REJECT),
        ("-j one", Kind.JUMP),
        ("-g one", Kind.GOTO),
        ("-j DNAT --to-destination 10.0.0.1", Kind.ACCEPT),
        ("-j MARK --set-mark 1", Kind.GO_ON),
    ],
)
def test_what_becomes_of_a_packet(text: str, expected: Kind) -> None:
    assert act(text, chains=("one",)).kind is expected


@pytest.mark.parametrize(
    "text",
    [
        '-j LOG --log-prefix "in: " --log-level 6',
        "-j NFLOG --nflog-group 3",
        "-j AUDIT --type accept",
        "-j CLASSIFY --set-class 1:2",
        "-j TEE --gateway 10.0.0.9",
        "-j TRACE",
        "-j CHECKSUM --checksum-fill",
        "-j IDLETIMER --timeout 5 --label x",
        "-j SECMARK --selctx x",
    ],
)
def test_what_tells_counts_or_copies_leaves_the_packet_alone(text: str) -> None:
    found = act(text)
    assert (found.kind, found.change) == (Kind.GO_ON, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-j NFQUEUE --queue-num 1 --queue-bypass", "a program decides"),
        ("-j TPROXY --on-port 8080", "a program on the router takes it"),
        ("-j SYNPROXY", "in the name of the destination"),
        ("-j HMARK --hmark-mod 9", "a hash"),
    ],
)
def test_what_is_handed_on_may_fare_one_way_or_another(text: str, reason: str) -> None:
    found = act(text)
    assert found.kind is Kind.UNCERTAIN
    assert found.doubt is not None
    assert reason in found.doubt.text
    assert not found.doubt.is_unknown


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-j FROBNICATE", "target FROBNICATE is not known here"),
        ("-j one", "target one is not known here"),
        ("-j MARK --frobnicate 1", "MARK: --frobnicate is not known here"),
        ("-j DNAT --to-destination nowhere", "nowhere"),
    ],
)
def test_a_target_that_cannot_be_read_is_unknown_and_named(text: str, reason: str) -> None:
    assert reason in unread(text)


def test_a_user_chain_may_have_the_name_of_a_target() -> None:
    assert act("-j LOG", chains=("LOG",)).kind is Kind.JUMP
