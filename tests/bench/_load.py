"""wrk, and what it says."""

import re
import subprocess

from msgspec import Struct

NUMBER = r"([\d.]+)"


class Load(Struct, frozen=True):
    requests: int
    seconds: float

    @property
    def each_s(self) -> float:
        return self.seconds / self.requests


def load(url: str, cookie: str, seconds: int, connections: int = 16) -> Load:
    """As many requests as are answered in that time; not one may fail."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-H", f"Cookie: {cookie}", url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in said, said
    assert "Socket errors" not in said, said
    found = re.search(rf"(\d+) requests in {NUMBER}(s|m)", said)
    assert found is not None, said
    return Load(int(found[1]), float(found[2]) * (60 if found[3] == "m" else 1))
