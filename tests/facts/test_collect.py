import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from backend.facts import read_directory
from backend.facts.collect import (
    Collected,
    CollectError,
    Settings,
    Target,
    collect,
    command,
    parse_target,
    read_targets,
    script_for,
)
from tests.waiting import wait_for

FACTS = (
    "# Facts of a router: ...\\n=== TSIM_SECTION_START:hostname ===\\n---\\nx\\n\\nTSIM_FACTS_COLLECTION_COMPLETE\\n"
)


def fake_ssh(directory: Path, body: str) -> tuple[str, ...]:
    """A program in the place of ssh; its last arguments are `-- ADDRESS sh -s`."""
    program = directory / "ssh"
    program.write_text(f'#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\naddress=$2\n{body}\n')
    program.chmod(0o755)
    return (str(program),)


def settings(tmp_path: Path, body: str, timeout_s: float = 20.0) -> Settings:
    return Settings(tmp_path / "facts", timeout_s=timeout_s, ssh=fake_ssh(tmp_path, body))


def test_each_router_becomes_a_file_and_is_told_as_it_is_done(tmp_path: Path) -> None:
    told: list[str] = []
    found = collect(
        [Target("r1", "10.0.0.1"), Target("r2", "10.0.0.2")],
        settings(tmp_path, f"cat >/dev/null; echo Welcome; printf '{FACTS}'"),
        lambda each: told.append(each.name),
    )
    assert [(each.name, each.error) for each in found] == [("r1", ""), ("r2", "")]
    assert sorted(told) == ["r1", "r2"]
    files = sorted((tmp_path / "facts").iterdir())
    assert [file.name for file in files] == ["r1_facts.txt", "r2_facts.txt"]
    assert files[0].read_text().startswith("# Facts of a router")
    assert files[0].stat().st_size == found[0].size


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("echo 'ssh: connect to host: Connection refused' >&2; exit 255", "Connection refused (exit code 255)"),
        ("exit 3", "no reason given (exit code 3)"),
        ("cat >/dev/null; echo hello", "something else than facts"),
        ("cat >/dev/null; echo '# Facts of a router'", "cut off"),
    ],
)
def test_a_failure_says_why_keeps_the_old_file_and_leaves_no_other(tmp_path: Path, body: str, reason: str) -> None:
    old = tmp_path / "facts" / "r1_facts.txt"
    old.parent.mkdir()
    old.write_text("old")
    found = collect([Target("r1", "10.0.0.1")], settings(tmp_path, body))
    assert reason in found[0].error
    assert [(file.name, file.read_text()) for file in old.parent.iterdir()] == [("r1_facts.txt", "old")]


def test_who_may_read_the_facts_is_what_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        collect([Target("r1", "r1")], settings(tmp_path, f"cat >/dev/null; printf '{FACTS}'"))
    finally:
        os.umask(before)
    assert (tmp_path / "facts" / "r1_facts.txt").stat().st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_replaced_is_named_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "facts" / "r1_facts.txt").mkdir(parents=True)
    found = collect([Target("r1", "r1")], settings(tmp_path, f"cat >/dev/null; printf '{FACTS}'"))
    assert f"cannot write {tmp_path}/facts/r1_facts.txt: Is a directory" in found[0].error
    assert [file.name for file in (tmp_path / "facts").iterdir()] == ["r1_facts.txt"]


def test_a_router_that_does_not_answer_is_given_up_and_the_others_are_collected(tmp_path: Path) -> None:
    stuck = f"if [ $address = slow ]; then echo $$ > {tmp_path}/pid; exec sleep 600; fi"
    body = f"{stuck}; cat >/dev/null; printf '{FACTS}'"
    found = collect([Target("slow", "slow"), Target("r1", "10.0.0.1")], settings(tmp_path, body, 1.0))
    assert [each.error for each in found] == ["no answer in 1 s", ""]
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


def test_no_more_are_asked_at_once_than_is_said(tmp_path: Path) -> None:
    body = f"""mkdir {tmp_path}/busy || exit 9; cat >/dev/null; sleep 0.1; rmdir {tmp_path}/busy; printf '{FACTS}'"""
    targets = [Target(f"r{number}", "10.0.0.1") for number in range(4)]
    found = collect(targets, replace(settings(tmp_path, body), at_once=1))
    assert [each.error for each in found] == [""] * 4


def test_an_ssh_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = collect([Target("r1", "10.0.0.1")], Settings(tmp_path, ssh=("/no/such/ssh",)))
    assert found == [Collected("r1", found[0].seconds, error="cannot start /no/such/ssh: No such file or directory")]


def test_a_directory_that_cannot_be_made_and_a_name_twice_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CollectError, match="file/facts"):
        collect([Target("r1", "r1")], Settings(tmp_path / "file" / "facts"))
    with pytest.raises(CollectError, match="several of r1"):
        collect([Target("r1", "a"), Target("r1", "b")], Settings(tmp_path))


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("hq-gw", "hq-gw", "hq-gw"),
        ("admin@10.1.1.1", "10.1.1.1", "admin@10.1.1.1"),
        ("hq-gw=2001:db8::1", "hq-gw", "2001:db8::1"),
    ],
)
def test_a_target_has_a_name_and_an_address(text: str, name: str, address: str) -> None:
    assert parse_target(text) == Target(name, address)


