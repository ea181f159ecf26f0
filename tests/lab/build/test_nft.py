import subprocess

import pytest

from backend.lab.build.restore import ExhaustedError
from backend.lab.kernel.namespace import inside
from backend.lab.plan.operation import Backend
from tests.lab.build.settling import refused

pytestmark = [pytest.mark.root, pytest.mark.serial]
CIRCLE = """*filter
:INPUT ACCEPT [0:0]
:a - [0:0]
:b - [0:0]
-A INPUT -j a
-A a -j b
-A b -j a
-A b -j DROP
-A b -p udp -j MASQUERADE
COMMIT
*raw
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p tcp -j DROP
COMMIT
"""


def test_what_is_refused_only_for_another_is_loaded(namespace: int) -> None:
    assert refused(namespace, Backend.NFT, CIRCLE) == ["-A b -j a", "-A b -p udp -j MASQUERADE"]
    with inside(namespace):
        saved = subprocess.run(["iptables-nft-save"], capture_output=True, text=True, check=True).stdout
    assert "-A b -j DROP" in saved
    assert "-A OUTPUT -p tcp -j DROP" in saved


def test_each_refused_rule_has_some_rules_loaded_again_and_not_all(namespace: int) -> None:
    rules = [f"-A INPUT -p tcp --dport {port} -j {'MASQUERADE' if port % 500 == 1 else 'DROP'}" for port in range(1000)]
    text = "\n".join(["*filter", ":INPUT ACCEPT [0:0]", *rules, "COMMIT"])
    assert len(refused(namespace, Backend.NFT, text, runs=1 + 10 + 2)) == 2
    with pytest.raises(ExhaustedError):
        refused(namespace, Backend.NFT, text, runs=10)
