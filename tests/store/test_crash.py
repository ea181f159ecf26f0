"""What was told to be committed is there after kill -9, and what was being written is there whole or not at all."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.store.database import open_database
from backend.store.error import StoreError
from backend.store.jobs import Jobs
from tests.store.sample import event, job
from tests.store.server import Server

pytestmark = pytest.mark.serial


def test_a_writer_that_is_killed_again_and_again(place: str) -> None:
    command = [sys.executable, "-m", "tests.store.crashing", place, "20"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 20


def test_a_server_that_is_killed_while_threads_write() -> None:
    def write(address: str, begin: int) -> int:
        """The last number that was kept; the server was away for the next one."""
        jobs = Jobs(open_database(address))
        number = begin
        while True:
            try:
                jobs.keep([job(number + 1)], [event(number + 1, seq) for seq in range(1, 6)])
            except StoreError as error:
                return number if error.is_passing else -1
            number += 1
            if number == begin + 20:
                enough.append(number)
                if len(enough) == 2:
                    server.stop()

    enough: list[int] = []
    with Server() as server:
        address = server.new_database()
        with ThreadPoolExecutor(2) as pool:
            kept = list(pool.map(lambda begin: write(address, begin), (0, 1000)))
        server.start()
        jobs = Jobs(open_database(address))
        for begin, last in zip((0, 1000), kept, strict=True):
            assert all(jobs.last_seq(f"job{number}") == 5 for number in range(begin + 1, last + 1))
            assert jobs.last_seq(f"job{last + 1}") in (0, 5)
