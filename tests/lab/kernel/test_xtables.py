import os
import subprocess
from collections.abc import Iterator
from contextlib import closing

import pytest

from backend.lab.kernel.namespace import inside, new_network
from backend.lab.kernel.xtables import read_table, table_socket, write_table
from backend.model.address import Family

pytestmark = [pytest.mark.root, pytest.mark.serial]
RULES = """*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:own - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m comment --comment "two words" -j own
-A INPUT -p tcp -m multiport --dports 80,443 -m limit --limit 5/sec -j ACCEPT
-A INPUT -m recent --rcheck --seconds 60 --name seen --mask {mask} --rsource -j DROP
-A INPUT -m hashlimit --hashlimit-upto 10/sec --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name many -j own
-A INPUT -m string --string "abc" --algo bm --to 65535 -j DROP
-A INPUT -m statistic --mode nth --every 3 --packet 0 -j own
-A INPUT -m quota --quota 1000 -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m mark ! --mark 0x1/0xff -j LOG --log-prefix "a b "
-A FORWARD -g own
-A own -m connlimit --connlimit-above 5 --connlimit-mask {length} --connlimit-saddr -j REJECT
-A own -j RETURN
COMMIT
"""
MASKS = {4: ("255.255.255.255", 32), 6: ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 128)}


@pytest.fixture
def namespaces() -> Iterator[tuple[int, int]]:
    with new_network() as one, new_network() as other:
        pass
    yield one, other
    os.close(one)
    os.close(other)


def command(namespace: int, tool: str, text: str = "") -> list[str]:
    with inside(namespace):
        done = subprocess.run([tool], input=text, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("family", [4, 6])
def test_a_table_is_the_same_in_another_namespace(family: Family, namespaces: tuple[int, int]) -> None:
    one, other = namespaces
    tool = "iptables-legacy" if family == 4 else "ip6tables-legacy"
    mask, length = MASKS[family]
    command(one, f"{tool}-restore", RULES.format(mask=mask, length=length))
    with inside(one), closing(table_socket(family)) as channel:
        table = read_table(channel, "filter")
    with inside(other), closing(table_socket(family)) as channel:
        for _ in range(2):  # over what is there already
            write_table(channel, table)
    saved = command(other, f"{tool}-save")
    assert saved == command(one, f"{tool}-save")
    assert len(saved) == len(RULES.splitlines())


def test_what_was_counted_stays_behind(namespaces: tuple[int, int]) -> None:
    one, other = namespaces
    rules = "*filter\n:INPUT ACCEPT [7:700]\n[5:500] -A INPUT -j ACCEPT\nCOMMIT\n"
    with inside(one):
        subprocess.run(["iptables-legacy-restore", "-c"], input=rules, text=True, check=True)
        with closing(table_socket(4)) as channel:
            table = read_table(channel, "filter")
    with inside(other), closing(table_socket(4)) as channel:
        write_table(channel, table)
        done = subprocess.run(["iptables-legacy-save", "-c"], capture_output=True, text=True, check=True)
    assert ":INPUT ACCEPT [0:0]" in done.stdout
    assert "[0:0] -A INPUT -j ACCEPT" in done.stdout


def test_a_table_that_is_not_there_is_an_error(namespaces: tuple[int, int]) -> None:
    with inside(namespaces[0]), closing(table_socket(4)) as channel, pytest.raises(OSError, match=r".+"):
        read_table(channel, "nosuch")
