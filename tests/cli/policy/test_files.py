from pathlib import Path

import pytest

from backend.cli.error import FailureError, UsageError
from backend.cli.policy.files import policy_of, write


def test_a_file_may_begin_with_a_mark(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(b"\xef\xbb\xbf- a must reach b\n")
    assert len(policy_of(str(file))) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"- a must reach b\n- \xff\n", "line 2: is no UTF-8"),
        (b"#" * (4 << 20) + b"#", "more than 4 MiB"),
        (b"", "empty"),
    ],
    ids=["code", "size", "empty"],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(content)
    with pytest.raises(UsageError) as raised:
        policy_of(str(file))
    assert str(raised.value).startswith(str(file))
    assert said in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        policy_of(str(tmp_path / "nothing"))
    with pytest.raises(FailureError, match="No such file"):
        write(tmp_path / "nothing" / "x", "")
