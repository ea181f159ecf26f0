"""The page of an installed tsim in a real browser, through nginx and TLS, by somebody whom the machine knows (PAM). The
tests are those of tests/e2e, which begin no application of their own then.
"""

import base64
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.conftest import PASSWORD
from tests.deploy.machine import Machine

pytestmark = [pytest.mark.root, pytest.mark.serial]
ROOT = Path(__file__).resolve().parents[2]
TESTS = ("sign_in", "new_test", "live_test", "result", "trace", "help")
OF_ITS_PROCESSES = "not waits and not turn"
"""But those that stop a process of the application for a while, which is out of their reach."""
CERTIFICATE = "/etc/tsim/tls/certificate.pem"


@pytest.fixture
def port(served: Machine) -> Iterator[int]:
    command = [sys.executable, str(Path(__file__).with_name("relay.py")), served.number, "443"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as relay:
        assert relay.stdout is not None
        yield int(relay.stdout.readline())
        relay.kill()


@pytest.mark.parametrize("name", TESTS)
def test_the_page_works_through_nginx_and_tls(served: Machine, port: int, tmp_path: Path, name: str) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.write_text(served.do("cat", CERTIFICATE))
    key = served.do("sh", "-c", f"openssl x509 -in {CERTIFICATE} -pubkey -noout").encode()
    der = base64.b64decode(b"".join(key.splitlines()[1:-1]))
    variables = os.environ | {
        "E2E_URL": f"https://localhost:{port}/",
        "E2E_USER": "carol",
        "E2E_PASSWORD": PASSWORD,
        "E2E_KEY": base64.b64encode(hashlib.sha256(der).digest()).decode(),
        "NODE_EXTRA_CA_CERTS": str(certificate),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-k", OF_ITS_PROCESSES, f"tests/e2e/test_{name}.py"]
    done = subprocess.run(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout[-6000:]
    assert "skipped" not in done.stdout.splitlines()[-1]