@pytest.mark.parametrize(
    "text",
    [
        "../../etc/passwd",
        "a/b",
        "",
        "-oProxyCommand=id",
        "r1=-oProxyCommand=id",
        "r1=a b",
        "r1=$(id)",
        "r1=a;id",
        "..=a",
        "2001:db8::1",
    ],
)
def test_names_that_leave_the_directory_and_addresses_that_are_options_are_refused(text: str) -> None:
    with pytest.raises(CollectError):
        parse_target(text)


def test_a_list_names_address_and_metadata_and_errors_name_the_line(tmp_path: Path) -> None:
    (tmp_path / "gw.json").write_text('{"type": "linux"}')
    file = tmp_path / "list"
    file.write_text("# routers\n\nhq-gw 10.1.1.1 gw.json  # gateway\nbr-gw\n")
    assert read_targets(file) == (Target("hq-gw", "10.1.1.1", '{"type": "linux"}'), Target("br-gw", "br-gw"))
    file.write_text("hq-gw 10.1.1.1\nbr/gw 10.2.1.1\n")
    with pytest.raises(CollectError, match=r"list, line 2: .*br/gw"):
        read_targets(file)
    file.write_text("hq-gw 10.1.1.1 none.json\n")
    with pytest.raises(CollectError, match=r"line 1: .*none\.json"):
        read_targets(file)


def test_ssh_never_asks_and_takes_the_address_as_an_address() -> None:
    said = command(Target("r1", "10.0.0.1"), Settings(Path(), user="admin", identity=Path("key"), is_sudo=True))
    assert "BatchMode=yes" in said
    assert said[-6:] == ["--", "10.0.0.1", "sudo", "-n", "sh", "-s"]


def test_metadata_reaches_the_collector_whatever_it_holds() -> None:
    script = script_for(Target("r1", "r1", 'it\'s $(id)\n`x` "y"'), 'printf "%s" "$TSIM_METADATA"; cat')
    done = subprocess.run(["sh", "-s"], input=script, capture_output=True, text=True, check=True, timeout=20)
    assert done.stdout == 'it\'s $(id)\n`x` "y"'


def test_a_command_of_the_collector_cannot_read_what_comes_behind_it() -> None:
    script = script_for(Target("r1", "r1"), "cat\necho behind")
    done = subprocess.run(["sh", "-s"], input=script, capture_output=True, text=True, check=True, timeout=20)
    assert done.stdout == "behind\n"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A real sshd on loopback with keys of its own; its port and the key that it lets in."""
    sshd = shutil.which("sshd", path=f"{os.defpath}:/usr/sbin:/sbin")
    assert sshd is not None, "openssh-server is not installed"
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True, timeout=20)
    port = _free_port()
    (tmp_path / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {tmp_path}/host\nAuthorizedKeysFile {tmp_path}/user.pub\n"
        f"PidFile {tmp_path}/pid\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
    )
    privileges = Path("/run/sshd")  # sshd wants it; Debian's service makes it at its start
    is_ours = not privileges.exists()
    privileges.mkdir(exist_ok=True)
    process = subprocess.Popen([sshd, "-D", "-e", "-f", tmp_path / "config"], stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: _listens(port), "sshd to listen")
        yield port, tmp_path / "user"
    finally:
        process.terminate()
        process.wait(20)
        if is_ours:
            privileges.rmdir()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ssh(port: int) -> tuple[str, ...]:
    return (
        "ssh",
        "-F",
        "none",
        "-p",
        str(port),
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        "UserKnownHostsFile=/dev/null",
    )


@pytest.mark.root
@pytest.mark.serial
def test_facts_come_over_a_real_ssh_with_name_and_metadata(tmp_path: Path, server: tuple[int, Path]) -> None:
    port, key = server
    metadata = '{"type": "linux", "location": {"name": "Zürich"}, "roles": ["gateway"]}'
    wanted = Settings(tmp_path / "facts", timeout_s=50, user="root", identity=key, ssh=_ssh(port))
    found = collect([Target("zh-gw", "127.0.0.1", metadata), Target("zh-2", "127.0.0.1")], wanted)
    assert [each.error for each in found] == ["", ""]
    reading = read_directory(tmp_path / "facts")
    router = next(each for each in reading.network.routers if each.name == "zh-gw")
    assert router.location is not None
    assert (router.location.name, router.roles) == ("Zürich", ("gateway",))
    assert "lo" in [interface.name for interface in router.interfaces]


@pytest.mark.root
@pytest.mark.serial
def test_a_key_that_is_not_let_in_and_a_closed_port_are_told(tmp_path: Path, server: tuple[int, Path]) -> None:
    port, _ = server
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True, timeout=20)
    wanted = Settings(
        tmp_path / "facts",
        user="root",
        identity=tmp_path / "other",
        ssh=(*_ssh(port), "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"),
    )
    assert "Permission denied" in collect([Target("r1", "127.0.0.1")], wanted)[0].error
    closed = replace(wanted, ssh=_ssh(_free_port()))
    assert "Connection refused" in collect([Target("r1", "127.0.0.1")], closed)[0].error
    assert list((tmp_path / "facts").iterdir()) == []
