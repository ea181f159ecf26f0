import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.facts.ipset import read_listed, read_saved
from backend.model.firewall import Option, SetEntry
from tests.facts.compare import bare_sets
from tests.facts.sample import HERE, in_namespace, read

SAVED = """\
create blocked hash:ip family inet hashsize 1024 maxelem 65536 timeout 300 counters comment bucketsize 12 initval 0x5c
add blocked 10.0.0.1 timeout 30 packets 5 bytes 420 comment "it's \\"two words\\""
add blocked 10.0.0.2 timeout 0 packets 0 bytes 0
create services hash:ip,port family inet hashsize 1024 maxelem 65536
add services 10.0.0.1,tcp:80
create nets hash:net family inet6 hashsize 1024 maxelem 65536
add nets 2001:db8::/32
add nets 2001:db8:1::/48 nomatch
create ports bitmap:port range 0-1024
add ports 22
create all list:set size 8
add all blocked
"""
LISTED = """\
Name: blocked
Type: hash:ip
Revision: 5
Header: family inet hashsize 1024 maxelem 65536 timeout 300 counters comment bucketsize 12 initval 0x5c
Size in memory: 624
References: 1
Number of entries: 2
Members:
10.0.0.1 timeout 30 packets 5 bytes 420 comment "it's \\"two words\\""
10.0.0.2 timeout 0 packets 0 bytes 0

Name: nets
Type: hash:net
Revision: 7
Header: family inet6 hashsize 1024 maxelem 65536
Size in memory: 1240
References: 0
Number of entries: 2
Members:
2001:db8::/32
2001:db8:1::/48 nomatch
"""


def test_sets_as_they_are_saved() -> None:
    (blocked, services, nets, ports, every), diagnostics = read(read_saved, SAVED)
    assert diagnostics == []
    assert (blocked.type, blocked.line) == ("hash:ip", 1)
    assert blocked.options[:2] == (Option("family", ("inet",)), Option("hashsize", ("1024",)))
    assert blocked.options[3:6] == (Option("timeout", ("300",)), Option("counters"), Option("comment"))
    first = blocked.entries[0]
    assert first.elements == ("10.0.0.1",)
    assert first.options[0] == Option("timeout", ("30",))
    assert first.options[-1] == Option("comment", ('it\'s "two words"',))
    assert (first.line, first.text) == (2, SAVED.split("\n")[1])
    assert services.entries[0].elements == ("10.0.0.1", "tcp:80")
    assert [entry.is_nomatch for entry in nets.entries] == [False, True]
    assert nets.entries[1] == SetEntry(("2001:db8:1::/48",), (), True, "add nets 2001:db8:1::/48 nomatch", 8)
    assert ports.options == (Option("range", ("0-1024",)),)
    assert every.entries[0].elements == ("blocked",)


def test_sets_as_they_are_listed_are_the_same() -> None:
    listed, diagnostics = read(read_listed, LISTED)
    saved, _ = read(read_saved, SAVED)
    assert diagnostics == []
    assert bare_sets(listed) == [bare_sets(saved)[0], bare_sets(saved)[2]]


def test_what_is_not_understood_is_told_and_the_rest_counts() -> None:
    found, diagnostics = read(
        read_saved, "create a hash:ip\nadd b 10.0.0.1\nadd a 10.0.0.1 timeout\nwarp\nadd a 10.0.0.2"
    )
    assert [entry.elements for entry in found[0].entries] == [("10.0.0.2",)]
    assert [text.partition(":")[2] for text in diagnostics] == [
        "section:2: expected set b to be created before its entries 'add b 10.0.0.1'",
        "section:3: expected a value behind 'timeout' 'add a 10.0.0.1 timeout'",
        "section:4: expected 'create NAME TYPE …' or 'add NAME ENTRY …' 'warp'",
    ]


def test_a_list_that_shows_less_than_it_announces_is_told() -> None:
    _, diagnostics = read(read_listed, LISTED.replace("2001:db8::/32\n", ""))
    assert diagnostics == ["r1_facts.txt:section:12: expected 2 entries, found 1 'nets'"]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    read(read_saved, text)
    read(read_listed, text)


@pytest.mark.root
@pytest.mark.serial
def test_real_sets_are_the_same_saved_and_listed() -> None:
    saved, listed = in_namespace(f". {HERE / 'sets.sh'}", "ipset save", "ipset list")
    first, diagnostics = read(read_saved, saved)
    second, more = read(read_listed, listed)
    assert diagnostics == more == []
    assert len(first) >= 10
    assert sum(len(item.entries) for item in first) == saved.count("\nadd ")
    assert bare_sets(first) == bare_sets(second)
