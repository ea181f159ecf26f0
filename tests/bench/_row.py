"""Facts of routers in a row, each with rules of its own."""

from pathlib import Path

from tests.small import INTERFACE, RULES, SECTION

CHAINS = [f":{chain} ACCEPT [0:0]" for chain in ("INPUT", "FORWARD", "OUTPUT")]


def write_row(folder: Path, routers: int) -> Path:
    """10.1.0.0/24 - r1 - 10.9.1.0/24 - r2 - … - 10.2.0.0/24. Each drops one port of a hundred: r1 1001, r2 1002 …"""
    folder.mkdir(parents=True, exist_ok=True)
    for at in range(1, routers + 1):
        left = "10.1.0.1/24" if at == 1 else f"10.9.{at - 1}.2/24"
        right = "10.2.0.1/24" if at == routers else f"10.9.{at}.1/24"
        devices = [("eth0", left), ("eth1", right)]
        routes = [
            f"{_net(address)}.0/24 dev {name} proto kernel scope link src {address[:-3]}" for name, address in devices
        ]
        routes += [f"10.2.0.0/24 via 10.9.{at}.2 dev eth1"] if at < routers else []
        routes += [f"10.1.0.0/24 via 10.9.{at - 1}.1 dev eth0"] if at > 1 else []
        rules = [f"-A FORWARD -p tcp -m tcp --dport {port} -j DROP" for port in (1000 + at, 1050 + at)]
        sections = {
            "hostname": f"r{at}",
            "routing_table_main": "\n".join(routes),
            "policy_rules": RULES,
            "interfaces": "\n".join(
                INTERFACE.format(index=index, name=name, address=address, broadcast=f"{_net(address)}.255")
                for index, (name, address) in enumerate(devices, start=2)
            ),
            "ip_forwarding": "1",
            "iptables_save": "\n".join(["*filter", *CHAINS, *rules, "COMMIT"]),
        }
        text = f"# Hostname: r{at}\n" + "".join(SECTION.format(name=n, text=t) for n, t in sections.items())
        text += f"TSIM_FACTS_COLLECTION_COMPLETE\nSECTIONS_COLLECTED: {len(sections)}\n"
        (folder / f"r{at}_facts.txt").write_text(text)
    return folder


def _net(address: str) -> str:
    return address.rpartition(".")[0]
