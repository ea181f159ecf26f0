import os
from collections.abc import Iterator

import pytest

from backend.facts.description import read_description
from backend.lab.error import LabError
from backend.lab.lab import Lab, batch_failures
from backend.lab.plan import plan
from backend.lab.plan.operation import Plan

pytestmark = [pytest.mark.root, pytest.mark.serial]

TEXT = """
[network]
name = "x"
[[router]]
name = "r1"
routes = [
    "10.2.0.0/24 via 10.0.0.2", "default via 203.0.113.1", "blackhole 10.66.0.0/16", "2001:db8:2::/64 via 2001:db8::2",
]
rules = ["fwmark 5 lookup 77 priority 100"]
[[router.interface]]
name = "eth0"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "wg0"
segment = "tunnel"
tunnel = true
addresses = ["10.0.0.1/30", "2001:db8::1/64"]
[[router.interface]]
name = "eth1"
addresses = ["203.0.113.2/29"]
[[router]]
name = "r2"
routes = ["10.1.0.0/24 dev wg0", "10.66.0.0/16 dev wg0"]
[[router.interface]]
name = "wg0"
segment = "tunnel"
tunnel = true
addresses = ["10.0.0.2/30", "2001:db8::2/64"]
[[router.interface]]
name = "eth0"
addresses = ["10.2.0.1/24", "2001:db8:2::1/64"]
[[host]]
name = "a"
addresses = ["10.1.0.50/24"]
[[host]]
name = "b"
addresses = ["10.2.0.50/24"]
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(plan(read_description(TEXT, "x.toml"))) as built:
        yield built


def test_packets_go_from_host_to_host_through_the_routers_and_a_tunnel(lab: Lab) -> None:
    done = lab.run("a", ["traceroute", "-n", "-q", "1", "-w", "5", "10.2.0.50"])
    assert [line.split()[1] for line in done.stdout.splitlines()[1:]] == ["10.1.0.1", "10.0.0.2", "10.2.0.50"]


def test_the_provider_of_a_gateway_answers(lab: Lab) -> None:
    assert lab.run("r1", ["ping", "-c", "1", "-W", "5", "203.0.113.1"]).code == 0


def test_many_questions_are_answered_in_their_order(lab: Lab) -> None:
    questions = [
        "10.2.0.50",
        "10.66.0.1",
        "10.2.0.50 mark 5",
        "nonsense",
        "2001:db8:2::5",
        "10.2.0.9 from 10.1.0.50 iif eth0",
    ]
    answers = lab.routes("r1", questions * 50)
    assert len(answers) == 300
    assert answers[:6] == answers[-6:]
    assert answers[0].text.startswith("10.2.0.50 via 10.0.0.2 dev wg0")
    assert (answers[1].text, answers[1].error) == ("", "Invalid argument")
    assert answers[2].text.startswith("10.2.0.50 via 10.0.0.2 dev wg0")
    assert "nonsense" in answers[3].error
    assert "dev wg0" in answers[4].text
    assert answers[5].text.startswith("10.2.0.9 from 10.1.0.50 via 10.0.0.2 dev wg0")


def test_a_command_gets_its_input_and_gives_its_code(lab: Lab) -> None:
    done = lab.run("r1", ["sh", "-c", "cat; echo no >&2; exit 3"], "yes")
    assert (done.code, done.stdout, done.stderr) == (3, "yes", "no\n")


def test_a_command_that_goes_on_can_be_ended(lab: Lab) -> None:
    process = lab.start("r1", ["cat"])
    out, _ = process.communicate("yes", timeout=60)
    assert out == "yes"


def test_what_takes_too_long_and_who_is_not_there_are_named(lab: Lab) -> None:
    with pytest.raises(LabError, match=r"r1: sleep 60: took longer than 0\.1 s"):
        lab.run("r1", ["sleep", "60"], timeout_s=0.1)
    with pytest.raises(LabError, match="there is no r9"):
        lab.run("r9", ["true"])


def test_nothing_is_left_behind() -> None:
    def seen() -> tuple[list[str], list[str]]:
        return os.listdir("/sys/class/net"), os.listdir("/run/netns") if os.path.isdir("/run/netns") else []

    before = seen()
    built = Lab(plan(read_description(TEXT, "x.toml")))
    with built:
        assert seen() == before
        assert built.run("r1", ["true"]).code == 0
    assert seen() == before
    built.close()
    with pytest.raises(LabError, match="closed"):
        built.run("r1", ["true"])


def test_an_empty_plan_is_a_lab() -> None:
    with Lab(Plan({})) as empty:
        assert empty.refusals == []


def test_failures_of_a_batch_have_line_and_message() -> None:
    errors = (
        "RTNETLINK answers: File exists\nCommand failed -:3\nError: inet address is expected.\nCommand failed -:7\n"
    )
    assert list(batch_failures(errors)) == [(3, "File exists"), (7, "inet address is expected.")]


def test_addresses_are_listed_as_in_the_facts() -> None:
    """The first of them may be the one that a rule takes."""
    addresses = ["10.1.0.1/24", "10.2.0.1/24", "2001:db8:1::1/64", "2001:db8:2::1/64", "2001:db8:1::2/64"]
    router = f'[[router]]\nname = "r1"\n[[router.interface]]\nname = "eth0"\naddresses = {addresses}\n'
    with Lab(plan(read_description(f'[network]\nname = "x"\n{router}', "x.toml"))) as one:
        shown = one.run("r1", ["ip", "-o", "addr", "show", "dev", "eth0", "scope", "global"]).stdout
    assert [line.split()[3] for line in shown.splitlines()] == addresses
