import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.root

SCRIPT = """
import os
from backend.lab.kernel.namespace import inside, leave
before = os.readlink("/proc/self/ns/net")
there = os.open("/proc/self/ns/net", os.O_RDONLY)
leave()
assert os.readlink("/proc/self/ns/net") != before
assert os.listdir("/run") == []
assert open("/etc/nsswitch.conf").read() == "hosts: files\\n", "no name server is asked"
mine = os.readlink("/proc/thread-self/ns/net")
with inside(there):
    assert os.readlink("/proc/thread-self/ns/net") == before
assert os.readlink("/proc/thread-self/ns/net") == mine
"""


def test_a_process_leaves_for_namespaces_of_its_own_and_visits_others() -> None:
    run = os.listdir("/run")
    subprocess.run([sys.executable, "-c", SCRIPT], check=True, timeout=60)
    assert os.listdir("/run") == run
    assert "dns" in Path("/etc/nsswitch.conf").read_text()
