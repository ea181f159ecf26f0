import pytest

from backend.lab.build.restore import ExhaustedError
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
COMMIT
"""


def test_rules_that_are_good_one_by_one_may_be_refused_together(namespace: int) -> None:
    assert refused(namespace, Backend.LEGACY, CIRCLE) == ["-A b -j a"]


def test_what_a_target_must_not_be_asked_in_is_found_where_the_way_to_it_begins(namespace: int) -> None:
    text = CIRCLE.replace("*filter", "*mangle").replace("-A b -j a\n", "").replace("-j DROP", "-j TPROXY --on-port 5")
    assert refused(namespace, Backend.LEGACY, text.replace("-j TPROXY", "-p tcp -j TPROXY")) != []


def test_many_rules_take_one_start_of_the_tool_more_for_each_that_is_refused(namespace: int) -> None:
    rules = [f"-A INPUT -p tcp --dport {port} -j {'MASQUERADE' if port % 500 == 1 else 'DROP'}" for port in range(3000)]
    text = "\n".join(["*filter", ":INPUT ACCEPT [0:0]", *rules, "COMMIT"])
    assert len(refused(namespace, Backend.LEGACY, text, runs=6 + 3 + 1)) == 6
    with pytest.raises(ExhaustedError):
        refused(namespace, Backend.LEGACY, text, runs=6)
