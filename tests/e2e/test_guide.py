"""What the guide tells a program to do, as it stands there."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState

from tests.e2e.application import ROOT, Application
from tests.e2e.asking import ask

pytestmark = [pytest.mark.serial, pytest.mark.root]


def test_a_program_gets_answer_result_and_report(
    browser: Browser, application: Application, signed_in: StorageState, tmp_path: Path
) -> None:
    context = browser.new_context(storage_state=signed_in)
    token = ask(context, application, "POST", "tokens", {"name": "guide", "scopes": ["read", "test"]})["token"]
    context.close()
    (script,) = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "docs/guide.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={**os.environ, "TOKEN": token, "TSIM_URL": application.url.rstrip("/")},
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-2:] == ["443/tcp denied_forward", "5432/tcp denied_forward"]
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
