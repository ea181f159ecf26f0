import pytest

from backend.facts.description import read_description
from backend.lab.proof.ports import translated_services
from backend.model.flow import Service

TEXT = """
[network]
name = "x"
[[router]]
name = "gw"
iptables = '''
*nat
:PREROUTING ACCEPT
-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination {}
COMMIT
'''
[[router.interface]]
name = "lan"
addresses = ["10.0.0.1/24"]
"""


@pytest.mark.parametrize(
    ("target", "ports"),
    [("10.0.0.5:8080", [8080]), ("10.0.0.5:8000-8002", [8000, 8001, 8002]), ("10.0.0.5", []), (":81", [81])],
)
def test_a_machine_listens_where_rules_translate_to(target: str, ports: list[int]) -> None:
    routers = read_description(TEXT.format(target), "x.toml").routers
    asked = [Service("tcp", 80), Service("icmp", 0)]
    assert list(translated_services(routers, 4, asked)) == [Service("tcp", port) for port in ports]
    assert list(translated_services(routers, 6, asked)) == []
