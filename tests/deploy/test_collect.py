"""Facts of routers, brought by the timer's unit in its sandbox, after what docs/admin.md says to type: from a router
with an sshd of its own, one where nobody listens, and one whose key nobody knows.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.conftest import IS_CLEAN, PASSWORD
from tests.deploy.machine import Machine, Visitor
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
MANUAL = Path(__file__).resolve().parents[2] / "docs" / "admin.md"
FILE, LIST, PLACE = "/etc/tsim/tsim.toml", "/etc/tsim/routers", "/var/lib/tsim-facts"
DOMAIN = "example.org"
ADDRESSES = {"gw1": "192.0.2.2", "gw2": "192.0.2.1", "gw3": "198.51.100.2"}
"""The second is the machine itself, where nobody listens."""
# NAME NETWORK: a router as a namespace, with an interface to this machine.
ROUTER = """set -e
ip netns add $1
ip link add to-$1 type veth peer name eth0 netns $1
ip address add $2.1/24 dev to-$1
ip link set to-$1 up
ip -n $1 link set lo up
ip -n $1 address add $2.2/24 dev eth0
ip -n $1 link set eth0 up
mkdir -p /run/sshd /root/$1
ssh-keygen -q -t ed25519 -N '' -f /root/$1/host
cat >/root/$1/sshd_config <<EOF
HostKey /root/$1/host
AuthorizedKeysFile /root/$1/authorized_keys
PidFile none
UsePAM no
EOF
cat >/run/systemd/system/sshd-$1.service <<EOF
[Service]
ExecStart=ip netns exec $1 unshare --uts sh -c 'hostname $1 && exec /usr/sbin/sshd -D -e -f /root/$1/sshd_config'
EOF
systemctl start sshd-$1
"""
# What is behind the first one, and what it thinks of it.
BEHIND = """set -e
ip netns add behind
for number in 1 2; do
  ip link add eth$number netns gw1 type veth peer name eth$number netns behind
  ip -n gw1 address add 10.9.$number.1/24 dev eth$number
  ip -n gw1 link set eth$number up
  ip -n behind link set eth$number up
