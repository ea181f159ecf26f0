import pytest

from tests.sim.netfilter.target.acting import act, acted, unread


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("TOS --set-tos 0x10/0xff", 0x10),
        ("TOS --set-tos 0x10", 0x10),
        ("TOS --set-tos 0x10/0x3f", 0xD0),
        ("TOS --set-tos 0x11/0x0f", 0xC1),
        ("TOS --set-tos Minimize-Delay", 0xD0),
        ("TOS --and-tos 0xf0", 0xD0),
        ("TOS --or-tos 0x0f", 0xDF),
        ("TOS --xor-tos 0xff", 0x2D),
        ("DSCP --set-dscp 0x2e", 0xBA),
        ("DSCP --set-dscp-class EF", 0xBA),
        ("DSCP --set-dscp-class af11", 0x2A),
        ("DSCP --set-dscp-class CS0", 0x02),
    ],
)
def test_the_tos_field_is_changed_under_a_mask_and_dscp_leaves_ecn_alone(target: str, expected: int) -> None:
    assert acted(f"-j {target}", "tos=0xd2").packet.tos == expected


@pytest.mark.parametrize(
    ("target", "met", "expected"),
    [
        ("TTL --ttl-set 9", "ttl=64", 9),
        ("TTL --ttl-dec 4", "ttl=64", 60),
        ("TTL --ttl-dec 9", "ttl=5", 0),
        ("TTL --ttl-inc 1", "ttl=64", 65),
        ("TTL --ttl-inc 9", "ttl=250", 255),
        ("HL --hl-dec 1", "tcp [2001:db8::1]:1 [2001:db8::2]:2 ttl=64", 63),
    ],
)
def test_the_time_to_live_stays_within_a_byte(target: str, met: str, expected: int) -> None:
    assert acted(f"-j {target}", met).packet.ttl == expected


def test_ecn_is_taken_out_of_tcp() -> None:
    assert acted("-j ECN --ecn-tcp-remove", "tcp flags=0xc2").packet.content.flags == 2
    assert acted("-j ECN --ecn-tcp-remove", "udp").packet.content.flags is None


SYN = "tcp 10.0.0.1:1 10.0.9.9:2 flags=2 length=60"


@pytest.mark.parametrize(
    ("options", "met", "mss", "length"),
    [
        ("--set-mss 1000", f"{SYN} mss=1460", 1000, 60),
        ("--set-mss 1460", f"{SYN} mss=1000", 1000, 60),
        ("--set-mss 500", f"{SYN} mss=0", 500, 64),
        ("--set-mss 1000", f"{SYN} mss=0", 536, 64),
        ("--clamp-mss-to-pmtu", f"{SYN} mss=1460 iif=eth1 oif=eth0", 1360, 60),
        ("--clamp-mss-to-pmtu", f"{SYN} mss=1460 iif=eth1 oif=eth1", 1460, 60),
        ("--clamp-mss-to-pmtu", "tcp [2001:db8::1]:1 [2001:db8::2]:2 flags=2 mss=1460", 1340, None),
        ("--set-mss 1000", SYN, None, 60),
    ],
)
def test_the_largest_segment_is_made_smaller_and_never_larger(
    options: str, met: str, mss: int | None, length: int | None
) -> None:
    content = acted(f"-j TCPMSS {options}", met).packet.content
    assert (content.mss, content.length) == (mss, length)


@pytest.mark.parametrize(
    ("options", "expected"), [("mss", 0), ("2", 0), ("sack-permitted,mss", 0), ("timestamp", 1460)]
)
def test_options_of_tcp_are_taken_out(options: str, expected: int) -> None:
    assert acted(f"-j TCPOPTSTRIP --strip-options {options}", f"{SYN} mss=1460").packet.content.mss == expected


@pytest.mark.parametrize(
    "text", ["-j TOS", "-j TTL", "-j TTL --ttl-set x", "-j DSCP --set-dscp-class XX", "-j TTL --hl-set 3"]
)
def test_what_cannot_be_read_is_not_guessed(text: str) -> None:
    assert unread(text)


def test_a_rule_that_changes_the_header_goes_on() -> None:
    assert act("-j TTL --ttl-set 9").change is not None
