import os

import pytest

from backend.lab.build import tool
from backend.lab.build.handles import read_handles
from backend.lab.kernel.namespace import new_network

RULES = "*filter\n:FORWARD ACCEPT [0:0]\n:own - [0:0]\n-A FORWARD -j own\n-A own -j DROP\n-A FORWARD -j DROP\nCOMMIT\n"


@pytest.mark.root
@pytest.mark.serial
def test_each_rule_has_a_handle_that_leads_to_its_position() -> None:
    with new_network() as descriptor:
        pass
    for command in ("iptables-nft-restore", "ip6tables-nft-restore"):
        assert tool.run(descriptor, [command], RULES).is_done
    found = read_handles("r1", descriptor)
    os.close(descriptor)
    places = [(*key[:4], position) for key, position in found.items()]
    assert sorted(places) == [
        ("r1", family, "filter", chain, position)
        for family in (4, 6)
        for chain, position in (("FORWARD", 1), ("FORWARD", 2), ("own", 1))
    ]
