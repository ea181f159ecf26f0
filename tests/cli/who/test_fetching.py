import io
import tarfile

import pytest

from backend.cli.command import Shell
from backend.cli.error import FailureError
from backend.cli.who.fetching import fetched, unpacked


@pytest.mark.serial
def test_what_is_fetched_is_what_is_active(by_engine: Shell) -> None:
    reading = fetched(by_engine.link)
    assert reading.network.label == by_engine.who.network()
    assert by_engine.who.reading().network == reading.network


def test_only_facts_are_written() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        header = tarfile.TarInfo("../../evil.sh")
        tar.addfile(header)
    with pytest.raises(FailureError, match="holds no facts"):
        unpacked(buffer.getvalue(), "n")
    with pytest.raises(FailureError, match="cannot be read"):
        unpacked(b"rubbish", "n")
