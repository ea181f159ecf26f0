import gc
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from backend.facts import FactsError, Reading, directory, read_directory
from backend.facts.directory import read_file
from tests.facts.sample import facts, framed, shown

INTERFACES = """\
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP
    inet 10.1.1.{number}/24 scope global eth0
"""


def text(number: int, name: str | None = None, more: dict[str, str] | None = None) -> str:
    route = "10.1.1.0/24 dev eth0 proto kernel scope link"
    sections = {"interfaces": INTERFACES.format(number=number), "routing_table_main": route}
    return facts(sections | (more or {}), name)


def write(path: Path, count: int = 3) -> Path:
    path.mkdir(exist_ok=True)
    for number in range(1, count + 1):
        (path / f"r{number}_facts.txt").write_text(text(number))
    return path


def test_files_become_routers_and_segments(tmp_path: Path) -> None:
    (write(tmp_path / "demo") / "README.txt").write_text("other files do not matter")
    network = read_directory(tmp_path / "demo").network
    assert network.name == "demo"
    assert [router.name for router in network.routers] == ["r1", "r2", "r3"]
    assert [(segment.name, len(segment.members)) for segment in network.segments] == [("10.1.1.0/24", 3)]


def test_both_generations_may_stand_side_by_side(tmp_path: Path) -> None:
    write(tmp_path, 2)
    (tmp_path / "old_facts.txt").write_text(
        text(7).replace("routing_table_main", "routing_table").replace("\n", "\r\n")
    )
    reading = read_directory(tmp_path)
    assert reading.diagnostics == ()
    assert len(reading.network.segments[0].members) == 3


def test_the_same_facts_have_the_same_hash(tmp_path: Path) -> None:
    first, second = read_directory(write(tmp_path / "a")), read_directory(write(tmp_path / "b"))
    assert first.network.hash == second.network.hash
    assert len(first.network.hash) == 64
    (tmp_path / "b" / "hosts.toml").write_text("")
    assert read_directory(tmp_path / "b").network.hash != first.network.hash
    (tmp_path / "a" / "r1_facts.txt").rename(tmp_path / "a" / "r9_facts.txt")
    assert read_directory(tmp_path / "a").network.hash != first.network.hash


def test_hosts_stand_beside_the_facts(tmp_path: Path) -> None:
    (write(tmp_path) / "hosts.toml").write_text('[[host]]\nname = "pc1"\naddresses = ["10.1.1.50/24"]\n')
    assert [host.name for host in read_directory(tmp_path).network.hosts] == ["pc1"]
    (tmp_path / "hosts.toml").write_text("[[host")
    reading = read_directory(tmp_path)
    assert reading.network.hosts == ()
    assert shown(reading.diagnostics)[0].startswith("hosts.toml: expected TOML")


def test_two_files_of_one_router_both_count(tmp_path: Path) -> None:
    for file, number in (("a", 1), ("b", 2)):
        (tmp_path / f"{file}_facts.txt").write_text(text(number, "gw"))
    reading = read_directory(tmp_path)
    assert [router.name for router in reading.network.routers] == ["gw", "b"]
    assert "expected one router 'gw', a_facts.txt is it; named 'b': 'b_facts.txt'" in shown(reading.diagnostics)[0]


def same(one: Reading, other: Reading) -> bool:
    return repr(one) == repr(other)


