"""collector.sh as it runs on a router: in a network namespace of its own, by the shells that routers have."""

import shutil
import subprocess
from pathlib import Path

import pytest

from backend.facts import read_directory
from backend.facts.collect import COLLECTOR
from backend.facts.directory import Reading
from backend.model.network import Router

SHELLS = [["dash"], ["busybox", "ash"], ["bash", "--posix"]]
pytestmark = pytest.mark.root

SECTIONS = """
hostname kernel_version loaded_modules netfilter_modules interfaces interface_stats ip_forwarding rt_tables
policy_rules routing_table_main routing_table_255 routing_table_77 ip6_forwarding ip6_policy_rules
ip6_routing_table_main ip6_routing_table_255 ip6_routing_table_78 sysctl_net iptables_info iptables_save
iptables_filter iptables_nat ip6tables_save ip6tables_filter ipset_save ipset_list nft_ruleset conntrack_info
"""


def collected(tmp_path: Path, prepare: str, *arguments: str, shell: list[str] | None = None) -> str:
    """What the collector prints in a new network namespace and mount namespace, after `prepare`."""
    called = " ".join([*(shell or ["sh"]), str(COLLECTOR), "--name", "r1", *arguments])
    done = subprocess.run(
        ["unshare", "--net", "--mount", "sh", "-ec", f"cd {tmp_path}\n{prepare}\n{called}"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


def read(tmp_path: Path, facts: str) -> Reading:
    (tmp_path / "facts").mkdir(exist_ok=True)
    (tmp_path / "facts" / "r1_facts.txt").write_text(facts)
    return read_directory(tmp_path / "facts")


def router(tmp_path: Path, prepare: str) -> Router:
    reading = read(tmp_path, collected(tmp_path, prepare))
    assert reading.diagnostics == ()
    return reading.network.routers[0]


def body(facts: str, section: str) -> list[str]:
    _, start, rest = facts.partition(f"=== TSIM_SECTION_START:{section} ===\n")
    assert start, f"there is no section {section}"
    return rest.partition(f"\n=== TSIM_SECTION_END:{section} ===")[0].partition("---\n")[2].splitlines()


CONFIGURED = """
ip link set lo up
ip link add name eth0.100 type veth peer name other
ip link set eth0.100 up; ip link set other up
ip address add 10.0.0.1/24 dev eth0.100
ip address add 2001:db8::1/64 dev eth0.100 nodad
ip route add 10.1.0.0/16 nexthop via 10.0.0.2 weight 1 nexthop via 10.0.0.3 weight 2
ip route add default via 10.0.0.2 table 77
ip -6 route add default via 2001:db8::2 table 78
ip rule add from 10.9.0.0/16 lookup 77 priority 100
ip rule add fwmark 5 lookup 99 priority 110
echo 1 > /proc/sys/net/ipv4/conf/eth0.100/rp_filter
ipset create servers hash:ip,port; ipset add servers 10.0.0.5,tcp:80
iptables -A FORWARD -m set --match-set servers dst,dst -j ACCEPT
iptables -P FORWARD DROP
iptables -t nat -A POSTROUTING -j MASQUERADE
ip6tables -A INPUT -p tcp --dport 22 -j DROP
"""


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
def test_every_shell_prints_the_same(tmp_path: Path, shell: list[str]) -> None:
    prepare = "SOURCE_DATE_EPOCH=1767225600; export SOURCE_DATE_EPOCH"
    facts = collected(tmp_path, prepare, shell=shell)
    assert facts == collected(tmp_path, prepare)
    assert "TIMESTAMP: 2026-01-01 00:00:00" in facts


def test_a_router_is_read_back_without_a_diagnostic(tmp_path: Path) -> None:
    found = router(tmp_path, CONFIGURED)
    tables = {(table.family, table.id): table.routes for table in found.tables}
    assert {(4, 254), (4, 255), (4, 77), (4, 99), (6, 254), (6, 255), (6, 78)} <= set(tables)
    multipath = next(route for route in tables[4, 254] if str(route.prefix) == "10.1.0.0/16")
    assert [(str(hop.via), hop.weight) for hop in multipath.next_hops] == [("10.0.0.2", 1), ("10.0.0.3", 2)]
    assert [rule.priority for rule in found.policy_rules if rule.family == 4] == [0, 100, 110, 32766, 32767]
    assert found.sysctls["net/ipv4/conf/eth0.100/rp_filter"] == "1"
    firewall = found.firewall
    assert firewall.ipv4 is not None
    assert firewall.ipv6 is not None
    assert firewall.sets is not None
    assert sorted(table.name for table in firewall.ipv4.tables) == ["filter", "nat"]
    assert [rule.text for chain in firewall.ipv6.tables[0].chains for rule in chain.rules] == [
        "-A INPUT -p tcp -m tcp --dport 22 -j DROP"
    ]
    assert [(each.name, len(each.entries)) for each in firewall.sets] == [("servers", 1)]


def test_each_section_of_the_format_is_there_and_the_footer_names_them(tmp_path: Path) -> None:
    facts = collected(tmp_path, CONFIGURED)
    wanted = SECTIONS.split()
    footer = facts.splitlines()[-2:]
    assert footer[0] == "TSIM_FACTS_COLLECTION_COMPLETE"
    assert [name for name in wanted if name not in footer[1].removeprefix("SECTIONS_COLLECTED:").split()] == []
    assert [name for name in wanted if f"=== TSIM_SECTION_END:{name} ===" not in facts] == []
    assert "iptables_mangle" not in facts, "listing a table that is not in use would make it"


def test_a_new_namespace_has_no_rules_and_that_is_known(tmp_path: Path) -> None:
    firewall = router(tmp_path, "").firewall
    assert firewall.ipv4 is not None
    assert firewall.ipv4.tables == ()
    assert firewall.sets == ()


@pytest.mark.parametrize("tools", ["", "iptables", "ipset"], ids=["neither", "only iptables", "only ipset"])
def test_a_tool_that_is_missing_is_a_section_with_its_exit_code(tmp_path: Path, tools: str) -> None:
    keep = {"": "", "iptables": "xtables-nft-multi iptables iptables-save ip6tables ip6tables-save", "ipset": "ipset"}
    hide = (
        f"mkdir sbin; for each in ip {keep[tools]}; do cp -L /usr/sbin/$each sbin/; done; mount --bind sbin /usr/sbin"
    )
    facts = collected(tmp_path, hide)
    firewall = read(tmp_path, facts).network.routers[0].firewall
    if tools != "iptables":
        assert body(facts, "iptables_save")[-1] == "EXIT_CODE: 127"
        assert "not installed" in body(facts, "iptables_missing")[0]
        assert firewall.ipv4 is None
        assert "not installed" in (firewall.ipv4_missing or "")
        assert firewall.ipv6 is None
    if tools != "ipset":
        assert body(facts, "ipset_save")[-1] == "EXIT_CODE: 127"
        assert "not installed" in body(facts, "ipset_missing")[0]
        assert firewall.sets is None
    if tools == "iptables":
        assert firewall.ipv4 is not None
    if tools == "ipset":
        assert firewall.sets is not None


def test_without_root_the_firewall_is_not_known_and_the_facts_say_so(tmp_path: Path) -> None:
    script = tmp_path / "collector.sh"
    shutil.copy(COLLECTOR, script)
    user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "sh", "-s"]
    facts = subprocess.run(user, stdin=script.open(), capture_output=True, text=True, check=True, timeout=60).stdout
    found = read(tmp_path, facts).network.routers[0]
    assert found.firewall.ipv4 is None
    assert "not root" in (found.firewall.ipv4_missing or "")
    assert found.firewall.sets is None
    assert "not root" in (found.firewall.sets_missing or "")
    assert found.interfaces != ()


def test_rules_of_both_kinds_of_iptables_are_collected(tmp_path: Path) -> None:
    facts = collected(tmp_path, "iptables-nft -A FORWARD -j DROP; iptables-legacy -A INPUT -s 192.0.2.1 -j DROP")
    assert "-A FORWARD -j DROP" in body(facts, "iptables_save")
    assert "-A INPUT -s 192.0.2.1/32 -j DROP" in body(facts, "iptables_legacy_save")
    assert "iptables legacy tables: filter " in body(facts, "iptables_info")


def test_rules_of_the_other_kind_alone_are_the_rules(tmp_path: Path) -> None:
    facts = collected(tmp_path, "iptables-legacy -A INPUT -s 192.0.2.1 -j DROP")
    assert "-A INPUT -s 192.0.2.1/32 -j DROP" in body(facts, "iptables_save")
    assert "COMMAND: iptables-legacy-save" in facts


def test_collecting_changes_nothing(tmp_path: Path) -> None:
    look = "{ nft list ruleset; cat /proc/net/ip_tables_names /proc/net/ip6_tables_names; ipset save; ip -d addr; }"
    after = f"{look} > after; cmp before after && echo same"
    run = f"{look} > before; sh {COLLECTOR} > facts; {after}"
    command = ["unshare", "--net", "sh", "-ec", f"cd {tmp_path}; ip link set lo up; {run}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout == "same\n"


def test_metadata_is_a_section_and_cannot_end_it(tmp_path: Path) -> None:
    (tmp_path / "said.json").write_text('{"type": "linux",\n"roles": ["edge"]\n}\n=== TSIM_SECTION_END:metadata ===\n')
    facts = collected(tmp_path, "", "--metadata", "said.json")
    assert body(facts, "metadata")[:4] == [
        '{"type": "linux",',
        '"roles": ["edge"]',
        "}",
        " === TSIM_SECTION_END:metadata ===",
    ]


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    facts = collected(tmp_path, "ip link set lo up", "--only", "'interfaces,*routing_table_main'")
    assert facts.splitlines()[-1] == "SECTIONS_COLLECTED: interfaces routing_table_main ip6_routing_table_main"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    assert collected(tmp_path, "", "out_facts.txt") == ""
    assert "TSIM_FACTS_COLLECTION_COMPLETE" in (tmp_path / "out_facts.txt").read_text()
    assert [file.name for file in tmp_path.iterdir()] == ["out_facts.txt"]
    assert (tmp_path / "out_facts.txt").stat().st_mode & 0o077 == 0, "facts are nobody else's business"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--name"], "--name needs a value"),
        (["--name", "../x"], "../x"),
        (["--colour"], "--colour"),
        (["--metadata", "/no/such/file"], "/no/such/file"),
        (["a", "b"], "a and b"),
    ],
)
def test_nonsense_is_refused_by_name(arguments: list[str], message: str) -> None:
    done = subprocess.run(["sh", COLLECTOR, *arguments], capture_output=True, text=True, check=False, timeout=20)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_help_names_the_options() -> None:
    done = subprocess.run(["sh", COLLECTOR, "--help"], capture_output=True, text=True, check=True, timeout=20)
    assert [word for word in ("--name", "--metadata", "--only", "FILE") if word not in done.stdout] == []


def test_shellcheck_has_nothing_to_say() -> None:
    done = subprocess.run(["shellcheck", "-s", "dash", COLLECTOR], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0
