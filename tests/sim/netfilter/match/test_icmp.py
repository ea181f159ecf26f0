import subprocess

import pytest

from backend.sim.netfilter.match.icmp import NAMES4, NAMES6, type_and_codes
from tests.sim.netfilter.match.asking import said

PING, PING6 = "icmp icmp=8/0", "58 [2001:db8::1] [2001:db8::2] icmp=128/0"


@pytest.mark.parametrize(
    ("rule", "packet", "expected"),
    [
        ("-p icmp", PING, True),
        ("-p icmp -m icmp", PING, True),
        ("-p icmp --icmp-type 8", PING, True),
        ("-p icmp --icmp-type 8/0", PING, True),
        ("-p icmp --icmp-type 8/1", PING, False),
        ("-p icmp --icmp-type echo-request", PING, True),
        ("-p icmp --icmp-type ping", PING, True),
        ("-p icmp ! --icmp-type echo-reply", PING, True),
        ("-p icmp --icmp-type ! 8", PING, False),
        ("-p icmp -m icmp --icmp-type any", PING, True),
        ("-p icmp -m icmp ! --icmp-type any", PING, False),
        ("-p icmp -m icmp --icmp-type 255", "icmp", True),
        ("-p icmp --icmp-type 3", "icmp icmp=3/13", True),
        ("-p icmp --icmp-type communication-prohibited", "icmp icmp=3/13", True),
        ("-p icmp --icmp-type port-unreachable", "icmp icmp=3/13", False),
        ("-p icmp --icmp-type 8", "icmp", "the flow names no ICMP type"),
        ("-p icmp --icmp-type 8", "tcp", False),
        ("-p ipv6-icmp --icmpv6-type 128", PING6, True),
        ("-p icmpv6 -m icmp6 --icmpv6-type echo-request", PING6, True),
        ("-p ipv6-icmp -m icmp6 --icmpv6-type neighbor-solicitation", PING6, False),
        ("-p ipv6-icmp -m icmp6 ! --icmpv6-type 128/0", PING6, False),
        ("-p ipv6-icmp -m icmp6 ! --icmpv6-type 255", PING6, True),
        ("-p ipv6-icmp -m icmp6 --icmpv6-type warp", PING6, "? icmp6: icmpv6-type warp (no such word: warp)"),
    ],
)  # fmt: skip
def test_types(rule: str, packet: str, expected: bool | str) -> None:
    assert said(rule, packet) == expected


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize(
    ("tool", "protocol", "option", "names"),
    [("iptables", "icmp", "--icmp-type", NAMES4), ("ip6tables", "icmpv6", "--icmpv6-type", NAMES6)],
)
def test_names_are_those_of_iptables(tool: str, protocol: str, option: str, names: dict[str, object]) -> None:
    """Each name goes in, and what iptables prints of it is the same by number."""
    rules = "".join(f"-A INPUT -p {protocol} {option} {name}\n" for name in names)
    script = f"{tool}-restore && {tool}-save"
    found = subprocess.run(
        ["unshare", "-n", "sh", "-c", script], input=f"*filter\n{rules}COMMIT\n", capture_output=True, text=True
    )
    assert found.stderr == ""
    printed = [line.split()[-1] for line in found.stdout.splitlines() if option in line]
    assert [type_and_codes(text, {"any": (255, (0, 255))}) for text in printed] == list(names.values())