done
ip netns exec gw1 sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
ip netns exec gw1 iptables -A FORWARD -p tcp --dport 22 -j DROP
"""


def manual() -> str:
    return MANUAL.read_text("utf-8").partition("### Facts of the routers\n")[2].partition("\n### ")[0]


def listens(machine: Machine, name: str) -> bool:
    """It has written its greeting."""
    return machine.run("bash", "-c", f"read -r line <>/dev/tcp/{ADDRESSES[name]}/22 && [[ $line == SSH-* ]]").code == 0


@pytest.fixture(scope="module")
def routers(served: Machine) -> Iterator[Machine]:
    if IS_CLEAN:
        served.do("apt-get", "-q", "install", "-y", "--no-install-recommends", "openssh-server")
        served.do("systemctl", "disable", "--now", "ssh")
    for name in ("gw1", "gw3"):
        served.do("bash", "-c", ROUTER, "bash", name, ADDRESSES[name].rpartition(".")[0])
        wait_for(lambda name=name: listens(served, name), name)  # type: ignore[misc]
    served.do("bash", "-c", BEHIND)
    names = "".join(f"{address} {name}.{DOMAIN}\n" for name, address in ADDRESSES.items())
    served.do("sh", "-c", "cp /etc/hosts /root/hosts && cat >>/etc/hosts", sent=names.encode())
    try:
        yield served
    finally:
        served.do("systemctl", "stop", "sshd-gw1", "sshd-gw3")
        served.do("sh", "-c", f"cat /root/hosts >/etc/hosts; rm -rf {LIST} /etc/tsim/collect/* {PLACE}/*")
        served.do("sh", "-c", "rm /run/systemd/system/sshd-* /usr/local/sbin/tsim-facts; systemctl daemon-reload")
        served.do("sh", "-c", "for name in gw1 gw3 behind; do ip netns delete $name; done")
        served.do("sed", "-i", "s|^facts = |#facts = |", FILE)
        served.do("systemctl", "restart", "tsim-engine")
        served.run("systemctl", "reset-failed", "tsim-collect")


@pytest.fixture(scope="module")
def collected(routers: Machine) -> str:
    """What the journal says of it, after all that the manual has typed."""
    here, after = re.findall(r"^```\n(.*?)^```\n", manual(), re.MULTILINE | re.DOTALL)
    routers.do("bash", "-ec", here)
    (line,) = re.findall(r"^    (restrict,.*)$", manual(), re.MULTILINE)
    key = routers.do("cat", "/etc/tsim/collect/key.pub").strip()
    routers.do("cp", "/opt/tsim/current/backend/facts/collector.sh", "/usr/local/sbin/tsim-facts")
    for name in ("gw1", "gw3"):
        allowed = line.replace("ssh-ed25519 …", key)
        assert key in allowed
        routers.do("tee", f"/root/{name}/authorized_keys", sent=f"{allowed}\n".encode())
    more = "".join(f"{name} {name}.{DOMAIN}\n" for name in ("gw2", "gw3"))
    routers.do("tee", "-a", LIST, sent=more.encode())
    return routers.do("bash", "-ec", after)


def test_whoever_answers_is_collected_and_the_others_are_named_with_the_reason(collected: str) -> None:
    assert "1 of 3 routers collected into /var/lib/tsim-facts" in collected
    assert re.search(r"  gw2: ssh: connect to host gw2.example.org port 22: Connection refused", collected)
    assert re.search(r"  gw3: Host key verification failed", collected)


def test_a_test_is_of_what_was_collected(routers: Machine, collected: str) -> None:
    (setting,) = re.findall(r"`(facts = .*?)`", manual())
    routers.do("sed", "-i", f"s|^#facts = .*|{setting}|", FILE)
    (restart,) = re.findall(r"`(systemctl restart .*?)`", manual())
    routers.do(*restart.split())
    assert "1 router, 0 diagnostics" in routers.do("runuser", "-u", "tsim", "--", "tsimsh", "facts")
    ann = Visitor(routers, "ann")
    wait_for(lambda: ann.sign_in(PASSWORD) == 201, "the engine")
    job = ann.told("POST", "/api/v1/jobs", {"source": "10.9.1.5", "destination": "10.9.2.5", "services": "22,443"})
    assert ann.ended(job["id"])["status"] == "succeeded"
    blocked, free = ann.told("GET", f"/api/v1/jobs/{job['id']}/result")["services"]
    assert (blocked["verdict"], free["verdict"]) == ("denied_forward", "accepted")
    assert blocked["decided_by"]["router"] == "gw1"
    assert blocked["decided_by"]["text"] == "-A FORWARD -p tcp -m tcp --dport 22 -j DROP"


def test_the_key_opens_nothing_but_the_collector(routers: Machine, collected: str) -> None:
    known = "-o UserKnownHostsFile=/etc/tsim/collect/known_hosts"
    asked = f"ssh -i /etc/tsim/collect/key {known} root@gw1.{DOMAIN} cat /etc/shadow"
    said = routers.do("sh", "-c", asked)
    assert said.startswith("# Facts of a router")
    assert "root:" not in said


def test_it_is_asked_each_hour(routers: Machine) -> None:
    shown = routers.do("systemctl", "show", "-p", "ActiveState,Triggers,TimersCalendar", "tsim-collect.timer")
    assert "ActiveState=active" in shown
    assert "Triggers=tsim-collect.service" in shown
    assert "OnCalendar=*-*-* *:00:00" in shown


def test_where_nobody_answers_the_unit_has_failed_and_the_facts_of_before_stay(
    routers: Machine, collected: str
) -> None:
    routers.do("sed", "-i", "/^gw1 /d", LIST)
    assert routers.run("systemctl", "start", "tsim-collect").code != 0
    assert "0 of 2 routers collected" in routers.journal("tsim-collect")
    assert routers.do("ls", "-A", PLACE) == "gw1_facts.txt\n"


def test_a_list_that_is_wrong_is_told_with_its_line(routers: Machine, collected: str) -> None:
    routers.do("tee", "-a", LIST, sent=b"gw/4 192.0.2.4\n")
    assert routers.run("systemctl", "start", "tsim-collect").code != 0
    assert f"{LIST}, line 3: expected a name of letters, digits" in routers.journal("tsim-collect")
