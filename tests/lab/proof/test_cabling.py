from backend.lab.plan import plan
from backend.lab.proof.cabling import links
from tests.lab.proof.small import NETWORK


def test_the_two_ends_of_a_cable_hang_on_one_and_no_others() -> None:
    found = links(plan(NETWORK).devices())
    assert found["one", "up"] == found["two", "down"]
    assert found["one", "lan"] == found["a", "eth0"]
    assert len({found["one", "up"], found["one", "lan"], found["two", "srv"]}) == 3
