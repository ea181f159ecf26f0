"""The smallest network that has a path: two routers in a row, as the text that they would print."""

from collections.abc import Collection
from pathlib import Path

SECTION = """=== TSIM_SECTION_START:{name} ===
TITLE: {name}
COMMAND: made up
TIMESTAMP: 2025-06-21 15:18:34
---
{text}

EXIT_CODE: 0
=== TSIM_SECTION_END:{name} ===
"""
INTERFACE = """{index}: {name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:00:0{index} brd ff:ff:ff:ff:ff:ff
    inet {address} brd {broadcast} scope global {name}
       valid_lft forever preferred_lft forever"""
RULES = "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default"


def write_small_network(folder: Path, dropped: Collection[int] | None = None) -> Path:
    """10.0.1.0/24 - gw-a - 10.0.9.0/24 - gw-b - 10.0.2.0/24. gw-b drops these TCP ports; None: no rules are known."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, inside, outside, route in (
        ("gw-a", "10.0.1.1/24", "10.0.9.1/24", "10.0.2.0/24 via 10.0.9.2 dev eth1"),
        ("gw-b", "10.0.2.1/24", "10.0.9.2/24", "10.0.1.0/24 via 10.0.9.1 dev eth1"),
    ):
        devices = (("eth0", inside), ("eth1", outside))
        interfaces = [
            INTERFACE.format(index=index, name=device, address=address, broadcast=f"{_prefix(address)}.255")
            for index, (device, address) in enumerate(devices, start=2)
        ]
        connected = [
            f"{_prefix(address)}.0/24 dev {device} proto kernel scope link src {address[:-3]}"
            for device, address in devices
        ]
        sections = {
            "hostname": name,
            "routing_table_main": "\n".join([*connected, route]),
            "policy_rules": RULES,
            "interfaces": "\n".join(interfaces),
            "ip_forwarding": "1",
        }
        if dropped is not None:
            sections["iptables_save"] = _firewall(dropped if name == "gw-b" else ())
        text = f"# Hostname: {name}\n" + "".join(SECTION.format(name=n, text=t) for n, t in sections.items())
        text += f"TSIM_FACTS_COLLECTION_COMPLETE\nSECTIONS_COLLECTED: {len(sections)}\n"
        (folder / f"{name}_facts.txt").write_text(text)
    return folder


def _prefix(address: str) -> str:
    return address.rpartition(".")[0]


def _firewall(dropped: Collection[int]) -> str:
    rules = [f"-A FORWARD -p tcp -m tcp --dport {port} -j DROP" for port in dropped]
    chains = [f":{chain} ACCEPT [0:0]" for chain in ("INPUT", "FORWARD", "OUTPUT")]
    return "\n".join(["*filter", *chains, *rules, "COMMIT"])
