import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend.facts import FactsError, read_directory
from backend.facts.snapshot import digest_of, read_files, read_snapshot, write_files
from tests.facts.test_directory import spoil, write

DEMO = Path(__file__).resolve().parents[2] / "backend" / "demo" / "facts"
HOSTS = '[[host]]\nname = "pc"\naddresses = ["10.1.1.50/24"]\n'


def test_what_is_written_down_again_is_the_same_network(tmp_path: Path) -> None:
    files = read_files(DEMO)
    write_files(files, tmp_path / "kept" / "demo")
    network = read_directory(DEMO).network
    assert digest_of(files) == network.hash
    assert read_directory(tmp_path / "kept" / "demo").network == network


def test_hosts_belong_to_it_and_other_files_do_not(tmp_path: Path) -> None:
    write(tmp_path / "net", 2)
    before = digest_of(read_files(tmp_path / "net"))
    (tmp_path / "net" / "README.txt").write_text("no facts")
    assert digest_of(read_files(tmp_path / "net")) == before
    (tmp_path / "net" / "hosts.toml").write_text(HOSTS)
    files = read_files(tmp_path / "net")
    assert sorted(files) == ["hosts.toml", "r1_facts.txt", "r2_facts.txt"]
    assert digest_of(files) == read_directory(tmp_path / "net").network.hash != before


def test_names_that_are_no_text_stay_what_they_are(tmp_path: Path) -> None:
    write(tmp_path / "net", 1)
    (tmp_path / "net" / "r1_facts.txt").rename(os.fsdecode(os.fsencode(tmp_path / "net") + b"/\xff_facts.txt"))
    files = read_files(tmp_path / "net")
    write_files(files, tmp_path / "copy")
    assert read_files(tmp_path / "copy") == files
    assert digest_of(files) == read_directory(tmp_path / "copy").network.hash


@pytest.mark.parametrize("kind", ["directory", "pipe", "device", "huge", "dangling symlink"])
def test_a_file_that_cannot_be_read_is_told_and_left_out(tmp_path: Path, kind: str) -> None:
    write(tmp_path, 2)
    spoil(tmp_path / "bad_facts.txt", kind)
    snapshot = read_snapshot(tmp_path)
    assert sorted(snapshot.files) == ["r1_facts.txt", "r2_facts.txt"]
    assert [found.file for found in snapshot.diagnostics] == ["bad_facts.txt"]
    assert snapshot.diagnostics == read_directory(tmp_path).diagnostics


def test_where_nothing_can_be_read_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match=r"there is no directory .*missing"):
        read_files(tmp_path / "missing")
    with pytest.raises(FactsError, match="holds no facts"):
        read_files(tmp_path)
    (tmp_path / "r_facts.txt").mkdir()
    with pytest.raises(FactsError, match=r"r_facts\.txt.*no regular file"):
        read_files(tmp_path)


@pytest.mark.parametrize(
    "name", ["../r_facts.txt", "/etc/r_facts.txt", "a/b_facts.txt", "a\0_facts.txt", ".r_facts.txt", "passwd", ""]
)
def test_a_name_that_leads_elsewhere_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(FactsError, match="is no name of a facts file"):
        write_files({"r_facts.txt": b"", name: b"x"}, tmp_path / "net" / "demo")
    assert list(tmp_path.iterdir()) == []


def test_a_directory_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write_files({"a_facts.txt": b"a", "b_facts.txt": b"b"}, tmp_path / "net")
    (tmp_path / "net" / "a_facts.txt").write_bytes(b"damaged")
    write_files({"a_facts.txt": b"a", "c_facts.txt": b"c"}, tmp_path / "net")
    assert read_files(tmp_path / "net") == {"a_facts.txt": b"a", "c_facts.txt": b"c"}
    assert [left.name for left in tmp_path.iterdir()] == ["net"]


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    write_files({"a_facts.txt": b"a"}, tmp_path / "net")
    before = (tmp_path / "net" / "a_facts.txt").stat().st_ino
    write_files({"a_facts.txt": b"a"}, tmp_path / "net")
    assert (tmp_path / "net" / "a_facts.txt").stat().st_ino == before


def test_a_place_that_cannot_be_written_is_named_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FactsError, match=r"file/net cannot be written: Not a directory"):
        write_files({"a_facts.txt": b"a"}, tmp_path / "file" / "net")
    with pytest.raises(FactsError, match=r"net cannot be written: File name too long"):
        write_files({"a" * 300 + "_facts.txt": b"a", "b_facts.txt": b"b"}, tmp_path / "net")
    assert [left.name for left in tmp_path.iterdir()] == ["file"]


def test_one_who_is_killed_while_writing_leaves_no_half_of_it(tmp_path: Path) -> None:
    """Killed after some of the files: the directory is not there at all."""
    program = f"""
import os, signal
from pathlib import Path
from backend.facts.snapshot import write_files
class Files(dict):
    def items(self):
        for at, item in enumerate(super().items()):
            if at == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            yield item
write_files(Files({{f"r{{at}}_facts.txt": b"x" for at in range(5)}}), Path({str(tmp_path / "net")!r}))
"""
    done = subprocess.run([sys.executable, "-c", program], timeout=60)
    assert done.returncode == -9
    assert not (tmp_path / "net").exists()
    write_files({"a_facts.txt": b"a"}, tmp_path / "net")
    assert read_files(tmp_path / "net") == {"a_facts.txt": b"a"}
