"""The same lab, built by an ordinary user without any capability."""

import subprocess

import pytest

from backend.lab.kernel.namespace import FORBIDDEN
from tests.lab import nobody
from tests.lab.nobody import ROOT

pytestmark = [pytest.mark.root, pytest.mark.serial]
DEMO = """
import os
from pathlib import Path
from backend.facts import read_directory
from backend.lab.lab import Lab
from backend.lab.plan import plan
assert os.geteuid() == 65534
with Lab(plan(read_directory(Path("backend/demo/facts")).network)) as lab:
    print(lab.run("hq-pc1", ["ping", "-c1", "-W2", "10.1.1.1"]).code)
    print(lab.routes("hq-gw", ["10.2.1.50 from 10.1.1.50 iif eth1"])[0].text)
    print(len(lab.run("hq-gw", ["ipset", "list", "-n"]).stdout.split()))
"""
MANY = """
from backend.lab.lab import Lab
from backend.lab.plan.operation import Backend, MakeNamespace, Plan
from tests.lab.saved import load_rules
rule = "-A FORWARD -s 10.{}.{}.0/24 -p tcp -m tcp --dport {} -j DROP\\n"
rules = "".join(rule.format(n >> 8, n & 255, n + 1) for n in range(1500))
text = f"*filter\\n:FORWARD ACCEPT [0:0]\\n{rules}COMMIT\\n"
for backend in Backend:
    with Lab(Plan({"r1": "r1"}, (MakeNamespace("r1"), load_rules("r1", text)), backends=(backend,))) as lab:
        said = lab.run("r1", [f"iptables-{backend}-save"]).stdout
        found = [line for line in said.splitlines() if line.startswith("-A")]
        print(lab.loaded.backend, len(found), found == rules.splitlines())
"""


PROOF = """
from ipaddress import ip_address
from pathlib import Path
from backend.facts import read_directory
from backend.lab.proof.prove import Request, proving
from backend.wire.services import read_services
network = read_directory(Path("backend/demo/facts")).network
request = Request(network, ip_address("10.1.1.50"), ip_address("10.3.20.10"), read_services("443,icmp"))
*said, answer = proving(request)
print(next(each.data["right"] for each in said if "right" in (each.data or {})))
for service in answer.services:
    print(service.verdict, service.decided_by and f"{service.decided_by.router} {service.decided_by.number}")
"""
# An ordinary user with capabilities, where no user namespace can be made: in one in which that is forbidden.
IN_USERS = """
import ctypes, os, sys
(told, tell), (go, start) = os.pipe(), os.pipe()
pid = os.fork()
if pid == 0:
    if ctypes.CDLL(None).unshare(0x10000000) != 0:
        sys.exit("no user namespace")
    os.write(tell, b"x")
    os.read(go, 1)
    open("/proc/sys/user/max_user_namespaces", "w").write("0")
    os.execvp("setpriv", ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *sys.argv[1:]])
os.close(tell)
if os.read(told, 1):
    for name in ("uid_map", "gid_map"):
        open(f"/proc/{pid}/{name}", "w").write("0 0 70000")
    os.write(start, b"x")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
WITH_CAPABILITIES = """
mount --bind "$0" /mnt && cd /mnt && exec .venv/bin/python -c "$3" --inh-caps=$2 --ambient-caps=$2 \\
  env HOME=/tmp PYTHONDONTWRITEBYTECODE=1 .venv/bin/python -c "$1"
"""


def answers(script: str) -> list[str] | None:
    """What the script prints; None where the kernel forbids such labs, which then has to be said and nothing else."""
    done = nobody.said(script)
    if not nobody.may_make_namespaces():
        assert done.stderr.splitlines()[-1].startswith("backend.lab.error.LabError: ")
        assert FORBIDDEN in done.stderr
        return None
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_demo_network_with_all_of_its_rules() -> None:
    found = answers(DEMO)
    if found is not None:
        code, route, sets = found
        assert code == "0"
        assert "via 10.100.1.2 dev wg0" in route
        assert int(sets) >= 5


def test_more_rules_than_one_transaction_of_an_ordinary_user_holds() -> None:
    assert answers(MANY) in (["legacy 1500 True", "nft 1500 True"], None)


def test_a_proof() -> None:
    assert answers(PROOF) in (["in a user namespace", "denied_forward dc-fw 3", "accepted None"], None)


def with_capabilities(names: str) -> "subprocess.CompletedProcess[str]":
    command = ["unshare", "--mount", "sh", "-c", WITH_CAPABILITIES, str(ROOT), PROOF, names, IN_USERS]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_with_capabilities_no_user_namespace_is_needed() -> None:
    done = with_capabilities("+net_admin,+net_raw,+sys_admin")
    if "no user namespace" not in done.stderr:
        assert done.stderr == ""
        assert done.stdout.splitlines()[1:] == ["denied_forward dc-fw 3", "accepted None"]


def test_with_neither_it_is_said_what_is_needed() -> None:
    done = with_capabilities("+net_raw")
    if "no user namespace" not in done.stderr:
        assert done.stderr.splitlines()[-1].startswith("backend.lab.error.LabError: ")
        assert "a lab needs CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN" in done.stderr