def test_many_files_are_shared_out_and_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = {
        "ip6_routing_table_main": "2001:db8::/32 via fe80::1 dev eth0 metric 1",
        "policy_rules": "5: from 10.0.0.0/8 nop",
    }
    for number in range(80):
        (tmp_path / f"r{number:02}_facts.txt").write_text(text(number, None, more))
    (tmp_path / "broken_facts.txt").write_text("rubbish")
    alone = read_directory(tmp_path)
    monkeypatch.setattr(directory, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    assert same(read_directory(tmp_path), alone)
    assert gc.isenabled()


def test_a_process_that_dies_is_told_for_each_of_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 4)
    monkeypatch.setattr(directory, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(directory, "PROGRAM", "import os; os._exit(7)")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    reading = read_directory(tmp_path)
    assert len(reading.network.routers) == 2
    assert [found.expected for found in reading.diagnostics] == [
        "expected to read it, but the process that did so ended with status 7"
    ] * 2


def test_what_is_no_directory_of_facts_is_said_clearly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, message in (
        ("missing", r"there is no directory .*missing"),
        ("file", r"file is a file, not a directory"),
        ("empty", r"empty holds no facts: no file in it is named …_facts\.txt"),
        ("loop", r"loop cannot be read: Too many levels of symbolic links"),
    ):
        with pytest.raises(FactsError, match=message):
            read_directory(tmp_path / name)


def test_a_directory_where_nothing_can_be_read_says_the_first_reason(tmp_path: Path) -> None:
    (tmp_path / "a_facts.txt").write_bytes(b"\x7fELF\0\0")
    with pytest.raises(FactsError, match=r"no facts that can be read \(1 files\): a_facts\.txt:1: .*binary"):
        read_directory(tmp_path)


def spoil(path: Path, kind: str) -> None:
    match kind:
        case "empty":
            path.write_bytes(b"")
        case "binary":
            path.write_bytes(os.urandom(100_000))
        case "zeros":
            path.write_bytes(b"\0" * 100_000)
        case "endless line":
            with path.open("wb") as file:
                file.write(
                    framed("routing_table_main", "default via 10.1.1.1 dev eth0").partition("\nEXIT_CODE")[0].encode()
                )
                for _ in range(100):
                    file.write(b"x" * 1_000_000)
        case "directory":
            path.mkdir()
        case "symlink loop":
            path.symlink_to(path)
        case "dangling symlink":
            path.symlink_to("nowhere")
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "huge":
            path.touch()
            os.truncate(path, 1 << 40)
        case "utf-16":
            path.write_text(text(9), encoding="utf-16")


KINDS = [
    "empty",
    "binary",
    "zeros",
    "endless line",
    "directory",
    "symlink loop",
    "dangling symlink",
    "pipe",
    "device",
    "huge",
    "utf-16",
]


@pytest.mark.parametrize("kind", KINDS)
def test_one_bad_file_never_stops_the_others(tmp_path: Path, kind: str) -> None:
    write(tmp_path, 2)
    spoil(tmp_path / "bad_facts.txt", kind)
    reading = read_directory(tmp_path)
    names = [router.name for router in reading.network.routers]
    assert [name for name in names if name != "bad"] == ["r1", "r2"]
    assert any(found.file == "bad_facts.txt" for found in reading.diagnostics)
    assert all(len(str(found)) < 500 for found in reading.diagnostics)


def test_other_encodings_are_told_and_read_as_far_as_they_go(tmp_path: Path) -> None:
    (tmp_path / "r_facts.txt").write_bytes("# Gerät\n".encode("latin-1") + text(1).encode())
    (tmp_path / "s_facts.txt").write_bytes(b"\xef\xbb\xbf" + text(2, "bom").encode())
    reading = read_directory(tmp_path)
    assert [router.name for router in reading.network.routers] == ["r", "bom"]
    assert len(reading.network.segments[0].members) == 2
    assert len(reading.diagnostics) == 1
    assert str(reading.diagnostics[0]).startswith("r_facts.txt:1: expected UTF-8 '# Ger")


@pytest.mark.parametrize("part", range(1, 20))
def test_a_file_cut_off_anywhere_says_so(tmp_path: Path, part: int) -> None:
    whole = text(1, "gw", {"policy_rules": "0:\tfrom all lookup local"}).encode()
    (tmp_path / "cut_facts.txt").write_bytes(whole[: len(whole) * part // 21])
    write(tmp_path, 1)
    reading = read_directory(tmp_path)
    assert any(found.file == "cut_facts.txt" for found in reading.diagnostics)


def test_a_name_that_is_no_text_is_shown_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, 1)
    with open(os.fsencode(tmp_path) + b"/\xff\xfe_facts.txt", "w") as file:
        file.write(text(2))
    for router in read_directory(tmp_path).network.routers:
        router.name.encode()


@pytest.mark.root
def test_files_that_one_may_not_read_are_told(tmp_path: Path) -> None:
    """As nobody, for root may read everything."""
    write(tmp_path, 2)
    (tmp_path / "r1_facts.txt").chmod(0)
    closed = tmp_path / "closed"
    write(closed, 1).chmod(0o700)
    program = f"""
import os, sys
from pathlib import Path
from backend.facts import FactsError, read_directory
os.setgroups([]); os.setgid(65534); os.setuid(65534)
reading = read_directory(Path({str(tmp_path)!r}))
print([router.name for router in reading.network.routers], *reading.diagnostics, sep="\\n")
try:
    read_directory(Path({str(closed)!r}))
except FactsError as error:
    print(error)
"""
    for parent in [tmp_path, *tmp_path.parents]:
        if str(parent).startswith("/tmp/") and parent.exists():
            parent.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == [
        "['r2']",
        "r1_facts.txt: expected a file that can be read: Permission denied",
        f"{closed} cannot be read: Permission denied",
    ], done.stderr


def test_what_a_file_gave_travels_between_processes(tmp_path: Path) -> None:
    more = {"ip6_routing_table_main": "2001:db8::/32 via fe80::1 dev eth0 metric 1"}
    (tmp_path / "r_facts.txt").write_text(text(1, "gw", more))
    reading = read_file(tmp_path / "r_facts.txt")
    assert pickle.loads(directory._packed([reading])) == [reading]


def test_importing_the_reader_is_cheap() -> None:
    heavy = ("backend.facts.router", "tomllib", "json", "multiprocessing")
    program = f"import sys, backend.facts; print(*(name for name in {heavy} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
