"""logrotate(8) with what deploy/logrotate.d says, and somebody who goes on writing."""

import gzip
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAID = "/srv/tsim/.state"


def rotate(folder: Path, *options: str) -> None:
    text = (ROOT / "deploy/logrotate.d/tsim").read_text("utf-8")
    assert f'sed "s#{SAID}#$YOUR_STATE#" deploy/logrotate.d/tsim' in text
    (folder / "rules").write_text(text.replace(SAID, str(folder)))
    command = ["/usr/sbin/logrotate", "--state", str(folder / "status"), *options, str(folder / "rules")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_log_that_somebody_writes_is_kept_and_begun_anew(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    log = tmp_path / "serve.log"
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb", buffering=0) as written:
        for number in range(10):
            written.write(b"line %d\n" % number)
            rotate(tmp_path, "--force")
        written.write(b"last\n")
    assert log.read_bytes() == b"last\n"
    kept = sorted(file.name for file in tmp_path.glob("serve.log.*"))
    assert kept == ["serve.log.1", *(f"serve.log.{number}.gz" for number in range(2, 9))]
    assert (tmp_path / "serve.log.1").read_bytes() == b"line 9\n"
    assert gzip.decompress((tmp_path / "serve.log.8.gz").read_bytes()) == b"line 2\n"


def test_nothing_is_done_where_there_is_no_log(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    rotate(tmp_path)
