from msgspec.structs import replace

from backend.lab.plan.naming import derived_mac, macs, namespaces
from backend.model.interface import Interface
from backend.model.network import Attachment


def test_a_name_that_cannot_be_a_file_gets_another() -> None:
    assert namespaces(["r1", "../r1", "_internet", "a.b-c"]) == {
        "r1": "r1",
        "../r1": "_machine1",
        "_internet": "_machine2",
        "a.b-c": "a.b-c",
    }


def test_blotted_out_and_double_macs_are_replaced() -> None:
    eth0 = Interface("eth0", mac="02:00:00:00:00:01")
    known = {
        Attachment("r1", "eth0"): eth0,
        Attachment("r2", "eth0"): eth0,
        Attachment("r1", "eth1"): replace(eth0, mac="xx:xx:xx:xx:xx:xx"),
        Attachment("r1", "tun0"): replace(eth0, mac=None),
        Attachment("r1", "odd"): replace(eth0, mac="03:00:00:00:00:01"),
    }
    found = macs(known)
    assert found[Attachment("r1", "eth0")] == "02:00:00:00:00:01"
    assert len(set(found.values())) == 5
    assert found[Attachment("r2", "eth0")] == derived_mac("r2", "eth0")
    assert all(int(mac[:2], 16) & 1 == 0 for mac in found.values()), "no multicast address"
